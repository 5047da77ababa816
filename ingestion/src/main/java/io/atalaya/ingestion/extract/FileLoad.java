package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.extract.DeliveryStore.Counts;
import io.atalaya.ingestion.file.RawStorage;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;

/** One delivered file into its table and its quarantine, in one commit. */
public final class FileLoad {
    private final Lakehouse lakehouse;
    private final DeliveryStore deliveries;
    private final RawStorage raw;
    private final Targets targets;
    private final Writes writes;
    private final Path temp;
    private final Clock clock;

    /**
     * Loads of files.
     *
     * @param temp folder in which files are cut into rows
     */
    public FileLoad(
            Lakehouse lakehouse,
            DeliveryStore deliveries,
            RawStorage raw,
            Targets targets,
            Writes writes,
            Path temp,
            Clock clock) {
        this.lakehouse = lakehouse;
        this.deliveries = deliveries;
        this.raw = raw;
        this.targets = targets;
        this.writes = writes;
        this.temp = temp;
        this.clock = clock;
    }

    /** What one file came to. */
    record Loaded(boolean duplicate, long in, long landed, long quarantined) {}

    /** Loads the file; throws {@link IngestionException.BadFile} if nothing of it can be taken. */
    Loaded load(StageWork work, FileDrop drop, Delivery delivery, Extraction.Totals before, int files)
            throws IOException {
        Path folder = Files.createDirectories(temp.resolve(UUID.randomUUID().toString()));
        try {
            Path file = raw.find(delivery.pipeline(), delivery.sha256());
            DeliveredRows rows = DeliveredRows.of(
                    drop,
                    file,
                    delivery.name(),
                    folder,
                    knownColumns(drop),
                    (in, out, part) -> work.progress(
                            before.in + in,
                            before.landed + in - out,
                            before.quarantined + out,
                            (before.files + before.duplicates + part * 0.9) / files),
                    lakehouse.duckWriter());
            work.reached("cut");
            Optional<Delivery> same = deliveries.landed(delivery.pipeline(), delivery.stage(), rows.content());
            if (same.isPresent()) {
                String message = "The content of %s is that of %s, which was loaded before"
                        .formatted(delivery.name(), same.get().name());
                deliveries.duplicate(delivery, rows.content(), rows.dialect(), rows.in(), message);
                work.log(message);
                return new Loaded(true, rows.in(), 0, 0);
            }
            return commit(work, drop, delivery, rows);
        } finally {
            delete(folder);
        }
    }

    /** The text columns the target has, where the pipeline does not say. */
    private List<String> knownColumns(FileDrop drop) {
        return drop.columns().isEmpty()
                ? targets.find(drop.target())
                        .map(table -> table.schema().columns().stream()
                                .map(column -> column.name())
                                .filter(name -> !RawColumns.NAMES.contains(name))
                                .toList())
                        .orElse(List.of())
                : List.of();
    }

    private Loaded commit(StageWork work, FileDrop drop, Delivery delivery, DeliveredRows rows) {
        Principal principal = work.principal();
        String commitId = commitId(delivery, rows.content());
        Instant now = clock.instant();
        List<TableIdentifier> tables = new ArrayList<>();
        targets.ready(principal, drop.target(), rows.columns(), drop.partitioning(), Set.of(Permission.INSERT));
        if (rows.good() > 0) {
            tables.add(drop.target());
        }
        if (rows.damaged() > 0) {
            targets.ready(principal, drop.quarantine(), RawColumns.QUARANTINE, List.of(), Set.of(Permission.INSERT));
            tables.add(drop.quarantine());
        }
        for (TableIdentifier table : tables) {
            writes.intent(work, principal, table, "append", commitId);
        }
        work.reached("intended");
        List<WriteResult> results = tables.isEmpty() ? List.of() : write(work, drop, delivery, rows, commitId, now);
        work.reached("committed");
        OptionalLong snapshot = OptionalLong.empty();
        for (int i = 0; i < results.size(); i++) {
            WriteResult result = results.get(i);
            writes.outcome(work, principal, tables.get(i), "append", commitId, result.rows(), result.snapshotId());
            if (tables.get(i).equals(drop.target())) {
                snapshot = OptionalLong.of(result.snapshotId());
            }
        }
        long landed = rowsOf(drop.target(), tables, results);
        long quarantined = rowsOf(drop.quarantine(), tables, results);
        deliveries.landed(
                delivery,
                rows.content(),
                rows.dialect(),
                new Counts(landed + quarantined, landed, quarantined),
                snapshot);
        work.reached("landed");
        work.log("%s landed: %,d rows, %,d in quarantine; %s"
                .formatted(delivery.name(), landed, quarantined, rows.description()));
        return new Loaded(false, landed + quarantined, landed, quarantined);
    }

    private List<WriteResult> write(
            StageWork work, FileDrop drop, Delivery delivery, DeliveredRows rows, String commitId, Instant now) {
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", delivery.pipeline())
                .with("atalaya.stage", delivery.stage())
                .with("atalaya.run", work.run().toString())
                .with("atalaya.delivery", rows.content());
        boolean first = isFirst(drop, rows, commitId);
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            if (rows.good() > 0) {
                batch.append(drop.target(), RowSource.of(rows.goodSelect(delivery.name(), now)), properties);
            }
            if (rows.damaged() > 0) {
                batch.append(drop.quarantine(), RowSource.of(rows.damagedSelect(delivery.name(), now)), properties);
            }
            work.goOn();
            work.reached("written");
            List<WriteResult> results = batch.commit();
            long written = results.stream().mapToLong(WriteResult::rows).sum();
            if (first && written != rows.in()) {
                throw new IllegalStateException(
                        "%s has %d rows, but %d were written".formatted(delivery.name(), rows.in(), written));
            }
            return results;
        }
    }

    /** Whether nothing of this content was committed before, by a process that died before it could say so. */
    private boolean isFirst(FileDrop drop, DeliveredRows rows, String commitId) {
        return commit(rows.good() > 0 ? drop.target() : drop.quarantine(), commitId)
                .isEmpty();
    }

    private Optional<RecordedCommit> commit(TableIdentifier table, String commitId) {
        return targets.find(table)
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }

    private static long rowsOf(TableIdentifier table, List<TableIdentifier> tables, List<WriteResult> results) {
        int index = tables.indexOf(table);
        return index < 0 ? 0 : results.get(index).rows();
    }

    private static String commitId(Delivery delivery, String content) {
        return delivery.pipeline() + "/" + delivery.stage() + "/" + content;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
