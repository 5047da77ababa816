package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.BetweenPredicate;
import io.trino.sql.tree.BooleanTestPredicate;
import io.trino.sql.tree.ComparisonPredicate;
import io.trino.sql.tree.DistinctFromPredicate;
import io.trino.sql.tree.InListExpression;
import io.trino.sql.tree.InPredicate;
import io.trino.sql.tree.IsNullPredicate;
import io.trino.sql.tree.LikePredicate;
import io.trino.sql.tree.Predicated;
import io.trino.sql.tree.QuantifiedComparisonPredicate;
import io.trino.sql.tree.SubqueryExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints comparisons and the other conditions that begin with a value. */
final class Predicates {
    private final Printing printing;

    Predicates(Printing printing) {
        this.printing = printing;
    }

    Expr print(Predicated predicated, Scope scope) {
        Place place = Place.of(predicated);
        Expr value = printing.expressions().print(predicated.getValue(), scope);
        Expr condition = switch (predicated.getPredicate()) {
            case ComparisonPredicate comparison ->
                compare(
                        value,
                        comparison.getOperator(),
                        printing.expressions().print(comparison.getRight(), scope),
                        place);
            case BetweenPredicate between -> between(value, between, scope, place);
            case InPredicate in -> in(value, in, scope, place);
            case LikePredicate like -> like(value, like, scope, place);
            case IsNullPredicate isNull ->
                truth(value.sql() + (isNull.isNegated() ? " IS NOT NULL" : " IS NULL"), List.of(value));
            case DistinctFromPredicate distinct -> {
                List<Expr> pair = pair(
                        value,
                        printing.expressions().print(distinct.getRight(), scope),
                        true,
                        place,
                        "IS DISTINCT FROM");
                yield truth(
                        pair.getFirst().sql()
                                + (distinct.isNegated() ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ")
                                + pair.get(1).sql(),
                        pair);
            }
            case QuantifiedComparisonPredicate quantified ->
                Expr.of(quantified(value, quantified, scope, place), Simple.BOOLEAN);
            case BooleanTestPredicate test -> {
                String truth = switch (test.getTruthValue()) {
                    case TRUE -> "true";
                    case FALSE -> "false";
                    case UNKNOWN -> "NULL";
                };
                Expr tested = Casts.coerce(value, Simple.BOOLEAN, place, "The value");
                yield truth(
                        tested.sql() + (test.isNegated() ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ") + truth,
                        List.of(tested));
            }
            default -> throw place.notSupported(Constructs.nameOf(predicated.getPredicate()));
        };
        Expr bracketed = Expr.of("(" + condition.sql() + ")", Simple.BOOLEAN, condition.total());
        return asksQuery(predicated) ? printing.apart().subquery(bracketed, place) : bracketed;
    }

    /** A condition that fails for no values if what it compares does not. */
    private static Expr truth(String sql, List<Expr> compared) {
        return Expr.of(
                sql,
                Simple.BOOLEAN,
                Totality.all(compared) && compared.stream().map(Expr::type).allMatch(Totality::isPlain));
    }

    private static boolean asksQuery(Predicated predicated) {
        return switch (predicated.getPredicate()) {
            case InPredicate in -> in.getValueList() instanceof SubqueryExpression;
            case QuantifiedComparisonPredicate _ -> true;
            default -> false;
        };
    }

    private static List<Expr> pair(Expr left, Expr other, boolean equality, Place place, String operator) {
        Expr right = ZonedTimes.beside(left, other);
        SqlType common = Coercion.common(left.type(), right.type())
                .orElseThrow(() -> place.mismatch(
                        "Cannot apply operator: {0} {1} {2}",
                        left.type().trino(), operator, right.type().trino()));
        if (common.isInteger()) {
            return List.of(left, right);
        }
        return equality
                ? List.of(Chars.compared(left, common), Chars.compared(right, common))
                : Chars.ordered(left, right, common);
    }

    private static Expr compare(Expr left, ComparisonPredicate.Operator operator, Expr right, Place place) {
        boolean equality =
                operator == ComparisonPredicate.Operator.EQUAL || operator == ComparisonPredicate.Operator.NOT_EQUAL;
        List<Expr> pair = pair(left, right, equality, place, operator.getValue());
        if (!equality && !pair.getFirst().type().isOrdered()) {
            throw place.mismatch(
                    "Cannot apply operator: {0} {1} {2}",
                    left.type().trino(), operator.getValue(), right.type().trino());
        }
        return truth(
                equality && Comparisons.hasParts(pair.getFirst().type())
                        ? (operator == ComparisonPredicate.Operator.EQUAL ? "" : "NOT ")
                                + Comparisons.equal(pair.getFirst(), pair.get(1))
                        : Comparisons.print(pair.getFirst(), operator, pair.get(1)),
                pair);
    }

    private Expr between(Expr value, BetweenPredicate between, Scope scope, Place place) {
        if (between.isSymmetric()) {
            throw place.notSupported("BETWEEN SYMMETRIC");
        }
        Expr low = ZonedTimes.beside(value, printing.expressions().print(between.getMin(), scope));
        Expr high = ZonedTimes.beside(value, printing.expressions().print(between.getMax(), scope));
        SqlType common = Coercion.common(value.type(), low.type())
                .flatMap(type -> Coercion.common(type, high.type()))
                .filter(SqlType::isOrdered)
                .orElseThrow(() -> place.mismatch(
                        "Cannot check if {0} is BETWEEN {1} and {2}",
                        value.type().trino(), low.type().trino(), high.type().trino()));
        if (common.isFloating() || common instanceof SqlType.Char) {
            return Expr.of(
                    (between.isNegated() ? "NOT (" : "(")
                            + ordered(value, ComparisonPredicate.Operator.GREATER_THAN_OR_EQUAL, low, common)
                            + " AND "
                            + ordered(value, ComparisonPredicate.Operator.LESS_THAN_OR_EQUAL, high, common)
                            + ")",
                    Simple.BOOLEAN);
        }
        List<Expr> all = Stream.of(value, low, high)
                .map(one -> common.isInteger() ? one : Casts.coerce(one, common))
                .toList();
        return truth(
                all.getFirst().sql() + (between.isNegated() ? " NOT BETWEEN " : " BETWEEN ")
                        + all.get(1).sql() + " AND " + all.get(2).sql(),
                all);
    }

    private static String ordered(Expr left, ComparisonPredicate.Operator operator, Expr right, SqlType common) {
        List<Expr> pair = Chars.ordered(left, right, common);
        return Comparisons.print(pair.getFirst(), operator, pair.get(1));
    }

    private Expr in(Expr value, InPredicate in, Scope scope, Place place) {
        String operator = in.isNegated() ? " NOT IN " : " IN ";
        if (in.getValueList() instanceof SubqueryExpression subquery) {
            Queries.Printed query = printing.queries().query(subquery.getQuery(), scope);
            return inSubquery(value, query, in.isNegated(), place);
        }
        if (!(in.getValueList() instanceof InListExpression list)) {
            throw place.notSupported("IN");
        }
        List<Expr> all = new ArrayList<>(List.of(value));
        list.getValues().forEach(item -> all.add(printing.expressions().print(item, scope)));
        boolean integers = all.stream().allMatch(item -> item.type().isInteger());
        List<Expr> unified = integers ? all : printing.expressions().compared(all, place, "IN value and list items");
        if (!Comparisons.isPlain(unified.getFirst().type())) {
            return Expr.of(
                    (in.isNegated() ? "NOT " : "")
                            + unified.stream()
                                    .skip(1)
                                    .map(item -> Comparisons.equal(unified.getFirst(), item))
                                    .collect(Collectors.joining(" OR ", "(", ")")),
                    Simple.BOOLEAN);
        }
        return truth(
                unified.getFirst().sql()
                        + operator
                        + unified.stream().skip(1).map(Expr::sql).collect(Collectors.joining(", ", "(", ")")),
                unified);
    }

    private Expr inSubquery(Expr left, Queries.Printed query, boolean negated, Place place) {
        Expr value = besideRows(query, left);
        if (value.type() instanceof SqlType.Row row) {
            return Expr.of((negated ? "NOT " : "") + inRows(value, row, query, place), Simple.BOOLEAN);
        }
        if (query.fields().size() != 1) {
            throw place.mismatch(
                    "Value expression and result of subquery must be of the same type: {0} vs {1} columns",
                    value.type().trino(), query.fields().size());
        }
        SqlType inner = query.fields().getFirst().type();
        SqlType common = Coercion.common(value.type(), inner)
                .orElseThrow(() -> place.mismatch(
                        "IN value and subquery result must be of one type: {0} and {1} do not go together",
                        value.type().trino(), inner.trino()));
        Expr sought = Chars.compared(value, common);
        return truth(
                sought.sql() + (negated ? " NOT IN (" : " IN (")
                        + printing.queries().compared(query, common) + ")",
                List.of(sought, Casts.coerce(Expr.named("", inner), common)));
    }

    /** A time at the offset of the values beside which it stands. */
    private static Expr besideRows(Queries.Printed query, Expr value) {
        return query.fields().size() == 1
                ? ZonedTimes.beside(Expr.of("", query.fields().getFirst().type()), value)
                : value;
    }

    /** Whether one of the rows is equal, unknown where one may be. */
    private String inRows(Expr value, SqlType.Row row, Queries.Printed query, Place place) {
        String alias = printing.fresh();
        List<SqlType.Row.Field> fields = new ArrayList<>();
        for (Queries.Output output : query.fields()) {
            fields.add(new SqlType.Row.Field(Optional.empty(), output.type()));
        }
        SqlType.Row found = new SqlType.Row(fields);
        Expr candidate = fields.size() == 1 && fields.getFirst().type() instanceof SqlType.Row
                ? Expr.of(alias + ".c0", fields.getFirst().type())
                : Queries.packed(alias, found);
        List<Expr> pair = Coercion.common(row, candidate.type())
                .map(common -> List.of(
                        Maps.ordered(Casts.coerce(value, common)), Maps.ordered(Casts.coerce(candidate, common))))
                .orElseThrow(() -> place.mismatch(
                        "Value expression and result of subquery must be of the same type: {0} vs {1}",
                        row.trino(), candidate.type().trino()));
        String equal = Comparisons.equal(pair.getFirst(), pair.get(1));
        return "(SELECT CASE WHEN coalesce(bool_or(" + equal + "), false) THEN true WHEN coalesce(bool_or((" + equal
                + ") IS NULL), false) THEN NULL ELSE false END FROM (" + query.sql() + ") AS " + alias + ")";
    }

    private Expr like(Expr value, LikePredicate like, Scope scope, Place place) {
        Expr pattern = printing.expressions().print(like.getPattern(), scope);
        String left = value.type() instanceof SqlType.Char ? value.sql() : text(value, place, "Left side of LIKE");
        String right = text(pattern, place, "Pattern for LIKE");
        String escape = like.getEscape()
                .map(character -> {
                    Expr printed = printing.expressions().print(character, scope);
                    text(printed, place, "Escape for LIKE");
                    if (!(printed.literal() instanceof String one) || one.codePointCount(0, one.length()) != 1) {
                        throw place.semantic("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character");
                    }
                    if (pattern.literal() instanceof String text && !validEscapes(text, one.codePointAt(0))) {
                        throw place.semantic(
                                "INVALID_FUNCTION_ARGUMENT",
                                "Escape character must be followed by '%', '_' or the escape character itself");
                    }
                    return " ESCAPE " + printed.sql();
                })
                .orElse("");
        return Expr.of(
                left + (like.isNegated() ? " NOT LIKE " : " LIKE ") + right + escape,
                Simple.BOOLEAN,
                value.type() instanceof Varchar && pattern.literal() instanceof String && escape.isEmpty());
    }

    private static boolean validEscapes(String pattern, int escape) {
        int[] points = pattern.codePoints().toArray();
        for (int index = 0; index < points.length; index++) {
            if (points[index] == escape) {
                index++;
                if (index == points.length
                        || (points[index] != '%' && points[index] != '_' && points[index] != escape)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static String text(Expr value, Place place, String what) {
        return Casts.coerce(value, Varchar.ANY, place, what).sql();
    }

    private String quantified(Expr compared, QuantifiedComparisonPredicate quantified, Scope scope, Place place) {
        if (!(quantified.getSubquery() instanceof SubqueryExpression subquery)) {
            throw place.notSupported("a quantified comparison");
        }
        Queries.Printed query = printing.queries().query(subquery.getQuery(), scope);
        if (query.fields().size() != 1) {
            throw place.semantic("TYPE_MISMATCH", "A subquery here must give one column");
        }
        Expr value = besideRows(query, compared);
        SqlType common = Coercion.common(value.type(), query.fields().getFirst().type())
                .orElseThrow(() -> place.mismatch("The compared values are of different types"));
        String quantifier = quantified.getQuantifier() == QuantifiedComparisonPredicate.Quantifier.ALL ? "ALL" : "ANY";
        boolean equality = quantified.getOperator() == ComparisonPredicate.Operator.EQUAL
                || quantified.getOperator() == ComparisonPredicate.Operator.NOT_EQUAL;
        Expr left = equality ? Chars.compared(value, common) : Casts.coerce(value, common);
        return left.sql() + " "
                + quantified.getOperator().getValue() + " " + quantifier + " ("
                + (equality
                        ? printing.queries().compared(query, common)
                        : printing.queries().coerced(query, List.of(common)))
                + ")";
    }
}
