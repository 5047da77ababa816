package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.LambdaExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Functions that take a lambda or make rows, whose types the catalog's signatures cannot say. */
final class LambdaFunctions {
    static final Set<String> NAMES = Set.of(
            "transform",
            "filter",
            "reduce",
            "any_match",
            "all_match",
            "none_match",
            "zip_with",
            "zip",
            "map_filter",
            "transform_values",
            "transform_keys",
            "map_entries",
            "map_from_entries",
            "at_timezone",
            "with_timezone",
            "date");

    private final Printing printing;

    LambdaFunctions(Printing printing) {
        this.printing = printing;
    }

    Expr print(String name, List<Expression> arguments, Scope scope, Place place) {
        return switch (name) {
            case "transform" -> {
                Expr array = array(arguments, 0, scope, name, place);
                String item = printing.fresh();
                Expr body = body(arguments, 1, scope, List.of(Expr.of(item, element(array))), name, place);
                yield Expr.of(
                        "list_transform(" + array.sql() + ", lambda " + item + ": " + body.sql() + ")",
                        new SqlType.Array(body.type()));
            }
            case "filter" -> {
                Expr array = array(arguments, 0, scope, name, place);
                yield Expr.of(filter(array, arguments, scope, name, place), array.type());
            }
            case "any_match", "all_match", "none_match" -> matching(name, arguments, scope, place);
            case "reduce" -> reduce(arguments, scope, place);
            case "zip_with" -> zipWith(arguments, scope, place);
            case "zip" -> zip(arguments, scope, place);
            case "map_filter", "transform_values", "transform_keys" -> overMap(name, arguments, scope, place);
            case "map_entries" -> {
                Expr map = one(arguments, scope, name, place);
                SqlType.Map type = mapType(map, name, place);
                String entry = printing.fresh();
                var row = new SqlType.Row(List.of(
                        new SqlType.Row.Field(Optional.empty(), type.key()),
                        new SqlType.Row.Field(Optional.empty(), type.value())));
                yield Expr.of(
                        "list_transform(map_entries(" + map.sql() + "), lambda " + entry
                                + ": struct_pack(\"field0\" := " + entry + ".key, \"field1\" := " + entry + ".value))",
                        new SqlType.Array(row));
            }
            case "map_from_entries" -> {
                Expr entries = array(arguments, 0, scope, name, place);
                if (!(element(entries) instanceof SqlType.Row row)
                        || row.fields().size() != 2) {
                    throw place.mismatch("map_from_entries takes an array of rows of two fields");
                }
                yield Expr.of(
                        "map_from_entries(" + entries.sql() + ")",
                        new SqlType.Map(
                                row.fields().getFirst().type(),
                                row.fields().get(1).type()));
            }
            case "at_timezone" -> {
                require(arguments, 2, name, place);
                yield Operators.atTimeZone(print(arguments, 0, scope), print(arguments, 1, scope), place);
            }
            case "with_timezone" -> withTimeZone(arguments, scope, place);
            case "date" -> {
                Expr value = one(arguments, scope, name, place);
                yield Casts.cast(value, Simple.DATE, false, place);
            }
            default -> throw place.notSupported("function " + name);
        };
    }

    private Expr print(List<Expression> arguments, int index, Scope scope) {
        return printing.expressions().print(arguments.get(index), scope);
    }

    private Expr one(List<Expression> arguments, Scope scope, String name, Place place) {
        require(arguments, 1, name, place);
        return print(arguments, 0, scope);
    }

    private static void require(List<Expression> arguments, int count, String name, Place place) {
        if (arguments.size() != count) {
            throw place.mismatch("%s takes %d arguments, not %d".formatted(name, count, arguments.size()));
        }
    }

    private Expr array(List<Expression> arguments, int index, Scope scope, String name, Place place) {
        if (arguments.size() <= index) {
            throw place.mismatch(name + " needs more arguments");
        }
        Expr value = print(arguments, index, scope);
        if (!(value.type() instanceof SqlType.Array)) {
            throw place.mismatch(
                    "%s takes an array, not %s".formatted(name, value.type().trino()));
        }
        return value;
    }

    private static SqlType element(Expr array) {
        return ((SqlType.Array) array.type()).element();
    }

    private static SqlType.Map mapType(Expr map, String name, Place place) {
        if (map.type() instanceof SqlType.Map type) {
            return type;
        }
        throw place.mismatch("%s takes a map, not %s".formatted(name, map.type().trino()));
    }

    /** The body of a lambda with its arguments standing for {@code values}. */
    private Expr body(List<Expression> arguments, int index, Scope scope, List<Expr> values, String name, Place place) {
        if (arguments.size() <= index
                || !(arguments.get(index) instanceof LambdaExpression lambda)
                || lambda.getArguments().size() != values.size()) {
            throw place.mismatch("%s takes a lambda of %d arguments here".formatted(name, values.size()));
        }
        List<Scope.Field> fields = new ArrayList<>();
        for (int argument = 0; argument < values.size(); argument++) {
            String declared =
                    lambda.getArguments().get(argument).getName().getValue().toLowerCase(java.util.Locale.ROOT);
            fields.add(Scope.Field.of(Optional.of(declared), values.get(argument)));
        }
        return printing.expressions().print(lambda.getBody(), new Scope(fields, scope));
    }

    private String filter(Expr array, List<Expression> arguments, Scope scope, String name, Place place) {
        String item = printing.fresh();
        Expr body = body(arguments, 1, scope, List.of(Expr.of(item, element(array))), name, place);
        return "list_filter(" + array.sql() + ", lambda " + item + ": "
                + Casts.coerce(body, Simple.BOOLEAN, place, "The lambda's result")
                        .sql() + ")";
    }

    private Expr matching(String name, List<Expression> arguments, Scope scope, Place place) {
        Expr array = array(arguments, 0, scope, name, place);
        String item = printing.fresh();
        Expr body = body(arguments, 1, scope, List.of(Expr.of(item, element(array))), name, place);
        String truths = "list_transform(" + array.sql() + ", lambda " + item + ": "
                + Casts.coerce(body, Simple.BOOLEAN, place, "The lambda's result")
                        .sql() + ")";
        String decisive = name.equals("all_match") ? "false" : "true";
        String result = name.equals("any_match") ? "true" : "false";
        String otherwise = name.equals("any_match") ? "false" : "true";
        String fresh = printing.fresh();
        return Expr.of(
                "CASE WHEN " + array.sql() + " IS NULL THEN NULL WHEN list_contains(" + truths + ", " + decisive
                        + ") THEN "
                        + result + " WHEN len(list_filter(" + truths + ", lambda " + fresh + ": " + fresh
                        + " IS NULL)) > 0 THEN NULL ELSE " + otherwise + " END",
                Simple.BOOLEAN);
    }

    private Expr reduce(List<Expression> arguments, Scope scope, Place place) {
        require(arguments, 4, "reduce", place);
        Expr array = array(arguments, 0, scope, "reduce", place);
        Expr initial = print(arguments, 1, scope);
        String state = printing.fresh();
        String item = printing.fresh();
        Expr step = body(
                arguments,
                2,
                scope,
                List.of(Expr.of(state, initial.type()), Expr.of(item, element(array))),
                "reduce",
                place);
        SqlType type = Coercion.common(initial.type(), step.type())
                .orElseThrow(() -> place.mismatch("The step of reduce must give what it begins with"));
        if (!type.equals(initial.type())) {
            step = body(
                    arguments, 2, scope, List.of(Expr.of(state, type), Expr.of(item, element(array))), "reduce", place);
        }
        String folded = "list_reduce(" + array.sql() + ", lambda " + state + ", " + item + ": "
                + Sql.cast(step.sql(), type.duck()) + ", " + Sql.cast(initial.sql(), type.duck()) + ")";
        String result = printing.fresh();
        Expr output = body(arguments, 3, scope, List.of(Expr.of(result, type)), "reduce", place);
        return Expr.of(
                "list_transform([" + folded + "], lambda " + result + ": " + output.sql() + ")[1]", output.type());
    }

    private Expr zipWith(List<Expression> arguments, Scope scope, Place place) {
        require(arguments, 3, "zip_with", place);
        Expr one = array(arguments, 0, scope, "zip_with", place);
        Expr two = array(arguments, 1, scope, "zip_with", place);
        String pair = printing.fresh();
        Expr body = body(
                arguments,
                2,
                scope,
                List.of(
                        Expr.of("struct_extract_at(" + pair + ", 1)", element(one)),
                        Expr.of("struct_extract_at(" + pair + ", 2)", element(two))),
                "zip_with",
                place);
        return Expr.of(
                "CASE WHEN " + one.sql() + " IS NOT NULL AND " + two.sql()
                        + " IS NOT NULL THEN list_transform(list_zip(" + one.sql() + ", " + two.sql() + "), lambda "
                        + pair + ": " + body.sql() + ") END",
                new SqlType.Array(body.type()));
    }

    private Expr zip(List<Expression> arguments, Scope scope, Place place) {
        List<SqlType.Row.Field> fields = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        StringBuilder packed = new StringBuilder();
        String item = printing.fresh();
        StringBuilder nulls = new StringBuilder();
        for (int index = 0; index < arguments.size(); index++) {
            Expr array = array(arguments, index, scope, "zip", place);
            arrays.add(array.sql());
            fields.add(new SqlType.Row.Field(Optional.empty(), element(array)));
            packed.append(index == 0 ? "" : ", ")
                    .append("\"field" + index + "\" := struct_extract_at(" + item + ", " + (index + 1) + ")");
            nulls.append(index == 0 ? "" : " OR ").append(array.sql()).append(" IS NULL");
        }
        if (arguments.size() < 2) {
            throw place.mismatch("zip takes two arrays or more");
        }
        return Expr.of(
                "CASE WHEN " + nulls + " THEN NULL ELSE list_transform(list_zip(" + String.join(", ", arrays)
                        + "), lambda " + item + ": struct_pack(" + packed + ")) END",
                new SqlType.Array(new SqlType.Row(fields)));
    }

    private Expr overMap(String name, List<Expression> arguments, Scope scope, Place place) {
        require(arguments, 2, name, place);
        Expr map = print(arguments, 0, scope);
        SqlType.Map type = mapType(map, name, place);
        String entry = printing.fresh();
        Expr body = body(
                arguments,
                1,
                scope,
                List.of(Expr.of(entry + ".key", type.key()), Expr.of(entry + ".value", type.value())),
                name,
                place);
        String entries = "map_entries(" + map.sql() + "), lambda " + entry + ": ";
        return switch (name) {
            case "map_filter" ->
                Expr.of(
                        "map_from_entries(list_filter(" + entries
                                + Casts.coerce(body, Simple.BOOLEAN, place, "The lambda's result")
                                        .sql() + "))",
                        type);
            case "transform_values" ->
                Expr.of(
                        "map_from_entries(list_transform(" + entries + "struct_pack(k := " + entry + ".key, v := "
                                + body.sql() + ")))",
                        new SqlType.Map(type.key(), body.type()));
            default ->
                Expr.of(
                        "map_from_entries(list_transform(" + entries + "struct_pack(k := " + body.sql() + ", v := "
                                + entry + ".value)))",
                        new SqlType.Map(body.type(), type.value()));
        };
    }

    private Expr withTimeZone(List<Expression> arguments, Scope scope, Place place) {
        require(arguments, 2, "with_timezone", place);
        Expr value = print(arguments, 0, scope);
        Expr zone = print(arguments, 1, scope);
        if (!(value.type() instanceof SqlType.Timestamp(int precision)) || !(zone.literal() instanceof String name)) {
            throw place.mismatch("with_timezone takes a timestamp and a literal time zone");
        }
        String known =
                Moments.zone(name).orElseThrow(() -> place.semantic("INVALID_LITERAL", "Unknown time zone " + name));
        return Casts.coerce(value, new SqlType.Instant(precision, known));
    }
}
