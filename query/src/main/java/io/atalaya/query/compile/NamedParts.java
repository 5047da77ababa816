package io.atalaya.query.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The named queries of a {@code WITH}. Trino computes one anew wherever it is named; the engine would keep the rows of most that are named
 * twice, which is the same unless they are others each time.
 */
final class NamedParts {
    /** A union of aggregates that is named so often is kept too, which the engine does of aggregates alone. */
    private static final int OFTEN = 4;

    /** Of every governed scan; never gives a row. */
    private static final String PHANTOM = "(SELECT random() AS r) WHERE r < -1";

    private static final Pattern FLEETING = Pattern.compile("\\b(random|uuid)\\(\\)|\\bTABLESAMPLE\\b");

    private record Part(String name, String sql, boolean united) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<String> fleeting = new ArrayList<>();

    /**
     * The next one.
     *
     * @param united whether it is a union or the like
     */
    void add(String name, String sql, boolean united) {
        parts.add(new Part(name, sql, united));
        boolean anew = FLEETING.matcher(sql.replace(PHANTOM, "")).find()
                || fleeting.stream().anyMatch(other -> mentions(sql, other) > 0);
        if (anew) {
            fleeting.add(name);
        }
    }

    /** One that is written as it has to be. */
    void addWritten(String part) {
        parts.add(new Part("", part, false));
    }

    /** The {@code WITH} before a query that names them. */
    String before(String body) {
        return parts.stream().map(part -> written(part, body)).collect(Collectors.joining(", ", "WITH ", " "));
    }

    private String written(Part part, String body) {
        if (part.name().isEmpty()) {
            return part.sql();
        }
        String how = fleeting.contains(part.name())
                ? " AS NOT MATERIALIZED ("
                : isKept(part, body) ? " AS MATERIALIZED (" : " AS (";
        return part.name() + how + part.sql() + ")";
    }

    private boolean isKept(Part part, String body) {
        int named = mentions(body, part.name())
                + parts.stream()
                        .mapToInt(other -> mentions(other.sql(), part.name()))
                        .sum();
        return part.united() && named >= OFTEN && part.sql().contains(" GROUP BY ");
    }

    private static int mentions(String sql, String name) {
        return sql.split("\\b" + name + " AS ", -1).length - 1;
    }
}
