package io.atalaya.lakehouse.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.atalaya.lakehouse.arrow.CStream.Column;
import io.atalaya.lakehouse.arrow.CStream.Values;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Map;
import org.apache.arrow.flatbuf.Null;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/** The types of the C data interface in files: how they are told, and which buffers they have. */
final class ArrowTypes {
    private static final int WORD = 128;

    private ArrowTypes() {}

    private record Told(byte kind, int at) {}

    /** Tells a column with its parts; any value may be missing, but for the entries and keys of maps. */
    static int field(FlatBufferBuilder to, Column column) {
        return field(to, column, true, false);
    }

    private static int field(FlatBufferBuilder to, Column column, boolean nullable, boolean entry) {
        boolean map = column.format().equals("+m");
        int[] parts = new int[column.parts().size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = field(to, column.parts().get(i), !map && !(entry && i == 0), map);
        }
        int children = Field.createChildrenVector(to, parts);
        int name = to.createString(column.name());
        Told type = told(to, column.format());
        Field.startField(to);
        Field.addName(to, name);
        Field.addNullable(to, nullable);
        Field.addTypeType(to, type.kind());
        Field.addType(to, type.at());
        Field.addChildren(to, children);
        return Field.endField(to);
    }

    private static Told told(FlatBufferBuilder to, String format) {
        return switch (format) {
            case "n" -> {
                Null.startNull(to);
                yield new Told(Type.Null, Null.endNull(to));
            }
            case "b" -> {
                Bool.startBool(to);
                yield new Told(Type.Bool, Bool.endBool(to));
            }
            case "c" -> new Told(Type.Int, Int.createInt(to, 8, true));
            case "s" -> new Told(Type.Int, Int.createInt(to, 16, true));
            case "i" -> new Told(Type.Int, Int.createInt(to, 32, true));
            case "l" -> new Told(Type.Int, Int.createInt(to, 64, true));
            case "f" -> new Told(Type.FloatingPoint, FloatingPoint.createFloatingPoint(to, Precision.SINGLE));
            case "g" -> new Told(Type.FloatingPoint, FloatingPoint.createFloatingPoint(to, Precision.DOUBLE));
            case "u" -> {
                Utf8.startUtf8(to);
                yield new Told(Type.Utf8, Utf8.endUtf8(to));
            }
            case "z" -> {
                Binary.startBinary(to);
                yield new Told(Type.Binary, Binary.endBinary(to));
            }
            case "tdD" -> new Told(Type.Date, Date.createDate(to, DateUnit.DAY));
            case "ttu" -> new Told(Type.Time, Time.createTime(to, TimeUnit.MICROSECOND, 64));
            case "ttn" -> new Told(Type.Time, Time.createTime(to, TimeUnit.NANOSECOND, 64));
            case "+l" -> {
                org.apache.arrow.flatbuf.List.startList(to);
                yield new Told(Type.List, org.apache.arrow.flatbuf.List.endList(to));
            }
            case "+s" -> {
                Struct_.startStruct_(to);
                yield new Told(Type.Struct_, Struct_.endStruct_(to));
            }
            case "+m" -> new Told(Type.Map, Map.createMap(to, false));
            default -> parameterised(to, format);
        };
    }

    private static Told parameterised(FlatBufferBuilder to, String format) {
        String rest = format.substring(format.indexOf(':') + 1);
        if (format.startsWith("ts")) {
            short unit = switch (format.charAt(2)) {
                case 's' -> TimeUnit.SECOND;
                case 'm' -> TimeUnit.MILLISECOND;
                case 'u' -> TimeUnit.MICROSECOND;
                default -> TimeUnit.NANOSECOND;
            };
            int zone = rest.isEmpty() ? 0 : to.createString(rest);
            Timestamp.startTimestamp(to);
            Timestamp.addUnit(to, unit);
            if (zone != 0) {
                Timestamp.addTimezone(to, zone);
            }
            return new Told(Type.Timestamp, Timestamp.endTimestamp(to));
        }
        if (format.startsWith("d:")) {
            String[] numbers = rest.split(",", -1);
            int bits = numbers.length > 2 ? Integer.parseInt(numbers[2]) : WORD;
            return new Told(
                    Type.Decimal,
                    Decimal.createDecimal(to, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), bits));
        }
        if (format.startsWith("w:")) {
            return new Told(Type.FixedSizeBinary, FixedSizeBinary.createFixedSizeBinary(to, Integer.parseInt(rest)));
        }
        throw new IllegalArgumentException("no type of a file: " + format);
    }

    /** How long the buffers are, by their places. */
    static List<Long> lengths(String format, Values values) {
        long rows = values.length();
        long present = (rows + 7) / 8;
        return switch (format) {
            case "n" -> List.of();
            case "b" -> List.of(present, present);
            case "c" -> List.of(present, rows);
            case "s" -> List.of(present, rows * 2);
            case "i", "f", "tdD" -> List.of(present, rows * 4);
            case "l", "g", "ttu", "ttn" -> List.of(present, rows * 8);
            case "u", "z" ->
                List.of(present, (rows + 1) * 4, last(values.buffers().get(1), rows));
            case "+l", "+m" -> List.of(present, (rows + 1) * 4);
            case "+s" -> List.of(present);
            default -> List.of(present, rows * width(format));
        };
    }

    @SuppressWarnings("restricted")
    private static long last(MemorySegment offsets, long rows) {
        return offsets.reinterpret((rows + 1) * 4).getAtIndex(ValueLayout.JAVA_INT, rows);
    }

    private static long width(String format) {
        if (format.startsWith("ts")) {
            return 8;
        }
        if (format.startsWith("w:")) {
            return Long.parseLong(format.substring(2));
        }
        String[] numbers = format.substring(2).split(",", -1);
        return (numbers.length > 2 ? Long.parseLong(numbers[2]) : WORD) / 8;
    }
}
