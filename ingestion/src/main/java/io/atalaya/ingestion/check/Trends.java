package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
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
     * @param message what it was held against
     */
    record Verdict(boolean kept, String message) {}

    /** Holds a measure against those of the last runs, of the same unit. */
    static Verdict of(Rule.Trend trend, Measure now, List<BigDecimal> before) {
        if (before.size() < trend.atLeast()) {
            return new Verdict(true, "no trend yet, %d of %d runs are known".formatted(before.size(), trend.atLeast()));
        }
        BigDecimal mean = before.stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(before.size()), 6, RoundingMode.HALF_EVEN);
        BigDecimal allowed = mean.abs().multiply(trend.percent()).movePointLeft(2);
        boolean kept = now.value().subtract(mean).abs().compareTo(allowed) <= 0;
        return new Verdict(
                kept,
                "the mean of the last %d runs is %s, of which it may differ by %s%%"
                        .formatted(
                                before.size(),
                                new Measure(mean.stripTrailingZeros(), now.unit()),
                                trend.percent().toPlainString()));
    }
}
