package io.atalaya.lakehouse.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Reads types as Trino writes them, {@code array(varchar)}, and as Athena's tables do, {@code array<string>}. */
public final class ColumnTypes {
    private final String text;
    private int at;
    private int lastId;

    private ColumnTypes(String text, int lastId) {
        this.text = text;
        this.lastId = lastId;
    }

    /**
     * The type that {@code text} names; fields inside it get ids after {@code lastId}.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Type parse(String text, int lastId) {
        ColumnTypes reader = new ColumnTypes(text, lastId);
        Type type = reader.type();
        reader.space();
        if (reader.at < text.length()) {
            throw new IllegalArgumentException("'" + text + "' goes on after the type at character " + (reader.at + 1));
        }
        return type;
    }

    private Type type() {
        String word = word();
        return switch (word) {
            case "boolean" -> Types.BooleanType.get();
            case "int", "integer", "tinyint", "smallint" -> Types.IntegerType.get();
            case "bigint", "long" -> Types.LongType.get();
            case "real", "float" -> Types.FloatType.get();
            case "double" -> Types.DoubleType.get();
            case "date" -> Types.DateType.get();
            case "string" -> Types.StringType.get();
            case "varchar", "char" -> {
                precision();
                yield Types.StringType.get();
            }
            case "uuid" -> Types.UUIDType.get();
            case "varbinary", "binary" -> Types.BinaryType.get();
            case "time" -> {
                precision();
                yield Types.TimeType.get();
            }
            case "timestamptz" -> Types.TimestampType.withZone();
            case "timestamp" -> timestamp();
            case "decimal", "numeric" -> decimal();
            case "array" -> {
                char close = open();
                int id = ++lastId;
                Type element = type();
                close(close);
                yield Types.ListType.ofOptional(id, element);
            }
            case "map" -> {
                char close = open();
                int key = ++lastId;
                int value = ++lastId;
                Type keys = type();
                close(',');
                Type values = type();
                close(close);
                yield Types.MapType.ofOptional(key, value, keys, values);
            }
            case "row", "struct" -> struct();
            default ->
                throw new IllegalArgumentException("'" + word + "' is no type; known are boolean, integer, bigint,"
                        + " real, double, decimal(p,s), date, time, timestamp, timestamp with time zone, varchar, varbinary,"
                        + " uuid, array(…), map(…, …), row(…)");
        };
    }

    private Type timestamp() {
        precision();
        int before = at;
        if (next("with") && next("time") && next("zone")) {
            return Types.TimestampType.withZone();
        }
        at = before;
        return Types.TimestampType.withoutZone();
    }

    private Type decimal() {
        if (!peek('(')) {
            return Types.DecimalType.of(38, 0);
        }
        at++;
        int precision = number();
        int scale = 0;
        if (peek(',')) {
            at++;
            scale = number();
        }
        close(')');
        if (precision < 1 || precision > 38 || scale > precision) {
            throw new IllegalArgumentException("a decimal has 1 to 38 digits, and no more than that after the point");
        }
        return Types.DecimalType.of(precision, scale);
    }

    private Type struct() {
        char close = open();
        List<Types.NestedField> fields = new ArrayList<>();
        do {
            int id = ++lastId;
            String name = word();
            if (peek(':')) {
                at++;
            }
            fields.add(Types.NestedField.optional(id, name, type()));
        } while (more());
        close(close);
        return Types.StructType.of(fields);
    }

    private boolean more() {
        if (peek(',')) {
            at++;
            return true;
        }
        return false;
    }

    private void precision() {
        if (peek('(')) {
            at++;
            number();
            close(')');
        }
    }

    private char open() {
        if (peek('(')) {
            at++;
            return ')';
        }
        close('<');
        return '>';
    }

    private void close(char expected) {
        if (!peek(expected)) {
            throw new IllegalArgumentException("'" + text + "' lacks a '" + expected + "' at character " + (at + 1));
        }
        at++;
    }

    private boolean peek(char expected) {
        space();
        return at < text.length() && text.charAt(at) == expected;
    }

    private boolean next(String expected) {
        space();
        if (text.regionMatches(true, at, expected, 0, expected.length())) {
            at += expected.length();
            return true;
        }
        return false;
    }

    private int number() {
        String word = word();
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("'" + word + "' is no number in the type '" + text + "'");
        }
    }

    private String word() {
        space();
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (from == at) {
            throw new IllegalArgumentException("'" + text + "' lacks a word at character " + (at + 1));
        }
        return text.substring(from, at).toLowerCase(Locale.ROOT);
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
