package io.atalaya.query.compile;

import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.policies.Sentence;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Array;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.Descriptor;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.StringLiteral;
import io.trino.sql.tree.SubqueryExpression;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableFunctionArgument;
import io.trino.sql.tree.TableFunctionDescriptorArgument;
import io.trino.sql.tree.TableFunctionInvocation;
import io.trino.sql.tree.TableFunctionTableArgument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows whose vectors are nearest to one: {@code TABLE(vector_search(input => TABLE(items), column =>
 * DESCRIPTOR(embedding), query => ARRAY[…], k => 10, metric => 'COSINE'))}. They are the columns of the input, and
 * {@code score}, the greater the nearer; a null, and a vector of another length than the query's, is near to nothing. The query may be
 * a text, for vectors that a model has made of texts.
 *
 * <p>Nearest of the rows, and by the values, that the asker may see: the policies come first.
 */
final class VectorSearch {
    static final String NAME = "vector_search";

    private static final String SCORE = "score";
    private static final List<String> ARGUMENTS = List.of("input", "column", "query", "k", "metric");
    private static final int MOST = 10_000;

    private final Printing printing;
    private final Relations relations;

    VectorSearch(Printing printing, Relations relations) {
        this.printing = printing;
        this.relations = relations;
    }

    /**
     * What is looked for.
     *
     * @param sql a list of the numbers, of the type of the column
     * @param element the type of one of them in the engine
     * @param dimension how many they are, if that is known
     */
    record Wanted(String sql, String element, OptionalInt dimension, Metric metric) {
        /**
         * How near a vector is; null where the two cannot be compared. A null among the numbers fails the engine's functions, also in
         * rows that a CASE around them leaves out, so it is taken away before.
         */
        String score(String vector) {
            String kind = dimension.isPresent() ? "array" : "list";
            String call = switch (metric) {
                case COSINE -> "%s_cosine_similarity(%s, %s)";
                case DOT_PRODUCT -> "%s_inner_product(%s, %s)";
                case EUCLIDEAN -> "-%s_distance(%s, %s)";
            };
            if (dimension.isPresent()) {
                return "CAST(" + call.formatted(kind, comparable(vector), fixed(sql)) + " AS DOUBLE)";
            }
            // The engine's functions of lists fail on a null list too, where both are of rows.
            String safe = call.formatted(
                    kind,
                    "coalesce(%1$s, %2$s, CAST([0] AS %3$s[]))".formatted(comparable(vector), sql, element),
                    "coalesce(%s, CAST([0] AS %s[]))".formatted(sql, element));
            return "CASE WHEN %s IS NOT NULL THEN CAST(%s AS DOUBLE) END".formatted(comparable(vector), safe);
        }

        private String comparable(String vector) {
            return dimension.isPresent()
                    ? "CASE WHEN len(%1$s) = %2$d AND list_count(%1$s) = %2$d THEN TRY_CAST(%1$s AS %3$s[%2$d]) END"
                            .formatted(vector, dimension.getAsInt(), element)
                    : "CASE WHEN len(%1$s) = len(%2$s) AND list_count(%1$s) = len(%2$s) THEN list_filter(%1$s, lambda e: e IS NOT NULL) END"
                            .formatted(vector, sql);
        }

        private String fixed(String list) {
            return dimension.isPresent() ? "CAST(%s AS %s[%d])".formatted(list, element, dimension.getAsInt()) : list;
        }
    }

    /** Keeps of rows with a column {@code s} those with the greatest. */
    static String nearest(String columns, String scored, int k) {
        return "SELECT " + columns + " FROM (" + scored
                + ") AS y WHERE s IS NOT NULL AND NOT isnan(s) ORDER BY s DESC LIMIT " + k;
    }

    Relations.Printed print(TableFunctionInvocation call, Scope outer) {
        Place place = Place.of(call);
        String name = call.getName().toString().toLowerCase(Locale.ROOT);
        if (!name.equals(NAME)) {
            throw place.notSupported("table function {0}", name);
        }
        Map<String, Node> arguments = arguments(call);
        TableFunctionTableArgument input = required(arguments, "input", TableFunctionTableArgument.class, place);
        if (input.getPartitionBy().isPresent() || input.getOrderBy().isPresent()) {
            throw place.notSupported("PARTITION BY and ORDER BY of the input of {0}", NAME);
        }
        Identifier column = column(arguments, place);
        Expression query = required(arguments, "query", Expression.class, place);
        int k = k(arguments, place);
        Metric metric = metric(arguments);
        Relations.Printed table = relations.print(input.getTable(), outer);
        Expr vector = printing.expressions().print(column, table.scope(Scope.EMPTY));
        Expr wanted = printing.expressions().print(query, Scope.EMPTY);
        if (!(vector.type() instanceof SqlType.Array(var element)) || !isFloating(element)) {
            throw Place.of(column)
                    .mismatch(
                            "Column '{0}' is {1}; vectors are array(real) or array(double)",
                            column.getValue(), vector.type().trino());
        }
        Expr.ScanColumn scanned = vector.column();
        Wanted target = wanted.type() instanceof SqlType.Varchar && wanted.literal() instanceof String text
                ? wanted(text, scanned, element, metric, Place.of(query), column.getValue())
                : wanted(wanted, vector.type(), element, metric, query);
        return input.getTable() instanceof Table
                        && scanned != null
                        && table.sql().startsWith(scanned.scan().name() + " AS ")
                        && !hasSubquery(query)
                ? ofTable(table, scanned, new TableScan.Nearest(scanned.fieldId(), target, k))
                : ofRows(table, vector, target, k);
    }

    private static Wanted wanted(Expr wanted, SqlType vectors, SqlType element, Metric metric, Expression query) {
        if (!(wanted.type() instanceof SqlType.Array(var number)) || !number.isNumber()) {
            throw Place.of(query)
                    .mismatch(
                            "The query of {0} must be an array of numbers, or a text, not {1}",
                            NAME, wanted.type().trino());
        }
        return new Wanted(Sql.cast(wanted.sql(), vectors.duck()), element.duck(), dimension(query), metric);
    }

    /** A text is looked for as the model has it that has made the vectors. */
    private Wanted wanted(
            String text,
            Expr.@Nullable ScanColumn scanned,
            SqlType element,
            Metric metric,
            Place place,
            String column) {
        if (scanned == null) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT",
                    "A text is looked for in a column of a table itself, as in input => TABLE(items)");
        }
        float[] vector = Optional.of(scanned)
                .filter(one -> NearRows.ByIndex.showsItsValues(one.scan().access(one.fieldId())))
                .flatMap(one -> relations.tables().vector(one.scan(), one.fieldId(), text))
                .orElseThrow(() -> place.semantic(
                        "INVALID_FUNCTION_ARGUMENT",
                        "Column '{0}' cannot be searched by a text: its vectors are not all of one version of a model that you may use",
                        column));
        List<String> numbers = new ArrayList<>();
        boolean nothing = true;
        for (float number : vector) {
            nothing &= number == 0;
            numbers.add("CAST(" + number + " AS " + element.duck() + ")");
        }
        if (nothing) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT", "The model that made column '{0}' knows no word of it", column);
        }
        return new Wanted(
                "[" + String.join(", ", numbers) + "]", element.duck(), OptionalInt.of(vector.length), metric);
    }

    private static OptionalInt dimension(Expression query) {
        return switch (query) {
            case Array array -> OptionalInt.of(array.getValues().size());
            case Cast cast -> dimension(cast.getExpression());
            default -> OptionalInt.empty();
        };
    }

    private static boolean isFloating(SqlType type) {
        return type == SqlType.Simple.REAL || type == SqlType.Simple.DOUBLE;
    }

    /** The scan itself gives only the nearest rows, so that it reads no column the statement does not name. */
    private static Relations.Printed ofTable(
            Relations.Printed table, Expr.ScanColumn scanned, TableScan.Nearest nearest) {
        scanned.scan().nearest(nearest);
        String alias = table.sql().substring(table.sql().lastIndexOf(' ') + 1);
        List<Scope.Field> fields = new ArrayList<>(table.fields());
        fields.add(
                Scope.Field.of(Optional.of(SCORE), Expr.of(alias + "." + nearest.scoreName(), SqlType.Simple.DOUBLE)));
        return new Relations.Printed(table.sql(), fields);
    }

    private Relations.Printed ofRows(Relations.Printed table, Expr vector, Wanted target, int k) {
        List<Scope.Field> fields = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        String alias = printing.fresh();
        for (Scope.Field field :
                table.fields().stream().filter(Scope.Field::isListed).toList()) {
            String name = "c" + columns.size();
            Expr value = field.take();
            columns.add(value.sql() + " AS " + name);
            fields.add(Scope.Field.of(field.name(), Expr.of(alias + "." + name, value.type())));
        }
        String names = fields.stream()
                .map(field -> field.expr().sql().substring(alias.length() + 1))
                .collect(Collectors.joining(", "));
        String score = "c" + columns.size();
        fields.add(Scope.Field.of(Optional.of(SCORE), Expr.of(alias + "." + score, SqlType.Simple.DOUBLE)));
        String scored = "SELECT " + String.join(", ", columns) + ", " + target.score(vector.sql()) + " AS s FROM "
                + table.sql();
        return new Relations.Printed("(" + nearest(names + ", s AS " + score, scored, k) + ") AS " + alias, fields);
    }

    private static Map<String, Node> arguments(TableFunctionInvocation call) {
        Map<String, Node> found = new HashMap<>();
        int position = 0;
        for (TableFunctionArgument argument : call.getArguments()) {
            Place place = Place.of(argument);
            String name = argument.getName()
                    .map(given -> given.getValue().toLowerCase(Locale.ROOT))
                    .orElse(position < ARGUMENTS.size() ? ARGUMENTS.get(position) : "argument " + (position + 1));
            position++;
            if (!ARGUMENTS.contains(name) || found.put(name, argument.getValue()) != null) {
                throw place.semantic(
                        "INVALID_FUNCTION_ARGUMENT",
                        "{0} has no place for '{1}'; its arguments are {2}, each once",
                        NAME,
                        name,
                        String.join(", ", ARGUMENTS));
            }
        }
        return found;
    }

    private static <T extends Node> T required(Map<String, Node> arguments, String name, Class<T> kind, Place place) {
        Node given = arguments.get(name);
        if (!kind.isInstance(given)) {
            throw given == null
                    ? place.semantic("MISSING_ARGUMENT", "{0} needs '{1}'", NAME, name)
                    : Place.of(given)
                            .semantic(
                                    "INVALID_FUNCTION_ARGUMENT",
                                    "'{0}' must be {1}",
                                    name,
                                    switch (name) {
                                        case "input" -> "TABLE(…)";
                                        case "column" -> "DESCRIPTOR(…)";
                                        default -> Sentence.of("a value");
                                    });
        }
        return kind.cast(given);
    }

    private static Identifier column(Map<String, Node> arguments, Place place) {
        TableFunctionDescriptorArgument given =
                required(arguments, "column", TableFunctionDescriptorArgument.class, place);
        return given.getDescriptor()
                .map(Descriptor::getFields)
                .filter(fields -> fields.size() == 1)
                .map(fields -> fields.getFirst().getName())
                .orElseThrow(() -> Place.of(given)
                        .semantic("INVALID_FUNCTION_ARGUMENT", "'column' must name one column: DESCRIPTOR(embedding)"));
    }

    private int k(Map<String, Node> arguments, Place place) {
        Node given = arguments.get("k");
        if (given == null) {
            return 10;
        }
        Object value = given instanceof LongLiteral written
                ? written.getParsedValue()
                : printing.expressions()
                        .print(required(arguments, "k", Expression.class, place), Scope.EMPTY)
                        .literal();
        if (!(value instanceof Long k) || k < 1 || k > MOST) {
            throw Place.of(given)
                    .semantic("INVALID_FUNCTION_ARGUMENT", "'k' must be a number from 1 to {0}", Sentence.count(MOST));
        }
        return (int) (long) k;
    }

    private static Metric metric(Map<String, Node> arguments) {
        Node given = arguments.get("metric");
        if (given == null) {
            return Metric.COSINE;
        }
        return Arrays.stream(Metric.values())
                .filter(metric ->
                        given instanceof StringLiteral text && text.getValue().equalsIgnoreCase(metric.name()))
                .findFirst()
                .orElseThrow(() -> Place.of(given)
                        .semantic(
                                "INVALID_FUNCTION_ARGUMENT",
                                "'metric' must be one of {0}",
                                Arrays.toString(Metric.values())));
    }

    private static boolean hasSubquery(Expression expression) {
        AtomicBoolean found = new AtomicBoolean();
        new DefaultTraversalVisitor<@Nullable Void>() {
            @Override
            protected @Nullable Void visitSubqueryExpression(SubqueryExpression subquery, @Nullable Void context) {
                found.set(true);
                return null;
            }
        }.process(expression, null);
        return found.get();
    }
}
