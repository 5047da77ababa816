package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.AllColumns;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.SelectItem;
import io.trino.sql.tree.SingleColumn;
import io.trino.sql.tree.SortItem;
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
        Scope found = from.map(relation -> relation.scope(outer)).orElse(new Scope(List.of(), outer));
        Scope scope = Grouping.keyed(select, found);
        List<Item> items = new ArrayList<>();
        for (SelectItem item : select.getSelect().getSelectItems()) {
            items.addAll(printing.totality().shown(() -> item(item, scope, from.isPresent())));
        }
        if (select.getSelect().isDistinct()) {
            items.replaceAll(item -> new Item(Maps.ordered(item.expr()), item.name()));
        }
        StringBuilder sql = new StringBuilder();
        from.ifPresent(relation -> sql.append(" FROM ").append(relation.sql()));
        select.getWhere().ifPresent(where -> {
            int rows = printing.apart().rows();
            sql.append(" WHERE ").append(printing.expressions().condition(where, scope));
            if (printing.apart().rows() > rows) {
                throw Place.of(where)
                        .semantic(
                                "EXPRESSION_NOT_SCALAR",
                                "WHERE clause cannot contain aggregations, window functions or grouping operations");
            }
            new Pushdown(printing).where(where, scope);
        });
        Grouping grouping =
                new Grouping(printing, scope, items.stream().map(Item::expr).toList());
        select.getGroupBy().ifPresent(by -> sql.append(grouping.print(by)));
        select.getHaving()
                .ifPresent(having -> sql.append(" HAVING ")
                        .append(Sql.having(printing.expressions().condition(having, scope))));
        Ungrouped.check(select, scope, grouping.keys());
        List<Queries.Output> columns = items.stream()
                .map(item -> new Queries.Output(item.name(), item.expr().type()))
                .toList();
        Ordering.Tail tail = new Ordering.Tail(select.getOrderBy(), select.getLimit(), select.getOffset());
        return printing.totality()
                .shown(() -> select.getSelect().isDistinct()
                        ? distinct(select, items, columns, sql.toString(), tail, scope)
                        : all(items, columns, sql.toString(), tail, scope));
    }

    private Queries.Printed all(
            List<Item> items, List<Queries.Output> columns, String rest, Ordering.Tail tail, Scope scope) {
        List<Scope.Field> outputs = outputs(items);
        if (tail.hasTies()) {
            List<String> keys = new ArrayList<>();
            for (SortItem item : Ordering.ties(tail).getSortItems()) {
                keys.add(printing.windows()
                        .sort(item, printing.ordering().sortValue(item.getSortKey(), scope, outputs)));
            }
            return printing.ordering().withTies(columns(items), rest, keys, tail, columns);
        }
        String order = tail.order()
                .map(by -> printing.ordering().orderBy(by, scope, outputs))
                .orElse("");
        return new Queries.Printed(
                "SELECT " + columns(items) + rest + order + printing.ordering().limits(tail.limit(), tail.offset()),
                columns);
    }

    /** Rows that are all different have an order by what is in them only. */
    private Queries.Printed distinct(
            QuerySpecification select,
            List<Item> items,
            List<Queries.Output> columns,
            String rest,
            Ordering.Tail tail,
            Scope scope) {
        List<Scope.Field> outputs = outputs(items);
        String distinct = "SELECT DISTINCT " + columns(items) + rest;
        List<SortItem> order = tail.order().map(OrderBy::getSortItems).orElse(List.of());
        List<Integer> ordinals = new ArrayList<>();
        for (SortItem item : order) {
            ordinals.add(printing.ordering()
                    .output(item.getSortKey(), scope, outputs)
                    .orElseThrow(() -> Place.of(select)
                            .semantic(
                                    "EXPRESSION_NOT_IN_DISTINCT",
                                    "For SELECT DISTINCT, ORDER BY expressions must appear in select list")));
        }
        if (tail.hasTies()) {
            Ordering.ties(tail);
            String alias = printing.fresh();
            List<String> keys = new ArrayList<>();
            for (int index = 0; index < order.size(); index++) {
                keys.add(printing.windows().sort(order.get(index), alias + ".c" + ordinals.get(index)));
            }
            String names = java.util.stream.IntStream.range(0, items.size())
                    .mapToObj(index -> alias + ".c" + index)
                    .collect(Collectors.joining(", "));
            return printing.ordering().withTies(names, " FROM (" + distinct + ") AS " + alias, keys, tail, columns);
        }
        String by = tail.order()
                .map(keys -> printing.ordering().orderBy(keys, scope, outputs))
                .orElse("");
        return new Queries.Printed(distinct + by + printing.ordering().limits(tail.limit(), tail.offset()), columns);
    }

    private static List<Scope.Field> outputs(List<Item> items) {
        return items.stream()
                .map(item -> Scope.Field.of(item.name().map(name -> name.toLowerCase(Locale.ROOT)), item.expr()))
                .toList();
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
                .filter(Scope.Field::isListed)
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
        Optional<List<String>> qualifier = all.getTarget().isEmpty()
                ? Optional.of(List.of())
                : Names.qualified(all.getTarget().orElseThrow());
        List<Item> items = new ArrayList<>();
        if (qualifier.isPresent() && (qualifier.orElseThrow().isEmpty() || scope.knows(qualifier.orElseThrow()))) {
            if (!hasFrom) {
                throw place.semantic("COLUMN_NOT_FOUND", "SELECT * needs a FROM clause");
            }
            scope.star(qualifier.orElseThrow()).forEach(field -> items.add(new Item(field.take(), field.name())));
        } else {
            items.addAll(fieldsOf(all.getTarget().orElseThrow(), qualifier, scope, place));
        }
        if (items.isEmpty()) {
            throw place.semantic("COLUMN_NOT_FOUND", "* stands for no column that you may read");
        }
        if (all.getAliases().isEmpty()) {
            return items;
        }
        if (all.getAliases().size() != items.size()) {
            throw place.semantic(
                    "MISMATCHED_COLUMN_ALIASES",
                    "Column alias list has {0} entries but relation has {1} columns",
                    all.getAliases().size(),
                    items.size());
        }
        List<Item> named = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            named.add(new Item(
                    items.get(index).expr(),
                    Optional.of(all.getAliases().get(index).getValue())));
        }
        return named;
    }

    /** The fields of a row that is the value of an expression. */
    private List<Item> fieldsOf(Expression target, Optional<List<String>> qualifier, Scope scope, Place place) {
        Expr row;
        try {
            row = printing.expressions().print(target, scope);
        } catch (QueryException.SemanticError unknown) {
            throw qualifier.isPresent() && unknown.code().equals("COLUMN_NOT_FOUND")
                    ? place.semantic(
                            "TABLE_NOT_FOUND",
                            "Unable to resolve reference {0}",
                            String.join(".", qualifier.orElseThrow()))
                    : unknown;
        }
        if (!(row.type() instanceof SqlType.Row type)) {
            throw place.mismatch("expected expression of type Row");
        }
        List<Item> items = new ArrayList<>();
        for (int index = 0; index < type.fields().size(); index++) {
            items.add(new Item(
                    Expr.of(
                            "struct_extract_at(" + row.sql() + ", " + (index + 1) + ")",
                            type.fields().get(index).type()),
                    type.fields().get(index).name()));
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
}
