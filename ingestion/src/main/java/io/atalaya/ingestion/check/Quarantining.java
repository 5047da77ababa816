package io.atalaya.ingestion.check;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.QuarantineTable;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.CompiledQuery;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** Moves rows that break a rule out of their table and into a quarantine, in one commit, so that none is lost. */
public final class Quarantining {
    private static final String HOW = "quarantine";
    private static final String FAILING = "failing_rows";

    private final Lakehouse lakehouse;
    private final Questions questions;
    private final Targets targets;
    private final Writes writes;
    private final Clock clock;

    public Quarantining(Lakehouse lakehouse, Questions questions, Targets targets, Writes writes, Clock clock) {
        this.lakehouse = lakehouse;
        this.questions = questions;
        this.targets = targets;
        this.writes = writes;
        this.clock = clock;
    }

    /** How many rows this stage had moved before its process ended, if it had come so far. */
    OptionalLong movedBefore(StageWork work, GovernedTable table) {
        return work.begunCommit()
                .flatMap(id -> lakehouse.catalog().commit(table.uuid(), id))
                .map(RecordedCommit::rowCount)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Moves the rows that break a rule which says so, and returns how many they were. */
    long move(StageWork work, Stage.Check stage, GovernedTable table, String name) {
        Principal principal = work.principal();
        CompiledQuery failing = questions.view(principal, RuleSql.failing(stage.quarantining(), name));
        requireWhole(principal, failing, table);
        targets.require(principal, table, Set.of(Permission.INSERT, Permission.DELETE));
        targets.ready(
                work,
                stage.quarantine(),
                QuarantineTable.COLUMNS,
                new Heritage.Rows(table),
                List.of(),
                Set.of(Permission.INSERT));
        String commitId = "%s/%s/%s"
                .formatted(
                        work.pipeline().name(),
                        stage.name(),
                        Sha256.of(work.run() + "\n" + table.uuid() + "\n" + snapshot(stage.table())));
        work.beginCommit(commitId);
        work.reached("begun");
        for (TableIdentifier written : List.of(stage.quarantine(), stage.table())) {
            writes.intent(work, principal, written, HOW, commitId);
        }
        work.reached("intended");
        List<WriteResult> results = write(work, stage, table, failing, commitId);
        work.reached("committed");
        writes.outcome(
                work,
                principal,
                stage.quarantine(),
                HOW,
                commitId,
                results.getFirst().rows(),
                results.getFirst().snapshotId());
        writes.outcome(
                work,
                principal,
                stage.table(),
                HOW,
                commitId,
                results.getLast().rows(),
                results.getLast().snapshotId());
        return results.getLast().rows();
    }

    private List<WriteResult> write(
            StageWork work, Stage.Check stage, GovernedTable table, CompiledQuery failing, String commitId) {
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", stage.name())
                .with("atalaya.run", work.run().toString());
        List<String> taken = List.of("CREATE TEMP TABLE " + FAILING + " AS " + failing.duckSql());
        List<String> columns =
                table.schema().columns().stream().map(Types.NestedField::name).toList();
        String aside = QuarantineTable.select(columns, RuleSql.BROKEN, FAILING, work.run(), clock.instant());
        String leaving =
                columns.stream().map(DuckSql::name).collect(Collectors.joining(", ", "SELECT ", " FROM ")) + FAILING;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            batch.append(stage.quarantine(), new RowSource(taken, aside), properties);
            batch.remove(stage.table(), new RowSource(taken, leaving), properties);
            work.goOn();
            work.reached("written");
            return batch.commit();
        }
    }

    private long snapshot(TableIdentifier table) {
        var current = lakehouse.catalog().loadTable(table).currentSnapshot();
        return current == null ? 0 : current.snapshotId();
    }

    /** Rows can be moved as they are only by somebody who sees all of them as they are. */
    private static void requireWhole(Principal principal, CompiledQuery query, GovernedTable table) {
        boolean whole = query.decisions().stream()
                .filter(decision -> decision.table().uuid().equals(table.uuid()))
                .allMatch(Quarantining::isWhole);
        if (!whole) {
            throw new IngestionException.NotAllowed(
                    "'{0}' sees only a part of {1}, or some of it masked, so rows cannot be moved to quarantine as they are; grant SELECT on the whole table, or write onFailure: FAIL or WARN",
                    principal.name(), table.name());
        }
    }

    private static boolean isWhole(Decision.Allowed decision) {
        return decision.rows() instanceof Predicate.Always
                && decision.table().schema().columns().stream()
                        .allMatch(column -> decision.column(column.fieldId()) instanceof ColumnAccess.Visible);
    }
}
