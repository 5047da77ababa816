package io.atalaya.ingestion.pipeline;

import java.time.ZoneId;

/** What starts a run by itself. */
public sealed interface Trigger {
    /**
     * A time table.
     *
     * @param expression five fields of Unix cron
     */
    record Cron(String expression, ZoneId zone) implements Trigger {}

    /** A file that has arrived, complete, in the folder of that extract stage. */
    record Arrival(String stage) implements Trigger {}
}
