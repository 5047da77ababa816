package io.atalaya.query.type;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A type of a value in Trino's SQL. */
public sealed interface SqlType {
    /** How many digits of a second tables have. */
    int MICROS = 6;

    /** How many digits of a second there are at most. */
    int NANOS = 9;

    /** The digits of a second that values of a type have. */
    static int digits(SqlType type) {
        return switch (type) {
            case Time(int precision) -> precision;
            case ZonedTime(int precision, var _) -> precision;
            case Timestamp(int precision) -> precision;
            case Instant(int precision, var _) -> precision;
            default -> 0;
        };
    }

    /** The name in Trino's spelling. */
    String trino();

    /** The name of the DuckDB type that holds its values. */
    String duck();

    /** The types without parameters. */
    enum Simple implements SqlType {
        /** Of a bare {@code NULL}. */
        UNKNOWN("unknown", "INTEGER"),
        BOOLEAN("boolean", "BOOLEAN"),
        TINYINT("tinyint", "TINYINT"),
        SMALLINT("smallint", "SMALLINT"),
        INTEGER("integer", "INTEGER"),
        BIGINT("bigint", "BIGINT"),
        REAL("real", "FLOAT"),
        DOUBLE("double", "DOUBLE"),
        DATE("date", "DATE"),
        VARBINARY("varbinary", "BLOB"),
        JSON("json", "JSON"),
        UUID("uuid", "UUID"),
        INTERVAL_DAY("interval day to second", "INTERVAL"),
        INTERVAL_YEAR("interval year to month", "INTERVAL");

        private final String trino;
        private final String duck;

        Simple(String trino, String duck) {
            this.trino = trino;
            this.duck = duck;
        }

        @Override
        public String trino() {
            return trino;
        }

        @Override
        public String duck() {
            return duck;
        }
    }

    /** An exact number. */
    record Decimal(int precision, int scale) implements SqlType {
        /** The widest there is. */
        public static final int MAX = 38;

        /** With a precision that is cut to what there is, at least 1. */
        public static Decimal of(int precision, int scale) {
            return new Decimal(Math.clamp(precision, 1, MAX), Math.min(scale, MAX));
        }

        @Override
        public String trino() {
            return "decimal(%d,%d)".formatted(precision, scale);
        }

        @Override
        public String duck() {
            return "DECIMAL(%d,%d)".formatted(precision, scale);
        }
    }

    /** Text of at most {@code length} code points. */
    record Varchar(int length) implements SqlType {
        /** The length of text without a limit. */
        public static final int UNBOUNDED = Integer.MAX_VALUE;

        public static final Varchar ANY = new Varchar(UNBOUNDED);

        @Override
        public String trino() {
            return length == UNBOUNDED ? "varchar" : "varchar(%d)".formatted(length);
        }

        @Override
        public String duck() {
            return "VARCHAR";
        }
    }

    /** Text of exactly {@code length} code points, blanks at its end included; the engine holds it with them. */
    record Char(int length) implements SqlType {
        /** The longest there is. */
        public static final int MAX = 65_536;

        /** With a length that is cut to what there is. */
        public static Char of(int length) {
            return new Char(Math.min(length, MAX));
        }

        @Override
        public String trino() {
            return "char(%d)".formatted(length);
        }

        @Override
        public String duck() {
            return "VARCHAR";
        }
    }

    /** A time of day with that many digits of a second. */
    record Time(int precision) implements SqlType {
        @Override
        public String trino() {
            return "time(%d)".formatted(precision);
        }

        @Override
        public String duck() {
            return precision > MICROS ? "TIME_NS" : "TIME";
        }
    }

    /**
     * A time of day at an offset, which is held in UTC.
     *
     * @param minutes the offset of every value
     */
    record ZonedTime(int precision, int minutes) implements SqlType {
        /** The offset as Trino writes it. */
        public String offset() {
            int size = Math.abs(minutes);
            return "%s%02d:%02d".formatted(minutes < 0 ? "-" : "+", size / 60, size % 60);
        }

        @Override
        public String trino() {
            return "time(%d) with time zone".formatted(precision);
        }

        @Override
        public String duck() {
            return new Time(precision).duck();
        }
    }

    /** A date with a time of day, nowhere in particular; with more than 6 digits of a second only from 1678 to 2261. */
    record Timestamp(int precision) implements SqlType {
        @Override
        public String trino() {
            return "timestamp(%d)".formatted(precision);
        }

        @Override
        public String duck() {
            return precision > MICROS ? "TIMESTAMP_NS" : "TIMESTAMP";
        }
    }

    /**
     * An instant, shown in a zone.
     *
     * @param zone of every value: DuckDB keeps none beside a value, so it must be known from the statement
     */
    record Instant(int precision, String zone) implements SqlType {
        @Override
        public String trino() {
            return "timestamp(%d) with time zone".formatted(precision);
        }

        @Override
        public String duck() {
            return precision > MICROS ? "TIMESTAMPTZ_NS" : "TIMESTAMPTZ";
        }
    }

    /** A list of values of one type. */
    record Array(SqlType element) implements SqlType {
        @Override
        public String trino() {
            return "array(" + element.trino() + ")";
        }

        @Override
        public String duck() {
            return element.duck() + "[]";
        }
    }

    /** Values by key. */
    record Map(SqlType key, SqlType value) implements SqlType {
        @Override
        public String trino() {
            return "map(" + key.trino() + ", " + value.trino() + ")";
        }

        @Override
        public String duck() {
            return "MAP(" + key.duck() + ", " + value.duck() + ")";
        }
    }

    /** Fields in an order, some with names. */
    record Row(List<Field> fields) implements SqlType {
        public Row {
            fields = List.copyOf(fields);
        }

        /** One field of a row. */
        public record Field(Optional<String> name, SqlType type) {}

        /** What DuckDB calls the field at {@code index}; names are unique. */
        public String duckName(int index) {
            String name = fields.get(index).name().orElse("field" + index);
            for (int earlier = 0; earlier < index; earlier++) {
                if (fields.get(earlier).name().orElse("field" + earlier).equalsIgnoreCase(name)) {
                    return name + "#" + index;
                }
            }
            return name;
        }

        @Override
        public String trino() {
            return fields.stream()
                    .map(field -> field.name().map(name -> '"' + name + "\" ").orElse("")
                            + field.type().trino())
                    .collect(Collectors.joining(", ", "row(", ")"));
        }

        @Override
        public String duck() {
            StringBuilder text = new StringBuilder("STRUCT(");
            for (int index = 0; index < fields.size(); index++) {
                text.append(index == 0 ? "" : ", ")
                        .append('"')
                        .append(duckName(index).replace("\"", "\"\""))
                        .append("\" ")
                        .append(fields.get(index).type().duck());
            }
            return text.append(')').toString();
        }
    }

    /** Whether it is one of the four integer types. */
    default boolean isInteger() {
        return this == Simple.TINYINT || this == Simple.SMALLINT || this == Simple.INTEGER || this == Simple.BIGINT;
    }

    /** Whether it is {@code real} or {@code double}. */
    default boolean isFloating() {
        return this == Simple.REAL || this == Simple.DOUBLE;
    }

    /** Whether one can calculate with it. */
    default boolean isNumber() {
        return isInteger() || isFloating() || this instanceof Decimal;
    }

    /** Whether its values have an order. */
    default boolean isOrdered() {
        return switch (this) {
            case Simple simple -> simple != Simple.JSON;
            case Map _ -> false;
            case Array(var element) -> element.isOrdered();
            case Row(var fields) ->
                fields.stream().allMatch(field -> field.type().isOrdered());
            case Decimal _, Varchar _, Char _, Time _, ZonedTime _, Timestamp _, Instant _ -> true;
        };
    }
}
