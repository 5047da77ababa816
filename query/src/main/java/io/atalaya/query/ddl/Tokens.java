package io.atalaya.query.ddl;

import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The words of one statement, read from the first to the last, and the parts that all of Athena's definitions have. */
final class Tokens {
    private final String sql;
    private final List<Token> tokens;
    private int at;
    private int ids;

    Tokens(String sql) {
        this.sql = sql;
        this.tokens = Token.of(sql);
    }

    String sql() {
        return sql;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    int position() {
        return at;
    }

    void reset(int position) {
        at = position;
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    /** Takes these words if they come next, all or none. */
    boolean take(String... words) {
        for (int index = 0; index < words.length; index++) {
            Token token = tokens.get(Math.min(at + index, tokens.size() - 1));
            boolean plain = token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.SIGN;
            if (!plain || !token.text().equals(words[index])) {
                return false;
            }
        }
        at += words.length;
        return true;
    }

    void require(String word) {
        if (!take(word)) {
            throw unexpected("'" + word + "'");
        }
    }

    void requireEnd() {
        if (!atEnd()) {
            throw unexpected(Sentence.of("the end of the statement"));
        }
    }

    QueryException unexpected(Object wanted) {
        return Token.error(sql, peek().start(), "mismatched input '{0}', expecting {1}", peek().text(), wanted);
    }

    String identifier() {
        Token token = peek();
        if (token.kind() != Token.Kind.WORD && token.kind() != Token.Kind.QUOTED) {
            throw unexpected(Sentence.of("a name"));
        }
        return next().text();
    }

    List<String> name() {
        List<String> parts = new ArrayList<>(List.of(identifier()));
        while (take(".")) {
            parts.add(identifier());
        }
        return List.copyOf(parts);
    }

    String text() {
        if (peek().kind() != Token.Kind.TEXT) {
            throw unexpected(Sentence.of("a text"));
        }
        return next().text();
    }

    private int number() {
        if (peek().kind() != Token.Kind.NUMBER || peek().text().length() > 9) {
            throw unexpected(Sentence.of("a number"));
        }
        return Integer.parseInt(next().text());
    }

    /** {@code ('a' = 'b', …)}; names may be texts or words, values texts, words or numbers. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        require("(");
        do {
            property(properties);
        } while (take(","));
        require(")");
        return properties;
    }

    /** {@code 'a' = 'b'}. */
    void property(Map<String, String> properties) {
        String name = peek().kind() == Token.Kind.TEXT ? text() : dotted();
        require("=");
        properties.put(name.toLowerCase(java.util.Locale.ROOT), next().text());
    }

    /** {@code ARRAY['a', …]}. */
    List<String> array() {
        List<String> texts = new ArrayList<>();
        require("array");
        require("[");
        do {
            texts.add(text());
        } while (take(","));
        require("]");
        return texts;
    }

    private String dotted() {
        return String.join(".", name());
    }

    /** {@code (name type [COMMENT 'text'], …)}. */
    List<Definition.Column> columns() {
        List<Definition.Column> columns = new ArrayList<>();
        require("(");
        do {
            columns.add(column());
        } while (take(","));
        require(")");
        return columns;
    }

    Definition.Column column() {
        String name = identifier();
        var column = new Definition.Column(name, type(), take("not", "null"), comment());
        if (peek().text().equals("default") && peek().kind() == Token.Kind.WORD) {
            throw Token.notSupported(sql, peek().start(), "DEFAULT of a column");
        }
        return column;
    }

    Optional<String> comment() {
        return take("comment") ? Optional.of(text()) : Optional.empty();
    }

    /** A type as Hive writes it; nested ids are made up. */
    Type type() {
        Token word = peek();
        String name = identifier();
        return switch (name) {
            case "boolean" -> Types.BooleanType.get();
            case "int", "integer" -> Types.IntegerType.get();
            case "bigint", "long" -> Types.LongType.get();
            case "float", "real" -> Types.FloatType.get();
            case "double" -> {
                take("precision");
                yield Types.DoubleType.get();
            }
            case "string" -> Types.StringType.get();
            case "varchar" -> {
                if (take("(")) {
                    number();
                    require(")");
                }
                yield Types.StringType.get();
            }
            case "date" -> Types.DateType.get();
            case "timestamp" -> timestamp();
            case "time" -> Types.TimeType.get();
            case "uuid" -> Types.UUIDType.get();
            case "binary", "varbinary" -> Types.BinaryType.get();
            case "decimal", "numeric" -> decimal();
            case "array" -> {
                require("<");
                Type element = type();
                require(">");
                yield Types.ListType.ofOptional(id(), element);
            }
            case "map" -> {
                require("<");
                Type key = type();
                require(",");
                Type value = type();
                require(">");
                yield Types.MapType.ofOptional(id(), id(), key, value);
            }
            case "struct" -> struct();
            default ->
                throw Token.error(
                        sql, word.start(), "type '{0}' is none that a column of an Iceberg table can have", name);
        };
    }

    private Type timestamp() {
        if (take("(")) {
            number();
            require(")");
        }
        if (take("with", "time", "zone")) {
            return Types.TimestampType.withZone();
        }
        return Types.TimestampType.withoutZone();
    }

    private Type decimal() {
        int precision = 10;
        int scale = 0;
        int start = peek().start();
        if (take("(")) {
            precision = number();
            scale = take(",") ? number() : 0;
            require(")");
        }
        if (precision < 1 || precision > 38 || scale > precision) {
            throw Token.error(sql, start, "decimal({0},{1}) does not exist", precision, scale);
        }
        return Types.DecimalType.of(precision, scale);
    }

    private Type struct() {
        List<Types.NestedField> fields = new ArrayList<>();
        require("<");
        do {
            String name = identifier();
            take(":");
            Type type = type();
            fields.add(Types.NestedField.optional(id(), name, type, comment().orElse(null)));
        } while (take(","));
        require(">");
        return Types.StructType.of(fields);
    }

    private int id() {
        return 1_000 + ids++;
    }

    /** {@code (day(ts), bucket(16, id), …)}, each as its text. */
    List<String> partitioning() {
        List<String> fields = new ArrayList<>();
        require("(");
        do {
            StringBuilder field = new StringBuilder(identifier());
            if (take("(")) {
                field.append('(').append(next().text());
                while (take(",")) {
                    field.append(", ").append(next().text());
                }
                require(")");
                field.append(')');
            } else if (peek().kind() == Token.Kind.WORD) {
                // Hive declares partition columns of its own, with a type.
                throw Token.error(
                        sql,
                        peek().start(),
                        "a partition column is one of the table's columns and has no type of its own here");
            }
            fields.add(field.toString());
        } while (take(","));
        require(")");
        return fields;
    }
}
