package io.atalaya.query.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The subqueries, aggregates and windows of what is being printed. The engine takes none of them in {@code TRY} nor in a lambda, so they
 * are computed before it, as the fields of a row that is its argument: in Trino, too, a failure in them is none of the expression around.
 */
final class Apart {
    /** What was printed of one query so far, without the queries in it. */
    private static final class Level {
        private final List<String> parts = new ArrayList<>();
        private int lambdas;
        private int rows;
    }

    private final Printing printing;
    private Level level = new Level();

    Apart(Printing printing) {
        this.printing = printing;
    }

    /** What prints a query within the one being printed. */
    <T> T inside(Supplier<T> query) {
        Level outer = level;
        level = new Level();
        try {
            return query.get();
        } finally {
            level = outer;
        }
    }

    /** What prints the body of a lambda. */
    Expr lambda(Supplier<Expr> body) {
        level.lambdas++;
        try {
            return body.get();
        } finally {
            level.lambdas--;
        }
    }

    /** Notes an expression that has a subquery. */
    Expr subquery(Expr expr, Place place) {
        if (level.lambdas > 0) {
            throw place.notSupported("a subquery in a lambda");
        }
        return noted(expr);
    }

    /** Notes a call that is of several rows. */
    Expr ofRows(Expr call, Place place) {
        if (level.lambdas > 0) {
            throw place.semantic(
                    "EXPRESSION_NOT_SCALAR",
                    "Lambda expression cannot contain aggregations, window functions or grouping operations");
        }
        level.rows++;
        return noted(call);
    }

    /** How many calls of several rows there are so far. */
    int rows() {
        return level.rows;
    }

    private Expr noted(Expr expr) {
        level.parts.add(expr.sql());
        return expr;
    }

    /** From which on parts are looked for. */
    int mark() {
        return level.parts.size();
    }

    /** {@code around} what was printed since {@code mark}. */
    Expr before(int mark, Expr printed, UnaryOperator<Expr> around) {
        String row = printing.fresh();
        String sql = printed.sql();
        StringBuilder fields = new StringBuilder();
        for (int index = level.parts.size() - 1; index >= mark; index--) {
            String part = level.parts.get(index);
            if (sql.contains(part)) {
                sql = sql.replace(part, row + ".p" + index);
                fields.append(fields.isEmpty() ? "" : ", ")
                        .append('p')
                        .append(index)
                        .append(" := ")
                        .append(part);
            }
        }
        if (fields.isEmpty()) {
            return around.apply(printed);
        }
        Expr whole = around.apply(Expr.of(sql, printed.type()));
        return Expr.of(
                "list_transform([struct_pack(" + fields + ")], lambda " + row + ": " + whole.sql() + ")[1]",
                whole.type());
    }

    /** The same with its parts before it, if it has some in a lambda. */
    Expr beforeLambdas(int mark, Expr printed) {
        return level.parts.subList(mark, level.parts.size()).stream().anyMatch(part -> isInLambda(printed.sql(), part))
                ? before(mark, printed, UnaryOperator.identity())
                : printed;
    }

    private static boolean isInLambda(String sql, String part) {
        int at = sql.indexOf("lambda ");
        while (at >= 0) {
            int end = end(sql, at);
            if (sql.substring(at, end).contains(part)) {
                return true;
            }
            at = sql.indexOf("lambda ", at + 1);
        }
        return false;
    }

    /** Where the brackets close in which {@code from} is. */
    private static int end(String sql, int from) {
        int open = 0;
        for (int index = from; index < sql.length(); index++) {
            switch (sql.charAt(index)) {
                case '\'', '"' -> index = sql.indexOf(sql.charAt(index), index + 1);
                case '(', '[', '{' -> open++;
                case ')', ']', '}' -> {
                    if (--open < 0) {
                        return index;
                    }
                }
                default -> {}
            }
        }
        return sql.length();
    }
}
