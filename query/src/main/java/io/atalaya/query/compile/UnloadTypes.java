package io.atalaya.query.compile;

import io.atalaya.lakehouse.rowfile.FieldType;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The types of SQL in the files that {@code UNLOAD} writes row by row.
 *
 * @param avro whether names and keys are Avro's: letters, digits and underscores, and texts
 */
record UnloadTypes(boolean avro, Place place) {
    private static final Pattern AVRO_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MILLIS = 3;

    /** A value whose timestamps are in the time zone UTC. */
    static String inUtc(String value, SqlType type) {
        SqlType moments = moments(type);
        return moments.equals(type) ? value : "CAST(" + value + " AS " + moments.duck() + ")";
    }

    private static SqlType moments(SqlType type) {
        return switch (type) {
            case SqlType.Timestamp(int precision) -> new SqlType.Instant(precision, "UTC");
            case SqlType.Array(var element) -> new SqlType.Array(moments(element));
            case SqlType.Map(var key, var value) -> new SqlType.Map(moments(key), moments(value));
            case SqlType.Row(var fields) ->
                new SqlType.Row(fields.stream()
                        .map(field -> new SqlType.Row.Field(field.name(), moments(field.type())))
                        .toList());
            case SqlType.Simple _,
                    SqlType.Decimal _,
                    SqlType.Varchar _,
                    SqlType.Char _,
                    SqlType.Time _,
                    SqlType.ZonedTime _,
                    SqlType.Instant _ -> type;
        };
    }

    /** Of the first columns. */
    FieldType.Struct struct(List<String> names, List<SqlType> types) {
        List<FieldType.Field> fields = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
            fields.add(field(names.get(index), types.get(index)));
        }
        return new FieldType.Struct(fields);
    }

    private FieldType.Field field(String name, SqlType type) {
        if (avro && !AVRO_NAME.matcher(name).matches()) {
            throw place.notSupported("a name of more than letters, digits and _ in format AVRO: {0}", name);
        }
        return new FieldType.Field(name, of(type));
    }

    private FieldType of(SqlType type) {
        return switch (type) {
            case SqlType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> FieldType.Simple.BOOLEAN;
                    case TINYINT -> FieldType.Simple.BYTE;
                    case SMALLINT -> FieldType.Simple.SHORT;
                    case INTEGER -> FieldType.Simple.INT;
                    case BIGINT -> FieldType.Simple.LONG;
                    case REAL -> FieldType.Simple.FLOAT;
                    case DOUBLE -> FieldType.Simple.DOUBLE;
                    case DATE -> FieldType.Simple.DATE;
                    case VARBINARY -> FieldType.Simple.BINARY;
                    case UNKNOWN, JSON, UUID, INTERVAL_DAY, INTERVAL_YEAR -> throw lacking(type);
                };
            case SqlType.Varchar _, SqlType.Char _ -> FieldType.Simple.STRING;
            case SqlType.Decimal(int precision, int scale) -> new FieldType.Decimal(precision, scale);
            case SqlType.Timestamp(int precision) ->
                precision > MILLIS ? FieldType.Simple.TIMESTAMP_MICROS : FieldType.Simple.TIMESTAMP_MILLIS;
            case SqlType.Array(var element) -> new FieldType.ListOf(of(element));
            case SqlType.Map(var key, var value) -> {
                if (avro && !(key instanceof SqlType.Varchar || key instanceof SqlType.Char)) {
                    throw place.notSupported("a map whose keys are no texts in format AVRO");
                }
                yield new FieldType.MapOf(of(key), of(value));
            }
            case SqlType.Row row -> {
                List<FieldType.Field> fields = new ArrayList<>();
                for (int index = 0; index < row.fields().size(); index++) {
                    fields.add(
                            field(row.duckName(index), row.fields().get(index).type()));
                }
                yield new FieldType.Struct(fields);
            }
            case SqlType.Time _, SqlType.ZonedTime _, SqlType.Instant _ -> throw lacking(type);
        };
    }

    private RuntimeException lacking(SqlType type) {
        return place.notSupported("a column of type {0}", type.trino());
    }
}
