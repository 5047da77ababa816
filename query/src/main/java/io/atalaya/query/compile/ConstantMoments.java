package io.atalaya.query.compile;

import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.CurrentDate;
import io.trino.sql.tree.CurrentTimestamp;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.Literal;
import io.trino.sql.tree.LocalTimestamp;
import java.util.Locale;
import java.util.Set;

/** Moments made of now, literals and intervals, which take no time to compute. */
final class ConstantMoments {
    private static final Set<String> FUNCTIONS = Set.of(
            "now",
            "date_add",
            "date_trunc",
            "from_unixtime",
            "from_iso8601_timestamp",
            "date",
            "date_parse",
            "timestamp");

    private ConstantMoments() {}

    static boolean isOne(Expression expression) {
        return switch (expression) {
            case Literal _, CurrentTimestamp _, LocalTimestamp _, CurrentDate _ -> true;
            case ArithmeticBinaryExpression sum -> isOne(sum.getLeft()) && isOne(sum.getRight());
            case Cast cast -> isOne(cast.getExpression());
            case FunctionCall call ->
                FUNCTIONS.contains(call.getName().toString().toLowerCase(Locale.ROOT))
                        && call.getArguments().stream().allMatch(argument -> isOne(argument.getValue()));
            default -> false;
        };
    }
}
