package io.atalaya.lakehouse.rowfile;

import io.atalaya.lakehouse.LakehouseException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column that are not null become bytes.
 *
 * @param streams by their kind in the file
 */
record OrcValues(SortedMap<Integer, OrcStream> streams, Consumer<Object> values) {
    private static final int DATA = 1;
    private static final int LENGTH = 2;
    private static final int SECONDARY = 5;

    /** The second in which 2015 began, from which timestamps count. */
    private static final long BASE = 1_420_070_400L;

    private static final long SECOND = 1_000_000L;
    private static final int MICRO = 1000;

    void put(Object value) {
        values.accept(value);
    }

    /** Of a type; {@code children} are the columns inside. */
    static OrcValues of(FieldType type, List<OrcColumn> children) {
        return switch (type) {
            case FieldType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> booleans();
                    case BYTE -> integers(OrcRuns.Form.BYTE);
                    case SHORT, INT, LONG, DATE -> integers(OrcRuns.Form.SIGNED);
                    case FLOAT, DOUBLE -> floats();
                    case STRING, BINARY -> texts();
                    case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> timestamps();
                };
            case FieldType.Decimal(var _, int scale) -> decimals(scale);
            case FieldType.ListOf _ -> lists(children.getFirst());
            case FieldType.MapOf _ -> maps(children.getFirst(), children.getLast());
            case FieldType.Struct _ -> structs(children);
        };
    }

    private static OrcValues booleans() {
        OrcBits data = new OrcBits();
        return one(DATA, data, value -> data.add((Boolean) value));
    }

    private static OrcValues integers(OrcRuns.Form form) {
        OrcRuns data = new OrcRuns(form);
        return one(DATA, data, value -> data.add(((Number) value).longValue()));
    }

    private static OrcValues floats() {
        OrcBytes data = new OrcBytes();
        return one(DATA, data, value -> {
            if (value instanceof Float number) {
                data.fixed(Float.floatToIntBits(number), Float.BYTES);
            } else {
                data.fixed(Double.doubleToLongBits((Double) value), Double.BYTES);
            }
        });
    }

    private static OrcValues texts() {
        OrcBytes data = new OrcBytes();
        OrcRuns lengths = new OrcRuns(OrcRuns.Form.UNSIGNED);
        return two(data, LENGTH, lengths, value -> {
            byte[] bytes = value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
            data.write(bytes, 0, bytes.length);
            lengths.add(bytes.length);
        });
    }

    private static OrcValues decimals(int scale) {
        OrcBytes data = new OrcBytes();
        OrcRuns scales = new OrcRuns(OrcRuns.Form.SIGNED);
        return two(data, SECONDARY, scales, value -> {
            data.signed(((BigDecimal) value).unscaledValue());
            scales.add(scale);
        });
    }

    /**
     * Seconds and nanoseconds apart. Before 1970 seconds are rounded towards it if there is a millisecond, and readers go one
     * back; in the last second of 1969 they do not.
     */
    private static OrcValues timestamps() {
        OrcRuns seconds = new OrcRuns(OrcRuns.Form.SIGNED);
        OrcRuns nanos = new OrcRuns(OrcRuns.Form.UNSIGNED);
        return two(seconds, SECONDARY, nanos, value -> {
            long second = Math.floorDiv((Long) value, SECOND);
            long fraction = Math.floorMod((Long) value, SECOND);
            if (second < 0 && fraction >= MICRO) {
                second++;
                if (second == 0) {
                    throw new LakehouseException.RowsDoNotFit("ORC has no timestamps in the last second of 1969");
                }
            }
            seconds.add(second - BASE);
            nanos.add(withoutZeros(fraction * MICRO));
        });
    }

    /** Nanoseconds, and in the lowest three bits how many zeros at their end were left out, less one. */
    private static long withoutZeros(long nanos) {
        if (nanos == 0 || nanos % 100 != 0) {
            return nanos << 3;
        }
        long rest = nanos / 100;
        int zeros = 1;
        while (rest % 10 == 0 && zeros < 7) {
            rest /= 10;
            zeros++;
        }
        return (rest << 3) | zeros;
    }

    private static OrcValues lists(OrcColumn elements) {
        OrcRuns lengths = new OrcRuns(OrcRuns.Form.UNSIGNED);
        return one(LENGTH, lengths, value -> {
            List<?> items = (List<?>) value;
            lengths.add(items.size());
            items.forEach(elements::add);
        });
    }

    private static OrcValues maps(OrcColumn keys, OrcColumn items) {
        OrcRuns lengths = new OrcRuns(OrcRuns.Form.UNSIGNED);
        return one(LENGTH, lengths, value -> {
            Map<?, ?> entries = (Map<?, ?>) value;
            lengths.add(entries.size());
            entries.forEach((key, item) -> {
                keys.add(key);
                items.add(item);
            });
        });
    }

    private static OrcValues structs(List<OrcColumn> fields) {
        return new OrcValues(new TreeMap<>(), value -> {
            @Nullable Object[] values = (@Nullable Object[]) value;
            for (int index = 0; index < values.length; index++) {
                fields.get(index).add(values[index]);
            }
        });
    }

    private static OrcValues one(int kind, OrcStream stream, Consumer<Object> values) {
        return new OrcValues(new TreeMap<>(Map.of(kind, stream)), values);
    }

    private static OrcValues two(OrcStream data, int kind, OrcStream second, Consumer<Object> values) {
        return new OrcValues(new TreeMap<>(Map.of(DATA, data, kind, second)), values);
    }
}
