package io.atalaya.query.compile;

import io.trino.sql.tree.AllColumns;
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
import io.trino.sql.tree.WindowSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints {@code SELECT … FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT …}. */
final class Selects {
    private record Item(Expr expr, Optional<String> name) {}

    private final Printing printing;

    Selects(Printing printing) {
        this.printing = printing;
    }

    Queries.Printed print(QuerySpecification select, Scope outer) {
        Map<String, WindowSpecification> windows = new HashMap<>();
        select.getWindows()
                .forEach(window ->
                        windows.put(window.getName().getValue().toLowerCase(Locale.ROOT), window.getWindow()));
        printing.windows().enter(windows);
        try {
            return inWindows(select, outer);
        } finally {
            printing.windows().leave();
        }
    }

    private Queries.Printed inWindows(QuerySpecification select, Scope outer) {
        Optional<Relations.Printed> from =
                select.getFrom().map(relation -> printing.relations().print(relation, outer));
        Scope scope = from.map(relation -> relation.scope(outer)).orElse(new Scope(List.of(), outer));
        List<Item> items = new ArrayList<>();
        for (SelectItem item : select.getSelect().getSelectItems()) {
            items.addAll(item(item, scope, from.isPresent()));
        }
        StringBuilder sql = new StringBuilder("SELECT ");
        sql.append(select.getSelect().isDistinct() ? "DISTINCT " : "").append(columns(items));
        from.ifPresent(relation -> sql.append(" FROM ").append(relation.sql()));
        select.getWhere().ifPresent(where -> {
            sql.append(" WHERE ").append(printing.expressions().condition(where, scope));
            new Pushdown(printing).where(where, scope);
        });
        select.getGroupBy().ifPresent(by -> sql.append(groupBy(by, scope, items)));
        select.getHaving()
                .ifPresent(having ->
                        sql.append(" HAVING ").append(printing.expressions().condition(having, scope)));
        List<Scope.Field> outputs = items.stream()
                .map(item -> Scope.Field.of(item.name().map(name -> name.toLowerCase(Locale.ROOT)), item.expr()))
                .toList();
        select.getOrderBy().ifPresent(by -> sql.append(printing.queries().orderBy(by, scope, outputs)));
        sql.append(printing.queries().limits(select.getLimit(), select.getOffset()));
        return new Queries.Printed(
                sql.toString(),
                items.stream()
                        .map(item -> new Queries.Output(item.name(), item.expr().type()))
                        .toList());
    }

    private static String columns(List<Item> items) {
        List<String> columns = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            columns.add(items.get(index).expr().sql() + " AS c" + index);
        }
        return String.join(", ", columns);
    }

    /** {@code SELECT *} of a relation. */
    Queries.Printed all(Relations.Printed relation) {
        List<Item> items = relation.fields().stream()
                .filter(field -> field.denied() == null)
                .map(field -> new Item(field.take(), field.name()))
                .toList();
        return new Queries.Printed(
                "SELECT " + columns(items) + " FROM " + relation.sql(),
                items.stream()
                        .map(item -> new Queries.Output(item.name(), item.expr().type()))
                        .toList());
    }

    private List<Item> item(SelectItem item, Scope scope, boolean hasFrom) {
        return switch (item) {
            case SingleColumn column -> {
                Expr expr = printing.expressions().print(column.getExpression(), scope);
                yield List.of(new Item(
                        expr, column.getAlias().map(Identifier::getValue).or(() -> name(column.getExpression()))));
            }
            case AllColumns all -> star(all, scope, hasFrom);
            default -> throw Place.of(item).notSupported(Constructs.nameOf(item));
        };
    }

    private List<Item> star(AllColumns all, Scope scope, boolean hasFrom) {
        Place place = Place.of(all);
        if (!all.getAliases().isEmpty()) {
            throw place.notSupported("an alias list after *");
        }
        List<String> qualifier = new ArrayList<>();
        for (Expression target = all.getTarget().orElse(null); target != null; ) {
            switch (target) {
                case Identifier name -> {
                    qualifier.addFirst(name.getValue().toLowerCase(Locale.ROOT));
                    target = null;
                }
                case DereferenceExpression inner
                when inner.getField().isPresent() -> {
                    qualifier.addFirst(inner.getField().orElseThrow().getValue().toLowerCase(Locale.ROOT));
                    target = inner.getBase();
                }
                default -> throw place.notSupported("* of an expression");
            }
        }
        if (!hasFrom) {
            throw place.semantic("COLUMN_NOT_FOUND", "SELECT * needs a FROM clause");
        }
        if (!qualifier.isEmpty() && !scope.knows(qualifier)) {
            throw place.semantic("TABLE_NOT_FOUND", "Unable to resolve reference " + String.join(".", qualifier));
        }
        List<Item> items = scope.star(qualifier).stream()
                .map(field -> new Item(field.take(), field.name()))
                .toList();
        if (items.isEmpty()) {
            throw place.semantic("COLUMN_NOT_FOUND", "* stands for no column that you may read");
        }
        return items;
    }

    private static Optional<String> name(Expression expression) {
        return switch (expression) {
            case Identifier name -> Optional.of(name.getValue());
            case DereferenceExpression dereference
            when Names.isQualified(dereference) -> dereference.getField().map(Identifier::getValue);
            default -> Optional.empty();
        };
    }

    private String groupBy(GroupBy by, Scope scope, List<Item> items) {
        if (by.isDistinct()) {
            throw Place.of(by).notSupported("GROUP BY DISTINCT");
        }
        List<String> elements = new ArrayList<>();
        for (GroupingElement element : by.getGroupingElements()) {
            elements.add(
                    switch (element) {
                        case SimpleGroupBy simple -> {
                            List<String> keys = keys(simple.getExpressions(), scope, items);
                            yield keys.isEmpty() ? "()" : String.join(", ", keys);
                        }
                        case GroupingSets sets ->
                            switch (sets.getType()) {
                                case EXPLICIT -> sets(sets, scope, items, "GROUPING SETS (");
                                case CUBE -> sets(sets, scope, items, "CUBE (");
                                case ROLLUP -> sets(sets, scope, items, "ROLLUP (");
                            };
                        default -> throw Place.of(element).notSupported(Constructs.nameOf(element));
                    });
        }
        return " GROUP BY " + String.join(", ", elements);
    }

    private String sets(GroupingSets sets, Scope scope, List<Item> items, String opening) {
        return sets.getSets().stream()
                .map(set -> String.join(", ", keys(set, scope, items)))
                .map(keys -> keys.contains(", ") || keys.isEmpty() ? "(" + keys + ")" : keys)
                .collect(Collectors.joining(", ", opening, ")"));
    }

    private List<String> keys(List<Expression> expressions, Scope scope, List<Item> items) {
        List<String> keys = new ArrayList<>();
        for (Expression expression : expressions) {
            Expr key = expression instanceof LongLiteral ordinal
                    ? items.get(Queries.ordinal(ordinal, items.size(), Place.of(expression)) - 1)
                            .expr()
                    : printing.expressions().print(expression, scope);
            keys.add(
                    key.literal() == null
                            ? key.sql()
                            : "(" + Sql.cast(key.sql(), key.type().duck()) + ")");
        }
        return keys;
    }
}
