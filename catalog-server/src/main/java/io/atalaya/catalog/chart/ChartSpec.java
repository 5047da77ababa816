package io.atalaya.catalog.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;

/**
 * Which columns of a result are drawn, and how.
 *
 * @param x the column of the names below bars and lines, the first of two numbers, or the longitude of a map; empty for a
 *     histogram
 * @param y columns of numbers; one, or for bars and lines up to six
 */
public record ChartSpec(Kind kind, String x, List<String> y) {
    private static final int MOST = 6;
    private static final int LONGEST_NAME = 255;

    /** How a chart is drawn. */
    public enum Kind {
        @JsonProperty("bar")
        BAR,
        @JsonProperty("line")
        LINE,
        @JsonProperty("scatter")
        SCATTER,
        @JsonProperty("histogram")
        HISTOGRAM,
        @JsonProperty("map")
        MAP;

        boolean takesSeveral() {
            return this == BAR || this == LINE;
        }
    }

    /** @throws IllegalArgumentException saying which of them does not fit the kind */
    public ChartSpec {
        y = List.copyOf(y);
        if ((kind == Kind.HISTOGRAM) != x.isEmpty()) {
            throw new IllegalArgumentException(
                    kind == Kind.HISTOGRAM ? "'x' has no place in a histogram" : "'x' names a column");
        }
        int most = kind.takesSeveral() ? MOST : 1;
        if (y.isEmpty() || y.size() > most || new HashSet<>(y).size() < y.size()) {
            throw new IllegalArgumentException(
                    most == 1 ? "'y' names one column" : "'y' names one to " + MOST + " different columns");
        }
        if (x.length() > LONGEST_NAME || y.stream().anyMatch(name -> name.isBlank() || name.length() > LONGEST_NAME)) {
            throw new IllegalArgumentException("a column's name has 1 to " + LONGEST_NAME + " characters");
        }
    }
}
