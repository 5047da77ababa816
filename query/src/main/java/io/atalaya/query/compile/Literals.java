package io.atalaya.query.compile;

import io.atalaya.query.engine.JsonText;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.BinaryLiteral;
import io.trino.sql.tree.BooleanLiteral;
import io.trino.sql.tree.CompositeIntervalQualifier;
import io.trino.sql.tree.DecimalLiteral;
import io.trino.sql.tree.DoubleLiteral;
import io.trino.sql.tree.GenericLiteral;
import io.trino.sql.tree.IntervalLiteral;
import io.trino.sql.tree.Literal;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.NullLiteral;
import io.trino.sql.tree.SimpleIntervalQualifier;
import io.trino.sql.tree.StringLiteral;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Literals: their types as Trino gives them, their values checked here rather than by the engine. */
final class Literals {
    private static final Pattern CLOCK = Pattern.compile("\\d{1,9}(?:[ :]\\d{1,9}){0,3}(?:\\.\\d{1,3})?");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
    private static final Pattern TOO_PRECISE = Pattern.compile("\\.\\d{10}");
    private static final Pattern PRECISE = Pattern.compile("\\.\\d{7}");
    private static final Pattern WITH_OFFSET = Pattern.compile("[+-]\\d{1,2}(?::?\\d{2})?\\s*$");
    private static final Pattern YEAR_TO_MONTH = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    private static final long MILLIS_OF_A_MONTH = 2_592_000_000L;
    private static final long SHORT_MONTHS = 12_000;

    private Literals() {}

    static Expr print(Literal literal) {
        Place place = Place.of(literal);
        return switch (literal) {
            case NullLiteral _ -> Expr.of("NULL", Simple.UNKNOWN, true);
            case BooleanLiteral value ->
                Expr.literal(value.getValue() ? "true" : "false", Simple.BOOLEAN, value.getValue());
            case StringLiteral value -> text(value.getValue());
            case LongLiteral value -> integer(value, place);
            case DecimalLiteral value -> decimal(new BigDecimal(value.getValue().replace("_", "")));
            case DoubleLiteral value -> number(value.getValue());
            case BinaryLiteral value ->
                Expr.of("unhex('" + HexFormat.of().formatHex(value.getValue()) + "')", Simple.VARBINARY);
            case IntervalLiteral value -> interval(value, place);
            case GenericLiteral value -> generic(value, place);
            default -> throw place.notSupported(Constructs.nameOf(literal));
        };
    }

    static Expr text(String value) {
        return Expr.literal(Sql.text(value), new Varchar(value.codePointCount(0, value.length())), value);
    }

    static Expr whole(long value) {
        SqlType type = value == (int) value ? Simple.INTEGER : Simple.BIGINT;
        return Expr.literal(value < 0 ? "(" + value + ")" : Long.toString(value), type, value);
    }

    static Expr decimal(BigDecimal value) {
        int scale = Math.max(value.scale(), 0);
        int precision = Math.max(value.precision(), scale);
        Decimal type = Decimal.of(precision, scale);
        return Expr.literal(Sql.cast("'" + value.toPlainString() + "'", type.duck()), type, value);
    }

    static Expr number(double value) {
        return Expr.literal(Sql.cast("'" + value + "'", "DOUBLE"), Simple.DOUBLE, value);
    }

    private static Expr integer(LongLiteral literal, Place place) {
        try {
            return whole(literal.getParsedValue());
        } catch (RuntimeException outOfRange) {
            throw place.semantic("INVALID_LITERAL", "Invalid numeric literal: {0}", literal.getValue());
        }
    }

    private static Expr generic(GenericLiteral literal, Place place) {
        String type = literal.getType().toLowerCase(Locale.ROOT);
        String value = literal.getValue();
        Optional<Expr> known = switch (type) {
            case "date" -> Moments.date(value);
            case "timestamp" -> {
                refuse(TOO_PRECISE, value, "more than nine digits of a second", place);
                Optional<Expr> moment = Moments.timestamp(value, SqlType.NANOS);
                if (moment.isEmpty()
                        && PRECISE.matcher(value).find()
                        && Moments.timestamp(value.replaceFirst("\\.\\d+", "")).isPresent()) {
                    throw place.notSupported("more than six digits of a second before 1678 or after 2261");
                }
                yield moment;
            }
            case "time" -> {
                refuse(TOO_PRECISE, value, "more than nine digits of a second", place);
                yield WITH_OFFSET.matcher(value).find() ? ZonedTimes.parse(value) : Moments.time(value, SqlType.NANOS);
            }
            case "json" -> json(value);
            case "char" ->
                Optional.of(text(value)).map(text -> text.as(new SqlType.Char(((Varchar) text.type()).length())));
            case "tinyint", "smallint", "integer", "int", "bigint" -> whole(value, TypeNames.simple(type, place));
            default -> Optional.of(Casts.cast(text(value), TypeNames.simple(type, place), false, place));
        };
        return known.orElseThrow(
                () -> place.semantic("INVALID_LITERAL", "'{0}' is not a valid {1} literal", value, type));
    }

    private static void refuse(Pattern pattern, String value, String construct, Place place) {
        if (pattern.matcher(value).find()) {
            throw place.notSupported(construct);
        }
    }

    private static Optional<Expr> whole(String value, SqlType type) {
        try {
            long number = Long.parseLong(value.strip());
            int bits = type == Simple.TINYINT ? 8 : type == Simple.SMALLINT ? 16 : type == Simple.INTEGER ? 32 : 64;
            return number == number << (64 - bits) >> (64 - bits)
                    ? Optional.of(Expr.literal(Sql.cast("'" + number + "'", type.duck()), type, number))
                    : Optional.empty();
        } catch (NumberFormatException notNumber) {
            return Optional.empty();
        }
    }

    private static Optional<Expr> json(String value) {
        return JsonText.canonical(value).map(json -> Expr.of("CAST(" + Sql.text(json) + " AS JSON)", Simple.JSON));
    }

    private static Expr interval(IntervalLiteral literal, Place place) {
        int sign = literal.getSign() == IntervalLiteral.Sign.NEGATIVE ? -1 : 1;
        String value = literal.getValue().strip();
        return switch (literal.qualifier()) {
            case SimpleIntervalQualifier simple -> simple(simple.getField().name(), value, sign, place);
            case CompositeIntervalQualifier both -> {
                String from = both.getFrom().name().toUpperCase(Locale.ROOT);
                String to = both.getTo().name().toUpperCase(Locale.ROOT);
                Matcher months = YEAR_TO_MONTH.matcher(value);
                if (from.equals("YEAR") && to.equals("MONTH") && months.matches()) {
                    yield months(sign * (Long.parseLong(months.group(1)) * 12 + Long.parseLong(months.group(2))));
                }
                yield clock(from, to, value, sign, place);
            }
            default -> throw place.notSupported("this INTERVAL");
        };
    }

    /** The fields from one to another, from days to seconds. */
    private static Expr clock(String from, String to, String value, int sign, Place place) {
        List<String> fields = List.of("DAY", "HOUR", "MINUTE", "SECOND");
        long[] sizes = {86_400_000L, 3_600_000L, 60_000L, 1000L};
        int first = fields.indexOf(from);
        int last = fields.indexOf(to);
        Matcher parts = CLOCK.matcher(value);
        if (first < 0 || last <= first || !parts.matches()) {
            throw place.semantic("INVALID_LITERAL", "'{0}' is not a valid interval", value);
        }
        List<String> numbers =
                NUMBER.matcher(value).results().map(MatchResult::group).toList();
        if (numbers.size() != last - first + 1) {
            throw place.semantic("INVALID_LITERAL", "'{0}' is not a valid interval", value);
        }
        BigDecimal millis = BigDecimal.ZERO;
        for (int field = first; field <= last; field++) {
            millis = millis.add(new BigDecimal(numbers.get(field - first)).multiply(BigDecimal.valueOf(sizes[field])));
        }
        return millis(sign * millis.longValue());
    }

    private static Expr simple(String field, String value, int sign, Place place) {
        try {
            BigDecimal amount = new BigDecimal(value).multiply(BigDecimal.valueOf(sign));
            return switch (field.toUpperCase(Locale.ROOT)) {
                case "YEAR" -> months(amount.longValueExact() * 12);
                case "MONTH" -> months(amount.longValueExact());
                case "WEEK" -> millis(amount.longValueExact() * 604_800_000L);
                case "DAY" -> millis(amount.longValueExact() * 86_400_000L);
                case "HOUR" -> millis(amount.longValueExact() * 3_600_000L);
                case "MINUTE" -> millis(amount.longValueExact() * 60_000L);
                case "SECOND" ->
                    millis(amount.movePointRight(3)
                            .setScale(0, java.math.RoundingMode.DOWN)
                            .longValueExact());
                default -> throw place.notSupported("INTERVAL {0}", field);
            };
        } catch (ArithmeticException | NumberFormatException notNumber) {
            throw place.semantic("INVALID_LITERAL", "'{0}' is not a valid interval", value);
        }
    }

    private static Expr months(long months) {
        return Expr.of("to_months(CAST(" + months + " AS INTEGER))", Simple.INTERVAL_YEAR, isShort(months));
    }

    private static Expr millis(long millis) {
        return Expr.of("to_milliseconds(" + millis + ")", Simple.INTERVAL_DAY, isShort(millis / MILLIS_OF_A_MONTH));
    }

    /** Whether it leads to no moment that cannot be held, from any that a literal can be. */
    private static boolean isShort(long months) {
        return Math.abs(months) <= SHORT_MONTHS;
    }
}
