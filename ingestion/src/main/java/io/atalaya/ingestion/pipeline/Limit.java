package io.atalaya.ingestion.pipeline;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many of something are tolerated. */
public sealed interface Limit {
    /** So many. */
    record Count(long count) implements Limit {
        @Override
        public String toString() {
            return Long.toString(count);
        }
    }

    /** So many of a hundred. */
    record Percent(BigDecimal percent) implements Limit {
        @Override
        public String toString() {
            return percent.toPlainString() + "%";
        }
    }

    /** None at all. */
    static Limit none() {
        return new Count(0);
    }

    /** Whether so many of so many are too many. */
    default boolean isExceededBy(long part, long whole) {
        return switch (this) {
            case Count(long count) -> part > count;
            case Percent(BigDecimal percent) ->
                new BigDecimal(part)
                                .multiply(BigDecimal.valueOf(100))
                                .compareTo(percent.multiply(BigDecimal.valueOf(whole)))
                        > 0;
        };
    }

    /**
     * A limit as it is written: {@code 20} or {@code 0.5%}.
     *
     * @throws IllegalArgumentException saying how it should be written
     */
    static Limit parse(String text) {
        Matcher matcher = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(%?)").matcher(text.strip());
        if (matcher.matches()) {
            boolean percent = !matcher.group(2).isEmpty();
            BigDecimal number = new BigDecimal(matcher.group(1));
            if (percent && number.compareTo(BigDecimal.valueOf(100)) <= 0) {
                return new Percent(number);
            }
            if (!percent && number.scale() == 0 && number.precision() <= 18) {
                return new Count(number.longValueExact());
            }
        }
        throw new IllegalArgumentException("'" + text + "' is neither a count such as 20 nor a share such as 0.5%");
    }
}
