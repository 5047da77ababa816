package io.atalaya.query.compile;

import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * Policy predicates as SQL. Whatever cannot be compared is unknown, which lets no row through.
 *
 * @param relation what the table is called
 */
public record PredicateSql(Schema schema, String relation) {
    private static final String UNKNOWN = "CAST(NULL AS BOOLEAN)";

    /** The top-level fields a predicate looks at. */
    public static Set<Integer> fieldIds(Predicate predicate) {
        Set<Integer> ids = new HashSet<>();
        collect(predicate, ids);
        return ids;
    }

    private static void collect(Predicate predicate, Set<Integer> ids) {
        switch (predicate) {
            case Predicate.Always _, Predicate.Never _ -> {}
            case Predicate.Comparison(int id, var _, var _) -> ids.add(id);
            case Predicate.In(int id, var _) -> ids.add(id);
            case Predicate.Between(int id, var _, var _) -> ids.add(id);
            case Predicate.Like(int id, var _) -> ids.add(id);
            case Predicate.IsNull(int id) -> ids.add(id);
            case Predicate.And(var operands) -> operands.forEach(operand -> collect(operand, ids));
            case Predicate.Or(var operands) -> operands.forEach(operand -> collect(operand, ids));
            case Predicate.Not(var operand) -> collect(operand, ids);
        }
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
        Types.NestedField field = schema.asStruct().field(fieldId);
        return field == null
                ? Optional.empty()
                : IcebergTypes.toSql(field.type()).map(type -> Expr.of(relation + "." + Sql.name(field.name()), type));
    }

    private String compare(int fieldId, Predicate.Operator operator, Operand operand) {
        return column(fieldId)
                .flatMap(column -> value(column.type(), operand)
                        .map(value -> "(" + column.sql() + " " + operator.sql() + " " + value + ")"))
                .orElse(UNKNOWN);
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
            return Optional.of(Sql.cast(Sql.text(number.toString()), "DOUBLE"));
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
