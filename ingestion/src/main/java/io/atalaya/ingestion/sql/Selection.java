package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.SchemaChange;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A SELECT, secured for the pipeline's principal, into a table. */
public final class Selection {
    private static final String GIVEN = "rows_given";
    private static final long ROW_GROUP = 122_880;

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final Writes writes;
    private final NewRows newRows;
    private final LateRows lateRows;
    private final Histories histories;

    public Selection(
            Lakehouse lakehouse, Compiler compiler, Targets targets, Writes writes, Positions positions, Clock clock) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.writes = writes;
        this.newRows = new NewRows(lakehouse, positions);
        this.lateRows = new LateRows(lakehouse, clock);
        this.histories = new Histories(lakehouse, clock);
    }

    /** Selects and writes, unless the same was written before. */
    public Done run(StageWork work, Stage.Sql stage) {
        return run(work, stage, Enrichment.NONE);
    }

    /** The same, of rows that are given more than they have. */
    public Done run(StageWork work, Stage.Sql stage, Enrichment given) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> committed(stage, id));
        if (begun.isPresent()) {
            return new Done(0, begun.get().rowCount(), 0, Sentence.of("Was committed before the process ended"));
        }
        CompiledQuery query = compile(compiler, work, stage);
        SelectedRows.require(stage.name(), query);
        List<Types.NestedField> columns = stage.mode() instanceof Stage.Mode.History history
                ? Histories.columns(stage, history, query.fields())
                : with(stage, query.fields(), given);
        if (given.equals(Enrichment.NONE)) {
            SchemaChange.selected(targets.find(stage.target()), columns)
                    .require(stage.target(), Sentence.of("stage '{0}'", stage.name()));
        }
        Heritage.Selected heritage = heritage(stage, query, given);
        given.ready(targets.ready(
                work, stage.target(), columns, heritage, stage.partitioning(), permissions(stage.mode())));
        given.beside()
                .ifPresent(beside ->
                        targets.ready(work, beside.table(), columns, heritage, List.of(), permissions(stage.mode())));
        return switch (stage.mode()) {
            case Stage.Mode.Append(var newRowsOf) -> newRows(work, stage, query, given, newRowsOf);
            case Stage.Mode.Merge merge
            when merge.readsNewRows() -> {
                merge.window()
                        .ifPresent(window -> targets.ready(
                                work,
                                window.late(),
                                LateRows.columns(stage, window, query.fields()),
                                heritage,
                                List.of(),
                                Set.of(Permission.INSERT)));
                yield newRows(work, stage, query, given, merge.newRowsOf());
            }
            case Stage.Mode.Merge _, Stage.Mode.Overwrite _, Stage.Mode.Day _, Stage.Mode.History _ ->
                replace(work, stage, query, given);
        };
    }

    private static List<Types.NestedField> with(Stage.Sql stage, List<Types.NestedField> columns, Enrichment given) {
        List<Types.NestedField> all = new ArrayList<>(columns.stream()
                .filter(column -> !given.excluded().contains(column.name().toLowerCase(Locale.ROOT)))
                .toList());
        for (Types.NestedField more : given.columns()) {
            if (columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(more.name()))) {
                throw new IngestionException.BadStage(
                        "The SELECT of stage '{0}' has a column '{1}', which its rows are given; give one of them another name",
                        stage.name(), more.name());
            }
            all.add(more);
        }
        return all;
    }

    private static Heritage.Selected heritage(Stage.Sql stage, CompiledQuery query, Enrichment given) {
        Heritage.Selected selected =
                Heritage.Selected.of(query.fields(), query.derivation().get()).with(given.columns(), given.origins());
        return switch (stage.mode()) {
            case Stage.Mode.History history
            when history.order().isPresent() ->
                selected.with(
                        List.of(Histories.FROM, Histories.TO), history.order().get());
            case Stage.Mode.Merge merge
            when merge.window().isPresent() ->
                selected.with(List.of(LateRows.FROM), merge.window().get().column());
            case Stage.Mode.History _,
                    Stage.Mode.Merge _,
                    Stage.Mode.Append _,
                    Stage.Mode.Overwrite _,
                    Stage.Mode.Day _ -> selected;
        };
    }

    private static CompiledQuery compile(Compiler compiler, StageWork work, Stage.Sql stage) {
        return SelectedRows.compile(
                compiler,
                work,
                stage.sql(),
                Optional.of(Namespace.of(
                        stage.database().orElse(stage.target().namespace().level(0)))));
    }

    private Done replace(StageWork work, Stage.Sql stage, CompiledQuery query, Enrichment given) {
        String how = (stage.mode() instanceof Stage.Mode.Day
                        ? stage.mode() + " " + work.date()
                        : stage.mode().toString())
                + given.identity();
        String of = stage.mode() instanceof Stage.Mode.Day ? work.date().toString() : "";
        String commitId = LastCommit.identity(
                lakehouse.catalog().loadTable(stage.target()),
                work,
                of,
                SelectedRows.commitId(work, stage.name(), stage.sql(), how, query));
        Optional<RecordedCommit> same = committed(stage, commitId);
        if (same.isPresent()) {
            return new Done(
                    0,
                    0,
                    0,
                    Sentence.of(
                            "Nothing has changed since snapshot {0}", same.get().snapshotId()));
        }
        return written(
                stage,
                given,
                write(work, stage, query, given, commitId, properties -> LastCommit.in(properties, of), _ -> {}));
    }

    private Done newRows(
            StageWork work,
            Stage.Sql stage,
            CompiledQuery whole,
            Enrichment given,
            Optional<TableIdentifier> newRowsOf) {
        UUID target = targets.find(stage.target()).orElseThrow().uuid();
        NewRows.Range range = newRows.range(work, stage, newRowsOf, whole, target);
        CompiledQuery query = range.since().isPresent()
                ? compile(compiler.since(range.input(), range.since().getAsLong()), work, stage)
                : whole;
        OptionalLong until = range.until(query);
        if (until.equals(range.since())) {
            return new Done(
                    0,
                    0,
                    0,
                    until.isEmpty()
                            ? Sentence.of("There is nothing in {0}", range.table())
                            : Sentence.of(
                                    "Nothing is new in {0} since its snapshot {1}", range.table(), until.getAsLong()));
        }
        List<WriteResult> results = write(
                work,
                stage,
                query,
                given,
                range.commitId(),
                properties -> newRows.in(range, properties, until),
                Positions.stillAt(range.flow(), range.reached()));
        newRows.committed(stage, range, results.getFirst().snapshotId());
        return written(stage, given, results);
    }

    private static Done written(Stage.Sql stage, Enrichment given, List<WriteResult> results) {
        WriteResult target = results.getFirst();
        if (given.beside().isPresent()) {
            return new Done(
                    target.rows(),
                    target.rows(),
                    0,
                    Sentence.of(
                            "{0} rows into {1}, snapshot {2}; {3} of them into {4} as well",
                            Sentence.count(target.rows()),
                            stage.target(),
                            target.snapshotId(),
                            Sentence.count(results.getLast().rows()),
                            given.beside().get().table()));
        }
        if (stage.mode() instanceof Stage.Mode.History) {
            return new Done(
                    target.rows(),
                    target.rows(),
                    0,
                    target.rows() == 0
                            ? Sentence.of("No version has begun or ended")
                            : Sentence.of(
                                    "{0} versions began or ended in {1}, snapshot {2}",
                                    Sentence.count(target.rows()), stage.target(), target.snapshotId()));
        }
        long late = results.stream().skip(1).mapToLong(WriteResult::rows).sum();
        return new Done(
                target.rows() + late,
                target.rows(),
                late,
                Sentence.of(
                        "{0} rows into {1}, snapshot {2}{3}",
                        Sentence.count(target.rows()),
                        stage.target(),
                        target.snapshotId(),
                        late == 0
                                ? Sentence.nothing()
                                : Sentence.of("; {0} came too late for the window", Sentence.count(late))));
    }

    private List<WriteResult> write(
            StageWork work,
            Stage.Sql stage,
            CompiledQuery query,
            Enrichment given,
            String commitId,
            UnaryOperator<CommitProperties> more,
            Consumer<List<Table>> look) {
        work.beginCommit(commitId);
        work.reached("begun");
        Principal principal = work.principal();
        String how = how(stage.mode());
        List<TableIdentifier> written = written(stage, given);
        written.forEach(table -> writes.intent(work, principal, table, how, commitId));
        work.reached("intended");
        List<WriteResult> results =
                commit(work, stage, query, given, more.apply(properties(work, stage, commitId)), look);
        work.reached("committed");
        for (int i = 0; i < results.size(); i++) {
            WriteResult result = results.get(i);
            writes.outcome(work, principal, written.get(i), how, commitId, result.rows(), result.snapshotId());
        }
        return results;
    }

    /** The tables it writes to, in the order in which it does. */
    private static List<TableIdentifier> written(Stage.Sql stage, Enrichment given) {
        List<TableIdentifier> written = new ArrayList<>(List.of(stage.target()));
        if (stage.mode() instanceof Stage.Mode.Merge merge) {
            merge.window().ifPresent(window -> written.add(window.late()));
        }
        given.beside().ifPresent(beside -> written.add(beside.table()));
        return written;
    }

    private static CommitProperties properties(StageWork work, Stage.Sql stage, String commitId) {
        return CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", stage.name())
                .with("atalaya.run", work.run().toString());
    }

    private List<WriteResult> commit(
            StageWork work,
            Stage.Sql stage,
            CompiledQuery query,
            Enrichment given,
            CommitProperties properties,
            Consumer<List<Table>> look) {
        try (WriteBatch batch = isForOneThread(stage, query, given)
                        ? lakehouse.writer().beginSingle()
                        : lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            RowSource rows = RowSource.of(given.of(query.duckSql()));
            if (given.beside().isPresent()) {
                batch.prepare(stage.target(), "CREATE TEMP TABLE " + GIVEN + " AS " + rows.select());
                rows = RowSource.of("SELECT * FROM " + GIVEN);
            }
            switch (stage.mode()) {
                case Stage.Mode.Append _ -> batch.append(stage.target(), rows, properties);
                case Stage.Mode.Overwrite _ -> batch.overwrite(stage.target(), rows, properties);
                case Stage.Mode.Day(var column) ->
                    OneDay.of(lakehouse.catalog().loadTable(stage.target()), column, work.date())
                            .overwrite(batch, stage.target(), query.duckSql(), properties);
                case Stage.Mode.Merge merge
                when merge.window().isPresent() ->
                    lateRows.write(batch, work, stage, merge, merge.window().get(), query.duckSql(), properties);
                case Stage.Mode.History history ->
                    histories.write(batch, stage, history, query.duckSql(), query.fields(), properties);
                case Stage.Mode.Merge merge ->
                    batch.merge(stage.target(), merge.key(), merge.order(), rows, properties);
            }
            if (given.beside().isPresent()) {
                beside(batch, stage.mode(), given.beside().get(), properties);
            }
            work.goOn();
            given.written();
            work.reached("written");
            batch.commitOnlyIf(look);
            return batch.commit();
        } catch (LakehouseException e) {
            given.rethrow();
            throw e;
        }
    }

    /** Rows of one row group are read by one thread, however many there are; other modes read the target as well. */
    private boolean isForOneThread(Stage.Sql stage, CompiledQuery query, Enrichment given) {
        return given.isParallel()
                && (stage.mode() instanceof Stage.Mode.Append || stage.mode() instanceof Stage.Mode.Overwrite)
                && query.inputs().stream().mapToLong(this::rows).sum() <= ROW_GROUP;
    }

    private long rows(CompiledQuery.Input input) {
        if (input.snapshotId().isEmpty()) {
            return 0;
        }
        Snapshot read = lakehouse
                .catalog()
                .loadTable(input.name())
                .snapshot(input.snapshotId().getAsLong());
        String rows = read == null ? null : read.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP);
        return rows == null ? ROW_GROUP + 1 : Long.parseLong(rows);
    }

    private static void beside(
            WriteBatch batch, Stage.Mode mode, Enrichment.Beside beside, CommitProperties properties) {
        RowSource some = RowSource.of("SELECT * FROM " + GIVEN + " WHERE " + beside.where());
        switch (mode) {
            case Stage.Mode.Append _ -> batch.append(beside.table(), some, properties);
            case Stage.Mode.Merge merge -> batch.merge(beside.table(), merge.key(), merge.order(), some, properties);
            case Stage.Mode.Overwrite _, Stage.Mode.Day _, Stage.Mode.History _ ->
                batch.overwrite(beside.table(), some, properties);
        }
    }

    private Optional<RecordedCommit> committed(Stage.Sql stage, String commitId) {
        return targets.find(stage.target())
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }

    private static Set<Permission> permissions(Stage.Mode mode) {
        return switch (mode) {
            case Stage.Mode.Append _ -> Set.of(Permission.INSERT);
            case Stage.Mode.Overwrite _, Stage.Mode.Day _, Stage.Mode.Merge _, Stage.Mode.History _ ->
                Set.of(Permission.INSERT, Permission.DELETE);
        };
    }

    private static String how(Stage.Mode mode) {
        return switch (mode) {
            case Stage.Mode.Append _ -> "append";
            case Stage.Mode.Overwrite _, Stage.Mode.Day _ -> "overwrite";
            case Stage.Mode.Merge _ -> "merge";
            case Stage.Mode.History _ -> "history";
        };
    }
}
