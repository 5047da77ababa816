package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.ingestion.run.RunRows;
import io.atalaya.policies.StoredSentences;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Results of checks. */
public final class CheckStore {
    private final Jdbi jdbi;

    /** The results in that database. */
    public CheckStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Keeps the results of one stage of a run, in place of those it had. */
    public void save(List<CheckResult> results) {
        jdbi.useTransaction(handle -> {
            for (int i = 0; i < results.size(); i++) {
                CheckResult result = results.get(i);
                if (i == 0) {
                    handle.execute(
                            "DELETE FROM check_result WHERE run_id = ? AND stage = ?",
                            result.run().toString(),
                            result.stage());
                }
                handle.createUpdate("""
                        INSERT INTO check_result (run_id, stage, rule, ordinal, table_uuid, on_failure, passed,
                            rows_failing, rows_checked, threshold, message, measured, unit)
                        VALUES (:run, :stage, :rule, :ordinal, :table, :onFailure, :passed, :failing, :checked,
                            :threshold, :message, :measured, :unit)
                        """)
                        .bind("run", result.run().toString())
                        .bind("stage", result.stage())
                        .bind("rule", result.rule())
                        .bind("ordinal", i)
                        .bind("table", result.table().toString())
                        .bind("onFailure", result.onFailure().name())
                        .bind("passed", result.passed())
                        .bind("failing", result.rowsFailing())
                        .bind("checked", result.rowsChecked())
                        .bind("threshold", result.threshold())
                        .bind("message", StoredSentences.text(result.said()))
                        .bind("measured", result.measure().value().toPlainString())
                        .bind("unit", result.measure().unit().name())
                        .execute();
            }
        });
    }

    /** The results of a run, in the order of its stages and rules. */
    public List<CheckResult> of(UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT c.* FROM check_result c JOIN stage_run s ON s.run_id = c.run_id AND s.stage = c.stage
                WHERE c.run_id = :run ORDER BY s.ordinal, c.ordinal
                """)
                .bind("run", run.toString())
                .map((row, _) -> result(row))
                .list());
    }

    /**
     * What a rule measured in the last runs before this one in which it was kept, newest first.
     *
     * @param max how many at most
     */
    List<BigDecimal> before(String pipeline, CheckResult now, int max) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT c.measured FROM check_result c JOIN pipeline_run r ON r.id = c.run_id
                WHERE c.table_uuid = :table AND c.stage = :stage AND c.rule = :rule AND c.unit = :unit
                    AND c.passed = TRUE AND r.pipeline = :pipeline AND r.id <> :run
                ORDER BY r.sequence DESC LIMIT :max
                """)
                .bind("table", now.table().toString())
                .bind("stage", now.stage())
                .bind("rule", now.rule())
                .bind("unit", now.measure().unit().name())
                .bind("pipeline", pipeline)
                .bind("run", now.run().toString())
                .bind("max", max)
                .map((row, _) -> new BigDecimal(row.getString("measured")))
                .list());
    }

    /** A result, and when its run was asked for. */
    public record Dated(Instant at, CheckResult result) {}

    /** The results of the last runs of a pipeline that had any, oldest first, in the order of their rules. */
    public List<Dated> history(String pipeline, int runs) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT c.*, r.requested_at FROM check_result c JOIN pipeline_run r ON r.id = c.run_id
                WHERE c.run_id IN (
                    SELECT p.id FROM pipeline_run p WHERE p.pipeline = :pipeline
                        AND EXISTS (SELECT 1 FROM check_result e WHERE e.run_id = p.id)
                    ORDER BY p.sequence DESC LIMIT :runs)
                ORDER BY r.sequence, c.stage, c.ordinal
                """)
                .bind("pipeline", pipeline)
                .bind("runs", runs)
                .map((row, _) -> new Dated(RunRows.instant(row.getLong("requested_at")), result(row)))
                .list());
    }

    /** A result, the pipeline whose run it is of, in which version, and when that run was asked for. */
    public record OfTable(String pipeline, String version, Instant at, CheckResult result) {}

    /** The results of a table in the last runs that checked it, whatever pipeline they are of, oldest first. */
    public List<OfTable> ofTable(UUID table, int runs) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT c.*, r.requested_at, r.pipeline, r.version FROM check_result c JOIN pipeline_run r ON r.id = c.run_id
                WHERE c.table_uuid = :table AND c.run_id IN (
                    SELECT p.id FROM pipeline_run p
                    WHERE p.id IN (SELECT e.run_id FROM check_result e WHERE e.table_uuid = :table)
                    ORDER BY p.sequence DESC LIMIT :runs)
                ORDER BY r.sequence, c.stage, c.ordinal
                """)
                .bind("table", table.toString())
                .bind("runs", runs)
                .map((row, _) -> new OfTable(
                        row.getString("pipeline"),
                        row.getString("version"),
                        RunRows.instant(row.getLong("requested_at")),
                        result(row)))
                .list());
    }

    private static CheckResult result(ResultSet row) throws SQLException {
        String measured = row.getString("measured");
        return new CheckResult(
                UUID.fromString(row.getString("run_id")),
                row.getString("stage"),
                row.getString("rule"),
                UUID.fromString(row.getString("table_uuid")),
                Rule.OnFailure.valueOf(row.getString("on_failure")),
                row.getBoolean("passed"),
                row.getLong("rows_failing"),
                row.getLong("rows_checked"),
                measured == null
                        ? Measure.share(row.getLong("rows_failing"), row.getLong("rows_checked"))
                        : new Measure(new BigDecimal(measured), Measure.Unit.valueOf(row.getString("unit"))),
                row.getString("threshold"),
                StoredSentences.read(row.getString("message")));
    }
}
