package io.atalaya.lakehouse.rowfile;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of the engine as files of rows take them: numbers, texts, {@code byte[]}, dates and timestamps as {@code Long},
 * {@link BigDecimal} of the type's scale, {@link List}, {@link Map}, and {@code Object[]} for a struct.
 */
public final class RowValues {
    private RowValues() {}

    /** The first columns of the current row. The engine gives timestamps with the time zone UTC. */
    public static @Nullable Object[] row(ResultSet rows, FieldType.Struct type) throws SQLException {
        List<FieldType.Field> fields = type.fields();
        @Nullable Object[] row = new Object[fields.size()];
        for (int index = 0; index < row.length; index++) {
            row[index] = value(rows.getObject(index + 1), fields.get(index).type());
        }
        return row;
    }

    private static @Nullable Object value(@Nullable Object value, FieldType type) throws SQLException {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case FieldType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, BYTE, SHORT, INT, LONG, FLOAT, DOUBLE -> value;
                    case STRING -> value.toString();
                    case BINARY -> value instanceof Blob blob ? blob.getBytes(1, (int) blob.length()) : value;
                    case DATE -> ((LocalDate) value).toEpochDay();
                    case TIMESTAMP_MILLIS, TIMESTAMP_MICROS ->
                        ChronoUnit.MICROS.between(Instant.EPOCH, ((OffsetDateTime) value).toInstant());
                };
            case FieldType.Decimal(var _, int scale) -> ((BigDecimal) value).setScale(scale);
            case FieldType.ListOf(var element) -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (Object item : (Object[]) ((Array) value).getArray()) {
                    items.add(value(item, element));
                }
                yield items;
            }
            case FieldType.MapOf(var key, var item) -> {
                Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    entries.put(value(entry.getKey(), key), value(entry.getValue(), item));
                }
                yield entries;
            }
            case FieldType.Struct(var fields) -> {
                @Nullable Object[] attributes = ((Struct) value).getAttributes();
                @Nullable Object[] values = new Object[attributes.length];
                for (int index = 0; index < values.length; index++) {
                    values[index] = value(attributes[index], fields.get(index).type());
                }
                yield values;
            }
        };
    }
}
