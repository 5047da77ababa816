package org.apache.arrow.c;

/**
 * Rows behind Arrow's C stream interface. DuckDB's driver takes an object of this name, asks for its address, and needs
 * nothing else of Arrow's libraries; so this is all there is of them.
 */
@FunctionalInterface
public interface ArrowArrayStream {
    /** Where the C structure of the stream is. */
    long memoryAddress();

    /** The stream whose structure is there. */
    static ArrowArrayStream wrap(long address) {
        return () -> address;
    }
}
