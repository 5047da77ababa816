package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSON made of values and values made of JSON, type by type, in SQL. */
final class JsonCasts {
    private JsonCasts() {}

    /** The value as JSON; empty if its type has no such form. */
    static Optional<String> toJson(String sql, SqlType type) {
        return type == Simple.JSON ? Optional.of(sql) : text(sql, type, 0).map(text -> "CAST(" + text + " AS JSON)");
    }

    /** The text of the JSON; null for null. */
    private static Optional<String> text(String sql, SqlType type, int depth) {
        return switch (type) {
            case Decimal decimal -> Optional.of(Decimals.text(sql, decimal));
            case Varchar _ -> Optional.of("CAST(to_json(" + sql + ") AS VARCHAR)");
            case SqlType.Timestamp _ ->
                Optional.of("'\"' || "
                        + Casts.cast(Expr.of(sql, type), Varchar.ANY, false, new Place(0, 0))
                                .sql()
                        + " || '\"'");
            case Simple simple ->
                switch (simple) {
                    case UNKNOWN, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, JSON ->
                        Optional.of(Sql.cast(sql, "VARCHAR"));
                    case DOUBLE -> Optional.of("atalaya_json_double(" + sql + ")");
                    case REAL -> Optional.of("atalaya_json_real(" + sql + ")");
                    case DATE -> Optional.of("'\"' || " + Sql.cast(sql, "VARCHAR") + " || '\"'");
                    case VARBINARY, UUID, INTERVAL_DAY, INTERVAL_YEAR -> Optional.empty();
                };
            case SqlType.Array(var element) -> {
                String item = "j" + depth;
                yield text(item, element, depth + 1)
                        .map(text -> "CASE WHEN " + sql
                                + " IS NOT NULL THEN '[' || coalesce(array_to_string(list_transform(" + sql
                                + ", lambda " + item + ": coalesce(" + text + ", 'null')), ','), '') || ']' END");
            }
            case SqlType.Map(var key, var value) -> map(sql, key, value, depth);
            case SqlType.Row row -> row(sql, row, depth);
            case SqlType.Char _, SqlType.Time _, SqlType.ZonedTime _, SqlType.Instant _ -> Optional.empty();
        };
    }

    private static Optional<String> map(String sql, SqlType key, SqlType value, int depth) {
        boolean keys = key instanceof Varchar || key.isNumber() || key == Simple.BOOLEAN;
        if (!keys) {
            return Optional.empty();
        }
        String entry = "j" + depth;
        String name = Casts.cast(Expr.of(entry + ".key", key), Varchar.ANY, false, new Place(0, 0))
                .sql();
        return text(entry + ".value", value, depth + 1)
                .map(text -> "CASE WHEN " + sql + " IS NOT NULL THEN '{' || coalesce(array_to_string(list_transform("
                        + "list_sort(list_transform(map_entries(" + sql + "), lambda " + entry + ": struct_pack(k := "
                        + name + ", v := coalesce(" + text + ", 'null')))), lambda " + entry + ": CAST(to_json(" + entry
                        + ".k) AS VARCHAR) || ':' || " + entry + ".v), ','), '') || '}' END");
    }

    private static Optional<String> row(String sql, SqlType.Row row, int depth) {
        List<String> fields = new ArrayList<>();
        for (int index = 0; index < row.fields().size(); index++) {
            SqlType.Row.Field field = row.fields().get(index);
            Optional<String> text =
                    text("struct_extract_at(" + sql + ", " + (index + 1) + ")", field.type(), depth + 1);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            fields.add(Sql.text(
                            "\"" + field.name().orElse("").replace("\\", "\\\\").replace("\"", "\\\"") + "\":")
                    + " || coalesce(" + text.orElseThrow() + ", 'null')");
        }
        return Optional.of(
                "CASE WHEN " + sql + " IS NOT NULL THEN '{' || " + String.join(" || ',' || ", fields) + " || '}' END");
    }

    /** The value of a type that JSON holds; empty if the type has no such form. */
    static Optional<String> fromJson(String sql, SqlType type) {
        return fromJson(sql, type, 0);
    }

    private static Optional<String> fromJson(String sql, SqlType type, int depth) {
        String json = "j" + depth;
        return type == Simple.JSON
                ? Optional.of(sql)
                : value(json, type, depth + 1).map(value -> bound(sql, json, value));
    }

    private static String bound(String sql, String name, String body) {
        return "list_transform([" + sql + "], lambda " + name + ": " + body + ")[1]";
    }

    private static Optional<String> value(String json, SqlType type, int depth) {
        String text = "json_extract_string(" + json + ", '$')";
        String stop = Sql.error("INVALID_CAST_ARGUMENT", "This JSON cannot be cast to {0}", type.trino());
        return switch (type) {
            case Varchar(int length) ->
                Optional.of(length == Varchar.UNBOUNDED)
                        .filter(all -> all)
                        .map(_ -> "CASE json_type(" + json + ") WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN " + stop
                                + " WHEN 'ARRAY' THEN " + stop + " WHEN 'DOUBLE' THEN atalaya_double_text(CAST(" + text
                                + " AS DOUBLE)) ELSE " + text + " END");
            case Decimal _ -> Optional.of(number(json, text, type, stop, Sql.cast(text, type.duck())));
            case Simple simple
            when simple.isInteger() ->
                Optional.of(number(
                        json,
                        text,
                        type,
                        stop,
                        "CASE json_type(" + json + ") WHEN 'DOUBLE' THEN CAST(round(CAST(" + text + " AS DOUBLE)) AS "
                                + type.duck() + ") ELSE " + Sql.cast(text, type.duck()) + " END"));
            case Simple simple
            when simple.isFloating() -> Optional.of(number(json, text, type, stop, Sql.cast(text, type.duck())));
            case Simple simple
            when simple == Simple.BOOLEAN ->
                Optional.of("CASE json_type(" + json + ") WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN " + stop
                        + " WHEN 'ARRAY' THEN " + stop + " WHEN 'VARCHAR' THEN " + ofText(text, type)
                        + " WHEN 'BOOLEAN' THEN " + text + " = 'true' ELSE CAST(" + text + " AS DOUBLE) <> 0 END");
            case SqlType.Array(var element) -> {
                String item = "j" + depth;
                yield element == Simple.JSON
                        ? Optional.of(array(json, stop, "json_extract(" + json + ", '$[*]')"))
                        : fromJson(item, element, depth + 1)
                                .map(value -> array(
                                        json,
                                        stop,
                                        "list_transform(json_extract(" + json + ", '$[*]'), lambda " + item + ": "
                                                + value + ")"));
            }
            case SqlType.Map(var key, var value) -> map(json, key, value, stop, depth);
            case SqlType.Row row -> row(json, row, stop, depth);
            default -> Optional.empty();
        };
    }

    private static String ofText(String text, SqlType type) {
        return Casts.cast(Expr.of(text, Varchar.ANY), type, false, new Place(0, 0))
                .sql();
    }

    private static String number(String json, String text, SqlType type, String stop, String plain) {
        return "CASE json_type(" + json + ") WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN " + stop + " WHEN 'ARRAY' THEN "
                + stop + " WHEN 'BOOLEAN' THEN CAST(CASE WHEN " + text + " = 'true' THEN 1 ELSE 0 END AS " + type.duck()
                + ") WHEN 'VARCHAR' THEN " + ofText(text, type) + " ELSE " + plain + " END";
    }

    private static String array(String json, String stop, String items) {
        return "CASE json_type(" + json + ") WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN " + items + " ELSE CASE WHEN "
                + json + " IS NOT NULL THEN " + stop + " END END";
    }

    private static Optional<String> map(String json, SqlType key, SqlType value, String stop, int depth) {
        if (!(key instanceof Varchar || key.isNumber() || key == Simple.BOOLEAN)) {
            return Optional.empty();
        }
        String entry = "j" + depth;
        String name = ofText(entry + ".key", key);
        return fromJson(entry + ".value", value, depth + 1)
                .map(item -> "CASE json_type(" + json
                        + ") WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN map_from_entries(list_transform(map_entries(CAST("
                        + json + " AS MAP(VARCHAR, JSON))), lambda " + entry + ": struct_pack(k := "
                        + (key instanceof Varchar ? entry + ".key" : name) + ", v := " + item
                        + "))) ELSE CASE WHEN " + json + " IS NOT NULL THEN " + stop + " END END");
    }

    private static Optional<String> row(String json, SqlType.Row row, String stop, int depth) {
        List<String> fields = new ArrayList<>();
        for (int index = 0; index < row.fields().size(); index++) {
            String name = row.fields().get(index).name().orElse("");
            if (name.contains("\"") || name.contains("\\")) {
                return Optional.empty();
            }
            String part = "CASE json_type(" + json + ") WHEN 'ARRAY' THEN json_extract(" + json + ", '$[" + index
                    + "]') ELSE json_extract(" + json + ", " + Sql.text("$.\"" + name + "\"") + ") END";
            Optional<String> value = fromJson(part, row.fields().get(index).type(), depth + 1);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            fields.add(Sql.name(row.duckName(index)) + " := " + value.orElseThrow());
        }
        return Optional.of("CASE WHEN " + json + " IS NULL OR json_type(" + json
                + ") = 'NULL' THEN NULL WHEN json_type("
                + json + ") NOT IN ('OBJECT', 'ARRAY') THEN " + stop + " ELSE struct_pack(" + String.join(", ", fields)
                + ") END");
    }
}
