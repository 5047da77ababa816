package io.atalaya.query.compile;

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
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Literals: their types as Trino gives them, their values checked here rather than by the engine. */
final class Literals {
    private static final Pattern DAY_TO_SECOND =
            Pattern.compile("(\\d{1,9}) (\\d{1,9}):(\\d{1,9}):(\\d{1,9})(?:\\.(\\d{1,3}))?");
    private static final Pattern YEAR_TO_MONTH = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    private static final com.fasterxml.jackson.databind.ObjectMapper JSON =
            new com.fasterxml.jackson.databind.ObjectMapper()
                    .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Literals() {}

    static Expr print(Literal literal) {
        Place place = Place.of(literal);
        return switch (literal) {
            case NullLiteral _ -> Expr.of("NULL", Simple.UNKNOWN);
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
            throw place.semantic("INVALID_LITERAL", "Invalid numeric literal: " + literal.getValue());
        }
    }

    private static Expr generic(GenericLiteral literal, Place place) {
        String type = literal.getType().toLowerCase(Locale.ROOT);
        String value = literal.getValue();
        Optional<Expr> known = switch (type) {
            case "date" -> Moments.date(value);
            case "timestamp" -> Moments.timestamp(value);
            case "time" -> Moments.time(value);
            case "json" -> json(value);
            default -> Optional.of(Casts.cast(text(value), TypeNames.simple(type, place), false, place));
        };
        return known.orElseThrow(
                () -> place.semantic("INVALID_LITERAL", "'" + value + "' is not a valid " + type + " literal"));
    }

    private static Optional<Expr> json(String value) {
        try {
            com.fasterxml.jackson.databind.JsonNode tree = JSON.readTree(value);
            return tree.isMissingNode()
                    ? Optional.empty()
                    : Optional.of(Expr.of("json_extract(" + Sql.text(value) + ", '$')", Simple.JSON));
        } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    private static Expr interval(IntervalLiteral literal, Place place) {
        int sign = literal.getSign() == IntervalLiteral.Sign.NEGATIVE ? -1 : 1;
        String value = literal.getValue().strip();
        return switch (literal.qualifier()) {
            case SimpleIntervalQualifier simple -> simple(simple.getField().name(), value, sign, place);
            case CompositeIntervalQualifier both -> {
                String fields = both.getFrom().name() + " TO " + both.getTo().name();
                Matcher months = YEAR_TO_MONTH.matcher(value);
                Matcher seconds = DAY_TO_SECOND.matcher(value);
                if (fields.equalsIgnoreCase("YEAR TO MONTH") && months.matches()) {
                    yield months(sign * (Long.parseLong(months.group(1)) * 12 + Long.parseLong(months.group(2))));
                }
                if (fields.equalsIgnoreCase("DAY TO SECOND") && seconds.matches()) {
                    String fraction = seconds.group(5) == null ? "0" : (seconds.group(5) + "00").substring(0, 3);
                    long hours = Long.parseLong(seconds.group(1)) * 24 + Long.parseLong(seconds.group(2));
                    long minutes = hours * 60 + Long.parseLong(seconds.group(3));
                    yield millis(sign
                            * ((minutes * 60 + Long.parseLong(seconds.group(4))) * 1000 + Long.parseLong(fraction)));
                }
                throw place.notSupported("INTERVAL " + fields);
            }
            default -> throw place.notSupported("this INTERVAL");
        };
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
                default -> throw place.notSupported("INTERVAL " + field);
            };
        } catch (ArithmeticException | NumberFormatException notNumber) {
            throw place.semantic("INVALID_LITERAL", "'" + value + "' is not a valid interval");
        }
    }

    private static Expr months(long months) {
        return Expr.of("to_months(CAST(" + months + " AS INTEGER))", Simple.INTERVAL_YEAR);
    }

    private static Expr millis(long millis) {
        return Expr.of("to_milliseconds(" + millis + ")", Simple.INTERVAL_DAY);
    }
}
