package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.policies.Sentence;
import java.util.UUID;

/**
 * How a table kept one rule in one run.
 *
 * @param measure what is held against earlier runs
 * @param threshold as it was written
 * @param said for people; holds no values of the data
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
        Sentence said) {
    /** The same in English. */
    public String message() {
        return said.toString();
    }

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
                Sentence.of("{0}; it is {1}, {2}", said, measure.said(), verdict.said()));
    }
}
