package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import io.trino.sql.tree.BetweenPredicate;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.ComparisonPredicate;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.InListExpression;
import io.trino.sql.tree.InPredicate;
import io.trino.sql.tree.Literal;
import io.trino.sql.tree.LogicalExpression;
import io.trino.sql.tree.Parameter;
import io.trino.sql.tree.Predicated;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Hands conditions that no value can make fail down to the scans below the policy, and to the planning of files.
 *
 * <p>Only comparisons of a column that is shown plainly with a literal of its type; each is false or unknown for a null, so
 * that it may go below an outer join as well. The condition stays where it was, too.
 */
final class Pushdown {
    private record Found(TableScan scan, TableScan.Pushed pushed) {}

    private final Printing printing;

    Pushdown(Printing printing) {
        this.printing = printing;
    }

    void where(Expression condition, Scope scope) {
        if (condition instanceof LogicalExpression logical && logical.getOperator() == LogicalExpression.Operator.AND) {
            logical.getTerms().forEach(term -> where(term, scope));
            return;
        }
        find(condition, scope).ifPresent(found -> found.scan().push(found.pushed()));
    }

    private Optional<Found> find(Expression condition, Scope scope) {
        return switch (condition) {
            case LogicalExpression logical -> logical(logical, scope);
            case Predicated predicated -> predicated(predicated, scope);
            default -> Optional.empty();
        };
    }

    private Optional<Found> logical(LogicalExpression logical, Scope scope) {
        List<Found> all = new ArrayList<>();
        for (Expression term : logical.getTerms()) {
            Optional<Found> found = find(term, scope);
            if (found.isEmpty()
                    || (!all.isEmpty()
                            && all.getFirst().scan() != found.orElseThrow().scan())) {
                return Optional.empty();
            }
            all.add(found.orElseThrow());
        }
        boolean and = logical.getOperator() == LogicalExpression.Operator.AND;
        Set<Integer> ids = new HashSet<>();
        all.forEach(found -> ids.addAll(found.pushed().fieldIds()));
        return Optional.of(new Found(
                all.getFirst().scan(),
                new TableScan.Pushed(
                        all.stream()
                                .map(found -> found.pushed().sql())
                                .collect(Collectors.joining(and ? " AND " : " OR ", "(", ")")),
                        balanced(
                                all.stream()
                                        .map(found -> found.pushed().expression())
                                        .toList(),
                                and),
                        ids)));
    }

    /** The terms joined in a tree that is as flat as can be: a chain of thousands would be too deep for who reads it. */
    private static org.apache.iceberg.expressions.Expression balanced(
            List<org.apache.iceberg.expressions.Expression> terms, boolean and) {
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        int half = terms.size() / 2;
        var left = balanced(terms.subList(0, half), and);
        var right = balanced(terms.subList(half, terms.size()), and);
        return and ? Expressions.and(left, right) : Expressions.or(left, right);
    }

    private Optional<Found> predicated(Predicated predicated, Scope scope) {
        return switch (predicated.getPredicate()) {
            case ComparisonPredicate comparison -> {
                Expr left = operand(predicated.getValue(), scope);
                Expr right = operand(comparison.getRight(), scope);
                if (left == null || right == null) {
                    yield Optional.empty();
                }
                yield left.column() != null
                        ? compare(left, comparison.getOperator(), right)
                        : compare(right, flipped(comparison.getOperator()), left);
            }
            case BetweenPredicate between
            when !between.isNegated() && !between.isSymmetric() -> {
                Expr value = operand(predicated.getValue(), scope);
                Expr low = operand(between.getMin(), scope);
                Expr high = operand(between.getMax(), scope);
                if (value == null || low == null || high == null) {
                    yield Optional.empty();
                }
                yield compare(value, ComparisonPredicate.Operator.GREATER_THAN_OR_EQUAL, low)
                        .flatMap(from -> compare(value, ComparisonPredicate.Operator.LESS_THAN_OR_EQUAL, high)
                                .map(to -> both(from, to)));
            }
            case InPredicate in
            when !in.isNegated() && in.getValueList() instanceof InListExpression list ->
                in(predicated.getValue(), list, scope);
            default -> Optional.empty();
        };
    }

    private static Found both(Found from, Found to) {
        return new Found(
                from.scan(),
                new TableScan.Pushed(
                        from.pushed().sql() + " AND " + to.pushed().sql(),
                        Expressions.and(from.pushed().expression(), to.pushed().expression()),
                        from.pushed().fieldIds()));
    }

    /** A column or a literal; null for anything else. */
    private @Nullable Expr operand(Expression expression, Scope scope) {
        return switch (expression) {
            case Identifier _, DereferenceExpression _, Literal _, Cast _, ArithmeticUnaryExpression _, Parameter _ -> {
                Expr printed = printing.expressions().print(expression, scope);
                yield printed.literal() != null || isOwn(printed, scope) ? printed : null;
            }
            default -> null;
        };
    }

    /** Whether it is a column of the query itself: a condition on one of a query around it says nothing about that one's rows. */
    private static boolean isOwn(Expr printed, Scope scope) {
        return printed.column() != null
                && scope.fields().stream().anyMatch(field -> field.expr().equals(printed));
    }

    private static ComparisonPredicate.Operator flipped(ComparisonPredicate.Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL -> operator;
            case LESS_THAN -> ComparisonPredicate.Operator.GREATER_THAN;
            case LESS_THAN_OR_EQUAL -> ComparisonPredicate.Operator.GREATER_THAN_OR_EQUAL;
            case GREATER_THAN -> ComparisonPredicate.Operator.LESS_THAN;
            case GREATER_THAN_OR_EQUAL -> ComparisonPredicate.Operator.LESS_THAN_OR_EQUAL;
        };
    }

    private static Optional<Found> compare(Expr column, ComparisonPredicate.Operator operator, Expr literal) {
        Expr.ScanColumn source = column.column();
        Optional<Object> value = value(column, literal);
        if (source == null || value.isEmpty() || !source.scan().showsPlainly(source.fieldId())) {
            return Optional.empty();
        }
        String name = source.scan().column(source.fieldId()).name();
        Object plain = value.orElseThrow();
        var expression = switch (operator) {
            case EQUAL -> Expressions.equal(name, plain);
            case NOT_EQUAL -> Expressions.notEqual(name, plain);
            case LESS_THAN -> Expressions.lessThan(name, plain);
            case LESS_THAN_OR_EQUAL -> Expressions.lessThanOrEqual(name, plain);
            case GREATER_THAN -> Expressions.greaterThan(name, plain);
            case GREATER_THAN_OR_EQUAL -> Expressions.greaterThanOrEqual(name, plain);
        };
        String sql = "b." + Sql.name(name) + " " + operator.getValue() + " "
                + Casts.coerce(literal, column.type()).sql();
        return Optional.of(new Found(source.scan(), new TableScan.Pushed(sql, expression, Set.of(source.fieldId()))));
    }

    private Optional<Found> in(Expression value, InListExpression list, Scope scope) {
        Expr column = operand(value, scope);
        if (column == null) {
            return Optional.empty();
        }
        Expr.ScanColumn source = column.column();
        if (source == null || !source.scan().showsPlainly(source.fieldId())) {
            return Optional.empty();
        }
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (Expression item : list.getValues()) {
            Expr literal = operand(item, scope);
            Optional<Object> plain = literal == null ? Optional.empty() : value(column, literal);
            if (literal == null || plain.isEmpty()) {
                return Optional.empty();
            }
            values.add(plain.orElseThrow());
            texts.add(Casts.coerce(literal, column.type()).sql());
        }
        String name = source.scan().column(source.fieldId()).name();
        return Optional.of(new Found(
                source.scan(),
                new TableScan.Pushed(
                        "b." + Sql.name(name) + " IN (" + String.join(", ", texts) + ")",
                        Expressions.in(name, values),
                        Set.of(source.fieldId()))));
    }

    /** The literal as Iceberg takes it for that column; empty if it is not of the column's type. */
    private static Optional<Object> value(Expr column, Expr literal) {
        Object value = literal.literal();
        SqlType type = column.type();
        if (value == null
                || !(Coercion.fits(literal.type(), type)
                        || (type.isInteger() && literal.type().isInteger()))) {
            return Optional.empty();
        }
        return switch (value) {
            case String text ->
                type instanceof Varchar || isMoment(type, literal) ? Optional.of(text) : Optional.empty();
            case Boolean truth -> Optional.of(truth);
            case Long number
            when type == Simple.INTEGER ->
                number == number.intValue() ? Optional.of(number.intValue()) : Optional.empty();
            case Long number when type == Simple.BIGINT -> Optional.of(number);
            case Long number when type == Simple.DOUBLE -> Optional.of(number.doubleValue());
            case Long number
            when type instanceof Decimal(var _, int scale) ->
                Optional.of(BigDecimal.valueOf(number).setScale(scale, RoundingMode.UNNECESSARY));
            case BigDecimal number
            when type instanceof Decimal(var _, int scale) && number.scale() <= scale ->
                Optional.of(number.setScale(scale, RoundingMode.UNNECESSARY));
            case Double number when type == Simple.DOUBLE && !number.isNaN() -> Optional.of(number);
            default -> Optional.empty();
        };
    }

    private static boolean isMoment(SqlType type, Expr literal) {
        return literal.type().getClass() == type.getClass()
                && (type == Simple.DATE || type instanceof SqlType.Timestamp || type instanceof SqlType.Instant)
                && literal.type().duck().equals(type.duck());
    }
}
