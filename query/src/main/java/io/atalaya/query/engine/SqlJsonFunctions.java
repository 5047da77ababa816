package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.TRUTH;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.trino.sql.jsonpath.PathParser;
import io.trino.sql.jsonpath.tree.PathNode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of SQL/JSON find. An answer begins with a letter: {@code s}, {@code i}, {@code f}, {@code d}, {@code b} a text, an
 * integer, a double, a decimal, a boolean; {@code n} JSON's null; {@code v} JSON; {@code e} nothing; and of what went wrong
 * {@code I} the input, {@code P} the path, {@code M} several items, {@code S} not a scalar.
 */
final class SqlJsonFunctions {
    /** Reads as far as the first value, as Trino does. */
    private static final ObjectMapper FIRST = JsonMapper.builder().build();

    private static final Cache<String, io.trino.sql.jsonpath.tree.JsonPath> PATHS =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private SqlJsonFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add(
                "sqljson_value",
                TEXT,
                row -> found(row.text(0), row.text(1), row.text(2), SqlJsonFunctions::value),
                TEXT,
                TEXT,
                TEXT);
        functions.add(
                "sqljson_exists",
                TEXT,
                row -> found(row.text(0), row.text(1), row.text(2), items -> items.isEmpty() ? "e" : "v"),
                TEXT,
                TEXT,
                TEXT);
        functions.add(
                "sqljson_query",
                TEXT,
                row -> {
                    String wrapper = row.text(3);
                    return found(row.text(0), row.text(1), row.text(2), items -> query(items, wrapper));
                },
                TEXT,
                TEXT,
                TEXT,
                TEXT);
        functions.add("sqljson_input", TEXT, row -> input(row.text(0)), TEXT);
        functions.add(
                "sqljson_object",
                TEXT,
                row -> object(row.text(0), row.text(1), row.truth(2), row.truth(3)),
                TEXT,
                TEXT,
                TRUTH,
                TRUTH);
    }

    private interface Answer {
        String of(List<JsonNode> items);
    }

    private static String found(String json, String path, String parameters, Answer answer) {
        try {
            JsonNode input = FIRST.readTree(json);
            JsonNode values = JsonText.MAPPER.readTree(parameters);
            io.trino.sql.jsonpath.tree.JsonPath parsed = PATHS.get(path, SqlJsonFunctions::parse);
            return answer.of(new JsonPath(input, values(values), parsed.isLax()).items(parsed.getRoot()));
        } catch (JsonProcessingException notJson) {
            return "I";
        } catch (JsonPath.Failed failed) {
            return "P";
        }
    }

    /** The values of a path's variables: decimals come as texts after a letter, JSON as it is. */
    private static JsonNode values(JsonNode parameters) {
        if (parameters.isEmpty()) {
            return parameters;
        }
        var values = JsonText.MAPPER.createObjectNode();
        parameters.properties().forEach(parameter -> {
            JsonNode decimal = parameter.getValue().get("d");
            values.set(
                    parameter.getKey(),
                    decimal == null
                            ? parameter.getValue().get("v")
                            : com.fasterxml.jackson.databind.node.DecimalNode.valueOf(
                                    new java.math.BigDecimal(decimal.textValue())));
        });
        return values;
    }

    private static io.trino.sql.jsonpath.tree.JsonPath parse(String path) {
        PathNode parsed =
                PathParser.withFixedErrorLocation(new PathParser.Location(1, 0)).parseJsonPath(path);
        return (io.trino.sql.jsonpath.tree.JsonPath) parsed;
    }

    private static String value(List<JsonNode> items) {
        if (items.isEmpty()) {
            return "e";
        }
        if (items.size() > 1) {
            return "M";
        }
        JsonNode item = items.getFirst();
        return switch (item.getNodeType()) {
            case STRING -> "s" + item.textValue();
            case BOOLEAN -> "b" + item.booleanValue();
            case NULL -> "n";
            case NUMBER ->
                !JsonNumbers.is(item)
                        ? "S"
                        : item.isDouble()
                                ? "f" + item.doubleValue()
                                : item.isBigDecimal()
                                        ? "d" + item.decimalValue().toPlainString()
                                        : "i" + item.longValue();
            case ARRAY, OBJECT, MISSING, BINARY, POJO -> "S";
        };
    }

    private static String query(List<JsonNode> items, String wrapper) {
        if (items.isEmpty()) {
            return "e";
        }
        if (items.stream().anyMatch(JsonNode::isMissingNode)) {
            return "S";
        }
        JsonNode first = items.getFirst();
        boolean wrapped = wrapper.equals("always")
                || (wrapper.equals("conditional") && (items.size() > 1 || !first.isContainerNode()));
        if (wrapped) {
            return "v" + JsonText.write(JsonText.MAPPER.createArrayNode().addAll(items));
        }
        if (items.size() > 1) {
            return "M";
        }
        return first.isTextual() && wrapper.equals("omit") ? "v" + first.textValue() : "v" + JsonText.write(first);
    }

    /** JSON as it stands in other JSON. */
    private static String input(String json) {
        try {
            return JsonText.write(FIRST.readTree(json));
        } catch (JsonProcessingException notJson) {
            throw new FunctionRefusal("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed");
        }
    }

    /**
     * An object of keys and values in JSON, each an array of texts.
     *
     * @param absent whether members that are null are left out
     */
    private static @Nullable String object(String keys, String values, boolean absent, boolean unique) {
        // Trino gives members in the order of its hash table, which is this one's.
        Map<String, String> members = new HashMap<>();
        try {
            JsonNode names = JsonText.MAPPER.readTree(keys);
            JsonNode contents = JsonText.MAPPER.readTree(values);
            for (int index = 0; index < names.size(); index++) {
                if (names.get(index).isNull()) {
                    throw FunctionRefusal.argument("null value passed for JSON object key to JSON_OBJECT function");
                }
                boolean none = contents.get(index).isNull();
                if (none && absent) {
                    continue;
                }
                String value = none ? "null" : contents.get(index).textValue();
                if (members.put(names.get(index).textValue(), value) != null) {
                    throw unique
                            ? FunctionRefusal.argument("duplicate key passed to JSON_OBJECT function")
                            : new FunctionRefusal("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key");
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("arrays made here", e);
        }
        StringBuilder json = new StringBuilder("{");
        members.forEach((key, value) -> json.append(json.length() == 1 ? "" : ",")
                .append(JsonText.quoted(key))
                .append(':')
                .append(value));
        return json.append('}').toString();
    }
}
