package io.atalaya.lakehouse.rowfile;

/** The bytes of one stream of a stripe, of which there may be more to come. */
interface OrcStream {
    /** All that was added since it was cleared. */
    OrcBytes finish();

    /** About how many bytes are held. */
    int size();

    void clear();
}
