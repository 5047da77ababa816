package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.BoundReference;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** An Iceberg row filter as DuckDB's SQL over the table's top-level columns. */
final class ExpressionSql extends ExpressionVisitors.ExpressionVisitor<String> {
    private final Schema schema;

    private ExpressionSql(Schema schema) {
        this.schema = schema;
    }

    static String of(Schema schema, Expression expression) {
        return ExpressionVisitors.visit(Binder.bind(schema.asStruct(), expression, true), new ExpressionSql(schema));
    }

    @Override
    public String alwaysTrue() {
        return "true";
    }

    @Override
    public String alwaysFalse() {
        return "false";
    }

    @Override
    public String not(String result) {
        return "(NOT " + result + ")";
    }

    @Override
    public String and(String left, String right) {
        return "(" + left + " AND " + right + ")";
    }

    @Override
    public String or(String left, String right) {
        return "(" + left + " OR " + right + ")";
    }

    @Override
    public <T> String predicate(UnboundPredicate<T> predicate) {
        throw new IllegalStateException("not bound: " + predicate);
    }

    @Override
    public <T> String predicate(BoundPredicate<T> predicate) {
        if (!(predicate.term() instanceof BoundReference<T> reference)) {
            throw new LakehouseException.NotSupported("a condition may only compare columns, not %s", predicate.term());
        }
        Types.NestedField field = schema.asStruct().field(reference.fieldId());
        if (field == null) {
            throw new LakehouseException.NotSupported("a condition may only compare top-level columns");
        }
        String column = DuckSql.name(field.name());
        if (predicate.isUnaryPredicate()) {
            return unary(predicate.op(), column);
        }
        if (predicate.isSetPredicate()) {
            String values = predicate.asSetPredicate().literalSet().stream()
                    .map(value -> DuckLiterals.literal(field.type(), value))
                    .collect(Collectors.joining(", "));
            return "(" + column + (predicate.op() == Expression.Operation.IN ? " IN (" : " NOT IN (") + values + "))";
        }
        Object value = predicate.asLiteralPredicate().literal().value();
        return literal(predicate.op(), column, field.type(), value);
    }

    private static String unary(Expression.Operation operation, String column) {
        return switch (operation) {
            case IS_NULL -> "(" + column + " IS NULL)";
            case NOT_NULL -> "(" + column + " IS NOT NULL)";
            case IS_NAN -> "isnan(" + column + ")";
            case NOT_NAN -> "(NOT isnan(" + column + "))";
            default -> throw unsupported(operation);
        };
    }

    private static String literal(Expression.Operation operation, String column, Type type, Object value) {
        String text = DuckLiterals.literal(type, value);
        return switch (operation) {
            case LT -> "(" + column + " < " + text + ")";
            case LT_EQ -> "(" + column + " <= " + text + ")";
            case GT -> "(" + column + " > " + text + ")";
            case GT_EQ -> "(" + column + " >= " + text + ")";
            case EQ -> "(" + column + " = " + text + ")";
            case NOT_EQ -> "(" + column + " <> " + text + ")";
            case STARTS_WITH -> "starts_with(" + column + ", " + text + ")";
            case NOT_STARTS_WITH -> "(NOT starts_with(" + column + ", " + text + "))";
            default -> throw unsupported(operation);
        };
    }

    private static LakehouseException unsupported(Expression.Operation operation) {
        return new LakehouseException.NotSupported("a condition cannot use %s", operation);
    }
}
