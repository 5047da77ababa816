package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.atalaya.query.engine.JsonText;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.DataType;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.JsonArray;
import io.trino.sql.tree.JsonArrayElement;
import io.trino.sql.tree.JsonExists;
import io.trino.sql.tree.JsonObject;
import io.trino.sql.tree.JsonObjectMember;
import io.trino.sql.tree.JsonPathInvocation;
import io.trino.sql.tree.JsonPathParameter;
import io.trino.sql.tree.JsonPathParameter.JsonFormat;
import io.trino.sql.tree.JsonQuery;
import io.trino.sql.tree.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The functions of SQL/JSON. Those that follow a path ask the engine's, whose answers begin with a letter for what was found. */
final class SqlJson {
    /** What functions written in this syntax there are. */
    static final List<String> NAMES = List.of("json_array", "json_exists", "json_object", "json_query", "json_value");

    /** As many keys as Trino's hash table takes before it grows. */
    private static final int FEW = 12;

    private static final String NOTHING = "JSON path found no items";

    private final Printing printing;
    private final Scope scope;

    SqlJson(Printing printing, Scope scope) {
        this.printing = printing;
        this.scope = scope;
    }

    private Expr print(Expression expression) {
        return printing.expressions().print(expression, scope);
    }

    Expr exists(JsonExists exists) {
        Place place = Place.of(exists);
        String found = printing.fresh();
        String otherwise = switch (exists.getErrorBehavior()) {
            case TRUE -> "true";
            case FALSE -> "false";
            case UNKNOWN -> "NULL";
            case ERROR -> wrong(found, "", "");
        };
        return Expr.of(
                once(
                        "atalaya_sqljson_exists(" + invocation(exists.getJsonPathInvocation(), place) + ")",
                        found,
                        "CASE WHEN " + found + " = 'v' THEN true WHEN " + found + " = 'e' THEN false WHEN " + found
                                + " IS NOT NULL THEN " + otherwise + " END"),
                Simple.BOOLEAN);
    }

    Expr value(JsonValue value) {
        Place place = Place.of(value);
        String found = printing.fresh();
        SqlType type = value.getReturnedType().map(TypeNames::resolve).orElse(Varchar.ANY);
        boolean text = type instanceof Varchar || type instanceof SqlType.Char;
        boolean scalar = text
                || type.isNumber()
                || type == Simple.BOOLEAN
                || type == Simple.DATE
                || type instanceof SqlType.Time
                || type instanceof SqlType.Timestamp
                || type instanceof SqlType.Instant;
        if (!scalar) {
            throw place.mismatch("Invalid return type of function JSON_VALUE: {0}", type.trino());
        }
        String code = "JSON_VALUE_RESULT_ERROR";
        String empty = otherwise(value.getEmptyBehavior(), value.getEmptyDefault(), type, Sql.error(code, NOTHING));
        String wrong = otherwise(
                value.getErrorBehavior(),
                value.getErrorDefault(),
                type,
                wrong(found, code, "cannot extract SQL scalar from JSON"));
        String content = "substr(" + found + ", 2)";
        String converted = "CASE left(" + found + ", 1)"
                + converted("s", Expr.of(content, Varchar.ANY), type)
                + converted("i", Expr.of(Sql.cast(content, "BIGINT"), Simple.BIGINT), type)
                + converted("f", Expr.of(Sql.cast(content, "DOUBLE"), Simple.DOUBLE), type)
                + converted("b", Expr.of("(" + content + " = 'true')", Simple.BOOLEAN), type)
                + (text
                        ? converted("d", Expr.of(content, Varchar.ANY), type)
                        : converted("d", Expr.of(Sql.cast(content, "DECIMAL(38,18)"), new Decimal(38, 18)), type))
                + " END";
        return Expr.of(
                once(
                        "atalaya_sqljson_value(" + invocation(value.getJsonPathInvocation(), place) + ")",
                        found,
                        "CASE WHEN " + found + " IS NULL OR " + found + " = 'n' THEN NULL WHEN " + found
                                + " = 'e' THEN " + empty + " ELSE coalesce(" + converted + ", " + wrong + ") END"),
                type);
    }

    private static String converted(String letter, Expr value, SqlType type) {
        try {
            return " WHEN '" + letter + "' THEN "
                    + Casts.cast(value, type, true, new Place(0, 0)).sql();
        } catch (QueryException noSuchCast) {
            return "";
        }
    }

    private String otherwise(
            JsonValue.EmptyOrErrorBehavior behavior, Optional<Expression> given, SqlType type, String error) {
        return switch (behavior) {
            case NULL -> "NULL";
            case ERROR -> error;
            case DEFAULT -> {
                Expression value = given.orElseThrow();
                yield Casts.coerce(print(value), type, Place.of(value), "The default of JSON_VALUE")
                        .sql();
            }
        };
    }

    Expr query(JsonQuery query) {
        Place place = Place.of(query);
        String found = printing.fresh();
        boolean omit = query.getQuotesBehavior()
                .filter(quotes -> quotes == JsonQuery.QuotesBehavior.OMIT)
                .isPresent();
        boolean wraps = query.getWrapperBehavior() != JsonQuery.ArrayWrapperBehavior.WITHOUT;
        if (omit && wraps) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT", "OMIT QUOTES goes together with WITHOUT ARRAY WRAPPER only");
        }
        String wrapper = switch (query.getWrapperBehavior()) {
            case WITHOUT -> omit ? "omit" : "never";
            case CONDITIONAL -> "conditional";
            case UNCONDITIONAL -> "always";
        };
        String code = "JSON_OUTPUT_CONVERSION_ERROR";
        String empty = otherwise(query.getEmptyBehavior(), Sql.error(code, NOTHING));
        String wrong = otherwise(query.getErrorBehavior(), wrong(found, code, "conversion from JSON failed"));
        String text = once(
                "atalaya_sqljson_query(" + invocation(query.getJsonPathInvocation(), place) + ", '" + wrapper + "')",
                found,
                "CASE WHEN left(" + found + ", 1) = 'v' THEN substr(" + found + ", 2) WHEN " + found + " = 'e' THEN "
                        + empty + " WHEN " + found + " IS NOT NULL THEN " + wrong + " END");
        return output(text, query.getReturnedType(), query.getOutputFormat(), place);
    }

    private static String otherwise(JsonQuery.EmptyOrErrorBehavior behavior, String error) {
        return switch (behavior) {
            case NULL -> "NULL";
            case ERROR -> error;
            case EMPTY_ARRAY -> "'[]'";
            case EMPTY_OBJECT -> "'{}'";
        };
    }

    /** Stops with what the letter says. */
    private static String wrong(String found, String code, String message) {
        return "CASE " + found + " WHEN 'I' THEN "
                + Sql.error("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed")
                + " WHEN 'P' THEN " + Sql.error("PATH_EVALUATION_ERROR", "path evaluation failed")
                + (code.isEmpty() ? "" : " ELSE " + Sql.error(code, message)) + " END";
    }

    Expr array(JsonArray array) {
        List<String> elements = new ArrayList<>();
        for (JsonArrayElement element : array.getElements()) {
            String json = json(element.getValue(), element.getFormat(), "JSON_ARRAY");
            elements.add(array.isNullOnNull() ? "coalesce(" + json + ", 'null')" : json);
        }
        return output(
                "'[' || " + list(elements) + " || ']'",
                array.getReturnedType(),
                array.getOutputFormat(),
                Place.of(array));
    }

    private static String list(List<String> texts) {
        return texts.isEmpty()
                ? "''"
                : "coalesce(array_to_string(list_filter([" + String.join(", ", texts)
                        + "], lambda j: j IS NOT NULL), ','), '')";
    }

    Expr object(JsonObject object) {
        List<Expr> keys = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (JsonObjectMember member : object.getMembers()) {
            Expr key = print(member.getKey());
            if (!(key.type() instanceof Varchar) && key.type() != Simple.UNKNOWN) {
                throw Place.of(member.getKey())
                        .semantic(
                                "INVALID_FUNCTION_ARGUMENT",
                                "Invalid type of JSON object key: {0}",
                                key.type().trino());
            }
            keys.add(key);
            values.add(json(member.getValue(), member.getFormat(), "JSON_OBJECT"));
        }
        String sql = literalKeys(keys)
                .filter(names -> names.size() <= FEW || object.isNullOnNull())
                .map(names -> plain(names, values, object.isNullOnNull()))
                .orElseGet(() -> "atalaya_sqljson_object("
                        + texts(keys.stream().map(Expr::sql).toList()) + ", " + texts(values) + ", "
                        + !object.isNullOnNull() + ", " + object.isUniqueKeys() + ")");
        return output(sql, object.getReturnedType(), object.getOutputFormat(), Place.of(object));
    }

    private static String texts(List<String> values) {
        return "CAST(to_json(CAST([" + String.join(", ", values) + "] AS VARCHAR[])) AS VARCHAR)";
    }

    private static Optional<List<String>> literalKeys(List<Expr> keys) {
        List<String> names = keys.stream()
                .map(Expr::literal)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
        return names.size() == keys.size() && Set.copyOf(names).size() == names.size()
                ? Optional.of(names)
                : Optional.empty();
    }

    /** Members in the order of Trino's hash table, which is that of the table used here. */
    private static String plain(List<String> names, List<String> values, boolean nulls) {
        Map<String, String> members = new HashMap<>();
        for (int index = 0; index < names.size(); index++) {
            String value = nulls ? "coalesce(" + values.get(index) + ", 'null')" : values.get(index);
            members.put(names.get(index), Sql.text(JsonText.quoted(names.get(index)) + ":") + " || " + value);
        }
        return "'{' || " + list(List.copyOf(members.values())) + " || '}'";
    }

    private static Expr output(String text, Optional<DataType> returned, Optional<JsonFormat> format, Place place) {
        if (format.filter(encoding -> encoding == JsonFormat.UTF16 || encoding == JsonFormat.UTF32)
                .isPresent()) {
            throw place.notSupported("JSON in an encoding other than UTF8");
        }
        SqlType type = returned.map(TypeNames::resolve).orElse(Varchar.ANY);
        return switch (type) {
            case Varchar _, SqlType.Char _ -> Casts.cast(Expr.of("(" + text + ")", Varchar.ANY), type, false, place);
            case Simple simple when simple == Simple.VARBINARY -> Expr.of("encode(" + text + ")", type);
            default -> throw place.mismatch("Cannot output JSON value as {0}", type.trino());
        };
    }

    /** Input, path and values passed. */
    private String invocation(JsonPathInvocation invocation, Place place) {
        List<String> parameters = new ArrayList<>();
        Map<String, Boolean> passed = new HashMap<>();
        for (JsonPathParameter parameter : invocation.getPathParameters()) {
            String name = parameter.getName().isDelimited()
                    ? parameter.getName().getValue()
                    : parameter.getName().getCanonicalValue();
            if (passed.put(name, true) != null) {
                throw place.semantic("DUPLICATE_PARAMETER_NAME", "{0} is passed twice", name);
            }
            parameters.add(Sql.text(JsonText.quoted(name) + ":") + " || " + passed(parameter));
        }
        JsonPaths.check(invocation.getJsonPath().getValue(), passed.keySet(), Place.of(invocation.getJsonPath()));
        String values = parameters.isEmpty() ? "'{}'" : "'{' || " + String.join(" || ',' || ", parameters) + " || '}'";
        return input(invocation.getInputExpression(), invocation.getInputFormat()) + ", "
                + Sql.text(invocation.getJsonPath().getValue()) + ", " + values;
    }

    private String passed(JsonPathParameter parameter) {
        Expr value = print(parameter.getParameter());
        if (value.type() instanceof Decimal decimal && parameter.getFormat().isEmpty()) {
            return "coalesce('{\"d\":\"' || " + Decimals.text(value.sql(), decimal) + " || '\"}', '{\"v\":null}')";
        }
        boolean moment = value.type() instanceof SqlType.Time
                || value.type() instanceof SqlType.Timestamp
                || value.type() instanceof SqlType.Instant
                || value.type() == Simple.DATE;
        if (moment) {
            throw Place.of(parameter)
                    .notSupported("{0} in PASSING", value.type().trino());
        }
        return "'{\"v\":' || coalesce(" + json(parameter.getParameter(), parameter.getFormat(), "PASSING")
                + ", 'null') || '}'";
    }

    /** The text of JSON that is read. */
    private String input(Expression expression, JsonFormat format) {
        Expr value = print(expression);
        Place place = Place.of(expression);
        if (value.type() == Simple.UNKNOWN) {
            return "CAST(NULL AS VARCHAR)";
        }
        if (value.type() instanceof Varchar && format == JsonFormat.JSON) {
            return value.sql();
        }
        if (value.type() == Simple.VARBINARY) {
            if (format == JsonFormat.UTF16 || format == JsonFormat.UTF32) {
                throw place.notSupported("JSON in an encoding other than UTF8");
            }
            return "atalaya_from_utf8(hex(" + value.sql() + "), chr(65533))";
        }
        throw place.mismatch(
                "Cannot read input of type {0} as JSON", value.type().trino());
    }

    /** A value as the text of JSON; null for null. */
    private String json(Expression expression, Optional<JsonFormat> format, String function) {
        if (format.isPresent()) {
            return "atalaya_sqljson_input(" + input(expression, format.orElseThrow()) + ")";
        }
        Expr value = print(expression);
        if (expression instanceof JsonQuery || expression instanceof JsonObject || expression instanceof JsonArray) {
            return value.sql();
        }
        UnaryOperator<String> quoted = text -> "CAST(to_json(" + text + ") AS VARCHAR)";
        return switch (value.type()) {
            case Decimal decimal -> Decimals.text(value.sql(), decimal);
            case Varchar _ -> quoted.apply(value.sql());
            case Simple simple when simple == Simple.DOUBLE -> "atalaya_json_double(" + value.sql() + ")";
            case Simple simple when simple == Simple.REAL -> "atalaya_json_real(" + value.sql() + ")";
            case Simple simple
            when simple == Simple.UNKNOWN || simple == Simple.BOOLEAN || simple.isInteger() ->
                Sql.cast(value.sql(), "VARCHAR");
            case Simple simple when simple == Simple.VARBINARY -> throw unsupported(expression, value, function);
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ -> throw unsupported(expression, value, function);
            default ->
                quoted.apply(Casts.cast(value, Varchar.ANY, false, Place.of(expression))
                        .sql());
        };
    }

    private static QueryException unsupported(Expression expression, Expr value, String function) {
        return Place.of(expression)
                .notSupported("{0} passed to {1}", value.type().trino(), function);
    }

    /** {@code body} with a name that stands for a value computed once. */
    private static String once(String value, String name, String body) {
        return "list_transform([" + value + "], lambda " + name + ": " + body + ")[1]";
    }
}
