package io.atalaya.query.compile;

import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import io.trino.sql.tree.Array;
import io.trino.sql.tree.AtTimeZone;
import io.trino.sql.tree.BetweenPredicate;
import io.trino.sql.tree.BinaryLiteral;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.CoalesceExpression;
import io.trino.sql.tree.ComparisonPredicate;
import io.trino.sql.tree.CurrentCatalog;
import io.trino.sql.tree.CurrentDate;
import io.trino.sql.tree.CurrentPath;
import io.trino.sql.tree.CurrentSchema;
import io.trino.sql.tree.CurrentTime;
import io.trino.sql.tree.CurrentTimestamp;
import io.trino.sql.tree.CurrentUser;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.DistinctFromPredicate;
import io.trino.sql.tree.ExistsPredicate;
import io.trino.sql.tree.Extract;
import io.trino.sql.tree.Format;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.GenericLiteral;
import io.trino.sql.tree.GroupingOperation;
import io.trino.sql.tree.IfExpression;
import io.trino.sql.tree.InPredicate;
import io.trino.sql.tree.IsNullPredicate;
import io.trino.sql.tree.JsonArray;
import io.trino.sql.tree.JsonExists;
import io.trino.sql.tree.JsonObject;
import io.trino.sql.tree.JsonQuery;
import io.trino.sql.tree.JsonValue;
import io.trino.sql.tree.LambdaExpression;
import io.trino.sql.tree.LikePredicate;
import io.trino.sql.tree.LocalTime;
import io.trino.sql.tree.LocalTimestamp;
import io.trino.sql.tree.LogicalExpression;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.NotExpression;
import io.trino.sql.tree.NullIfExpression;
import io.trino.sql.tree.NullLiteral;
import io.trino.sql.tree.QuantifiedComparisonPredicate;
import io.trino.sql.tree.Row;
import io.trino.sql.tree.SearchedCaseExpression;
import io.trino.sql.tree.SimpleCaseExpression;
import io.trino.sql.tree.StringLiteral;
import io.trino.sql.tree.SubscriptExpression;
import io.trino.sql.tree.Trim;
import io.trino.sql.tree.TryExpression;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The functions and operators of a statement, each with what its arguments are at the edge of. */
final class Uses {
    /** A kind of argument that functions are often wrong about. */
    enum Edge {
        NULL,
        EMPTY,
        NEGATIVE,
        BOUND
    }

    private static final Pattern BOUND = Pattern.compile(
            "-?(128|127|32768|32767|2147483648|2147483647|9223372036854775808|9223372036854775807|9{38}|1.7976931348623157e308)",
            Pattern.CASE_INSENSITIVE);

    /** Calls without arguments that are one. */
    private static final Map<String, Edge> EDGES = Map.of("map", Edge.EMPTY, "infinity", Edge.BOUND, "nan", Edge.BOUND);

    private final Map<String, Set<Edge>> found = new HashMap<>();
    private final Set<Edge> anywhere = EnumSet.noneOf(Edge.class);

    private Uses() {}

    static Map<String, Set<Edge>> of(String sql) {
        Uses uses = new Uses();
        try {
            Node statement = new SqlParser().createStatement(sql);
            uses.edges(statement, uses.anywhere);
            uses.walk(statement);
        } catch (ParsingException notOfThisGrammar) {
            return Map.of();
        }
        if (sql.contains(" != ")) {
            uses.found.put("!=", uses.anywhere);
        }
        if (sql.contains(" || ")) {
            uses.found.put("||", uses.anywhere);
        }
        if (sql.toLowerCase(Locale.ROOT).contains("position(")) {
            uses.found.put("POSITION", uses.anywhere);
        }
        return uses.found;
    }

    private void walk(Node node) {
        for (String name : names(node)) {
            Set<Edge> edges = found.computeIfAbsent(name, _ -> EnumSet.noneOf(Edge.class));
            boolean ofRows = name.equals("reduce_agg")
                    || FunctionCatalog.standard().named(name).stream()
                            .flatMap(List::stream)
                            .anyMatch(overload -> overload.kind() != FunctionCatalog.Kind.SCALAR);
            if (ofRows) {
                edges.addAll(anywhere);
            } else {
                edges(node, edges);
            }
        }
        node.getChildren().forEach(this::walk);
    }

    private void edges(Node node, Set<Edge> edges) {
        switch (node) {
            case NullLiteral _ -> edges.add(Edge.NULL);
            case StringLiteral text when text.getValue().isEmpty() -> edges.add(Edge.EMPTY);
            case BinaryLiteral bytes when bytes.getValue().length == 0 -> edges.add(Edge.EMPTY);
            case Array array when array.getValues().isEmpty() -> edges.add(Edge.EMPTY);
            case FunctionCall call
            when EDGES.containsKey(nameOf(call)) && call.getArguments().isEmpty() -> edges.add(EDGES.get(nameOf(call)));
            case ArithmeticUnaryExpression unary
            when unary.getSign() == ArithmeticUnaryExpression.Sign.MINUS -> edges.add(Edge.NEGATIVE);
            default -> {}
        }
        String text = switch (node) {
            case GenericLiteral literal -> literal.getValue();
            case io.trino.sql.tree.LongLiteral literal -> literal.getValue();
            case io.trino.sql.tree.DecimalLiteral literal -> literal.getValue();
            case io.trino.sql.tree.DoubleLiteral literal -> Double.toString(literal.getValue());
            default -> "";
        };
        if (text.startsWith("-")) {
            edges.add(Edge.NEGATIVE);
        }
        if (BOUND.matcher(text).matches()) {
            edges.add(Edge.BOUND);
        }
        node.getChildren().forEach(child -> edges(child, edges));
    }

    private static String nameOf(FunctionCall call) {
        return call.getName().toString().toLowerCase(Locale.ROOT);
    }

    private static List<String> names(Node node) {
        return switch (node) {
            case FunctionCall call -> List.of(nameOf(call));
            case ArithmeticUnaryExpression unary ->
                List.of((unary.getSign() == ArithmeticUnaryExpression.Sign.MINUS ? "-" : "+") + " (sign)");
            case ArithmeticBinaryExpression binary ->
                List.of(binary.getOperator().getValue());
            case LogicalExpression logical -> List.of(logical.getOperator().name());
            case QuantifiedComparisonPredicate quantified ->
                List.of(quantified.getQuantifier().name());
            case Cast cast -> List.of(cast.isSafe() ? "TRY_CAST" : "CAST");
            case Trim _ -> List.of("TRIM", "trim");
            case Extract extract ->
                List.of("EXTRACT", extract.getField().toString().toLowerCase(Locale.ROOT));
            case io.trino.sql.tree.Predicated predicated -> names(predicated.getPredicate());
            case ComparisonPredicate comparison ->
                List.of(comparison.getOperator().getValue());
            default -> {
                String name = SYNTAX.get(node.getClass());
                yield name == null ? List.of() : List.of(name);
            }
        };
    }

    private static final Map<Class<? extends Node>, String> SYNTAX = Map.ofEntries(
            Map.entry(SubscriptExpression.class, "[ ]"),
            Map.entry(DereferenceExpression.class, "."),
            Map.entry(LambdaExpression.class, "->"),
            Map.entry(NotExpression.class, "NOT"),
            Map.entry(IsNullPredicate.class, "IS NULL"),
            Map.entry(DistinctFromPredicate.class, "IS DISTINCT FROM"),
            Map.entry(BetweenPredicate.class, "BETWEEN"),
            Map.entry(InPredicate.class, "IN"),
            Map.entry(LikePredicate.class, "LIKE"),
            Map.entry(ExistsPredicate.class, "EXISTS"),
            Map.entry(SearchedCaseExpression.class, "CASE"),
            Map.entry(SimpleCaseExpression.class, "CASE"),
            Map.entry(IfExpression.class, "IF"),
            Map.entry(CoalesceExpression.class, "COALESCE"),
            Map.entry(NullIfExpression.class, "NULLIF"),
            Map.entry(TryExpression.class, "TRY"),
            Map.entry(AtTimeZone.class, "AT TIME ZONE"),
            Map.entry(Array.class, "ARRAY[ ]"),
            Map.entry(Row.class, "ROW( )"),
            Map.entry(Format.class, "format"),
            Map.entry(GroupingOperation.class, "GROUPING"),
            Map.entry(CurrentCatalog.class, "current_catalog"),
            Map.entry(CurrentDate.class, "current_date"),
            Map.entry(CurrentPath.class, "current_path"),
            Map.entry(CurrentSchema.class, "current_schema"),
            Map.entry(CurrentTime.class, "current_time"),
            Map.entry(CurrentTimestamp.class, "current_timestamp"),
            Map.entry(CurrentUser.class, "current_user"),
            Map.entry(LocalTime.class, "localtime"),
            Map.entry(LocalTimestamp.class, "localtimestamp"),
            Map.entry(JsonArray.class, "json_array"),
            Map.entry(JsonExists.class, "json_exists"),
            Map.entry(JsonObject.class, "json_object"),
            Map.entry(JsonQuery.class, "json_query"),
            Map.entry(JsonValue.class, "json_value"));
}
