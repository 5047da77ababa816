package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Except;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FetchFirst;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Intersect;
import io.trino.sql.tree.Limit;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.Offset;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QueryBody;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.Relation;
import io.trino.sql.tree.Row;
import io.trino.sql.tree.SetOperation;
import io.trino.sql.tree.SortItem;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableSubquery;
import io.trino.sql.tree.Union;
import io.trino.sql.tree.Values;
import io.trino.sql.tree.With;
import io.trino.sql.tree.WithQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints queries. The columns of a printed query are called {@code c0}, {@code c1}, … whatever their names are. */
final class Queries {
    /** A column of a query. */
    record Output(Optional<String> name, SqlType type) {}

    /** A query as DuckDB reads it. */
    record Printed(String sql, List<Output> fields) {
        Printed {
            fields = List.copyOf(fields);
        }
    }

    private final Printing printing;
    private final Selects selects;

    Queries(Printing printing) {
        this.printing = printing;
        this.selects = new Selects(printing);
    }

    Printed query(Query query, Scope outer) {
        Place place = Place.of(query);
        if (!query.getFunctions().isEmpty() || !query.getSessionProperties().isEmpty()) {
            throw place.notSupported("WITH FUNCTION or WITH SESSION");
        }
        String with = query.getWith().map(clause -> with(clause, outer)).orElse("");
        try {
            Printed body = body(query.getQueryBody(), outer);
            boolean plain = query.getOrderBy().isEmpty()
                    && query.getLimit().isEmpty()
                    && query.getOffset().isEmpty();
            Printed whole = plain ? body : ordered(body, query, outer);
            return new Printed(with + whole.sql(), whole.fields());
        } finally {
            query.getWith().ifPresent(_ -> printing.relations().leave());
        }
    }

    private String with(With with, Scope outer) {
        if (with.isRecursive()) {
            throw Place.of(with).notSupported("WITH RECURSIVE");
        }
        printing.relations().enter();
        List<String> parts = new ArrayList<>();
        for (WithQuery named : with.getQueries()) {
            Printed printed = query(named.getQuery(), outer);
            List<Optional<String>> names =
                    printed.fields().stream().map(Output::name).toList();
            if (named.getColumnNames().isPresent()) {
                List<Identifier> columns = named.getColumnNames().orElseThrow();
                if (columns.size() != printed.fields().size()) {
                    throw Place.of(named)
                            .semantic(
                                    "MISMATCHED_COLUMN_ALIASES",
                                    "WITH %s names %d columns, but its query has %d"
                                            .formatted(
                                                    named.getName().getValue(),
                                                    columns.size(),
                                                    printed.fields().size()));
                }
                names = columns.stream()
                        .map(column -> Optional.of(column.getValue()))
                        .toList();
            }
            List<Output> outputs = new ArrayList<>();
            for (int index = 0; index < names.size(); index++) {
                outputs.add(
                        new Output(names.get(index), printed.fields().get(index).type()));
            }
            String cte = "w" + printing.fresh();
            printing.relations().define(named.getName().getValue(), cte, outputs);
            parts.add(cte + " AS (" + printed.sql() + ")");
        }
        return "WITH " + String.join(", ", parts) + " ";
    }

    /** What a query is made of: a select, a set operation, values. */
    Printed body(QueryBody body, Scope outer) {
        return switch (body) {
            case QuerySpecification select -> selects.print(select, outer);
            case TableSubquery subquery -> query(subquery.getQuery(), outer);
            case Values values -> values(values, outer);
            case Table table -> selects.all(printing.relations().print(table, outer));
            case SetOperation set -> setOperation(set, outer);
            default -> throw Place.of(body).notSupported(Constructs.nameOf(body));
        };
    }

    private Printed ordered(Printed body, Query query, Scope outer) {
        String alias = printing.fresh();
        List<Scope.Field> fields = fields(alias, body.fields());
        Scope scope = new Scope(fields, outer);
        String columns = fields.stream().map(field -> field.expr().sql()).collect(Collectors.joining(", "));
        String order = query.getOrderBy().map(by -> orderBy(by, scope, fields)).orElse("");
        return new Printed(
                "SELECT " + columns + " FROM (" + body.sql() + ") AS " + alias + order
                        + limits(query.getLimit(), query.getOffset()),
                body.fields());
    }

    /** The columns of a query or table expression under an alias. */
    static List<Scope.Field> fields(String alias, List<Output> outputs) {
        List<Scope.Field> fields = new ArrayList<>();
        for (int index = 0; index < outputs.size(); index++) {
            Output output = outputs.get(index);
            fields.add(Scope.Field.of(
                    output.name().map(name -> name.toLowerCase(java.util.Locale.ROOT)),
                    Expr.of(alias + ".c" + index, output.type())));
        }
        return fields;
    }

    /** {@code ORDER BY}, where a number or the name of an output stands for that output. */
    String orderBy(OrderBy by, Scope scope, List<Scope.Field> outputs) {
        Scope overlay = new Scope(outputs, scope);
        List<String> keys = new ArrayList<>();
        for (SortItem item : by.getSortItems()) {
            keys.add(printing.windows().sort(item, sortKey(item.getSortKey(), overlay, outputs)));
        }
        return " ORDER BY " + String.join(", ", keys);
    }

    private String sortKey(Expression key, Scope overlay, List<Scope.Field> outputs) {
        Place place = Place.of(key);
        if (key instanceof LongLiteral ordinal) {
            return Integer.toString(ordinal(ordinal, outputs.size(), place));
        }
        Expr printed = printing.expressions().print(key, overlay);
        if (!printed.type().isOrdered()) {
            throw place.mismatch(
                    "%s cannot be used in ORDER BY".formatted(printed.type().trino()));
        }
        for (int index = 0; index < outputs.size(); index++) {
            if (outputs.get(index).expr().sql().equals(printed.sql())) {
                return Integer.toString(index + 1);
            }
        }
        return printed.literal() == null ? printed.sql() : "(" + printed.sql() + ")";
    }

    static int ordinal(LongLiteral ordinal, int count, Place place) {
        long number = ordinal.getParsedValue();
        if (number < 1 || number > count) {
            throw place.semantic("INVALID_COLUMN_REFERENCE", "Position %d is not in the select list".formatted(number));
        }
        return (int) number;
    }

    String limits(Optional<Node> limit, Optional<Offset> offset) {
        String text = "";
        if (limit.isPresent()) {
            text = switch (limit.orElseThrow()) {
                case Limit plain ->
                    count(plain.getRowCount()).map(rows -> " LIMIT " + rows).orElse("");
                case FetchFirst fetch -> {
                    if (fetch.isWithTies()) {
                        throw Place.of(fetch).notSupported("WITH TIES");
                    }
                    yield " LIMIT " + fetch.getRowCount().flatMap(this::count).orElse(1L);
                }
                default -> throw Place.of(limit.orElseThrow()).notSupported("this LIMIT");
            };
        }
        return text
                + offset.flatMap(rows -> count(rows.getRowCount()))
                        .map(rows -> " OFFSET " + rows)
                        .orElse("");
    }

    private Optional<Long> count(Expression rows) {
        if (rows instanceof io.trino.sql.tree.AllRows) {
            return Optional.empty();
        }
        Expr printed = printing.expressions().print(rows, Scope.EMPTY);
        if (printed.literal() instanceof Long number && number >= 0) {
            return Optional.of(number);
        }
        throw Place.of(rows).mismatch("A number of rows is a whole number, 0 or more");
    }

    private Printed values(Values values, Scope outer) {
        Place place = Place.of(values);
        List<List<Expr>> rows = new ArrayList<>();
        for (Expression row : values.getRows()) {
            rows.add(
                    row instanceof Row several
                            ? several.getFields().stream()
                                    .map(field -> printing.expressions().print(field.getExpression(), outer))
                                    .toList()
                            : List.of(printing.expressions().print(row, outer)));
        }
        int width = rows.getFirst().size();
        List<List<Expr>> columns = new ArrayList<>();
        for (int index = 0; index < width; index++) {
            int column = index;
            List<Expr> cells = rows.stream()
                    .map(row -> {
                        if (row.size() != width) {
                            throw place.mismatch("Values rows have mismatched sizes");
                        }
                        return row.get(column);
                    })
                    .toList();
            columns.add(printing.expressions().unify(cells, place, "Values of a column"));
        }
        StringBuilder sql = new StringBuilder("SELECT * FROM (VALUES ");
        for (int row = 0; row < rows.size(); row++) {
            int at = row;
            sql.append(row == 0 ? "" : ", ")
                    .append(columns.stream()
                            .map(cells -> typed(cells.get(at)))
                            .collect(Collectors.joining(", ", "(", ")")));
        }
        String names = java.util.stream.IntStream.range(0, width)
                .mapToObj(index -> "c" + index)
                .collect(Collectors.joining(", ", "(", ")"));
        sql.append(") AS ").append(printing.fresh()).append(names);
        return new Printed(
                sql.toString(),
                columns.stream()
                        .map(cells ->
                                new Output(Optional.empty(), cells.getFirst().type()))
                        .toList());
    }

    private static String typed(Expr cell) {
        return cell.type() instanceof SqlType.Varchar
                ? cell.sql()
                : Sql.cast(cell.sql(), cell.type().duck());
    }

    private Printed setOperation(SetOperation set, Scope outer) {
        Place place = Place.of(set);
        if (set.getCorresponding().isPresent()) {
            throw place.notSupported("CORRESPONDING");
        }
        String name = switch (set) {
            case Union _ -> "UNION";
            case Intersect _ -> "INTERSECT";
            case Except _ -> "EXCEPT";
            default -> throw place.notSupported(Constructs.nameOf(set));
        };
        List<Printed> sides = new ArrayList<>();
        for (Relation relation : set.getRelations()) {
            if (!(relation instanceof QueryBody side)) {
                throw place.notSupported(name + " of this");
            }
            sides.add(body(side, outer));
        }
        List<SqlType> types = common(sides, name, place);
        String sql = sides.stream()
                .map(side -> "(" + coerced(side, types) + ")")
                .collect(Collectors.joining(" " + name + (set.isDistinct() ? " " : " ALL ")));
        List<Output> outputs = new ArrayList<>();
        for (int index = 0; index < types.size(); index++) {
            outputs.add(new Output(sides.getFirst().fields().get(index).name(), types.get(index)));
        }
        return new Printed(sql, outputs);
    }

    private static List<SqlType> common(List<Printed> sides, String name, Place place) {
        List<SqlType> types = new ArrayList<>(
                sides.getFirst().fields().stream().map(Output::type).toList());
        for (Printed side : sides) {
            if (side.fields().size() != types.size()) {
                throw place.mismatch("%s query has different number of fields: %d, %d"
                        .formatted(name, types.size(), side.fields().size()));
            }
            for (int index = 0; index < types.size(); index++) {
                SqlType one = types.get(index);
                SqlType other = side.fields().get(index).type();
                int position = index + 1;
                types.set(
                        index,
                        Coercion.common(one, other)
                                .orElseThrow(() -> place.mismatch("column %d in %s query has incompatible types: %s, %s"
                                        .formatted(position, name, one.trino(), other.trino()))));
            }
        }
        return types;
    }

    /** The query with its columns converted. */
    String coerced(Printed query, List<SqlType> types) {
        String alias = printing.fresh();
        List<String> columns = new ArrayList<>();
        boolean same = true;
        for (int index = 0; index < types.size(); index++) {
            SqlType from = query.fields().get(index).type();
            same &= from.duck().equals(types.get(index).duck()) && from != SqlType.Simple.UNKNOWN;
            columns.add(Casts.coerce(Expr.of(alias + ".c" + index, from), types.get(index))
                            .sql() + " AS c" + index);
        }
        return same ? query.sql() : "SELECT " + String.join(", ", columns) + " FROM (" + query.sql() + ") AS " + alias;
    }
}
