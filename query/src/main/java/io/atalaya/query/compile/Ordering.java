package io.atalaya.query.compile;

import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FetchFirst;
import io.trino.sql.tree.Limit;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.Offset;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.SortItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints the order of a query, and how much of it there is. */
final class Ordering {
    private final Printing printing;

    Ordering(Printing printing) {
        this.printing = printing;
    }

    /** The order of a query, and how much of it there is. */
    record Tail(Optional<OrderBy> order, Optional<Node> limit, Optional<Offset> offset) {
        /** Whether rows that tie with the last one come along. */
        boolean hasTies() {
            return limit.filter(node -> node instanceof FetchFirst fetch && fetch.isWithTies())
                    .isPresent();
        }
    }

    /** The query ordered and limited, where the order is by its columns and nothing else. */
    Queries.Printed ordered(Queries.Printed body, Tail tail, Scope outer) {
        String alias = printing.fresh();
        List<Scope.Field> fields = Queries.fields(alias, body.fields());
        Scope scope = new Scope(fields, outer);
        String columns = fields.stream().map(field -> field.expr().sql()).collect(Collectors.joining(", "));
        String from = " FROM (" + body.sql() + ") AS " + alias;
        if (tail.hasTies()) {
            List<String> keys = new ArrayList<>();
            for (SortItem item : ties(tail).getSortItems()) {
                keys.add(printing.windows().sort(item, sortValue(item.getSortKey(), scope, fields)));
            }
            return withTies(columns, from, keys, tail, body.fields());
        }
        String order = tail.order().map(by -> orderBy(by, scope, fields)).orElse("");
        return new Queries.Printed(
                "SELECT " + columns + from + order + limits(tail.limit(), tail.offset()), body.fields());
    }

    /** The order that ties are of. */
    static OrderBy ties(Tail tail) {
        return tail.order()
                .orElseThrow(() -> Place.of(tail.limit().orElseThrow())
                        .semantic("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY"));
    }

    /** A select of which the first rows are taken, and with them those that the order puts beside the last one. */
    Queries.Printed withTies(String columns, String from, List<String> keys, Tail tail, List<Queries.Output> outputs) {
        String order = String.join(", ", keys);
        if (Expr.isVolatile(order)) {
            throw Place.of(tail.limit().orElseThrow()).notSupported("WITH TIES in an order that differs each time");
        }
        String over = " OVER (ORDER BY " + Sql.steady(order) + ")";
        String alias = printing.fresh();
        long skipped = tail.offset().flatMap(rows -> count(rows.getRowCount())).orElse(0L);
        long taken = limit(tail.limit().orElseThrow()).orElse(Long.MAX_VALUE - skipped);
        String names = java.util.stream.IntStream.range(0, outputs.size())
                .mapToObj(index -> alias + ".c" + index)
                .collect(Collectors.joining(", "));
        return new Queries.Printed(
                "SELECT " + names + " FROM (SELECT " + columns + ", rank()" + over + " AS ties, row_number()" + over
                        + " AS place" + from + ") AS " + alias + " WHERE " + alias + ".place > " + skipped + " AND "
                        + alias + ".ties <= " + (skipped + taken) + " ORDER BY " + alias + ".place",
                outputs);
    }

    /** {@code ORDER BY}, where a number or the name of an output stands for that output. */
    String orderBy(OrderBy by, Scope scope, List<Scope.Field> outputs) {
        Scope overlay = new Scope(outputs, scope);
        List<String> keys = new ArrayList<>();
        for (SortItem item : by.getSortItems()) {
            keys.add(printing.windows().sort(item, sortKey(item.getSortKey(), overlay, outputs)));
        }
        return " ORDER BY " + String.join(", ", keys);
    }

    /** Which output a key of an order is, from 0; empty if it is none. */
    Optional<Integer> output(Expression key, Scope scope, List<Scope.Field> outputs) {
        String printed = sortKey(key, new Scope(outputs, scope), outputs);
        return printed.matches("\\d+") ? Optional.of(Integer.parseInt(printed) - 1) : Optional.empty();
    }

    /** What a key of an order is the value of. */
    String sortValue(Expression key, Scope scope, List<Scope.Field> outputs) {
        String printed = sortKey(key, new Scope(outputs, scope), outputs);
        return printed.matches("\\d+")
                ? outputs.get(Integer.parseInt(printed) - 1).expr().sql()
                : printed;
    }

    private String sortKey(Expression key, Scope overlay, List<Scope.Field> outputs) {
        Place place = Place.of(key);
        if (key instanceof LongLiteral ordinal) {
            return Integer.toString(ordinal(ordinal, outputs.size(), place));
        }
        Expr printed = printing.expressions().print(key, overlay);
        if (!printed.type().isOrdered()) {
            throw place.mismatch(
                    "{0} cannot be used in ORDER BY", printed.type().trino());
        }
        for (int index = 0; index < outputs.size(); index++) {
            if (outputs.get(index).expr().sql().equals(printed.sql())) {
                return Integer.toString(index + 1);
            }
        }
        return printed.key();
    }

    static int ordinal(LongLiteral ordinal, int count, Place place) {
        long number = ordinal.getParsedValue();
        if (number < 1 || number > count) {
            throw place.semantic("INVALID_COLUMN_REFERENCE", "Position {0} is not in the select list", number);
        }
        return (int) number;
    }

    String limits(Optional<Node> limit, Optional<Offset> offset) {
        return limit.flatMap(this::limit).map(rows -> " LIMIT " + rows).orElse("")
                + offset.flatMap(rows -> count(rows.getRowCount()))
                        .map(rows -> " OFFSET " + rows)
                        .orElse("");
    }

    private Optional<Long> limit(Node limit) {
        return switch (limit) {
            case Limit plain -> count(plain.getRowCount());
            case FetchFirst fetch -> {
                long rows = fetch.getRowCount().flatMap(this::count).orElse(1L);
                if (rows == 0) {
                    throw Place.of(fetch)
                            .semantic(
                                    "NUMERIC_VALUE_OUT_OF_RANGE",
                                    "FETCH FIRST row count must be positive (actual value: 0)");
                }
                yield Optional.of(rows);
            }
            default -> throw Place.of(limit).notSupported("this LIMIT");
        };
    }

    private Optional<Long> count(Expression rows) {
        if (rows instanceof io.trino.sql.tree.AllRows) {
            return Optional.empty();
        }
        Expr printed = printing.expressions().print(rows, Scope.EMPTY);
        if (printed.literal() instanceof Long number && number >= 0) {
            return Optional.of(number);
        }
        throw Place.of(rows).mismatch("A number of rows is a whole number, 0 or more");
    }
}
