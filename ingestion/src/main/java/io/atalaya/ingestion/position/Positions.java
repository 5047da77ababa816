package io.atalaya.ingestion.position;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Jdbi;

/**
 * How far stages have read what they take in step by step. The position a commit has come to is written into the very
 * snapshot it makes, under a commit id that depends only on the position it began at: whoever begins at the same one,
 * another process after a crash or beside this one, commits nothing a second time and learns how far the first had come.
 * The database only notes where to begin to look.
 */
public final class Positions {
    private static final Pattern SHORT = Pattern.compile("[A-Za-z0-9_-]{1,40}");

    private static final String AGAIN = "_";

    private final Jdbi jdbi;
    private final LakeCatalog catalog;

    /** The positions noted in that database, of commits to tables of that catalog. */
    public Positions(Jdbi jdbi, LakeCatalog catalog) {
        this.jdbi = jdbi;
        this.catalog = catalog;
    }

    /**
     * What one stage takes from one source into one table; another table of the same name is another.
     *
     * @param source what tells this source from others that the stage may have had
     */
    public record Flow(String pipeline, String stage, UUID target, String source) {
        /** The identity of the commit that goes on from a position; empty: from the beginning. */
        public String commitId(Optional<String> from) {
            String position = from.map(text -> SHORT.matcher(text).matches() ? text : Sha256.of(text))
                    .orElse("start");
            return "%s/%s/from/%s/%s".formatted(pipeline, stage, source, position);
        }
    }

    /**
     * The position the flow has come to; empty if nothing was taken.
     *
     * @throws IngestionException.BadStage if the snapshot that says it has expired
     */
    public Optional<String> reached(Flow flow, TableIdentifier target) {
        Optional<String> position = noted(flow);
        Set<Optional<String>> passed = new HashSet<>();
        while (true) {
            Optional<RecordedCommit> next = catalog.commit(flow.target(), flow.commitId(position));
            if (next.isEmpty()) {
                return position;
            }
            if (!passed.add(position)) {
                throw new IngestionException.BadStage(
                        "What stage '%s' has read goes in a circle at %s; give the stage another name and its target a new beginning, or use MERGE"
                                .formatted(flow.stage(), position.orElse("its beginning")));
            }
            RecordedCommit commit = next.get();
            position = commit.position().or(() -> Optional.of(of(flow, target, commit.snapshotId())));
            position.ifPresent(reached -> note(flow, reached));
        }
    }

    /**
     * A snapshot of an input as the position that a commit comes to. One that the flow has gone on from before, and that the input
     * was rolled back to, is another position.
     */
    public String at(Flow flow, long snapshot) {
        String position = Long.toString(snapshot);
        for (int again = 1;
                catalog.commit(flow.target(), flow.commitId(Optional.of(position)))
                        .isPresent();
                again++) {
            position = snapshot + AGAIN + again;
        }
        return position;
    }

    /** The snapshot of an input that is such a position. */
    public static long snapshot(String position) {
        int again = position.indexOf(AGAIN);
        return Long.parseLong(again < 0 ? position : position.substring(0, again));
    }

    /** Has a commit that goes on from one position say which one it has come to, which is never the same. */
    public static CommitProperties in(CommitProperties properties, String reached) {
        return properties.with(RecordedCommit.POSITION, reached);
    }

    /** The same, as an entry of the snapshot's summary. */
    public static Map<String, String> entry(String reached) {
        return Map.of(RecordedCommit.POSITION, reached);
    }

    /** Notes how far the commit has come that made this snapshot, which may have been another process's. */
    public String committed(Flow flow, TableIdentifier target, long snapshotId) {
        String position = of(flow, target, snapshotId);
        note(flow, position);
        return position;
    }

    private String of(Flow flow, TableIdentifier target, long snapshotId) {
        Snapshot snapshot = catalog.loadTable(target).snapshot(snapshotId);
        String position = snapshot == null ? null : snapshot.summary().get(RecordedCommit.POSITION);
        if (position == null) {
            throw new IngestionException.BadStage(
                    "Snapshot %d of %s, which says how far stage '%s' has read, has expired; give the stage another name and its target a new beginning, or use MERGE"
                            .formatted(snapshotId, target, flow.stage()));
        }
        return position;
    }

    /** The flows that read a table of the catalog, of pipelines that there are. */
    public List<Flow> readersOf(UUID input) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT s.pipeline, s.stage, s.target_uuid FROM source_position s JOIN pipeline p ON p.name = s.pipeline
                WHERE s.source = :source
                """)
                .bind("source", input.toString())
                .map((row, _) -> new Flow(
                        row.getString("pipeline"),
                        row.getString("stage"),
                        UUID.fromString(row.getString("target_uuid")),
                        input.toString()))
                .list());
    }

    private Optional<String> noted(Flow flow) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT position FROM source_position
                WHERE pipeline = :pipeline AND stage = :stage AND target_uuid = :target AND source = :source
                """)
                .bind("pipeline", flow.pipeline())
                .bind("stage", flow.stage())
                .bind("target", flow.target().toString())
                .bind("source", flow.source())
                .mapTo(String.class)
                .findOne());
    }

    private void note(Flow flow, String position) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO source_position (pipeline, stage, target_uuid, source, position)
                VALUES (:pipeline, :stage, :target, :source, :position)
                ON CONFLICT (pipeline, stage, target_uuid, source) DO UPDATE SET position = excluded.position
                """)
                .bind("pipeline", flow.pipeline())
                .bind("stage", flow.stage())
                .bind("target", flow.target().toString())
                .bind("source", flow.source())
                .bind("position", position)
                .execute());
    }
}
