package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The partition of a row as columns the engine can part files by: whole numbers as such, other values as text, {@code n} for
 * null and {@code v} and the value otherwise. They are not written into the files.
 */
final class PartitionColumns {
    private static final String PREFIX = "atalaya_partition_";
    private static final int LONGEST = 80;

    private final PartitionSpec spec;

    PartitionColumns(PartitionSpec spec) {
        this.spec = spec;
    }

    boolean isEmpty() {
        return fields().isEmpty();
    }

    List<String> names() {
        return fields().stream().map(PartitionColumns::name).toList();
    }

    /** The select items that compute them from the table's columns. */
    List<String> expressions() {
        return fields().stream()
                .map(field -> {
                    String value = value(field);
                    return (isWhole(type(field))
                                    ? value
                                    : "CASE WHEN " + value + " IS NULL THEN 'n' ELSE 'v' || " + value + " END")
                            + " AS " + name(field);
                })
                .toList();
    }

    /** The partition that a file's column values stand for. */
    PartitionData partition(Map<String, String> keys) {
        PartitionData partition = new PartitionData(spec.partitionType());
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            String key = keys.get(name(field));
            Type type = type(field);
            partition.set(
                    i, key == null || key.equals("n") ? null : parse(type, isWhole(type) ? key : key.substring(1)));
        }
        return partition;
    }

    private List<PartitionField> fields() {
        return spec.fields().stream()
                .filter(field -> !field.transform().isVoid())
                .toList();
    }

    private Type type(PartitionField field) {
        return spec.partitionType().field(field.fieldId()).type();
    }

    private static boolean isWhole(Type type) {
        return switch (type.typeId()) {
            case INTEGER, LONG, DATE, TIME, TIMESTAMP -> true;
            default -> false;
        };
    }

    private static String name(PartitionField field) {
        return PREFIX + field.fieldId();
    }

    private String value(PartitionField field) {
        Types.NestedField source = spec.schema().findField(field.sourceId());
        String name = spec.schema().findColumnName(field.sourceId());
        if (source == null || name == null || spec.schema().asStruct().field(field.sourceId()) == null) {
            throw new LakehouseException.NotSupported(
                    "partition field %s is made from a nested column, which cannot be written", field.name());
        }
        String column = DuckSql.name(name);
        String transform = field.transform().toString().toLowerCase(Locale.ROOT);
        return switch (transform) {
            case "identity" -> identity(source.type(), column, name);
            case "year" -> "(year(" + utc(source.type(), column) + ") - 1970)";
            case "month" -> {
                String time = utc(source.type(), column);
                yield "((year(" + time + ") - 1970) * 12 + month(" + time + ") - 1)";
            }
            case "day" -> days(utc(source.type(), column));
            case "hour" ->
                "date_diff('hour', TIMESTAMP '1970-01-01', date_trunc('hour', " + utc(source.type(), column) + "))";
            default -> {
                if (transform.startsWith("bucket[")) {
                    yield "((" + BucketHash.expression(source.type(), column) + " & 2147483647) % "
                            + argument(transform) + ")";
                }
                if (transform.startsWith("truncate[")) {
                    yield truncated(source.type(), column, argument(transform));
                }
                throw new LakehouseException.NotSupported(
                        "partition transform %s of column %s cannot be written", transform, name);
            }
        };
    }

    private static String argument(String transform) {
        return transform.substring(transform.indexOf('[') + 1, transform.indexOf(']'));
    }

    private static String utc(Type type, String column) {
        return type.typeId() == Type.TypeID.TIMESTAMP && ((Types.TimestampType) type).shouldAdjustToUTC()
                ? "(" + column + " AT TIME ZONE 'UTC')"
                : column;
    }

    private static String days(String column) {
        return "(CAST(" + column + " AS DATE) - DATE '1970-01-01')";
    }

    private static String identity(Type type, String column, String name) {
        return switch (type.typeId()) {
            case STRING -> shortText(column, name);
            case DATE -> days(column);
            case TIME, TIMESTAMP -> "epoch_us(" + column + ")";
            case INTEGER, LONG -> column;
            case BINARY, FIXED -> shortText("hex(" + column + ")", name);
            default -> column + "::VARCHAR";
        };
    }

    /** A partition value becomes part of a temporary path, so its length has a limit. */
    private static String shortText(String text, String name) {
        return "CASE WHEN strlen(" + text + ") > " + LONGEST + " THEN error("
                + DuckSql.text("a value of partition column " + name + " is longer than " + LONGEST + " bytes")
                + ") ELSE " + text + " END";
    }

    private static String truncated(Type type, String column, String width) {
        return switch (type.typeId()) {
            case STRING -> "left(" + column + ", " + width + ")";
            case BINARY -> "hex(" + column + "[1:" + width + "])";
            case INTEGER, LONG ->
                "(" + column + " - (((" + column + " % " + width + ") + " + width + ") % " + width + "))";
            case DECIMAL -> {
                int scale = ((Types.DecimalType) type).scale();
                String step = new BigDecimal(width).movePointLeft(scale).toPlainString();
                yield "(" + column + " - (((" + column + " % " + step + ") + " + step + ") % " + step + "))::VARCHAR";
            }
            default -> throw new LakehouseException.NotSupported("type %s cannot be truncated", type);
        };
    }

    private static @Nullable Object parse(Type type, String text) {
        return switch (type.typeId()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case INTEGER, DATE -> Integer.valueOf(text);
            case LONG, TIME, TIMESTAMP -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(number(text));
            case DOUBLE -> Double.valueOf(number(text));
            case STRING -> text;
            case UUID -> UUID.fromString(text);
            case BINARY, FIXED -> ByteBuffer.wrap(HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT)));
            case DECIMAL -> new BigDecimal(text).setScale(((Types.DecimalType) type).scale());
            default -> throw new LakehouseException.NotSupported("partition values of type %s", type);
        };
    }

    private static String number(String text) {
        return switch (text) {
            case "nan" -> "NaN";
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            default -> text;
        };
    }
}
