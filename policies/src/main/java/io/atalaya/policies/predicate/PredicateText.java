package io.atalaya.policies.predicate;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;

/** Prints predicates as text that {@link PredicateParser} reads back as the same predicate. */
public final class PredicateText {
    private final IntFunction<String> column;

    private PredicateText(IntFunction<String> column) {
        this.column = column;
    }

    /** With the names that the fields have in a schema, as Lake Formation writes it; an unknown field by its id. */
    public static String named(Predicate predicate, Schema schema) {
        return new PredicateText(id -> path(schema, id)).print(predicate);
    }

    /**
     * Like {@link #named}, for somebody who may not know of every column.
     *
     * @param known whether the top-level column of that field id may be named
     */
    public static String named(Predicate predicate, Schema schema, IntPredicate known) {
        boolean all = predicate.fields().stream()
                .allMatch(id -> schema.columns().stream()
                        .filter(column -> known.test(column.fieldId()))
                        .anyMatch(column -> column.fieldId() == id || new Schema(column).findField(id) != null));
        return all ? named(predicate, schema) : "a rule on columns that are hidden from you";
    }

    /** Over the one {@code value} that a guard on columns looks at. */
    public static String overValue(Predicate predicate) {
        return new PredicateText(_ -> "value").print(predicate);
    }

    /** With field ids instead of names, to be stored. */
    public static String stored(Predicate predicate) {
        return new PredicateText(id -> "#" + id).print(predicate);
    }

    private String print(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always _ -> "TRUE";
            case Predicate.Never _ -> "FALSE";
            case Predicate.Comparison(var field, var operator, var operand) ->
                column.apply(field) + " " + operator.sql() + " " + print(operand);
            case Predicate.In(var field, var operands) -> column.apply(field) + " IN " + list(operands);
            case Predicate.Between(var field, var low, var high) ->
                column.apply(field) + " BETWEEN " + print(low) + " AND " + print(high);
            case Predicate.Like(var field, var pattern) -> column.apply(field) + " LIKE " + quote(pattern);
            case Predicate.IsNull(var field) -> column.apply(field) + " IS NULL";
            case Predicate.And(var operands) -> join(operands, " AND ");
            case Predicate.Or(var operands) -> join(operands, " OR ");
            case Predicate.Not(var operand) -> not(operand);
        };
    }

    private String not(Predicate operand) {
        return switch (operand) {
            case Predicate.In(var field, var operands) -> column.apply(field) + " NOT IN " + list(operands);
            case Predicate.Between(var field, var low, var high) ->
                column.apply(field) + " NOT BETWEEN " + print(low) + " AND " + print(high);
            case Predicate.Like(var field, var pattern) -> column.apply(field) + " NOT LIKE " + quote(pattern);
            case Predicate.IsNull(var field) -> column.apply(field) + " IS NOT NULL";
            case Predicate.And _, Predicate.Or _, Predicate.Not _ -> "NOT (" + print(operand) + ")";
            case Predicate.Always _, Predicate.Never _, Predicate.Comparison _ -> "NOT " + print(operand);
        };
    }

    private String join(List<Predicate> operands, String word) {
        return operands.stream().map(operand -> "(" + print(operand) + ")").collect(Collectors.joining(word));
    }

    private static String list(List<Operand> operands) {
        return operands.stream().map(PredicateText::print).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String print(Operand operand) {
        return switch (operand) {
            case Operand.Text(var value) -> quote(value);
            case Operand.Numeric(var value) -> value.toPlainString();
            case Operand.Truth(var value) -> value ? "TRUE" : "FALSE";
            case Operand.UserAttribute(var name) -> "user." + quoteName(name);
        };
    }

    private static String path(Schema schema, int id) {
        String name = schema.findColumnName(id);
        if (name == null) {
            return "#" + id;
        }
        // A name may hold dots of its own, so the path is walked by ids.
        StringBuilder path = new StringBuilder();
        return descend(schema.columns(), id, path) ? path.toString() : "#" + id;
    }

    private static boolean descend(List<org.apache.iceberg.types.Types.NestedField> level, int id, StringBuilder path) {
        for (var field : level) {
            int length = path.length();
            path.append(length == 0 ? "" : ".").append(quoteName(field.name()));
            if (field.fieldId() == id
                    || (field.type().isStructType()
                            && descend(field.type().asStructType().fields(), id, path))) {
                return true;
            }
            path.setLength(length);
        }
        return false;
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String quoteName(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
