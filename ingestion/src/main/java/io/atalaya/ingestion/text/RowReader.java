package io.atalaya.ingestion.text;

import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of a delivered file, one after the other, good and damaged ones. */
interface RowReader extends AutoCloseable {
    /**
     * Goes to the next row; false if there is none, and then the file was read to its end.
     *
     * @throws io.atalaya.ingestion.IngestionException.BadFile if something is wrong with the file as a whole
     */
    boolean next() throws IOException;

    /** The line the row begins at, or what stands for it, from 1. */
    long line();

    /** Adds the row to those of the target, or says why it is damaged; may be asked again. */
    @Nullable String write(TextChunk rows);

    /** The row as it was delivered. */
    String raw();

    /** How much of the file has been read, from 0 to 1. */
    double progress();

    @Override
    void close() throws IOException;
}
