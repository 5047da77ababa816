package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.ComparisonPredicate;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares two values of one type where DuckDB would compare otherwise than Trino: to it a {@code NaN} is equal to itself and greater
 * than all others, and a row that holds a null is known to differ.
 */
final class Comparisons {
    private Comparisons() {}

    /** Whether DuckDB finds the same values equal. */
    static boolean isPlain(SqlType type) {
        return !type.isFloating() && !hasParts(type);
    }

    static String print(Expr left, ComparisonPredicate.Operator operator, Expr right) {
        String plain = left.sql() + " " + operator.getValue() + " " + right.sql();
        if (!left.type().isFloating()) {
            return plain;
        }
        return switch (operator) {
            case EQUAL ->
                isNumber(left) || isNumber(right) ? plain : "(" + plain + " AND NOT " + bothNaN(left, right) + ")";
            case NOT_EQUAL ->
                isNumber(left) || isNumber(right) ? plain : "(" + plain + " OR " + bothNaN(left, right) + ")";
            case LESS_THAN, LESS_THAN_OR_EQUAL -> unlessNaN(plain, right, left);
            case GREATER_THAN, GREATER_THAN_OR_EQUAL -> unlessNaN(plain, left, right);
        };
    }

    private static String bothNaN(Expr left, Expr right) {
        return "(isnan(" + left.sql() + ") AND isnan(" + right.sql() + "))";
    }

    private static String unlessNaN(String plain, Expr greater, Expr other) {
        return isNumber(greater)
                ? plain
                : "(" + plain + " AND NOT (isnan(" + greater.sql() + ")"
                        + (isNumber(other) ? "" : " AND " + other.sql() + " IS NOT NULL") + "))";
    }

    private static boolean isNumber(Expr expr) {
        return expr.literal() instanceof Number number && !Double.isNaN(number.doubleValue());
    }

    /** Whether two values are compared part by part. */
    static boolean hasParts(SqlType type) {
        return type instanceof SqlType.Row || type instanceof SqlType.Array || type instanceof SqlType.Map;
    }

    /** A condition that is unknown where a null decides. */
    static String equal(Expr left, Expr right) {
        if (left.type() instanceof SqlType.Array(var element)) {
            return elements(left.sql(), right.sql(), element);
        }
        if (left.type() instanceof SqlType.Map(var _, var value)) {
            return "(" + part(left, "keys") + " = " + part(right, "keys") + " AND "
                    + elements(part(left, "values"), part(right, "values"), value) + ")";
        }
        if (!(left.type() instanceof SqlType.Row row) || row.fields().isEmpty()) {
            return "(" + print(left, ComparisonPredicate.Operator.EQUAL, right) + ")";
        }
        List<String> fields = new ArrayList<>();
        for (int index = 0; index < row.fields().size(); index++) {
            SqlType type = row.fields().get(index).type();
            fields.add(equal(field(left, index, type), field(right, index, type)));
        }
        return "(" + String.join(" AND ", fields) + ")";
    }

    /** The keys or the values of a map whose entries are in the order of the keys. */
    private static String part(Expr map, String part) {
        return "map_" + part + "(" + map.sql() + ")";
    }

    /** Known to differ where two elements do, or the lengths; unknown where only nulls are left to decide. */
    private static String elements(String left, String right, SqlType element) {
        String pair = "p" + depth(element);
        String same = equal(
                Expr.of("struct_extract_at(" + pair + ", 1)", element),
                Expr.of("struct_extract_at(" + pair + ", 2)", element));
        String all = "list_transform(list_zip(" + left + ", " + right + "), lambda " + pair + ": " + same + ")";
        return "(CASE WHEN len(" + left + ") <> len(" + right + ") OR len(list_filter(" + all
                + ", lambda s: NOT s)) > 0 THEN false WHEN len(list_filter(" + all
                + ", lambda s: s IS NULL)) = 0 AND " + left + " IS NOT NULL AND " + right
                + " IS NOT NULL THEN true END)";
    }

    private static int depth(SqlType type) {
        return switch (type) {
            case SqlType.Array(var element) -> 1 + depth(element);
            case SqlType.Map(var _, var value) -> 1 + depth(value);
            case SqlType.Row row ->
                1
                        + row.fields().stream()
                                .mapToInt(field -> depth(field.type()))
                                .max()
                                .orElse(0);
            default -> 0;
        };
    }

    private static Expr field(Expr row, int index, SqlType type) {
        return Expr.of("struct_extract_at(" + row.sql() + ", " + (index + 1) + ")", type);
    }
}
