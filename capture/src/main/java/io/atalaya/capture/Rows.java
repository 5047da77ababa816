package io.atalaya.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Shape;
import io.debezium.data.VariableScaleDecimal;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Records of Debezium about rows as changes. */
final class Rows {
    /** What stands for a long value that an update has not touched, and that PostgreSQL therefore does not tell. */
    private static final String UNAVAILABLE = "__debezium_unavailable_value";

    private static final byte[] UNAVAILABLE_BYTES = UNAVAILABLE.getBytes(StandardCharsets.UTF_8);

    private static final String UNAVAILABLE_JSON = "{\"" + UNAVAILABLE + "\":\"" + UNAVAILABLE + "\"}";
    private static final String UNAVAILABLE_UUID =
            UUID.nameUUIDFromBytes(UNAVAILABLE_BYTES).toString();

    /** Where the two halves of a change of the key name the other key. */
    private static final String OLD_KEY = "__debezium.oldkey";

    private static final String NEW_KEY = "__debezium.newkey";
    private static final int DIGITS = 38;

    private final String table;
    private final Map<Schema, Shape> shapes = new HashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable Shape lastShape;

    Rows(String table) {
        this.table = table;
    }

    /** The change a record tells; empty if it tells of something else. */
    Optional<Change> change(SourceRecord record) {
        if (!(record.value() instanceof Struct value) || record.valueSchema().field("op") == null) {
            return Optional.empty();
        }
        String operation = value.getString("op");
        return switch (operation) {
            case "c", "r", "u" -> Optional.of(come(record, value.getStruct("after")));
            case "d" -> Optional.of(gone(record, value.getStruct("before")));
            case "t" ->
                throw new IngestionException.BadStage(
                        "{0} was truncated, which its log tells without its rows; TRUNCATE the target and give the stage another name",
                        table);
            default -> Optional.empty();
        };
    }

    private Change come(SourceRecord record, Struct row) {
        Shape shape = shape(record, row.schema());
        List<Field> fields = row.schema().fields();
        @Nullable String[] values = new String[fields.size()];
        Set<Integer> kept = new HashSet<>();
        for (int i = 0; i < values.length; i++) {
            Object value = row.get(fields.get(i));
            if (value != null && isUnavailable(value)) {
                kept.add(i);
            } else if (value != null) {
                values[i] = text(fields.get(i), value);
            }
        }
        Optional<List<String>> from = header(record, OLD_KEY)
                .map(key -> shape.key().stream()
                        .map(name -> key.schema().fields().stream()
                                .filter(field -> name(field).equals(name))
                                .map(field -> text(field, key.get(field)))
                                .findFirst()
                                .orElseThrow())
                        .toList());
        return new Change(shape, false, values, kept, from, false);
    }

    private Change gone(SourceRecord record, Struct row) {
        Shape shape = shape(record, row.schema());
        List<Field> fields = row.schema().fields();
        @Nullable String[] values = new String[fields.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = row.get(fields.get(i));
            if (value != null && shape.key().contains(name(fields.get(i)))) {
                values[i] = text(fields.get(i), value);
            }
        }
        return new Change(
                shape,
                true,
                values,
                Set.of(),
                Optional.empty(),
                header(record, NEW_KEY).isPresent());
    }

    private static Optional<Struct> header(SourceRecord record, String name) {
        return Optional.ofNullable(record.headers().lastWithName(name))
                .map(Header::value)
                .filter(Struct.class::isInstance)
                .map(Struct.class::cast);
    }

    /** Whether it stands for a long value that was not changed; an array has what stands for one as its only item, or its bytes. */
    private static boolean isUnavailable(Object value) {
        return switch (value) {
            case String text ->
                text.equals(UNAVAILABLE) || text.equals(UNAVAILABLE_JSON) || text.equals(UNAVAILABLE_UUID);
            case ByteBuffer buffer -> buffer.equals(ByteBuffer.wrap(UNAVAILABLE_BYTES));
            case byte[] bytes -> Arrays.equals(bytes, UNAVAILABLE_BYTES);
            case List<?> items when items.size() == 1 -> items.getFirst() != null && isUnavailable(items.getFirst());
            case List<?> items
            when items.size() == UNAVAILABLE_BYTES.length -> {
                for (int i = 0; i < UNAVAILABLE_BYTES.length; i++) {
                    if (!(items.get(i) instanceof Number number) || number.longValue() != UNAVAILABLE_BYTES[i]) {
                        yield false;
                    }
                }
                yield true;
            }
            case Map<?, ?> map -> map.size() == 1 && map.containsKey(UNAVAILABLE);
            default -> false;
        };
    }

    private Shape shape(SourceRecord record, Schema schema) {
        if (lastShape == null || !schema.equals(lastSchema)) {
            lastShape = shapes.computeIfAbsent(schema, _ -> {
                List<String> key = record.keySchema() == null
                        ? List.of()
                        : record.keySchema().fields().stream().map(Rows::name).toList();
                return new Shape(
                        schema.fields().stream()
                                .map(field -> Types.NestedField.optional(1, name(field), type(field.schema())))
                                .toList(),
                        key);
            });
            lastSchema = schema;
        }
        return lastShape;
    }

    private static String name(Field field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    private static Type type(Schema schema) {
        String name = schema.name() == null ? "" : schema.name();
        return switch (name) {
            case Decimal.LOGICAL_NAME -> decimal(schema);
            case "io.debezium.time.IsoDate" -> Types.DateType.get();
            case "io.debezium.time.IsoTimestamp" -> Types.TimestampType.withoutZone();
            case "io.debezium.time.ZonedTimestamp" -> Types.TimestampType.withZone();
            case "io.debezium.data.Uuid" -> Types.UUIDType.get();
            default ->
                switch (schema.type()) {
                    case INT8, INT16, INT32 -> Types.IntegerType.get();
                    case INT64 -> Types.LongType.get();
                    case FLOAT32 -> Types.FloatType.get();
                    case FLOAT64 -> Types.DoubleType.get();
                    case BOOLEAN -> Types.BooleanType.get();
                    case BYTES -> Types.BinaryType.get();
                    case STRING, ARRAY, MAP, STRUCT -> Types.StringType.get();
                };
        };
    }

    private static Type decimal(Schema schema) {
        Map<String, String> parameters = schema.parameters();
        int scale = Integer.parseInt(parameters.getOrDefault(Decimal.SCALE_FIELD, "0"));
        int precision = Integer.parseInt(parameters.getOrDefault("connect.decimal.precision", "0"));
        return precision < 1 || precision > DIGITS || scale < 0 || scale > precision
                ? Types.StringType.get()
                : Types.DecimalType.of(precision, scale);
    }

    private static String text(Field field, Object value) {
        return switch (value) {
            case String text -> plain(field, text);
            case BigDecimal number -> number.toPlainString();
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield HexFormat.of().formatHex(bytes);
            }
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Struct struct
            when VariableScaleDecimal.LOGICAL_NAME.equals(field.schema().name()) ->
                VariableScaleDecimal.toLogical(struct)
                        .getDecimalValue()
                        .map(BigDecimal::toPlainString)
                        .orElse("NaN");
            case List<?> items -> items.stream().map(Rows::item).collect(Collectors.joining(",", "{", "}"));
            default -> value.toString();
        };
    }

    /** An item of an array as PostgreSQL writes it. */
    private static String item(@Nullable Object item) {
        return switch (item) {
            case null -> "NULL";
            case List<?> items -> items.stream().map(Rows::item).collect(Collectors.joining(",", "{", "}"));
            case String text
            when text.isEmpty() || !text.chars().allMatch(Rows::isPlain) || text.equalsIgnoreCase("null") ->
                '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            default -> item.toString();
        };
    }

    private static boolean isPlain(int character) {
        return "{}\",\\".indexOf(character) < 0 && !Character.isWhitespace(character);
    }

    private static String plain(Field field, String text) {
        String kind = field.schema().name() == null ? "" : field.schema().name();
        return switch (kind) {
            case "io.debezium.time.IsoDate", "io.debezium.time.IsoTimestamp", "io.debezium.time.IsoTime" ->
                text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
            default -> text;
        };
    }
}
