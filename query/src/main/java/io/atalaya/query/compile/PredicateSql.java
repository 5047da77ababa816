package io.atalaya.query.compile;

import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Policy predicates as SQL. Whatever cannot be compared is unknown, which lets no row through.
 *
 * @param relation what the table is called
 */
public record PredicateSql(Schema schema, String relation) {
    private static final String UNKNOWN = "CAST(NULL AS BOOLEAN)";

    /** The ids of the columns that a predicate looks at, be it at a field inside. */
    Set<Integer> columns(Predicate predicate) {
        return predicate.fields().stream()
                .flatMap(id -> path(id).stream().limit(1))
                .map(Types.NestedField::fieldId)
                .collect(Collectors.toSet());
    }

    /** The condition. */
    public String print(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always _ -> "true";
            case Predicate.Never _ -> "false";
            case Predicate.Comparison(int id, var operator, var operand) -> compare(id, operator, operand);
            case Predicate.In(int id, var operands) ->
                operands.stream()
                        .map(operand -> compare(id, Predicate.Operator.EQUAL, operand))
                        .collect(Collectors.joining(" OR ", "(", ")"));
            case Predicate.Between(int id, var low, var high) ->
                "(" + compare(id, Predicate.Operator.GREATER_OR_EQUAL, low) + " AND "
                        + compare(id, Predicate.Operator.LESS_OR_EQUAL, high) + ")";
            case Predicate.Like(int id, var pattern) ->
                column(id)
                        .filter(column -> column.type() instanceof Varchar)
                        .map(column -> "(" + column.sql() + " LIKE " + Sql.text(pattern) + ")")
                        .orElse(UNKNOWN);
            case Predicate.IsNull(int id) ->
                column(id).map(column -> "(" + column.sql() + " IS NULL)").orElse(UNKNOWN);
            case Predicate.And(var operands) -> join(operands, " AND ");
            case Predicate.Or(var operands) -> join(operands, " OR ");
            case Predicate.Not(var operand) -> "(NOT " + print(operand) + ")";
        };
    }

    private String join(List<Predicate> operands, String operator) {
        return operands.stream().map(this::print).collect(Collectors.joining(operator, "(", ")"));
    }

    private Optional<Expr> column(int fieldId) {
        List<Types.NestedField> path = path(fieldId);
        return path.isEmpty()
                ? Optional.empty()
                : IcebergTypes.toSql(path.getLast().type())
                        .map(type -> Expr.of(
                                relation
                                        + path.stream()
                                                .map(field -> "." + Sql.name(field.name()))
                                                .collect(Collectors.joining()),
                                type));
    }

    /** From the column through structs to the field; empty if there is none of that id. */
    private List<Types.NestedField> path(int fieldId) {
        Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
        List<Types.NestedField> path = new ArrayList<>();
        for (Integer id = fieldId; id != null; id = parents.get(id)) {
            Types.NestedField field = schema.findField(id);
            if (field == null || (!path.isEmpty() && !field.type().isStructType())) {
                return List.of();
            }
            path.addFirst(field);
        }
        return path;
    }

    private String compare(int fieldId, Predicate.Operator operator, Operand operand) {
        return column(fieldId)
                .flatMap(column -> value(column.type(), operand)
                        .map(value -> "(" + known(column) + " " + operator.sql() + " " + value + ")"))
                .orElse(UNKNOWN);
    }

    /** The value to be compared; NaN is compared like null. */
    private static String known(Expr column) {
        return column.type().isFloating()
                ? "nullif(" + column.sql() + ", "
                        + Sql.cast("'NaN'", column.type().duck()) + ")"
                : column.sql();
    }

    /** The operand as a literal of the column's type; empty if it is no value of that type. */
    private static Optional<String> value(SqlType type, Operand operand) {
        return switch (operand) {
            case Operand.UserAttribute _ -> Optional.empty();
            case Operand.Truth(boolean truth) ->
                type == Simple.BOOLEAN ? Optional.of(truth ? "true" : "false") : Optional.empty();
            case Operand.Numeric(var number) ->
                type.isNumber()
                        ? number(type, number)
                        : type instanceof Varchar ? Optional.of(Sql.text(number.toPlainString())) : Optional.empty();
            case Operand.Text(var text) -> text(type, text);
        };
    }

    private static Optional<String> number(SqlType type, BigDecimal number) {
        if (type.isFloating()) {
            return Optional.of(Sql.cast(Sql.text(number.toString()), type.duck()));
        }
        if (number.precision() > Decimal.MAX || number.scale() > Decimal.MAX || number.scale() < -30) {
            return Optional.empty();
        }
        return Optional.of(Literals.decimal(number.scale() < 0 ? number.setScale(0) : number)
                .sql());
    }

    private static Optional<String> text(SqlType type, String text) {
        return switch (type) {
            case Varchar _ -> Optional.of(Sql.text(text));
            case SqlType.Timestamp _, SqlType.Instant _ ->
                Moments.timestamp(text).map(moment -> Casts.coerce(moment, type).sql());
            case Decimal _ -> parsed(text).flatMap(number -> number(type, number));
            case SqlType.Time _ -> Moments.time(text).map(Expr::sql);
            case Simple simple when simple == Simple.DATE -> Moments.date(text).map(Expr::sql);
            case Simple simple when simple.isNumber() -> parsed(text).flatMap(number -> number(type, number));
            case Simple simple
            when simple == Simple.BOOLEAN ->
                text.equals("true") || text.equals("false") ? Optional.of(text) : Optional.empty();
            case Simple simple
            when simple == Simple.UUID ->
                text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                        ? Optional.of(Sql.cast(Sql.text(text), "UUID"))
                        : Optional.empty();
            case Simple _, SqlType.Char _, SqlType.ZonedTime _, SqlType.Array _, SqlType.Map _, SqlType.Row _ ->
                Optional.empty();
        };
    }

    private static Optional<BigDecimal> parsed(String text) {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException notNumber) {
            return Optional.empty();
        }
    }
}
