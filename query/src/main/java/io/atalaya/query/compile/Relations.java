package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.AliasedRelation;
import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Join;
import io.trino.sql.tree.JoinCriteria;
import io.trino.sql.tree.JoinOn;
import io.trino.sql.tree.JoinUsing;
import io.trino.sql.tree.Lateral;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QueryBody;
import io.trino.sql.tree.Relation;
import io.trino.sql.tree.SampledRelation;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableFunctionInvocation;
import io.trino.sql.tree.TableSubquery;
import io.trino.sql.tree.Unnest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints what stands in {@code FROM}. */
final class Relations {
    /** A relation as DuckDB reads it, with the columns it brings into scope. */
    record Printed(String sql, List<Scope.Field> fields) {
        Printed {
            fields = List.copyOf(fields);
        }

        Scope scope(Scope outer) {
            return new Scope(fields, outer);
        }
    }

    private record Cte(String name, List<Queries.Output> outputs) {}

    private final Printing printing;
    private final TableResolver tables;
    private final Deque<Map<String, Cte>> named = new ArrayDeque<>();

    Relations(Printing printing, TableResolver tables) {
        this.printing = printing;
        this.tables = tables;
    }

    TableResolver tables() {
        return tables;
    }

    /** The database that names without one are looked up in. */
    Optional<String> database() {
        return tables.database();
    }

    /** A {@code WITH} begins; {@link #leave} ends it. */
    void enter() {
        named.push(new HashMap<>());
    }

    void leave() {
        named.pop();
    }

    void define(String name, String printedName, List<Queries.Output> outputs) {
        named.element().put(name.toLowerCase(Locale.ROOT), new Cte(printedName, List.copyOf(outputs)));
    }

    Printed print(Relation relation, Scope outer) {
        return print(relation, outer, List.of());
    }

    /**
     * Prints one relation of several.
     *
     * @param left the columns that a lateral relation sees beside those of {@code outer}
     */
    private Printed print(Relation relation, Scope outer, List<Scope.Field> left) {
        return switch (relation) {
            case Table table -> table(table);
            case AliasedRelation aliased -> aliased(aliased, outer, left);
            case TableSubquery subquery -> subquery(subquery.getQuery(), outer, "");
            case Lateral lateral ->
                printing.totality().unproven(subquery(lateral.getQuery(), new Scope(left, outer), "LATERAL "));
            case Unnest unnest -> printing.totality().unproven(unnest(unnest, new Scope(left, outer)));
            case Join join -> join(join, outer, left);
            case SampledRelation sampled -> printing.totality().unproven(sampled(sampled, outer, left));
            case TableFunctionInvocation call ->
                printing.totality().unproven(new VectorSearch(printing, this).print(call, outer));
            case QueryBody body ->
                derived(printing.totality().query(() -> printing.queries().body(body, outer)), "");
            default -> throw Place.of(relation).notSupported(Constructs.nameOf(relation));
        };
    }

    private Printed subquery(Query query, Scope outer, String lateral) {
        return derived(printing.queries().query(query, outer), lateral);
    }

    private Printed derived(Queries.Printed printed, String lateral) {
        String alias = printing.fresh();
        return new Printed(lateral + "(" + printed.sql() + ") AS " + alias, Queries.fields(alias, printed.fields()));
    }

    private Printed table(Table table) {
        Place place = Place.of(table);
        if (table.getBranch().isPresent()) {
            throw place.notSupported("a branch");
        }
        List<String> parts = table.getName().getParts().stream()
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
        if (parts.size() == 1 && table.getQueryPeriod().isEmpty()) {
            for (Map<String, Cte> scope : named) {
                Cte cte = scope.get(parts.getFirst());
                if (cte != null) {
                    String alias = printing.fresh();
                    return new Printed(
                            cte.name() + " AS " + alias,
                            Queries.fields(alias, cte.outputs()).stream()
                                    .map(field -> field.named(parts, field.name()))
                                    .toList());
                }
            }
        }
        String alias = printing.fresh();
        Optional<Queries.Printed> information = tables.information(parts, alias);
        if (information.isPresent()) {
            if (table.getQueryPeriod().isPresent()) {
                throw place.notSupported("FOR … AS OF of anything but a table");
            }
            Queries.Printed printed = printing.totality().unproven(information.orElseThrow());
            return new Printed(
                    printed.sql(),
                    Queries.fields(alias, printed.fields()).stream()
                            .map(field -> field.named(parts, field.name()))
                            .toList());
        }
        TableScan scan = tables.resolve(parts, table.getQueryPeriod(), place);
        return new Printed(scan.name() + " AS " + alias, scan.fields(alias));
    }

    /** Each row, or not: of the rows that the policies show. What {@code SYSTEM} takes at a time, here too, is a row. */
    private Printed sampled(SampledRelation sampled, Scope outer, List<Scope.Field> left) {
        Place place = Place.of(sampled);
        if (sampled.getRelation() instanceof Join || sampled.getRelation() instanceof Unnest) {
            throw place.notSupported("TABLESAMPLE of what is not a table or a subquery");
        }
        Expr percentage = printing.expressions().print(sampled.getSamplePercentage(), Scope.EMPTY);
        if (!percentage.type().isNumber()) {
            throw place.mismatch("Sample percentage should be a numeric expression");
        }
        double share = constant(sampled.getSamplePercentage(), percentage);
        if (!(share >= 0 && share <= 100)) {
            throw place.semantic("NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be between 0 and 100");
        }
        Printed relation = print(sampled.getRelation(), outer, left);
        return new Printed(
                relation.sql() + " TABLESAMPLE BERNOULLI("
                        + java.math.BigDecimal.valueOf(share).toPlainString() + "%)",
                relation.fields());
    }

    /** What a share is that is written as a calculation with literals. */
    private double constant(Expression expression, Expr printed) {
        if (printed.literal() instanceof Number number) {
            return number.doubleValue();
        }
        if (expression instanceof ArithmeticBinaryExpression binary) {
            double left = constant(binary.getLeft(), printing.expressions().print(binary.getLeft(), Scope.EMPTY));
            double right = constant(binary.getRight(), printing.expressions().print(binary.getRight(), Scope.EMPTY));
            boolean whole = printed.type().isInteger();
            return switch (binary.getOperator()) {
                case ADD -> left + right;
                case SUBTRACT -> left - right;
                case MULTIPLY -> left * right;
                case DIVIDE -> whole ? (double) (long) (left / right) : left / right;
                case MODULO -> left % right;
            };
        }
        throw Place.of(expression).notSupported("TABLESAMPLE of a percentage that is no calculation with literals");
    }

    private Printed aliased(AliasedRelation aliased, Scope outer, List<Scope.Field> left) {
        Printed inner = print(aliased.getRelation(), outer, left);
        String alias = aliased.getAlias().getValue().toLowerCase(Locale.ROOT);
        List<Identifier> names = aliased.getColumnNames();
        List<Scope.Field> fields = new ArrayList<>();
        int next = 0;
        for (Scope.Field field : inner.fields()) {
            Optional<String> name = field.name();
            if (names != null && field.isListed()) {
                if (next < names.size()) {
                    name = Optional.of(names.get(next).getValue().toLowerCase(Locale.ROOT));
                }
                next++;
            } else if (names != null) {
                continue;
            }
            fields.add(field.named(List.of(alias), name));
        }
        if (names != null && names.size() != next) {
            throw Place.of(aliased)
                    .semantic(
                            "MISMATCHED_COLUMN_ALIASES",
                            "Column alias list has {0} entries but relation has {1} columns",
                            names.size(),
                            next);
        }
        return new Printed(inner.sql(), fields);
    }

    private Printed unnest(Unnest unnest, Scope scope) {
        Place place = Place.of(unnest);
        String alias = printing.fresh();
        List<String> columns = new ArrayList<>();
        List<Scope.Field> fields = new ArrayList<>();
        List<String> lengths = new ArrayList<>();
        for (Expression expression : unnest.getExpressions()) {
            Expr value = printing.expressions().print(expression, scope);
            switch (value.type()) {
                case SqlType.Array(var element) -> {
                    lengths.add("coalesce(len(" + value.sql() + "), 0)");
                    fields.addAll(elements(alias + ".c" + columns.size(), element));
                    columns.add("unnest(" + value.sql() + ")");
                }
                case SqlType.Map(var key, var item) -> {
                    lengths.add("coalesce(cardinality(" + value.sql() + "), 0)");
                    fields.add(Scope.Field.of(Optional.empty(), Expr.of(alias + ".c" + columns.size(), key)));
                    columns.add("unnest(map_keys(" + value.sql() + "))");
                    fields.add(Scope.Field.of(Optional.empty(), Expr.of(alias + ".c" + columns.size(), item)));
                    columns.add("unnest(map_values(" + value.sql() + "))");
                }
                default ->
                    throw place.semantic(
                            "INVALID_FUNCTION_ARGUMENT",
                            "Cannot unnest type: {0}",
                            value.type().trino());
            }
        }
        if (unnest.isWithOrdinality()) {
            fields.add(Scope.Field.of(Optional.empty(), Expr.of(alias + ".c" + columns.size(), SqlType.Simple.BIGINT)));
            columns.add("unnest(range(1, CAST(greatest(" + String.join(", ", lengths) + ") AS BIGINT) + 1))");
        }
        StringBuilder sql = new StringBuilder("LATERAL (SELECT ");
        for (int index = 0; index < columns.size(); index++) {
            sql.append(index == 0 ? "" : ", ")
                    .append(columns.get(index))
                    .append(" AS c")
                    .append(index);
        }
        return new Printed(sql.append(") AS ").append(alias).toString(), fields);
    }

    /** An array of rows gives a column for each field. */
    private static List<Scope.Field> elements(String column, SqlType element) {
        if (!(element instanceof SqlType.Row row)) {
            return List.of(Scope.Field.of(Optional.empty(), Expr.of(column, element)));
        }
        List<Scope.Field> fields = new ArrayList<>();
        for (int index = 0; index < row.fields().size(); index++) {
            fields.add(Scope.Field.of(
                    row.fields().get(index).name(),
                    Expr.of(
                            "struct_extract_at(" + column + ", " + (index + 1) + ")",
                            row.fields().get(index).type())));
        }
        return fields;
    }

    private Printed join(Join join, Scope outer, List<Scope.Field> seen) {
        Printed left = print(join.getLeft(), outer, seen);
        List<Scope.Field> lateral = new ArrayList<>(seen);
        lateral.addAll(left.fields());
        Printed right = print(join.getRight(), outer, lateral);
        String rightSql = join.getRight() instanceof Join ? "(" + right.sql() + ")" : right.sql();
        List<Scope.Field> both = new ArrayList<>(left.fields());
        both.addAll(right.fields());
        String type = switch (join.getType()) {
            case CROSS, IMPLICIT -> " CROSS JOIN ";
            case INNER -> " JOIN ";
            case LEFT -> " LEFT JOIN ";
            case RIGHT -> " RIGHT JOIN ";
            case FULL -> " FULL JOIN ";
        };
        String sql = left.sql() + type + rightSql;
        Optional<JoinCriteria> criteria = join.getCriteria();
        if (criteria.isEmpty()) {
            return new Printed(sql, both);
        }
        return switch (criteria.orElseThrow()) {
            case JoinOn on -> {
                Scope scope = new Scope(both, outer);
                String condition = printing.expressions().condition(on.getExpression(), scope);
                if (join.getType() == Join.Type.INNER) {
                    new Pushdown(printing).where(on.getExpression(), scope);
                }
                yield new Printed(sql + " ON " + condition, both);
            }
            case JoinUsing using -> using(join, using, left, right, sql);
            default -> throw Place.of(join).notSupported("NATURAL JOIN");
        };
    }

    private Printed using(Join join, JoinUsing using, Printed left, Printed right, String sql) {
        List<String> conditions = new ArrayList<>();
        List<Scope.Field> fields = new ArrayList<>();
        Set<Expr> merged = new HashSet<>();
        for (Identifier column : using.getColumns()) {
            Place place = Place.of(column);
            Expr one = side(column, left, place);
            Expr two = side(column, right, place);
            SqlType common = Coercion.common(one.type(), two.type())
                    .orElseThrow(() -> place.mismatch(
                            "Column '{0}' is {1} on the left and {2} on the right of the join",
                            column.getValue(), one.type().trino(), two.type().trino()));
            Expr first = Casts.coerce(one, common);
            Expr second = Casts.coerce(two, common);
            Expr sought = Chars.compared(one, common);
            Expr found = Chars.compared(two, common);
            printing.totality().compared(sought);
            printing.totality().compared(found);
            conditions.add(sought.sql() + " = " + found.sql());
            Expr value = switch (join.getType()) {
                case RIGHT -> second;
                case FULL -> Expr.of("coalesce(" + first.sql() + ", " + second.sql() + ")", common);
                case INNER, LEFT, CROSS, IMPLICIT -> first;
            };
            fields.add(Scope.Field.of(Optional.of(column.getValue().toLowerCase(Locale.ROOT)), value));
            merged.add(one);
            merged.add(two);
        }
        for (Printed printed : List.of(left, right)) {
            printed.fields().stream()
                    .filter(field -> field.denied() != null || !merged.contains(field.expr()))
                    .forEach(fields::add);
        }
        return new Printed(sql + " ON " + String.join(" AND ", conditions), fields);
    }

    private static Expr side(Identifier column, Printed side, Place place) {
        return Names.column(List.of(), column.getValue(), new Scope(side.fields(), null), place)
                .orElseThrow(() -> place.semantic(
                        "COLUMN_NOT_FOUND", "Column '{0}' is missing from one side of join", column.getValue()));
    }
}
