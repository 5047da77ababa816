package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Except;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Intersect;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QueryBody;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.Relation;
import io.trino.sql.tree.Row;
import io.trino.sql.tree.SetOperation;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableSubquery;
import io.trino.sql.tree.Union;
import io.trino.sql.tree.Values;
import io.trino.sql.tree.With;
import io.trino.sql.tree.WithQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final Recursion recursion;

    Queries(Printing printing) {
        this.printing = printing;
        this.selects = new Selects(printing);
        this.recursion = new Recursion(printing);
    }

    Printed query(Query query, Scope outer) {
        return printing.apart().inside(() -> printing.totality().query(() -> whole(query, outer)));
    }

    private Printed whole(Query query, Scope outer) {
        Place place = Place.of(query);
        if (!query.getFunctions().isEmpty() || !query.getSessionProperties().isEmpty()) {
            throw place.notSupported("WITH FUNCTION or WITH SESSION");
        }
        Optional<NamedParts> with = query.getWith().map(clause -> with(clause, outer));
        try {
            Printed body = body(query.getQueryBody(), outer);
            boolean plain = query.getOrderBy().isEmpty()
                    && query.getLimit().isEmpty()
                    && query.getOffset().isEmpty();
            Printed whole = plain
                    ? body
                    : printing.ordering()
                            .ordered(
                                    body,
                                    new Ordering.Tail(query.getOrderBy(), query.getLimit(), query.getOffset()),
                                    outer);
            return new Printed(with.map(parts -> parts.before(whole.sql())).orElse("") + whole.sql(), whole.fields());
        } finally {
            query.getWith().ifPresent(_ -> printing.relations().leave());
        }
    }

    private NamedParts with(With with, Scope outer) {
        printing.relations().enter();
        NamedParts parts = new NamedParts();
        Set<String> defined = new HashSet<>();
        for (WithQuery named : with.getQueries()) {
            String name = named.getName().getValue();
            if (!defined.add(name.toLowerCase(java.util.Locale.ROOT))) {
                throw Place.of(named)
                        .semantic("DUPLICATE_NAMED_QUERY", "WITH query name '{0}' specified more than once", name);
            }
            if (with.isRecursive() && named.getColumnNames().isEmpty()) {
                throw Place.of(named)
                        .semantic("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query");
            }
            Optional<Recursion.Sides> sides = with.isRecursive() ? Recursion.sides(named) : Optional.empty();
            if (sides.isPresent()) {
                Recursion.Printed printed =
                        printing.totality().unproven(recursion.print(named, sides.orElseThrow(), outer));
                printing.relations().define(name, printed.name(), printed.outputs());
                printed.parts().forEach(parts::addWritten);
            } else {
                Printed printed = query(named.getQuery(), outer);
                String cte = "w" + printing.fresh();
                printing.relations().define(name, cte, renamed(named, printed.fields()));
                parts.add(cte, printed.sql(), named.getQuery().getQueryBody() instanceof SetOperation);
            }
        }
        return parts;
    }

    /** The columns with the names that a {@code WITH} gives them. */
    static List<Output> renamed(WithQuery named, List<Output> fields) {
        if (named.getColumnNames().isEmpty()) {
            return fields;
        }
        List<Identifier> columns = named.getColumnNames().orElseThrow();
        if (columns.size() != fields.size()) {
            throw Place.of(named)
                    .semantic(
                            "MISMATCHED_COLUMN_ALIASES",
                            "WITH {0} names {1} columns, but its query has {2}",
                            named.getName().getValue(),
                            columns.size(),
                            fields.size());
        }
        List<Output> outputs = new ArrayList<>();
        for (int index = 0; index < fields.size(); index++) {
            outputs.add(new Output(
                    Optional.of(columns.get(index).getValue()),
                    fields.get(index).type()));
        }
        return outputs;
    }

    /** What a query is made of: a select, a set operation, values. */
    Printed body(QueryBody body, Scope outer) {
        return switch (body) {
            case QuerySpecification select -> selects.print(select, outer);
            case TableSubquery subquery -> query(subquery.getQuery(), outer);
            case Values values -> printing.totality().unproven(values(values, outer));
            case Table table -> selects.all(printing.relations().print(table, outer));
            case SetOperation set -> printing.totality().unproven(setOperation(set, outer));
            default -> throw Place.of(body).notSupported(Constructs.nameOf(body));
        };
    }

    /** The columns of a query or table expression under an alias. */
    static List<Scope.Field> fields(String alias, List<Output> outputs) {
        List<Scope.Field> fields = new ArrayList<>();
        for (int index = 0; index < outputs.size(); index++) {
            Output output = outputs.get(index);
            fields.add(Scope.Field.of(
                    output.name().map(name -> name.toLowerCase(java.util.Locale.ROOT)),
                    Expr.named(alias + ".c" + index, output.type())));
        }
        return fields;
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
                throw place.notSupported("{0} of this", name);
            }
            sides.add(body(side, outer));
        }
        List<SqlType> types = common(sides, name, place);
        String sql = sides.stream()
                .map(side -> "(" + coerced(side, types, !(set instanceof Union) || set.isDistinct()) + ")")
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
                throw place.mismatch(
                        "{0} query has different number of fields: {1}, {2}",
                        name, types.size(), side.fields().size());
            }
            for (int index = 0; index < types.size(); index++) {
                SqlType one = types.get(index);
                SqlType other = side.fields().get(index).type();
                int position = index + 1;
                ZonedTimes.check(one, other, place);
                types.set(
                        index,
                        Coercion.common(one, other)
                                .orElseThrow(() -> place.mismatch(
                                        "column {0} in {1} query has incompatible types: {2}, {3}",
                                        position, name, one.trino(), other.trino())));
            }
        }
        return types;
    }

    /** A query of one column, which is as values of a type are to be equal. */
    String compared(Printed query, SqlType common) {
        String alias = printing.fresh();
        Expr column = Expr.named(alias + ".c0", query.fields().getFirst().type());
        Expr compared = Chars.compared(column, common);
        return compared.type().equals(common) && !Maps.in(common)
                ? coerced(query, List.of(common))
                : "SELECT " + compared.sql() + " AS c0 FROM (" + query.sql() + ") AS " + alias;
    }

    /** The query with its columns converted. */
    String coerced(Printed query, List<SqlType> types) {
        return coerced(query, types, false);
    }

    private String coerced(Printed query, List<SqlType> types, boolean compared) {
        String alias = printing.fresh();
        List<String> columns = new ArrayList<>();
        boolean same = true;
        for (int index = 0; index < types.size(); index++) {
            SqlType from = query.fields().get(index).type();
            same &= from.duck().equals(types.get(index).duck())
                    && from != SqlType.Simple.UNKNOWN
                    && Chars.fit(from, types.get(index))
                    && !(compared && Maps.in(from));
            Expr column = Casts.coerce(Expr.named(alias + ".c" + index, from), types.get(index));
            columns.add((compared ? Maps.ordered(column) : column).sql() + " AS c" + index);
        }
        return same ? query.sql() : "SELECT " + String.join(", ", columns) + " FROM (" + query.sql() + ") AS " + alias;
    }

    /** The columns of a query under an alias as one value. */
    static Expr packed(String alias, SqlType.Row row) {
        StringBuilder fields = new StringBuilder("struct_pack(");
        for (int index = 0; index < row.fields().size(); index++) {
            fields.append(index == 0 ? "" : ", ")
                    .append(Sql.name(row.duckName(index)))
                    .append(" := ")
                    .append(alias)
                    .append(".c")
                    .append(index);
        }
        return Expr.of(fields.append(')').toString(), row);
    }
}
