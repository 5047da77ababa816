package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table of a database whose every change is done to the target, as the log of the database tells it.
 *
 * @param connection name of the database among the server's settings
 * @param table as the database spells it, with its schema where that is not the standard one
 * @param every how long changes are gathered for one commit
 * @param longest how long a run may follow the log
 * @param quarantine nothing goes there: a row that cannot be taken stops the stage, or the tables would differ
 * @param partitioning for a target that does not exist yet
 */
public record CapturedTable(
        String connection,
        String table,
        Duration every,
        Duration longest,
        TableIdentifier target,
        TableIdentifier quarantine,
        List<String> partitioning)
        implements Source {
    public CapturedTable {
        partitioning = List.copyOf(partitioning);
    }
}
