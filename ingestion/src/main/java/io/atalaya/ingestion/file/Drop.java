package io.atalaya.ingestion.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;

/** A place others put files into. It is only ever read. */
public sealed interface Drop permits DropFolder, Bucket {
    /** The files that match, by name, those that are still being written among them; none if there is no such place. */
    List<? extends Entry> list();

    /** Whether the file is complete, as far as the place can tell: it has not been changed for that long. */
    boolean isSettled(Entry file, Duration settle);

    /** A file as it was when it was looked at. */
    sealed interface Entry permits DropFolder.Entry, Bucket.Entry {
        String name();

        long bytes();

        /** To the microsecond. */
        Instant modified();

        /** What tells its content from another's under the same name, besides size and time; empty if the place has no such. */
        String tag();

        /** Copies it; {@code copied} hears how far that has come. */
        void copy(FileChannel to, LongConsumer copied) throws IOException;

        /** Whether the file is still as it was. */
        boolean isUnchanged() throws IOException;
    }
}
