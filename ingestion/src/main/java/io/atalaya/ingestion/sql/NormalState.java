package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of a normalizing stage hold, as the last commit says that the stage made to them. It is read from the
 * snapshots the tables have now, so it is right after a rollback too.
 *
 * @param commitId of that commit
 * @param of what decides, besides the rows of the input, what is made of them
 * @param position the snapshot of the input up to which it was read
 */
public record NormalState(String commitId, String of, long position) {
    private static final String OF = "atalaya.normal-of";

    /** The state of all of these tables, if one commit made it. */
    static Optional<NormalState> of(String pipeline, String stage, List<Table> tables) {
        Set<Optional<NormalState>> states = new HashSet<>();
        tables.forEach(table -> states.add(last(pipeline, stage, table).flatMap(NormalState::of)));
        return states.size() == 1 ? states.iterator().next() : Optional.empty();
    }

    /** The snapshot of the input that a stage goes on from, by what its target says; empty if it begins anew. */
    public static Optional<Long> reached(LakeCatalog catalog, String pipeline, Stage.Normalize stage) {
        return catalog.find(stage.target())
                .map(target -> catalog.loadTable(stage.target()))
                .flatMap(table -> of(pipeline, stage.name(), List.of(table)))
                .map(NormalState::position);
    }

    private static Optional<NormalState> of(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        String id = summary.get(RecordedCommit.COMMIT_ID);
        String of = summary.get(OF);
        String position = summary.get(RecordedCommit.POSITION);
        return id == null || of == null || position == null
                ? Optional.empty()
                : Optional.of(new NormalState(id, of, Long.parseLong(position)));
    }

    private static Optional<Snapshot> last(String pipeline, String stage, Table table) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            Map<String, String> summary = snapshot.summary();
            if (pipeline.equals(summary.get("atalaya.pipeline"))
                    && stage.equals(summary.get("atalaya.stage"))
                    && summary.containsKey(RecordedCommit.COMMIT_ID)) {
                return Optional.of(snapshot);
            }
        }
        return Optional.empty();
    }

    /**
     * The identity of the next commit. It is made of what the target has now and of nothing else: of all who begin there,
     * with whatever rows, one commits.
     */
    static String next(LakeCatalog catalog, String pipeline, String stage, TableIdentifier name, Table target) {
        Snapshot now = target.currentSnapshot();
        String from = last(pipeline, stage, target)
                .map(snapshot -> "after/" + snapshot.snapshotId())
                .orElseGet(() -> now == null ? "start" : "on/" + now.snapshotId());
        String identity = "%s/%s/normal/%s".formatted(pipeline, stage, from);
        while (true) {
            Optional<RecordedCommit> made = catalog.commit(target.uuid(), identity);
            if (made.isEmpty() || !idOf(now).equals(idOf(catalog.loadTable(name).currentSnapshot()))) {
                // If it was made since the target was loaded, this one is not: others were faster.
                return identity;
            }
            // That commit was rolled back, and another takes its place.
            identity += "/" + made.get().snapshotId();
        }
    }

    private static Optional<Long> idOf(@Nullable Snapshot snapshot) {
        return Optional.ofNullable(snapshot).map(Snapshot::snapshotId);
    }

    /** Has a commit say what it is of and how far it has read. */
    static CommitProperties in(CommitProperties properties, String of, long position) {
        return properties.with(OF, of).with(RecordedCommit.POSITION, Long.toString(position));
    }

    /** Those tables as they are now. */
    static List<Table> load(LakeCatalog catalog, List<TableIdentifier> tables) {
        return tables.stream().map(catalog::loadTable).toList();
    }
}
