package io.atalaya.query.compile;

import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import io.trino.sql.tree.CallArgument;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.CoalesceExpression;
import io.trino.sql.tree.ComparisonPredicate;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.IfExpression;
import io.trino.sql.tree.IsNullPredicate;
import io.trino.sql.tree.LikePredicate;
import io.trino.sql.tree.LogicalExpression;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.NotExpression;
import io.trino.sql.tree.Predicated;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.SearchedCaseExpression;
import io.trino.sql.tree.SimpleCaseExpression;
import io.trino.sql.tree.SingleColumn;
import io.trino.sql.tree.TryExpression;
import io.trino.sql.tree.WhenClause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for a column in a query of groups that is neither grouped by nor inside an aggregate, to say where it stands. It looks into the
 * plainest expressions only; what it overlooks the engine refuses, without a place.
 */
final class Ungrouped {
    /** A column. */
    private static final Pattern PLAIN = Pattern.compile("\\w+\\.\\w+");

    private final Scope scope;
    private final Set<String> keys;

    private Ungrouped(Scope scope, Set<String> keys) {
        this.scope = scope;
        this.keys = keys;
    }

    /**
     * Refuses a column of single rows among what is selected of groups, and in their condition.
     *
     * @param keys what is grouped by, printed
     */
    static void check(QuerySpecification select, Scope scope, Set<String> keys) {
        List<Expression> written = select.getSelect().getSelectItems().stream()
                .filter(SingleColumn.class::isInstance)
                .map(item -> ((SingleColumn) item).getExpression())
                .toList();
        boolean grouped = select.getGroupBy().isPresent()
                || select.getHaving().isPresent()
                || written.stream().anyMatch(Ungrouped::aggregates);
        if (grouped && keys.stream().allMatch(PLAIN.asMatchPredicate())) {
            Ungrouped ungrouped = new Ungrouped(scope, keys);
            written.forEach(ungrouped::check);
            select.getHaving().ifPresent(ungrouped::check);
        }
    }

    /** Whether a call of several rows stands there in sight. */
    private static boolean aggregates(Expression expression) {
        return (expression instanceof FunctionCall call && isAggregate(call))
                || parts(expression).stream().anyMatch(Ungrouped::aggregates);
    }

    /** Refuses a column of single rows. */
    private void check(Expression item) {
        if (item instanceof FunctionCall call && isAggregate(call)) {
            return;
        }
        if (item instanceof Identifier name) {
            refuse(List.of(), name, Place.of(item));
        } else if (item instanceof DereferenceExpression dereference) {
            Optional<List<String>> qualifier = Names.qualified(dereference.getBase());
            if (qualifier.isPresent() && dereference.getField().isPresent()) {
                refuse(qualifier.orElseThrow(), dereference.getField().orElseThrow(), Place.of(item));
            }
        } else {
            parts(item).forEach(this::check);
        }
    }

    private void refuse(List<String> qualifier, Identifier name, Place place) {
        String wanted = name.getValue().toLowerCase(Locale.ROOT);
        List<Scope.Field> meant = scope.fields().stream()
                .filter(field -> field.matches(qualifier, wanted))
                .toList();
        if (meant.size() == 1 && !keys.contains(meant.getFirst().expr().sql())) {
            throw place.semantic(
                    "EXPRESSION_NOT_AGGREGATE",
                    "'{0}' must be an aggregate expression or appear in GROUP BY clause",
                    name.getValue());
        }
    }

    private static boolean isAggregate(FunctionCall call) {
        String name = call.getName().toString().toLowerCase(Locale.ROOT);
        return call.getWindow().isEmpty()
                && FunctionCatalog.standard()
                        .named(name)
                        .filter(overloads -> overloads.stream()
                                .anyMatch(overload -> overload.kind() == FunctionCatalog.Kind.AGGREGATE))
                        .isPresent();
    }

    private static List<Expression> parts(Expression expression) {
        return switch (expression) {
            case ArithmeticBinaryExpression binary -> List.of(binary.getLeft(), binary.getRight());
            case ArithmeticUnaryExpression unary -> List.of(unary.getValue());
            case LogicalExpression logical -> logical.getTerms();
            case NotExpression not -> List.of(not.getValue());
            case CoalesceExpression coalesce -> coalesce.getOperands();
            case Predicated predicated
            when predicated.getPredicate() instanceof ComparisonPredicate comparison ->
                List.of(predicated.getValue(), comparison.getRight());
            case Predicated predicated
            when predicated.getPredicate() instanceof IsNullPredicate
                    || predicated.getPredicate() instanceof LikePredicate -> List.of(predicated.getValue());
            case TryExpression attempt -> List.of(attempt.getInnerExpression());
            case Cast cast -> List.of(cast.getExpression());
            case FunctionCall call
            when call.getWindow().isEmpty()
                    && !LambdaFunctions.NAMES.contains(call.getName().toString().toLowerCase(Locale.ROOT)) ->
                call.getArguments().stream().map(CallArgument::getValue).toList();
            case SearchedCaseExpression _, SimpleCaseExpression _, IfExpression _ -> inside(expression);
            default -> List.of();
        };
    }

    private static List<Expression> inside(Node choice) {
        List<Expression> parts = new ArrayList<>();
        for (Node child : choice.getChildren()) {
            if (child instanceof WhenClause) {
                parts.addAll(inside(child));
            } else if (child instanceof Expression part) {
                parts.add(part);
            }
        }
        return parts;
    }
}
