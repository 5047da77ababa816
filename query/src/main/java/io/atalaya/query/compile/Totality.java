package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.SingleColumn;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Whether a query fails for no values, wherever the engine moves its conditions. Then no failure can tell of rows that are not
 * shown, and the conditions may go below the policy.
 *
 * <p>What is not known to be so is not: each expression that is printed counts, unless it is known to be {@link Expr#total}. Only
 * what the outermost query selects and is ordered by may fail, as only rows that come out get there. In queries within it that
 * may not be either: whether they are computed at all can depend on rows that are not shown.
 */
final class Totality {
    /** Of these, a sum of as many rows as there can be has no more digits than can be held. */
    private static final int SUMMED_DIGITS = 18;

    private static final Set<String> SCALARS =
            Set.of("length", "lower", "substr", "substring", "year", "quarter", "month", "day");

    private boolean proven = true;
    private int depth;
    private boolean shown;

    /** Whether all that was printed fails for no values. */
    boolean isProven() {
        return proven;
    }

    /** What prints a query; the first is the outermost. */
    <T> T query(Supplier<T> printed) {
        boolean before = shown;
        depth++;
        shown = false;
        try {
            return printed.get();
        } finally {
            depth--;
            shown = before;
        }
    }

    /** What prints that of a query which only the rows get to that come out of it. */
    <T> T shown(Supplier<T> printed) {
        boolean before = shown;
        shown = depth == 1;
        try {
            return printed.get();
        } finally {
            shown = before;
        }
    }

    /** Takes note of an expression. */
    Expr seen(Expr expr) {
        proven &= shown || expr.total();
        return expr;
    }

    /** Takes note of a value that is compared, as it is then. */
    void compared(Expr value) {
        seen(value.provided(value.total() && isPlain(value.type())));
    }

    /** Takes note of something that may fail. */
    <T> T unproven(T printed) {
        proven = false;
        return printed;
    }

    static boolean all(List<Expr> parts) {
        return parts.stream().allMatch(Expr::total);
    }

    /** Whether two values of the type can always be compared. */
    static boolean isPlain(SqlType type) {
        return type instanceof Varchar
                || type instanceof Decimal
                || type.isInteger()
                || type.isFloating()
                || type == Simple.BOOLEAN
                || type == Simple.DATE
                || type == Simple.UNKNOWN
                || (type instanceof SqlType.Timestamp && !Nanos.in(type));
    }

    /** Whether a call of a function of the catalog, with arguments converted to its parameters, fails for no values. */
    static boolean ofCall(String name, List<Expr> arguments) {
        if (!all(arguments)) {
            return false;
        }
        if (name.equals("count")) {
            return true;
        }
        SqlType first =
                arguments.isEmpty() ? Simple.UNKNOWN : arguments.getFirst().type();
        return switch (name) {
            case "min", "max" -> arguments.size() == 1 && isPlain(first) && !first.isFloating();
            case "sum", "avg" -> first instanceof Decimal(int digits, int _) && digits <= SUMMED_DIGITS;
            default ->
                SCALARS.contains(name)
                        && (first instanceof Varchar || first == Simple.DATE || first instanceof SqlType.Timestamp)
                        && isPlain(first);
        };
    }

    /** Whether it always has one row: no more, which would fail where a value is wanted. */
    static boolean isOneRow(Query query) {
        return query.getQueryBody() instanceof QuerySpecification body
                && body.getGroupBy().isEmpty()
                && body.getSelect().getSelectItems().size() == 1
                && body.getSelect().getSelectItems().getFirst() instanceof SingleColumn only
                && only.getExpression() instanceof FunctionCall call
                && call.getWindow().isEmpty()
                && Calls.isAggregate(call.getName().toString().toLowerCase(java.util.Locale.ROOT));
    }
}
