package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.Set;

/** Functions that take a lambda. */
final class LambdaFunctions {
    static final Set<String> NAMES = Set.of(
            "transform",
            "filter",
            "reduce",
            "reduce_agg",
            "any_match",
            "all_match",
            "none_match",
            "array_sort",
            "zip_with",
            "map_filter",
            "map_zip_with",
            "transform_values",
            "transform_keys");

    /** Names of the catalog that have a form with a lambda too. */
    static final Set<String> ALSO = Set.of("regexp_replace");

    private LambdaFunctions() {}

    static Expr print(Given given) {
        return switch (given.name()) {
            case "transform" -> {
                given.count(2, 2);
                Expr array = given.array(0);
                String item = given.fresh();
                Expr body = given.body(1, Expr.of(item, Given.element(array)));
                yield Expr.of(
                        "list_transform(" + array.sql() + ", lambda " + item + ": " + body.sql() + ")",
                        new SqlType.Array(body.type()));
            }
            case "filter" -> {
                given.count(2, 2);
                Expr array = given.array(0);
                String item = given.fresh();
                yield Expr.of(
                        "list_filter(" + array.sql() + ", lambda " + item + ": "
                                + given.condition(1, Expr.of(item, Given.element(array))) + ")",
                        array.type());
            }
            case "any_match", "all_match", "none_match" -> matching(given);
            case "array_sort" -> given.count() == 1 ? sorted(given) : compared(given);
            case "reduce" -> {
                given.count(4, 4);
                Expr array = given.array(0);
                Expr folded = folded(given, array.sql(), Given.element(array));
                String result = given.fresh();
                Expr output = given.body(3, Expr.of(result, folded.type()));
                yield Expr.of(
                        "list_transform([" + folded.sql() + "], lambda " + result + ": " + output.sql() + ")[1]",
                        output.type());
            }
            case "reduce_agg" -> {
                given.count(4, 4);
                Expr value = given.value(0);
                String all = "list(" + value.sql() + ") FILTER (WHERE " + value.sql() + " IS NOT NULL)";
                Expr folded = folded(given, all, value.type());
                // Both states are folded by the one that takes inputs; the other must still be one that could be.
                given.body(3, Expr.of("NULL", folded.type()), Expr.of("NULL", folded.type()));
                yield given.printing().apart().ofRows(folded, given.place());
            }
            case "zip_with" -> zipWith(given);
            case "map_zip_with" -> mapZipWith(given);
            case "map_filter", "transform_values", "transform_keys" -> overMap(given);
            case "regexp_replace" -> replaced(given);
            default -> throw given.place().notSupported("function {0} with a lambda", given.name());
        };
    }

    private static Expr matching(Given given) {
        given.count(2, 2);
        Expr array = given.array(0);
        String item = given.fresh();
        String truths = "list_transform(" + array.sql() + ", lambda " + item + ": "
                + given.condition(1, Expr.of(item, Given.element(array))) + ")";
        String decisive = given.name().equals("all_match") ? "false" : "true";
        String result = given.name().equals("any_match") ? "true" : "false";
        String otherwise = given.name().equals("any_match") ? "false" : "true";
        String fresh = given.fresh();
        return Expr.of(
                given.once(
                        truths,
                        all -> "CASE WHEN " + all + " IS NULL THEN NULL WHEN list_contains(" + all + ", " + decisive
                                + ") THEN " + result + " WHEN len(list_filter(" + all + ", lambda " + fresh + ": "
                                + fresh + " IS NULL)) > 0 THEN NULL ELSE " + otherwise + " END"),
                Simple.BOOLEAN);
    }

    private static Expr sorted(Given given) {
        Expr array = given.array(0);
        if (!Given.element(array).isOrdered()) {
            throw given.place().mismatch("array_sort takes an array of values that have an order");
        }
        return Expr.of("list_sort(" + array.sql() + ", 'ASC', 'NULLS LAST')", array.type());
    }

    /** Each element behind as many as the comparator says are before it. */
    private static Expr compared(Given given) {
        given.count(2, 2);
        Expr array = given.array(0);
        SqlType element = Given.element(array);
        String item = given.fresh();
        String at = given.fresh();
        String other = given.fresh();
        String order = Casts.coerce(
                        given.body(1, Expr.of(other, element), Expr.of(item, element)),
                        Simple.BIGINT,
                        given.place(),
                        "The comparator's result")
                .sql();
        String otherAt = given.fresh();
        String sign = "CASE " + order + " WHEN -1 THEN true WHEN 0 THEN " + otherAt + " < " + at
                + " WHEN 1 THEN false ELSE "
                + Sql.error("INVALID_FUNCTION_ARGUMENT", "Lambda comparator must return either -1, 0, or 1") + " END";
        String sorted = given.fresh();
        return Expr.of(
                given.once(
                        array.sql(),
                        all -> "list_transform(list_sort(list_transform(" + all + ", lambda " + item + ", " + at
                                + ": struct_pack(r := len(list_filter(" + all + ", lambda " + other + ", " + otherAt
                                + ": " + otherAt + " <> " + at + " AND " + sign + ")), i := " + at + "))), lambda "
                                + sorted + ": " + all + "[" + sorted + ".i])"),
                array.type());
    }

    /** A state that takes in the items of a list one by one; the list may be null. */
    private static Expr folded(Given given, String list, SqlType item) {
        Expr initial = given.value(1);
        String state = given.fresh();
        String next = given.fresh();
        Expr step = given.body(2, Expr.of(state, initial.type()), Expr.of(next, item));
        SqlType type = Coercion.common(initial.type(), step.type())
                .orElseThrow(
                        () -> given.place().mismatch("The step of {0} must give what it begins with", given.name()));
        if (!type.equals(initial.type())) {
            step = given.body(2, Expr.of(state, type), Expr.of(next, item));
        }
        return Expr.of(
                "list_reduce(" + list + ", lambda " + state + ", " + next + ": " + Sql.cast(step.sql(), type.duck())
                        + ", " + Sql.cast(initial.sql(), type.duck()) + ")",
                type);
    }

    private static Expr zipWith(Given given) {
        given.count(3, 3);
        Expr one = given.array(0);
        Expr two = given.array(1);
        String pair = given.fresh();
        Expr body = given.body(
                2,
                Expr.of("struct_extract_at(" + pair + ", 1)", Given.element(one)),
                Expr.of("struct_extract_at(" + pair + ", 2)", Given.element(two)));
        return Expr.of(
                "CASE WHEN " + one.sql() + " IS NOT NULL AND " + two.sql()
                        + " IS NOT NULL THEN list_transform(list_zip(" + one.sql() + ", " + two.sql() + "), lambda "
                        + pair + ": " + body.sql() + ") END",
                new SqlType.Array(body.type()));
    }

    private static Expr mapZipWith(Given given) {
        given.count(3, 3);
        Expr one = given.value(0);
        Expr two = given.value(1);
        SqlType.Map left = given.map(one);
        SqlType.Map right = given.map(two);
        String key = given.fresh();
        String first = given.fresh();
        String second = given.fresh();
        Expr body = given.body(
                2,
                Expr.of(key, left.key()),
                Expr.of("map_extract_value(" + first + ", " + key + ")", left.value()),
                Expr.of("map_extract_value(" + second + ", " + key + ")", right.value()));
        String keys = "list_concat(map_keys(" + first + "), list_filter(map_keys(" + second
                + "), lambda k: NOT map_contains(" + first + ", k)))";
        return Expr.of(
                "CASE WHEN " + one.sql() + " IS NOT NULL AND " + two.sql() + " IS NOT NULL THEN list_transform(["
                        + one.sql() + "], lambda " + first + ": list_transform([" + two.sql() + "], lambda " + second
                        + ": map_from_entries(list_transform(" + keys + ", lambda " + key + ": struct_pack(k := " + key
                        + ", v := " + body.sql() + "))))[1])[1] END",
                new SqlType.Map(left.key(), body.type()));
    }

    private static Expr overMap(Given given) {
        given.count(2, 2);
        Expr map = given.value(0);
        SqlType.Map type = given.map(map);
        String entry = given.fresh();
        Expr key = Expr.of(entry + ".key", type.key());
        Expr value = Expr.of(entry + ".value", type.value());
        String entries = "map_entries(" + map.sql() + "), lambda " + entry + ": ";
        if (given.name().equals("map_filter")) {
            return Expr.of("map_from_entries(list_filter(" + entries + given.condition(1, key, value) + "))", type);
        }
        Expr body = given.body(1, key, value);
        boolean keys = given.name().equals("transform_keys");
        return Expr.of(
                "map_from_entries(list_transform(" + entries + "struct_pack(k := " + (keys ? body : key).sql()
                        + ", v := " + (keys ? value : body).sql() + ")))",
                keys ? new SqlType.Map(body.type(), type.value()) : new SqlType.Map(type.key(), body.type()));
    }

    /** The matches of a pattern replaced by what a lambda makes of their groups. */
    private static Expr replaced(Given given) {
        given.count(3, 3);
        String pieces =
                "from_json(atalaya_regex_pieces(" + given.value(0, Varchar.ANY).sql() + ", "
                        + given.value(1, Varchar.ANY).sql() + "), '[{\"b\":\"VARCHAR\",\"g\":[\"VARCHAR\"]}]')";
        String piece = given.fresh();
        Expr body = given.body(2, Expr.of(piece + ".g", new SqlType.Array(Varchar.ANY)));
        String text = Casts.coerce(body, Varchar.ANY, given.place(), "The lambda's result")
                .sql();
        // A null in the pieces would be left out of the text; in Trino too.
        return Expr.of(
                given.once(
                        pieces,
                        all -> "CASE WHEN " + all + " IS NOT NULL THEN array_to_string(list_transform(" + all
                                + ", lambda " + piece + ": CASE WHEN " + piece + ".g IS NULL THEN " + piece
                                + ".b ELSE concat(" + piece + ".b, " + text + ") END), '') END"),
                Varchar.ANY);
    }
}
