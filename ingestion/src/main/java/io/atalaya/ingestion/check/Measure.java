package io.atalaya.ingestion.check;

import io.atalaya.policies.Sentence;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What a rule has measured. */
public record Measure(BigDecimal value, Unit unit) {
    /** What the value is a number of. */
    public enum Unit {
        /** Rows of the table. */
        ROWS,
        /** Rows of a hundred that break the rule. */
        PERCENT,
        /** Rows that break it, of no known number. */
        OFFENDING,
        /** Seconds since the newest row. */
        SECONDS,
        /** A population stability index. */
        INDEX
    }

    static Measure rows(long rows) {
        return new Measure(BigDecimal.valueOf(rows), Unit.ROWS);
    }

    static Measure share(long part, long whole) {
        BigDecimal share = whole == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(part)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(BigDecimal.valueOf(whole), 6, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
        return new Measure(share, Unit.PERCENT);
    }

    static Measure offending(long rows) {
        return new Measure(BigDecimal.valueOf(rows), Unit.OFFENDING);
    }

    static Measure seconds(long seconds) {
        return new Measure(BigDecimal.valueOf(seconds), Unit.SECONDS);
    }

    @Override
    public String toString() {
        return said().toString();
    }

    /** For people. */
    Sentence said() {
        return switch (unit) {
            case ROWS -> Sentence.of("{0} rows", Sentence.count(value.longValue()));
            case PERCENT -> Sentence.of("{0}%", value.toPlainString());
            case OFFENDING -> Sentence.of("{0}", Sentence.count(value.longValue()));
            case SECONDS -> Sentence.of("{0} s", Sentence.count(value.longValue()));
            case INDEX -> Sentence.of(value.toPlainString());
        };
    }
}
