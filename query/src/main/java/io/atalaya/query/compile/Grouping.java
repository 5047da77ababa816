package io.atalaya.query.compile;

import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.GroupBy;
import io.trino.sql.tree.GroupingElement;
import io.trino.sql.tree.GroupingSets;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.SelectItem;
import io.trino.sql.tree.SimpleGroupBy;
import io.trino.sql.tree.SingleColumn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints {@code GROUP BY} of one select. */
final class Grouping {
    /** How many sets Trino makes of one {@code GROUP BY}. */
    private static final int MAX_SETS = 2048;

    private final Printing printing;
    private final Scope scope;
    private final List<Expr> items;
    private final Set<String> seen = new LinkedHashSet<>();

    /**
     * For a select.
     *
     * @param items what is selected, which numbers stand for
     */
    Grouping(Printing printing, Scope scope, List<Expr> items) {
        this.printing = printing;
        this.scope = scope;
        this.items = List.copyOf(items);
    }

    /** The scope of a select, in which columns that are grouped by are as they have to be for equal values to be one group. */
    static Scope keyed(QuerySpecification select, Scope scope) {
        List<Expr> keys = select.getGroupBy().map(GroupBy::getGroupingElements).orElse(List.of()).stream()
                .flatMap(element -> element.getExpressions().stream())
                .map(key -> key instanceof LongLiteral ordinal ? item(select, ordinal) : key)
                .flatMap(key -> columns(key, scope))
                .filter(key -> Maps.in(key.type()))
                .toList();
        return keys.isEmpty()
                ? scope
                : new Scope(
                        scope.fields().stream()
                                .map(field ->
                                        keys.contains(field.expr()) ? field.as(Maps.ordered(field.expr())) : field)
                                .toList(),
                        scope.parent());
    }

    private static Expression item(QuerySpecification select, LongLiteral ordinal) {
        List<SelectItem> items = select.getSelect().getSelectItems();
        long number = ordinal.getParsedValue();
        return number >= 1 && number <= items.size() && items.get((int) number - 1) instanceof SingleColumn column
                ? column.getExpression()
                : ordinal;
    }

    private static Stream<Expr> columns(Expression key, Scope scope) {
        return switch (key) {
            case Identifier name ->
                scope.find(List.of(), name.getValue()).stream().map(Scope.Field::expr);
            case DereferenceExpression dereference
            when dereference.getField().isPresent() ->
                Names.qualified(dereference.getBase()).stream()
                        .flatMap(qualifier ->
                                scope
                                        .find(
                                                qualifier,
                                                dereference
                                                        .getField()
                                                        .orElseThrow()
                                                        .getValue())
                                        .stream())
                        .map(Scope.Field::expr);
            default -> Stream.empty();
        };
    }

    /** What was grouped by so far, printed. */
    Set<String> keys() {
        return Set.copyOf(seen);
    }

    String print(GroupBy by) {
        if (by.isDistinct()) {
            return distinct(by);
        }
        List<String> elements = new ArrayList<>();
        for (GroupingElement element : by.getGroupingElements()) {
            elements.add(
                    switch (element) {
                        case SimpleGroupBy simple -> {
                            List<String> keys = keys(simple.getExpressions());
                            yield keys.isEmpty() ? "()" : String.join(", ", keys);
                        }
                        case GroupingSets sets ->
                            switch (sets.getType()) {
                                case EXPLICIT -> sets(sets, "GROUPING SETS (");
                                case CUBE -> sets(sets, "CUBE (");
                                case ROLLUP -> sets(sets, "ROLLUP (");
                            };
                        default -> throw Place.of(element).notSupported(Constructs.nameOf(element));
                    });
        }
        return " GROUP BY " + String.join(", ", elements);
    }

    /** All sets of keys that the elements together stand for, each once. */
    private String distinct(GroupBy by) {
        Set<Set<String>> all = Set.of(Set.of());
        for (GroupingElement element : by.getGroupingElements()) {
            List<Set<String>> next = setsOf(element);
            Set<Set<String>> products = new LinkedHashSet<>();
            for (Set<String> before : all) {
                for (Set<String> set : next) {
                    Set<String> both = new LinkedHashSet<>(before);
                    both.addAll(set);
                    products.add(both);
                }
            }
            check(products.size(), by);
            all = products;
        }
        return all.stream()
                .map(set -> set.stream().collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ", " GROUP BY GROUPING SETS (", ")"));
    }

    private static void check(int sets, GroupBy by) {
        if (sets > MAX_SETS) {
            throw Place.of(by).semantic("TOO_MANY_GROUPING_SETS", "GROUP BY has more than {0} grouping sets", MAX_SETS);
        }
    }

    private List<Set<String>> setsOf(GroupingElement element) {
        return switch (element) {
            case SimpleGroupBy simple -> List.of(new LinkedHashSet<>(keys(simple.getExpressions())));
            case GroupingSets sets ->
                switch (sets.getType()) {
                    case EXPLICIT ->
                        sets.getSets().stream()
                                .<Set<String>>map(set -> new LinkedHashSet<>(keys(set)))
                                .toList();
                    case ROLLUP -> rollup(sets);
                    case CUBE -> cube(sets);
                };
            default -> throw Place.of(element).notSupported(Constructs.nameOf(element));
        };
    }

    private List<Set<String>> rollup(GroupingSets sets) {
        List<Set<String>> result = new ArrayList<>(List.of(Set.of()));
        Set<String> keys = new LinkedHashSet<>();
        for (List<Expression> set : sets.getSets()) {
            keys.addAll(keys(set));
            result.addFirst(new LinkedHashSet<>(keys));
        }
        return result;
    }

    private List<Set<String>> cube(GroupingSets sets) {
        List<Set<String>> result = new ArrayList<>(List.of(Set.of()));
        for (List<Expression> set : sets.getSets()) {
            List<String> keys = keys(set);
            for (Set<String> before : List.copyOf(result)) {
                Set<String> both = new LinkedHashSet<>(before);
                both.addAll(keys);
                result.add(both);
            }
            if (result.size() > MAX_SETS) {
                throw Place.of(sets)
                        .semantic("TOO_MANY_GROUPING_SETS", "GROUP BY has more than {0} grouping sets", MAX_SETS);
            }
        }
        return result;
    }

    private String sets(GroupingSets sets, String opening) {
        return sets.getSets().stream()
                .map(set -> String.join(", ", keys(set)))
                .map(keys -> keys.contains(", ") || keys.isEmpty() ? "(" + keys + ")" : keys)
                .collect(Collectors.joining(", ", opening, ")"));
    }

    private List<String> keys(List<Expression> expressions) {
        List<String> keys = new ArrayList<>();
        for (Expression expression : expressions) {
            int rows = printing.apart().rows();
            Expr key = expression instanceof LongLiteral ordinal
                    ? items.get(Ordering.ordinal(ordinal, items.size(), Place.of(expression)) - 1)
                    : printing.expressions().print(expression, scope);
            if (printing.apart().rows() > rows) {
                throw Place.of(expression)
                        .semantic(
                                "EXPRESSION_NOT_SCALAR",
                                "GROUP BY clause cannot contain aggregations, window functions or grouping operations");
            }
            seen.add(key.sql());
            keys.add(key.key());
        }
        return keys;
    }
}
