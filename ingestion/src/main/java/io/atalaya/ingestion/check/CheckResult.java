package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import java.util.UUID;

/**
 * How a table kept one rule in one run.
 *
 * @param measure what is held against earlier runs
 * @param threshold as it was written
 * @param message for people; holds no values of the data
 */
public record CheckResult(
        UUID run,
        String stage,
        String rule,
        UUID table,
        Rule.OnFailure onFailure,
        boolean passed,
        long rowsFailing,
        long rowsChecked,
        Measure measure,
        String threshold,
        String message) {
    /** The same, held against earlier runs. */
    CheckResult against(Trends.Verdict verdict) {
        return new CheckResult(
                run,
                stage,
                rule,
                table,
                onFailure,
                passed && verdict.kept(),
                rowsFailing,
                rowsChecked,
                measure,
                threshold,
                message + "; it is " + measure + ", " + verdict.message());
    }
}
