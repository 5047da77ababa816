package io.atalaya.ingestion.text;

import io.atalaya.lakehouse.feed.TextChunk;
import org.jspecify.annotations.Nullable;

/** Makes rows of the target out of records that are whole. */
interface RowMaker {
    /** Adds the record as a row, or says why it cannot be one. */
    @Nullable String write(DelimitedReader record, TextChunk rows);

    /** Whether the record is nothing at all, not even a damaged row. */
    default boolean isBlank(DelimitedReader record) {
        return false;
    }
}
