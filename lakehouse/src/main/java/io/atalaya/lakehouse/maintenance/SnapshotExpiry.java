package io.atalaya.lakehouse.maintenance;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.storage.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Lets go of snapshots that nobody has read since long, and of the files that only they name.
 *
 * <p>What counts is for how long a snapshot has not been the newest, not when it was made: the snapshot of last year that a
 * compaction has replaced a minute ago may be under a query that is still running. Iceberg's own expiry goes by the age of
 * the snapshot itself, and would delete the files of that query.
 */
public final class SnapshotExpiry {
    private static final int ATTEMPTS = 10;

    private final Warehouse warehouse;
    private final Clock clock;

    /** Expires in tables below {@code warehouse}. */
    public SnapshotExpiry(Warehouse warehouse, Clock clock) {
        this.warehouse = warehouse;
        this.clock = clock;
    }

    /**
     * What may go: what has not been the newest of a branch for {@code age}, no tag and no branch names, and is not among
     * the last {@code atLeast} of a branch.
     *
     * @param needed stay too
     */
    public Set<Long> expirable(Table table, Duration age, int atLeast, Set<Long> needed) {
        long before = clock.instant().minus(age).toEpochMilli();
        Map<Long, Long> newestUntil = newestUntil(table);
        Set<Long> kept = kept(table, atLeast);
        Set<Long> expirable = new HashSet<>();
        newestUntil.forEach((id, until) -> {
            if (until <= before && !kept.contains(id) && !needed.contains(id)) {
                expirable.add(id);
            }
        });
        return expirable;
    }

    /** When each snapshot was the newest for the last time, as far as that is known: its own time at least. */
    private static Map<Long, Long> newestUntil(Table table) {
        Map<Long, Long> until = new HashMap<>();
        for (Snapshot snapshot : table.snapshots()) {
            until.merge(snapshot.snapshotId(), snapshot.timestampMillis(), Math::max);
            if (snapshot.parentId() != null && table.snapshot(snapshot.parentId()) != null) {
                until.merge(snapshot.parentId(), snapshot.timestampMillis(), Math::max);
            }
        }
        List<HistoryEntry> history = table.history();
        for (int i = 0; i + 1 < history.size(); i++) {
            until.computeIfPresent(history.get(i).snapshotId(), later(history.get(i + 1)));
        }
        return until;
    }

    private static java.util.function.BiFunction<Long, Long, Long> later(HistoryEntry next) {
        return (_, known) -> Math.max(known, next.timestampMillis());
    }

    private static Set<Long> kept(Table table, int atLeast) {
        Set<Long> kept = new HashSet<>();
        for (SnapshotRef ref : table.refs().values()) {
            kept.add(ref.snapshotId());
            Snapshot snapshot = table.snapshot(ref.snapshotId());
            for (int i = 1; ref.isBranch() && i < atLeast && snapshot != null; i++) {
                snapshot = snapshot.parentId() == null ? null : table.snapshot(snapshot.parentId());
                if (snapshot != null) {
                    kept.add(snapshot.snapshotId());
                }
            }
        }
        return kept;
    }

    /**
     * Takes the snapshots from the table, and then removes the files that no other names. If the process dies in between,
     * the table is right and {@link OrphanSweep} finds the files.
     *
     * @param removing hears that the snapshots are gone, before any file is
     * @throws LakehouseException.Contended if other processes were always faster
     */
    public Removed expire(Table table, Set<Long> snapshots, Runnable removing) {
        List<Snapshot> gone = StreamSupport.stream(table.snapshots().spliterator(), false)
                .filter(snapshot -> snapshots.contains(snapshot.snapshotId()))
                .toList();
        if (gone.isEmpty()) {
            return Removed.NONE;
        }
        Set<Path> candidates = NamedFiles.of(table, gone);
        TableOperations operations = ((HasTableOperations) table).operations();
        for (int attempt = 1; ; attempt++) {
            TableMetadata base = operations.refresh();
            if (base.refs().values().stream().anyMatch(ref -> snapshots.contains(ref.snapshotId()))) {
                throw new LakehouseException.Contended(
                        new CommitFailedException("table %s was changed", table.name()),
                        "somebody has gone back to a snapshot of table %s that was about to expire",
                        table.name());
            }
            try {
                operations.commit(
                        base,
                        TableMetadata.buildFrom(base).removeSnapshots(snapshots).build());
                break;
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS) {
                    throw new LakehouseException.Contended(e, "gave up after %s attempts", ATTEMPTS);
                }
            }
        }
        removing.run();
        table.refresh();
        candidates.removeAll(NamedFiles.of(table));
        return remove(Warehouse.plain(table.location()), candidates);
    }

    private Removed remove(Path folder, Set<Path> files) {
        long count = 0;
        long bytes = 0;
        for (Path file : files) {
            // A table may name files that are not its own, such as those it was made of.
            if (!file.startsWith(folder)) {
                continue;
            }
            try {
                Path known = warehouse.resolve(file.toString());
                if (Files.isRegularFile(known)) {
                    long size = Files.size(known);
                    Files.delete(known);
                    count++;
                    bytes += size;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Removed(count, bytes);
    }
}
