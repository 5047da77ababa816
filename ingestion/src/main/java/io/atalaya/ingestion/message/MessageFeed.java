package io.atalaya.ingestion.message;

import io.atalaya.lakehouse.feed.RowFeed;

/** The messages of one commit, as the engine asks for them. */
public interface MessageFeed extends RowFeed {
    /** Messages that were read, good and damaged. */
    long read();

    /** How far it has read, once it has ended; never where it began. */
    String reached();
}
