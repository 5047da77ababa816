package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.RunDate;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.Relations.Relation;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.SchemaChange;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.read.ScanRequest;
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
import io.atalaya.query.lineage.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;

/** Rows with nested columns into tables that refer to each other, all in one commit. */
public final class Normalization {
    private static final String HOW = "normalize";

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final Writes writes;

    public Normalization(Lakehouse lakehouse, Compiler compiler, Targets targets, Writes writes) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.writes = writes;
    }

    /** Selects and writes, unless the same was written before. */
    public Done run(StageWork work, Stage.Normalize stage) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> committed(stage, id));
        if (begun.isPresent()) {
            return new Done(
                    begun.get().rowCount(),
                    begun.get().rowCount(),
                    0,
                    Sentence.of("Was committed before the process ended"));
        }
        CompiledQuery query = compile(compiler, work, stage);
        SelectedRows.require(stage.name(), query);
        List<Relation> relations = Relations.of(stage, query.duckSql(), query.fields());
        relations.forEach(relation -> SchemaChange.selected(targets.find(relation.table()), relation.fields())
                .require(relation.table(), Sentence.of("stage '{0}'", stage.name())));
        for (Relation relation : relations) {
            targets.ready(
                    work,
                    relation.table(),
                    relation.fields(),
                    heritage(stage, relation, query),
                    List.of(),
                    Set.of(Permission.INSERT, Permission.DELETE));
        }
        return stage.newRowsOf().isPresent()
                ? newRows(work, stage, relations, query, stage.newRowsOf().get())
                : whole(work, stage, relations, query);
    }

    private static CompiledQuery compile(Compiler compiler, StageWork work, Stage.Normalize stage) {
        return SelectedRows.compile(
                compiler,
                work,
                stage.sql(),
                Optional.of(Namespace.of(
                        stage.database().orElse(stage.target().namespace().level(0)))));
    }

    private Done whole(StageWork work, Stage.Normalize stage, List<Relation> relations, CompiledQuery query) {
        String commitId = LastCommit.identity(
                lakehouse.catalog().loadTable(stage.target()),
                work,
                "",
                SelectedRows.commitId(work, stage.name(), stage.sql(), stage.key() + "\n" + stage.tables(), query));
        Optional<RecordedCommit> same = committed(stage, commitId);
        if (same.isPresent()) {
            return new Done(
                    0,
                    0,
                    0,
                    Sentence.of(
                            "Nothing has changed since snapshot {0}", same.get().snapshotId()));
        }
        return write(work, stage, relations, commitId, UnaryOperator.identity(), Optional.empty());
    }

    /**
     * Adds what is made of the rows that have come since the last commit. Everything is made anew if that would not be
     * the same: rows have gone from the input, or something else decides what is made of them.
     */
    private Done newRows(
            StageWork work,
            Stage.Normalize stage,
            List<Relation> relations,
            CompiledQuery whole,
            TableIdentifier newRowsOf) {
        CompiledQuery.Input input = input(stage, whole, newRowsOf);
        String of = of(work, stage, relations, whole, input);
        List<Table> tables = NormalState.load(
                lakehouse.catalog(), relations.stream().map(Relation::table).toList());
        Optional<NormalState> state = NormalState.of(work.pipeline().name(), stage.name(), tables)
                .filter(last -> last.of().equals(of));
        CompiledQuery query = whole;
        Optional<NormalState> goesOn = Optional.empty();
        if (state.isPresent()
                && lakehouse.catalog().loadTable(newRowsOf).snapshot(state.get().position()) != null) {
            long since = state.get().position();
            CompiledQuery added = compile(compiler.since(input.uuid(), since), work, stage);
            long until = input(stage, added, newRowsOf).snapshotId().orElseThrow();
            if (until == since) {
                return new Done(0, 0, 0, Sentence.of("Nothing is new in {0} since its snapshot {1}", newRowsOf, since));
            }
            if (of.equals(of(work, stage, relations, added, input)) && !hasLost(newRowsOf, since, until)) {
                query = added;
                goesOn = state;
            }
        }
        OptionalLong until = input(stage, query, newRowsOf).snapshotId();
        if (until.isEmpty()) {
            return new Done(0, 0, 0, Sentence.of("There is nothing in {0}", newRowsOf));
        }
        if (goesOn.isEmpty()) {
            work.log("All of %s is normalized: %s"
                    .formatted(
                            newRowsOf,
                            state.isPresent()
                                    ? "rows that were read have gone from it"
                                    : "the tables are not yet made of it by this SELECT under these policies"));
        }
        String commitId = NormalState.next(
                lakehouse.catalog(), work.pipeline().name(), stage.name(), stage.target(), tables.getFirst());
        return write(
                work,
                stage,
                goesOn.isPresent() ? Relations.of(stage, query.duckSql(), query.fields()) : relations,
                commitId,
                properties -> NormalState.in(properties, of, until.getAsLong()),
                goesOn);
    }

    private static CompiledQuery.Input input(Stage.Normalize stage, CompiledQuery query, TableIdentifier newRowsOf) {
        List<CompiledQuery.Input> inputs = query.inputs().stream()
                .filter(input -> input.name().equals(newRowsOf))
                .toList();
        if (inputs.size() != 1) {
            throw new IngestionException.BadStage(
                    "Stage '{0}' reads {1} {2} times; what its 'newRowsOf' names is read once",
                    stage.name(), newRowsOf, Sentence.count(inputs.size()));
        }
        return inputs.getFirst();
    }

    /** What decides, besides the rows of the input, what is made of them. */
    private static String of(
            StageWork work,
            Stage.Normalize stage,
            List<Relation> relations,
            CompiledQuery query,
            CompiledQuery.Input input) {
        StringBuilder all = new StringBuilder(stage.sql())
                .append('\n')
                .append(stage.key())
                .append('\n')
                .append(input.uuid());
        relations.forEach(relation -> all.append('\n')
                .append(relation.path())
                .append(' ')
                .append(relation.table())
                .append(' ')
                .append(relation.fields()));
        query.inputs().stream()
                .filter(other -> !other.uuid().equals(input.uuid()))
                .forEach(other ->
                        all.append('\n').append(other.uuid()).append(' ').append(other.snapshotId()));
        Secured.describe(query.decisions(), all);
        if (RunDate.in(stage.sql()).uses() > 0) {
            all.append('\n').append(work.date());
        }
        return Sha256.of(all.toString());
    }

    /** Whether rows have gone, or were changed, between two snapshots. */
    private boolean hasLost(TableIdentifier input, long since, long until) {
        Optional<String> removed = lakehouse
                .scans()
                .removed(lakehouse.catalog().loadTable(input), since, until)
                .map(rows -> "SELECT 1 FROM (" + rows + ") LIMIT 1");
        if (removed.isEmpty()) {
            return false;
        }
        try (WriteBatch batch = lakehouse.writer().begin();
                Statement statement = batch.connection().createStatement();
                ResultSet row = statement.executeQuery(removed.get())) {
            return row.next();
        } catch (SQLException e) {
            throw new IngestionException.Unavailable(
                    Sentence.of("The engine could not compare two snapshots of {0}", input), e);
        }
    }

    /** @param goesOn what the tables hold that rows are added to; empty: all rows are replaced */
    private Done write(
            StageWork work,
            Stage.Normalize stage,
            List<Relation> relations,
            String commitId,
            UnaryOperator<CommitProperties> more,
            Optional<NormalState> goesOn) {
        boolean append = goesOn.isPresent();
        Principal principal = work.principal();
        String how = append ? "append" : HOW;
        work.beginCommit(commitId);
        work.reached("begun");
        relations.forEach(relation -> writes.intent(work, principal, relation.table(), how, commitId));
        work.reached("intended");
        CommitProperties properties = more.apply(CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", stage.name())
                .with("atalaya.run", work.run().toString()));
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            for (Relation relation : relations) {
                batch.prepare(relation.table(), relation.gathering());
                if (relation.origin().isEmpty()) {
                    requireKeys(batch, stage, relation);
                    if (append) {
                        requireNewKeys(batch, stage, relation);
                    }
                }
                RowSource rows = RowSource.of(relation.select());
                if (append) {
                    batch.append(relation.table(), rows, properties);
                } else {
                    batch.overwrite(relation.table(), rows, properties);
                }
                work.goOn();
            }
            if (append) {
                batch.commitOnlyIf(tables -> requireState(work, stage, goesOn, tables));
            }
            work.reached("written");
            results = batch.commit();
        }
        work.reached("committed");
        long rows = 0;
        for (int i = 0; i < results.size(); i++) {
            WriteResult result = results.get(i);
            rows += result.rows();
            writes.outcome(
                    work, principal, relations.get(i).table(), how, commitId, result.rows(), result.snapshotId());
            work.log(
                    "%,d rows into %s".formatted(result.rows(), relations.get(i).table()));
        }
        return new Done(
                results.getFirst().rows(),
                rows,
                0,
                Sentence.of("{0} rows into {1} tables", Sentence.count(rows), relations.size()));
    }

    /** Rows are added to what the tables held when it was decided which ones. */
    private static void requireState(
            StageWork work, Stage.Normalize stage, Optional<NormalState> goesOn, List<Table> tables) {
        if (!NormalState.of(work.pipeline().name(), stage.name(), tables).equals(goesOn)) {
            throw new IngestionException.Unavailable(
                    Sentence.of(
                            "The tables of stage '{0}' are not what they were when it began; nothing was written",
                            stage.name()),
                    new IllegalStateException());
        }
    }

    /** What was normalized before has none of these keys. */
    private void requireNewKeys(WriteBatch batch, Stage.Normalize stage, Relation root) {
        Table target = lakehouse.catalog().loadTable(root.table());
        int key = target.schema().findField(Relations.KEY).fieldId();
        String there = lakehouse
                .scans()
                .plan(target, new ScanRequest(OptionalLong.empty(), Expressions.alwaysTrue(), Set.of(key)))
                .sql();
        String sql = "SELECT count(*) FROM " + root.temporary() + " SEMI JOIN (" + there + ") there USING (\""
                + Relations.KEY + "\")";
        try (Statement statement = batch.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) > 0) {
                throw twice(row.getLong(1), stage);
            }
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine could not compare keys", e);
        }
    }

    private static IngestionException twice(long rows, Stage.Normalize stage) {
        return new IngestionException.BadStage(
                "{0} rows of stage '{1}' have the key [{2}] of another row; SELECT one of them",
                Sentence.count(rows), stage.name(), stage.key());
    }

    private static void requireKeys(WriteBatch batch, Stage.Normalize stage, Relation root) {
        StringBuilder missing = new StringBuilder("false");
        stage.key().forEach(key -> missing.append(" OR \"").append(key).append("\" IS NULL"));
        String sql = "SELECT count_if(" + missing + "), count(*) - count(DISTINCT \"" + Relations.KEY + "\") FROM "
                + root.temporary();
        try (Statement statement = batch.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) > 0) {
                throw new IngestionException.BadStage(
                        "{0} rows of stage '{1}' have no value in a column of the key [{2}]",
                        Sentence.count(row.getLong(1)), stage.name(), stage.key());
            }
            if (row.getLong(2) > 0) {
                throw twice(row.getLong(2), stage);
            }
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine could not compare keys", e);
        }
    }

    /** A column inherits from the column it is in, and what is made of the key from all of that. */
    private static Heritage heritage(Stage.Normalize stage, Relation relation, CompiledQuery query) {
        Heritage.Selected all =
                Heritage.Selected.of(query.fields(), query.derivation().get());
        Map<String, Set<Origin>> origins = new HashMap<>();
        relation.columns().forEach(column -> origins.put(column.name(), of(all, column.origin())));
        Set<Origin> keys = new HashSet<>();
        stage.key().forEach(key -> keys.addAll(of(all, key)));
        relation.own().forEach(name -> origins.put(name, keys));
        relation.origin().ifPresent(origin -> origins.put(Relations.ORDINAL, of(all, origin)));
        return new Heritage.Selected(origins, all.read());
    }

    private static Set<Origin> of(Heritage.Selected all, String column) {
        return all.origins().getOrDefault(column.toLowerCase(Locale.ROOT), Set.of());
    }

    private Optional<RecordedCommit> committed(Stage.Normalize stage, String commitId) {
        return targets.find(stage.target())
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }
}
