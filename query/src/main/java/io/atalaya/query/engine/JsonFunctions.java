package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.TRUTH;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** JSON, read from its beginning as far as an answer needs. */
final class JsonFunctions {
    private JsonFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("json_parse", TEXT, row -> parse(row.text(0)), TEXT);
        functions.add("json_extract", TEXT, row -> JsonExtract.json(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("json_scalar", TEXT, row -> JsonExtract.scalar(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("json_size", WHOLE, row -> JsonExtract.size(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("json_length", WHOLE, row -> length(row.text(0)), TEXT);
        functions.add("json_get", TEXT, row -> get(row.text(0), row.whole(1)), TEXT, WHOLE);
        functions.add("json_contains", TRUTH, row -> contains(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("json_is_scalar", TRUTH, row -> isScalar(row.text(0)), TEXT);
        functions.add("json_quote", TEXT, row -> JsonText.quoted(row.text(0)), TEXT);
        functions.add("json_double", TEXT, row -> number(row.number(0)), JavaFunctions.NUMBER);
        functions.add("json_real", TEXT, row -> real(row.real(0)), JavaFunctions.REAL);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : '"' + Double.toString(value) + '"';
    }

    private static String real(float value) {
        return Float.isFinite(value) ? Float.toString(value) : '"' + Float.toString(value) + '"';
    }

    private static String parse(String text) {
        return JsonText.canonical(text).orElseThrow(() -> FunctionRefusal.argument("Cannot convert value to JSON"));
    }

    private static @Nullable Long length(String text) {
        JsonNode tree = JsonText.read(text);
        return tree != null && tree.isArray() ? (long) tree.size() : null;
    }

    private static @Nullable String get(String text, long index) {
        JsonNode tree = JsonText.read(text);
        if (tree == null || !tree.isArray()) {
            return null;
        }
        JsonNode item = tree.get(Math.clamp(index < 0 ? tree.size() + index : index, -1, Integer.MAX_VALUE));
        return item == null || item.isNull() ? null : item.isTextual() ? item.textValue() : JsonText.write(item);
    }

    /** Whether an array holds a scalar, {@code wanted} being that scalar in JSON. */
    private static @Nullable Boolean contains(String text, String wanted) {
        JsonNode tree = JsonText.read(text);
        JsonNode value = JsonText.read(wanted);
        if (tree == null || value == null || !tree.isArray()) {
            return null;
        }
        for (JsonNode item : tree) {
            boolean same = value.isIntegralNumber()
                    ? item.isIntegralNumber() && item.bigIntegerValue().equals(value.bigIntegerValue())
                    : value.isNumber()
                            ? item.isNumber() && !item.isIntegralNumber() && item.doubleValue() == value.doubleValue()
                            : item.equals(value);
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static Boolean isScalar(String text) {
        JsonNode tree = JsonText.read(text);
        if (tree == null) {
            throw FunctionRefusal.argument("Invalid JSON value");
        }
        return tree.isValueNode();
    }
}
