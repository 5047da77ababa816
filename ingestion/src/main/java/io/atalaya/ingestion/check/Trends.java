package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.policies.Sentence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Whether a measure is like those before it. */
final class Trends {
    private Trends() {}

    /**
     * What was found.
     *
     * @param kept whether it is near enough, or too little is known to say
     * @param said what it was held against
     */
    record Verdict(boolean kept, Sentence said) {}

    /** Holds a measure against those of the last runs, of the same unit. */
    static Verdict of(Rule.Trend trend, Measure now, List<BigDecimal> before) {
        if (before.size() < trend.atLeast()) {
            return new Verdict(
                    true, Sentence.of("no trend yet, {0} of {1} runs are known", before.size(), trend.atLeast()));
        }
        BigDecimal mean = before.stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(before.size()), 6, RoundingMode.HALF_EVEN);
        BigDecimal allowed = mean.abs().multiply(trend.percent()).movePointLeft(2);
        boolean kept = now.value().subtract(mean).abs().compareTo(allowed) <= 0;
        return new Verdict(
                kept,
                Sentence.of(
                        "the mean of the last {0} runs is {1}, of which it may differ by {2}%",
                        before.size(),
                        new Measure(mean.stripTrailingZeros(), now.unit()).said(),
                        trend.percent().toPlainString()));
    }
}
