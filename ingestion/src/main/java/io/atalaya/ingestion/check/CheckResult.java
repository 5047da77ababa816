package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import java.util.UUID;

/**
 * How a table kept one rule in one run.
 *
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
        String threshold,
        String message) {}
