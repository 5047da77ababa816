package io.atalaya.lakehouse.write;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.MetricsModes;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.BinaryUtil;
import org.apache.iceberg.util.UnicodeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's column metrics from the statistics DuckDB returns for a file it wrote. A bound that is not exact, or that we
 * cannot read without doubt, is left out: a missing bound costs a scan, a wrong one costs rows.
 */
final class ColumnMetrics {
    private final Map<String, Types.NestedField> columns;
    private final Schema schema;
    private final MetricsConfig config;
    private final Map<Integer, Long> sizes = new HashMap<>();
    private final Map<Integer, Long> values = new HashMap<>();
    private final Map<Integer, Long> nulls = new HashMap<>();
    private final Map<Integer, Long> nans = new HashMap<>();
    private final Map<Integer, ByteBuffer> lower = new HashMap<>();
    private final Map<Integer, ByteBuffer> upper = new HashMap<>();

    private ColumnMetrics(Schema schema, MetricsConfig config) {
        this.schema = schema;
        this.config = config;
        this.columns = FieldIds.measured(schema);
    }

    /** The metrics of a file with {@code rows} rows. */
    static Metrics of(Schema schema, MetricsConfig config, long rows, Map<String, Map<String, String>> statistics) {
        ColumnMetrics metrics = new ColumnMetrics(schema, config);
        statistics.forEach((path, statistic) -> {
            Types.NestedField field = metrics.columns.get(path);
            if (field != null) {
                metrics.add(field, statistic);
            }
        });
        return new Metrics(
                rows, metrics.sizes, metrics.values, metrics.nulls, metrics.nans, metrics.lower, metrics.upper);
    }

    private void add(Types.NestedField field, Map<String, String> statistic) {
        int id = field.fieldId();
        MetricsModes.MetricsMode mode = config.columnMode(schema.findColumnName(id));
        if (mode instanceof MetricsModes.None) {
            return;
        }
        count(statistic, "column_size_bytes").ifPresent(count -> sizes.put(id, count));
        count(statistic, "num_values").ifPresent(count -> values.put(id, count));
        count(statistic, "null_count").ifPresent(count -> nulls.put(id, count));
        boolean floating =
                field.type().typeId() == Type.TypeID.FLOAT || field.type().typeId() == Type.TypeID.DOUBLE;
        if (floating) {
            count(statistic, "nan_count").ifPresent(count -> nans.put(id, count));
        }
        if (mode instanceof MetricsModes.Counts) {
            return;
        }
        int length = mode instanceof MetricsModes.Truncate truncate ? truncate.length() : Integer.MAX_VALUE;
        bound(field.type(), statistic, "min")
                .flatMap(value -> lowerBound(field.type(), value, length))
                .ifPresent(bound -> lower.put(id, bound));
        bound(field.type(), statistic, "max")
                .flatMap(value -> upperBound(field.type(), value, length))
                .ifPresent(bound -> upper.put(id, bound));
    }

    private static Optional<Long> count(Map<String, String> statistic, String key) {
        return Optional.ofNullable(statistic.get(key)).map(Long::valueOf);
    }

    private static Optional<Object> bound(Type type, Map<String, String> statistic, String key) {
        String text = statistic.get(key);
        if (text == null || !"true".equals(statistic.get(key + "_is_exact"))) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(parse(type, text));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    private static @Nullable Object parse(Type type, String text) {
        return switch (type.typeId()) {
            case BOOLEAN -> text.equals("1") || text.equals("true");
            case INTEGER -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case DATE -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
            case TIME -> LocalTime.parse(text).toNanoOfDay() / 1_000;
            case TIMESTAMP -> micros(type, text);
            case STRING -> text;
            case BINARY -> ByteBuffer.wrap(HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT)));
            case DECIMAL -> new BigDecimal(text).setScale(((Types.DecimalType) type).scale());
            default -> null;
        };
    }

    /** DuckDB prints a time with zone in UTC, with {@code +00} at the end. */
    private static long micros(Type type, String text) {
        String local = text;
        if (((Types.TimestampType) type).shouldAdjustToUTC()) {
            if (!text.endsWith("+00")) {
                throw new IllegalArgumentException(text);
            }
            local = text.substring(0, text.length() - 3);
        }
        return ChronoUnit.MICROS.between(
                LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), LocalDateTime.parse(local.replace(' ', 'T')));
    }

    private static Optional<ByteBuffer> lowerBound(Type type, Object value, int length) {
        Object bound = value;
        if (type.typeId() == Type.TypeID.STRING && length < Integer.MAX_VALUE) {
            bound = UnicodeUtil.truncateStringMin(Literal.of((CharSequence) value), length)
                    .value();
        } else if (type.typeId() == Type.TypeID.BINARY && length < Integer.MAX_VALUE) {
            bound = BinaryUtil.truncateBinary((ByteBuffer) value, length);
        } else if (value instanceof Float number && number == 0) {
            bound = -0.0f;
        } else if (value instanceof Double number && number == 0) {
            bound = -0.0d;
        }
        return Optional.of(Conversions.toByteBuffer(type, bound));
    }

    private static Optional<ByteBuffer> upperBound(Type type, Object value, int length) {
        Object bound = value;
        if (type.typeId() == Type.TypeID.STRING && length < Integer.MAX_VALUE) {
            Literal<CharSequence> above = UnicodeUtil.truncateStringMax(Literal.of((CharSequence) value), length);
            bound = above == null ? null : above.value();
        } else if (type.typeId() == Type.TypeID.BINARY && length < Integer.MAX_VALUE) {
            Literal<ByteBuffer> above = BinaryUtil.truncateBinaryMax(Literal.of((ByteBuffer) value), length);
            bound = above == null ? null : above.value();
        } else if (value instanceof Float number && number == 0) {
            bound = 0.0f;
        } else if (value instanceof Double number && number == 0) {
            bound = 0.0d;
        }
        return bound == null ? Optional.empty() : Optional.of(Conversions.toByteBuffer(type, bound));
    }
}
