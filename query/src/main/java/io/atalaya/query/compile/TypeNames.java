package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.CompositeIntervalQualifier;
import io.trino.sql.tree.DataType;
import io.trino.sql.tree.DataTypeParameter;
import io.trino.sql.tree.DateTimeDataType;
import io.trino.sql.tree.GenericDataType;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.IntervalDataType;
import io.trino.sql.tree.NumericParameter;
import io.trino.sql.tree.RowDataType;
import io.trino.sql.tree.TypeParameter;
import java.util.List;
import java.util.Locale;

/** Types as a statement writes them. */
public final class TypeNames {
    private TypeNames() {}

    /** A type in Trino's spelling. */
    public static SqlType parse(String type) {
        return resolve(StatementText.parseType(type));
    }

    static SqlType resolve(DataType type) {
        Place place = Place.of(type);
        return switch (type) {
            case DateTimeDataType moment -> moment(moment, place);
            case RowDataType row ->
                new SqlType.Row(row.getFields().stream()
                        .map(field -> new SqlType.Row.Field(
                                field.getName().map(Identifier::getValue).map(name -> name.toLowerCase(Locale.ROOT)),
                                resolve(field.getType())))
                        .toList());
            case IntervalDataType interval -> interval(interval, place);
            case GenericDataType generic -> generic(generic, place);
            default -> throw place.notSupported("type {0}", type);
        };
    }

    private static SqlType moment(DateTimeDataType type, Place place) {
        int precision =
                type.getPrecision().map(parameter -> number(parameter, place)).orElse(3);
        if (precision > SqlType.NANOS) {
            throw place.notSupported("a precision above {0} ({1})", SqlType.NANOS, type);
        }
        if (type.getType() == DateTimeDataType.Type.TIME) {
            if (type.isWithTimeZone()) {
                return new SqlType.ZonedTime(precision, 0);
            }
            return new SqlType.Time(precision);
        }
        return type.isWithTimeZone() ? new SqlType.Instant(precision, "UTC") : new SqlType.Timestamp(precision);
    }

    private static SqlType interval(IntervalDataType type, Place place) {
        if (type.qualifier() instanceof CompositeIntervalQualifier both) {
            String fields = (both.getFrom().name() + " " + both.getTo().name()).toLowerCase(Locale.ROOT);
            switch (fields) {
                case "day second" -> {
                    return Simple.INTERVAL_DAY;
                }
                case "year month" -> {
                    return Simple.INTERVAL_YEAR;
                }
                default -> {}
            }
        }
        throw place.notSupported("type {0}", type);
    }

    private static SqlType generic(GenericDataType type, Place place) {
        String name = type.getName().getValue().toLowerCase(Locale.ROOT);
        List<DataTypeParameter> arguments = type.getArguments();
        if (arguments.isEmpty()) {
            return simple(name, place);
        }
        return switch (name) {
            case "varchar" -> new Varchar(number(arguments.getFirst(), place));
            case "char" -> new SqlType.Char(length(number(arguments.getFirst(), place), place));
            case "decimal", "numeric", "dec" -> {
                int precision = number(arguments.getFirst(), place);
                int scale = arguments.size() > 1 ? number(arguments.get(1), place) : 0;
                if (precision < 1 || precision > Decimal.MAX || scale < 0 || scale > precision) {
                    throw place.semantic("INVALID_ARGUMENTS", "decimal({0},{1}) does not exist", precision, scale);
                }
                yield new Decimal(precision, scale);
            }
            case "array" -> new SqlType.Array(type(arguments.getFirst(), place));
            case "map" -> new SqlType.Map(type(arguments.getFirst(), place), type(arguments.get(1), place));
            default -> throw place.notSupported("type {0}", name);
        };
    }

    /** A type without parameters. */
    static SqlType simple(String name, Place place) {
        return switch (name) {
            case "boolean" -> Simple.BOOLEAN;
            case "tinyint" -> Simple.TINYINT;
            case "smallint" -> Simple.SMALLINT;
            case "integer", "int" -> Simple.INTEGER;
            case "bigint" -> Simple.BIGINT;
            case "real" -> Simple.REAL;
            case "float" -> Simple.REAL;
            case "double", "double precision" -> Simple.DOUBLE;
            case "date" -> Simple.DATE;
            case "varbinary" -> Simple.VARBINARY;
            case "json" -> Simple.JSON;
            case "uuid" -> Simple.UUID;
            case "varchar", "string" -> Varchar.ANY;
            case "char" -> new SqlType.Char(1);
            case "decimal" -> new Decimal(38, 0);
            case "timestamp" -> new SqlType.Timestamp(3);
            default -> throw place.notSupported("type {0}", name);
        };
    }

    /** Of a {@code char}. */
    static int length(int length, Place place) {
        if (length < 0 || length > SqlType.Char.MAX) {
            throw place.semantic("TYPE_NOT_FOUND", "Unknown type: char({0})", length);
        }
        return length;
    }

    private static SqlType type(DataTypeParameter parameter, Place place) {
        if (parameter instanceof TypeParameter nested) {
            return resolve(nested.getValue());
        }
        throw place.semantic("INVALID_ARGUMENTS", "a type is needed here");
    }

    private static int number(DataTypeParameter parameter, Place place) {
        if (parameter instanceof NumericParameter number && number.getParsedValue() <= Integer.MAX_VALUE) {
            return (int) number.getParsedValue();
        }
        throw place.semantic("INVALID_ARGUMENTS", "a number is needed here");
    }
}
