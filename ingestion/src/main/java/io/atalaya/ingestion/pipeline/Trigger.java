package io.atalaya.ingestion.pipeline;

import java.time.ZoneId;
import org.apache.iceberg.catalog.TableIdentifier;

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

    /** A snapshot that changes the rows of a table. */
    record Snapshot(TableIdentifier table) implements Trigger {}
}
