package io.atalaya.ingestion.profile;

import io.atalaya.lakehouse.duckdb.DuckSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/** What is asked about a column, as items of a SELECT of the engine over the table. */
record ProfiledColumn(Types.NestedField field, Kind kind) {
    /** How many bars a histogram has. */
    static final int BARS = 20;

    /** How many values are shown as the most frequent. */
    static final int TOP = 10;

    /** Of which quantiles are told. */
    static final List<String> SHARES = List.of("0.05", "0.25", "0.5", "0.75", "0.95");

    /** How many items {@link #summary} has. */
    static final int SUMMARY = 11;

    private static final int SHOWN = 200;
    private static final long SORTED = 1_000_000;

    /** What makes sense to ask. */
    enum Kind {
        NUMBER,
        TIME,
        TEXT,
        OTHER,
        /** Only how many values are missing. */
        NESTED
    }

    static ProfiledColumn of(Types.NestedField field) {
        return new ProfiledColumn(
                field,
                switch (field.type().typeId()) {
                    case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> Kind.NUMBER;
                    case DATE, TIMESTAMP -> Kind.TIME;
                    case STRING -> Kind.TEXT;
                    case BOOLEAN, TIME, UUID, TIMESTAMP_NANO -> Kind.OTHER;
                    default -> Kind.NESTED;
                });
    }

    /**
     * Present values, distinct ones, least, greatest, mean, deviation, quantiles, mean and greatest length, and the least
     * and greatest on a scale of numbers.
     *
     * @param rows of the table: quantiles of very many are approximate
     */
    List<String> summary(long rows) {
        String column = column();
        boolean plain = kind != Kind.NESTED;
        boolean measured = kind == Kind.NUMBER || kind == Kind.TIME;
        String quantile = rows <= SORTED ? "quantile_disc" : "approx_quantile";
        String finite = " FILTER (isfinite(" + scale() + "))";
        List<String> items = new ArrayList<>();
        items.add("count(" + column + ")");
        items.add(plain ? "approx_count_distinct(" + column + ")" : "NULL");
        items.add(plain ? text("min(" + shown() + ")") : "NULL");
        items.add(plain ? text("max(" + shown() + ")") : "NULL");
        items.add(kind == Kind.NUMBER ? "avg(" + scale() + ")" + finite : "NULL");
        items.add(kind == Kind.NUMBER ? "stddev_samp(" + scale() + ")" + finite : "NULL");
        items.add(
                measured
                        ? "CAST(" + quantile + "(" + column + ", [" + String.join(", ", SHARES) + "]) AS VARCHAR)"
                        : "NULL");
        items.add(kind == Kind.TEXT ? "avg(length(" + column + "))" : "NULL");
        items.add(kind == Kind.TEXT ? "max(length(" + column + "))" : "NULL");
        items.add(measured ? "min(" + scale() + ")" + finite : "NULL");
        items.add(measured ? "max(" + scale() + ")" + finite : "NULL");
        return items;
    }

    /** How many values each bar has, as a JSON object by the number of the bar. */
    String bars(double low, double high) {
        String width = number((high - low) / BARS);
        return "CAST(to_json(histogram(CAST(least(" + (BARS - 1) + ", floor((" + scale() + " - " + number(low) + ") / "
                + width + ")) AS INTEGER)) FILTER (isfinite(" + scale() + "))) AS VARCHAR)";
    }

    /** How often each value is there, as a JSON object. */
    String each() {
        return "CAST(to_json(histogram(" + text() + ")) AS VARCHAR)";
    }

    /** Values that are probably the most frequent, as a JSON array. */
    String likely() {
        return "CAST(to_json(approx_top_k(" + text() + ", " + TOP + ")) AS VARCHAR)";
    }

    /** How often one value is there. */
    String occurrences(String value) {
        return "count_if(" + text() + " = " + DuckSql.text(value) + ")";
    }

    private String column() {
        return DuckSql.name(field.name());
    }

    private String shown() {
        return kind == Kind.TEXT ? "left(" + column() + ", " + SHOWN + ")" : column();
    }

    private String text() {
        return text(shown());
    }

    private String text(String value) {
        return field.type() instanceof Types.DecimalType decimal
                ? DuckSql.decimalText(value, decimal.precision(), decimal.scale())
                : "CAST(" + value + " AS VARCHAR)";
    }

    private String scale() {
        return kind == Kind.TIME ? "epoch(" + column() + ")" : "CAST(" + column() + " AS DOUBLE)";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "CAST('%s' AS DOUBLE)", value);
    }

    static String select(List<String> items, String from) {
        return items.stream().collect(Collectors.joining(", ", "SELECT ", " FROM (" + from + ") AS t"));
    }
}
