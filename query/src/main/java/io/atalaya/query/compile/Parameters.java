package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Literal;

/** Values that a client sends for the {@code ?} of a statement: literals, and nothing that would be evaluated. */
final class Parameters {
    private Parameters() {}

    static Expr literal(String text) {
        Expression expression;
        try {
            expression = StatementText.parseExpression(text);
        } catch (QueryException.SyntaxError notSql) {
            throw new QueryException.InvalidRequest(
                    "An execution parameter is not a literal; texts need single quotes");
        }
        return print(expression);
    }

    private static Expr print(Expression expression) {
        return switch (expression) {
            case Literal literal -> Literals.print(literal);
            case ArithmeticUnaryExpression sign ->
                Operators.unary(sign.getSign(), print(sign.getValue()), Place.of(sign));
            case Cast cast ->
                Casts.cast(
                        print(cast.getExpression()), TypeNames.resolve(cast.getType()), cast.isSafe(), Place.of(cast));
            default ->
                throw new QueryException.InvalidRequest(
                        "An execution parameter is not a literal; texts need single quotes");
        };
    }
}
