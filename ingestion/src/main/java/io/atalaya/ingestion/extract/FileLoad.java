package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.extract.DeliveredRows.Delivered;
import io.atalaya.ingestion.extract.DeliveredRows.Origin;
import io.atalaya.ingestion.extract.DeliveryStore.Counts;
import io.atalaya.ingestion.file.Archive;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.file.RawStorage;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.run.Failures;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.ingestion.text.Cutting;
import io.atalaya.ingestion.text.TextCutter;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.StagedRows;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;

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

    /** A file to be loaded; one that has an arrival is not noted yet. */
    record Pending(Delivery delivery, Optional<Arrival> arrival) {
        /** What follows is committed or written down about it. */
        void note() throws IOException {
            if (arrival.isPresent()) {
                arrival.get().note();
            }
        }
    }

    /** Loads the file, or the files in it; throws {@link IngestionException.BadFile} if something of it cannot be taken. */
    void load(StageWork work, FileDrop drop, Pending pending, Extraction.Totals totals, int files) throws IOException {
        Delivery delivery = pending.delivery();
        if (drop.inside().members().isPresent()) {
            // An archive is read twice, and must be where it stays.
            pending.note();
        }
        Path file = pending.arrival().filter(arrival -> !arrival.isNoted()).isPresent()
                ? pending.arrival().get().path()
                : raw.find(delivery.pipeline(), delivery.sha256());
        Path folder = Files.createDirectories(temp.resolve(UUID.randomUUID().toString()));
        try {
            Optional<Archive> archive = ArchiveLoad.of(drop, file, delivery.name(), folder);
            if (archive.isPresent()) {
                new ArchiveLoad(this, deliveries, work, drop).load(pending, archive.get(), folder, totals, files);
            } else {
                totals.add(load(work, drop, pending, file, totals, files));
            }
        } finally {
            delete(folder);
        }
    }

    /** Loads that one file. */
    Loaded load(StageWork work, FileDrop drop, Pending pending, Path file, Extraction.Totals before, int files)
            throws IOException {
        Delivery delivery = pending.delivery();
        String content = Packing.content(file, delivery.name(), delivery.sha256());
        Optional<Delivery> same = deliveries.landed(delivery.pipeline(), delivery.stage(), content);
        if (same.isPresent() && same.get().sha256().equals(delivery.sha256())) {
            // It came by itself and in an archive, and was loaded as the other a moment ago.
            return new Loaded(true, same.get().rowsIn(), 0, 0);
        }
        if (same.isPresent()) {
            Sentence message = Sentence.of(
                    "The content of {0} is that of {1}, which was loaded before",
                    delivery.name(), same.get().name());
            pending.note();
            deliveries.duplicate(
                    delivery,
                    content,
                    same.get().dialect().orElse(""),
                    same.get().rowsIn(),
                    message);
            work.log(message.toString());
            return new Loaded(true, same.get().rowsIn(), 0, 0);
        }
        TextCutter.Listener listener = (in, out, part) -> work.progress(
                before.in + in,
                before.landed + in - out,
                before.quarantined + out,
                (before.files + before.duplicates + part * 0.9) / files);
        Path folder = Files.createDirectories(temp.resolve(UUID.randomUUID().toString()));
        try {
            Delivered delivered = new Delivered(drop, file, delivery.name(), folder, knownColumns(drop));
            return load(work, pending, delivered, content, listener);
        } finally {
            delete(folder);
        }
    }

    private Loaded load(
            StageWork work, Pending pending, Delivered delivered, String content, TextCutter.Listener listener)
            throws IOException {
        Optional<String> encoding = Optional.empty();
        while (true) {
            try {
                tryOut(work, delivered, encoding);
                try (DeliveredRows rows = open(delivered, encoding, listener)) {
                    work.reached("cut");
                    return commit(work, delivered.drop(), pending, rows, content);
                }
            } catch (Cutting.GuessedWrong _) {
                encoding = Optional.of(Cutting.GuessedWrong.INSTEAD);
            } catch (AlreadyExistsException _) {
                work.log("Table %s was made by somebody else meanwhile: %s is read again"
                        .formatted(delivered.drop().target(), pending.delivery().name()));
            }
        }
    }

    /**
     * A file that is refused must not have made a table or a column of one. Where its rows make the table, they are written
     * before it is; otherwise the file is read twice.
     */
    private void tryOut(StageWork work, Delivered delivered, Optional<String> encoding) throws IOException {
        TableIdentifier target = delivered.drop().target();
        try (DeliveredRows rows = open(delivered, encoding, (_, _, _) -> work.goOn())) {
            if (targets.find(target).isPresent() ? !targets.hasAll(target, rows.columns()) : !rows.hasGood()) {
                rows.tryOut();
            }
        }
    }

    private DeliveredRows open(Delivered delivered, Optional<String> encoding, TextCutter.Listener listener)
            throws IOException {
        return DeliveredRows.open(delivered, encoding, listener, lakehouse.duckWriter());
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

    private Loaded commit(StageWork work, FileDrop drop, Pending pending, DeliveredRows rows, String content)
            throws IOException {
        Delivery delivery = pending.delivery();
        Principal principal = work.principal();
        String commitId = commitId(delivery, content);
        Map<TableIdentifier, WriteResult> results = before(drop, commitId);
        boolean makes = results.isEmpty() && targets.find(drop.target()).isEmpty() && rows.hasGood();
        if (!makes) {
            ready(principal, drop, rows);
        }
        if (results.isEmpty()) {
            Origin origin = new Origin(delivery.name(), content, clock.instant());
            try (WriteBatch batch = lakehouse.writer().begin();
                    StageWork.Watch _ = work.watch(batch::cancel)) {
                Optional<StagedRows> staged =
                        makes ? Optional.of(make(work, drop, rows, origin, batch)) : Optional.empty();
                results = write(work, drop, pending, rows, origin, batch, staged);
            }
        }
        pending.note();
        work.reached("committed");
        results.forEach((table, result) ->
                writes.outcome(work, principal, table, "append", commitId, result.rows(), result.snapshotId()));
        Optional<WriteResult> target = Optional.ofNullable(results.get(drop.target()));
        long landed = target.map(WriteResult::rows).orElse(0L);
        long quarantined = Optional.ofNullable(results.get(drop.quarantine()))
                .map(WriteResult::rows)
                .orElse(0L);
        OptionalLong snapshot =
                target.map(result -> OptionalLong.of(result.snapshotId())).orElse(OptionalLong.empty());
        Counts counts = new Counts(landed + quarantined, landed, quarantined);
        deliveries.landed(delivery, content, rows.dialect(), counts, snapshot);
        work.reached("landed");
        work.log("%s landed: %,d rows, %,d in quarantine; %s"
                .formatted(delivery.name(), landed, quarantined, rows.description()));
        return new Loaded(false, landed + quarantined, landed, quarantined);
    }

    private void ready(Principal principal, FileDrop drop, DeliveredRows rows) {
        targets.ready(principal, drop.target(), rows.columns(), drop.partitioning(), Set.of(Permission.INSERT));
    }

    /** Makes the table, once its rows have all been read and written. */
    private StagedRows make(StageWork work, FileDrop drop, DeliveredRows rows, Origin origin, WriteBatch batch) {
        Principal principal = work.principal();
        try (Targets.Making making = targets.making(principal, drop.target(), rows.columns(), drop.partitioning())) {
            StagedRows staged = fitting(
                    drop, rows, origin, making.table(), () -> batch.stage(making.table(), rows.goodRows(origin)));
            work.goOn();
            work.reached("read");
            if (!making.make()) {
                throw new AlreadyExistsException("Table already exists: %s", drop.target());
            }
            work.reached("made");
            ready(principal, drop, rows);
            return staged;
        }
    }

    /** Rows that do not fit into the table, or cannot be read, are those of a bad file; others may be good. */
    private static <T> T fitting(FileDrop drop, DeliveredRows rows, Origin origin, Table table, Supplier<T> writing) {
        try {
            if (drop.format() == FileDrop.Format.PARQUET) {
                ParquetRows.requireExact(rows.columns(), table);
            }
            return writing.get();
        } catch (LakehouseException.RowsDoNotFit e) {
            List<Sentence> other = rows.columns().stream()
                    .flatMap(column -> Stream.ofNullable(table.schema().caseInsensitiveFindField(column.name()))
                            .filter(there -> !there.type().equals(column.type()))
                            .map(there -> Sentence.of(
                                    "; {0} is {1} there and {2} here", there.name(), there.type(), column.type())))
                    .toList();
            throw new IngestionException.BadFile(
                    "{0} does not fit into {1}: {2}{3}. Nothing of it was loaded; deliver it with the types of the table, or change those",
                    origin.name(), drop.target(), Failures.told(e), Sentence.joined("", other));
        } catch (LakehouseException.Failed e) {
            if (drop.format() == FileDrop.Format.PARQUET
                    && String.valueOf(e.getMessage()).contains(ParquetRows.UNPACKED)) {
                throw new IngestionException.BadFile(
                        "{0} is a damaged Parquet file: its rows cannot be read. Nothing of it was loaded; deliver it again",
                        origin.name());
            }
            throw e;
        }
    }

    /** What a process that died before it could say so had committed of this content; all of it, or nothing. */
    private Map<TableIdentifier, WriteResult> before(FileDrop drop, String commitId) {
        Map<TableIdentifier, WriteResult> results = new LinkedHashMap<>();
        for (TableIdentifier table : List.of(drop.target(), drop.quarantine())) {
            commit(table, commitId)
                    .ifPresent(done -> results.put(
                            table,
                            new WriteResult(done.snapshotId(), done.rowCount(), done.fileCount(), done.sizeBytes())));
        }
        return results;
    }

    private Map<TableIdentifier, WriteResult> write(
            StageWork work,
            FileDrop drop,
            Pending pending,
            DeliveredRows rows,
            Origin origin,
            WriteBatch batch,
            Optional<StagedRows> staged)
            throws IOException {
        Delivery delivery = pending.delivery();
        Principal principal = work.principal();
        String commitId = commitId(delivery, origin.content());
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", delivery.pipeline())
                .with("atalaya.stage", delivery.stage())
                .with("atalaya.run", work.run().toString())
                .with("atalaya.delivery", origin.content());
        List<TableIdentifier> tables = new ArrayList<>();
        if (staged.isPresent() || rows.hasGood()) {
            tables.add(drop.target());
            writes.intent(work, principal, drop.target(), "append", commitId);
            work.reached("intended");
            if (staged.isPresent()) {
                batch.append(drop.target(), staged.get(), properties);
            } else {
                fitting(drop, rows, origin, lakehouse.catalog().loadTable(drop.target()), () -> {
                    batch.append(drop.target(), rows.goodRows(origin), properties);
                    return drop.target();
                });
            }
        }
        if (rows.damaged() > 0) {
            tables.add(drop.quarantine());
            targets.quarantine(work, drop.quarantine(), drop.target());
            writes.intent(work, principal, drop.quarantine(), "append", commitId);
            batch.append(drop.quarantine(), rows.damagedRows(origin), properties);
        }
        work.goOn();
        pending.note();
        work.reached("written");
        return tables.isEmpty() ? Map.of() : results(tables, batch.commit(), delivery, rows);
    }

    private static Map<TableIdentifier, WriteResult> results(
            List<TableIdentifier> tables, List<WriteResult> committed, Delivery delivery, DeliveredRows rows) {
        long written = committed.stream().mapToLong(WriteResult::rows).sum();
        if (written != rows.good() + rows.damaged()) {
            throw new IllegalStateException("%s has %d rows, but %d were written"
                    .formatted(delivery.name(), rows.good() + rows.damaged(), written));
        }
        Map<TableIdentifier, WriteResult> results = new LinkedHashMap<>();
        for (int i = 0; i < tables.size(); i++) {
            results.put(tables.get(i), committed.get(i));
        }
        return results;
    }

    private Optional<RecordedCommit> commit(TableIdentifier table, String commitId) {
        return targets.find(table)
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
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
