package io.atalaya.ingestion.position;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.policies.Sentence;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
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
    private static final String AFTER = "/after/";

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
        /** What the identities of all its commits begin with. */
        private String commits() {
            return "%s/%s/from/%s/".formatted(pipeline, stage, source);
        }

        /** The identity of the first commit that goes on from a position; empty: from the beginning. */
        private String commitId(Optional<String> from) {
            String position = from.map(text -> SHORT.matcher(text).matches() ? text : Sha256.of(text))
                    .orElse("start");
            return commits() + position;
        }
    }

    /**
     * The position the flow has come to, by what its target is now: one that was rolled back has come as far as the commits say that it
     * still has. Empty if it has none of them.
     *
     * @throws IngestionException.BadStage if the snapshot that says it has expired
     */
    public Optional<String> reached(Flow flow, TableIdentifier target) {
        Table table = catalog.loadTable(target);
        Optional<String> noted = noted(flow);
        Optional<String> last = last(flow, table);
        if (last.isPresent()) {
            if (!last.equals(noted)) {
                note(flow, last.get());
            }
            return last;
        }
        return isWhole(table) ? Optional.empty() : recorded(flow, target, noted);
    }

    /** What the last commit of the flow says that is part of the table. */
    private static Optional<String> last(Flow flow, Table table) {
        String of = flow.commits();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            String id = snapshot.summary().get(RecordedCommit.COMMIT_ID);
            String position = snapshot.summary().get(RecordedCommit.POSITION);
            if (id != null && id.startsWith(of) && position != null) {
                return Optional.of(position);
            }
        }
        return Optional.empty();
    }

    /** Whether all is there that the table was made of, so that what is not part of it was rolled back. */
    private static boolean isWhole(Table table) {
        Snapshot oldest = null;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            oldest = snapshot;
        }
        return oldest == null || oldest.parentId() == null;
    }

    /** The position by what is known of commits, of a table whose snapshots no longer say it. */
    private Optional<String> recorded(Flow flow, TableIdentifier target, Optional<String> noted) {
        Optional<String> position = noted;
        Set<Optional<String>> passed = new HashSet<>();
        while (true) {
            Optional<RecordedCommit> next = made(flow, position);
            if (next.isEmpty()) {
                return position;
            }
            if (!passed.add(position)) {
                throw new IngestionException.BadStage(
                        "What stage '{0}' has read goes in a circle at {1}; give the stage another name and its target a new beginning, or use MERGE",
                        flow.stage(),
                        position.<Object>map(there -> there).orElseGet(() -> Sentence.of("its beginning")));
            }
            RecordedCommit commit = next.get();
            if (isRolledBack(catalog.loadTable(target), commit.snapshotId())) {
                throw new IngestionException.BadStage(
                        "{0} was rolled back to before its snapshot {1}, and no older snapshot says any more how far stage '{2}' has read; give the stage another name and its target a new beginning, or use MERGE",
                        target, commit.snapshotId(), flow.stage());
            }
            position = commit.position().or(() -> Optional.of(of(flow, target, commit.snapshotId())));
            position.ifPresent(reached -> note(flow, reached));
        }
    }

    /** The last commit that was made from a position. */
    private Optional<RecordedCommit> made(Flow flow, Optional<String> from) {
        String id = flow.commitId(from);
        Optional<RecordedCommit> last = Optional.empty();
        Optional<RecordedCommit> next = catalog.commit(flow.target(), id);
        while (next.isPresent()) {
            last = next;
            id += AFTER + next.get().snapshotId();
            next = catalog.commit(flow.target(), id);
        }
        return last;
    }

    private static boolean isRolledBack(Table table, long snapshot) {
        return table.snapshot(snapshot) != null && !isPartOf(table, snapshot);
    }

    private static boolean isPartOf(Table table, long snapshot) {
        Snapshot now = table.currentSnapshot();
        return now != null && SnapshotUtil.isAncestorOf(table, now.snapshotId(), snapshot);
    }

    /**
     * The identity of the commit that goes on from where the flow has come to: of all who begin there, one commits. A commit from
     * there that was made and rolled back is another.
     */
    public String commitId(Flow flow, TableIdentifier target, Optional<String> reached) {
        String id = flow.commitId(reached);
        Optional<RecordedCommit> made = catalog.commit(flow.target(), id);
        while (made.isPresent()
                && !isPartOf(catalog.loadTable(target), made.get().snapshotId())) {
            id += AFTER + made.get().snapshotId();
            made = catalog.commit(flow.target(), id);
        }
        return id;
    }

    /**
     * A look at the first table of a commit that goes on from there: it must not have been rolled back since it was asked how far it
     * has come, or the rows between would be missing.
     */
    public static Consumer<List<Table>> stillAt(Flow flow, Optional<String> reached) {
        return tables -> {
            Optional<String> now = last(flow, tables.getFirst());
            if (!now.equals(reached) && (now.isPresent() || isWhole(tables.getFirst()))) {
                throw new IngestionException.Unavailable(
                        Sentence.of(
                                "The target was rolled back while stage '{0}' read on; nothing was written",
                                flow.stage()),
                        new IllegalStateException(now.orElse("the beginning")));
            }
        };
    }

    /** Whether the target was rolled back to that position, and nothing was taken since. */
    public boolean isAgain(Flow flow, TableIdentifier target, Optional<String> reached) {
        return !commitId(flow, target, reached).equals(flow.commitId(reached));
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
                    "Snapshot {0} of {1}, which says how far stage '{2}' has read, has expired; give the stage another name and its target a new beginning, or use MERGE",
                    snapshotId, target, flow.stage());
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
