package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
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
    void save(List<CheckResult> results) {
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
                            rows_failing, rows_checked, threshold, message)
                        VALUES (:run, :stage, :rule, :ordinal, :table, :onFailure, :passed, :failing, :checked,
                            :threshold, :message)
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
                        .bind("message", result.message())
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
                .map((row, _) -> new CheckResult(
                        UUID.fromString(row.getString("run_id")),
                        row.getString("stage"),
                        row.getString("rule"),
                        UUID.fromString(row.getString("table_uuid")),
                        Rule.OnFailure.valueOf(row.getString("on_failure")),
                        row.getBoolean("passed"),
                        row.getLong("rows_failing"),
                        row.getLong("rows_checked"),
                        row.getString("threshold"),
                        row.getString("message")))
                .list());
    }
}
