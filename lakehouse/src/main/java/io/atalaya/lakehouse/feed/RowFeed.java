package io.atalaya.lakehouse.feed;

import java.io.IOException;
import java.util.List;

/**
 * Rows that are made while the engine asks for them, a chunk at a time, so that nothing of them has to be kept. The
 * engine asks from its own threads, one after the other.
 */
public interface RowFeed {
    /** The name of the number each row begins with. */
    String number();

    /** The names of the columns, all of them text. */
    List<String> columns();

    /** Adds rows until the chunk is full or there are no more; one that stays empty is the end. */
    void fill(TextChunk chunk) throws IOException;
}
