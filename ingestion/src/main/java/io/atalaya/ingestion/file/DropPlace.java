package io.atalaya.ingestion.file;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Where others put files. It is only ever read. */
public interface DropPlace {
    /**
     * A file as it was when it was looked at.
     *
     * @param modified to the microsecond
     * @param tag what else tells it from another of its name, if the place knows; or empty
     */
    record Entry(String name, long bytes, Instant modified, String tag) {}

    /** The files that match, by name, those that are still being written among them; none if there is no such place. */
    List<Entry> list();

    /** Whether the file is complete, as it has not been changed for that long. */
    boolean isSettled(Entry file, Duration settle);

    /** What is in the file. */
    ReadableByteChannel open(Entry file) throws IOException;

    /** Whether the file is still as it was. */
    boolean isUnchanged(Entry file) throws IOException;

    /** Whether that is the name of a file that is meant for others, and not of one on its way. */
    static boolean isMeant(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.isEmpty()
                && !name.startsWith(".")
                && !lower.endsWith(".tmp")
                && !lower.endsWith(".part")
                && !lower.endsWith(".crdownload");
    }
}
