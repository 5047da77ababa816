package io.atalaya.ingestion.text;

import io.atalaya.lakehouse.feed.TextChunk;

/** The fields of one row of a file whose rows have a header. */
interface Fields {
    /** The line the row begins at, or what stands for it, from 1. */
    long line();

    /** Whether nothing at all was given for the field. */
    boolean isAbsent(int field);

    /** The field as text. */
    String text(int field);

    /** Adds the field as the next value of a row. */
    default void copy(int field, TextChunk rows) {
        if (isAbsent(field)) {
            rows.missing();
        } else {
            rows.value(text(field));
        }
    }
}
