package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the value of one typed column out of text, as one dialect writes it. */
final class TypedReader {
    private static final int REMEMBERED = 4096;

    /** No number has more characters. */
    private static final int LONGEST = 100;

    /** Nobody means a number with more digits before or behind its point, and to write one down takes all memory. */
    private static final int MOST_DIGITS = 400;

    /** As it is written where the point is between thousands. */
    private static final Pattern WITH_COMMA =
            Pattern.compile("[+-]?(\\d*|\\d{1,3}(\\.\\d{3})+)(,\\d*)?([eE][+-]?\\d+)?");

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /** A day, a time, and how far that is from UTC, as {@code Z}, {@code +01:00}, {@code +0100} or {@code +01}. */
    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[Tt ](\\d{2}:[\\d:.]+) ?([Zz]|[+-]\\d{2}(?::?\\d{2})?)?");

    private final TypedColumn column;
    private final List<DateTimeFormatter> dates;
    private final List<DateTimeFormatter> timestamps;
    private final boolean decimalComma;
    private final Optional<NestedReader> nested;
    private final Map<String, Optional<String>> remembered = new HashMap<>();

    TypedReader(TypedColumn column, Dialect dialect) {
        this.column = column;
        this.dates = formatters(dialect.dates());
        this.timestamps = formatters(dialect.timestamps());
        this.decimalComma = dialect.decimalComma();
        this.nested = column.type() instanceof TypedColumn.Type.Nested(var type)
                ? Optional.of(new NestedReader(type, dialect))
                : Optional.empty();
    }

    private static List<DateTimeFormatter> formatters(List<String> patterns) {
        return patterns.stream()
                // Year of era would ask for an era; strict, so that 31 February is no date.
                .map(pattern -> formatter(pattern.replace('y', 'u')))
                .toList();
    }

    /** A pattern without a day means the first of its month. */
    private static DateTimeFormatter formatter(String pattern) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().appendPattern(pattern);
        if (pattern.indexOf('M') >= 0 && pattern.indexOf('d') < 0) {
            builder.parseDefaulting(ChronoField.DAY_OF_MONTH, 1);
        }
        return builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
    }

    TypedColumn column() {
        return column;
    }

    /** What is wrong with a row of which the column cannot be made. */
    String damage() {
        String what = switch (column.type()) {
            case TypedColumn.Type.Date _ -> "no date";
            case TypedColumn.Type.Timestamp _ -> "no timestamp";
            case TypedColumn.Type.Whole _ -> "no whole number";
            case TypedColumn.Type.Decimal(int precision, int scale) -> "no decimal(" + precision + "," + scale + ")";
            case TypedColumn.Type.Floating _ -> "no number";
            case TypedColumn.Type.Truth _ -> "neither true nor false";
            case TypedColumn.Type.Nested(var type) -> "no " + type;
        };
        return what
                + (column.from().size() == 1 ? " in column " : " in columns ")
                + String.join(" and ", column.from());
    }

    /** The value as the engine casts it without doubt; empty if the text is none. */
    Optional<String> read(String text) {
        if (nested.isPresent()) {
            return nested.get().read(text);
        }
        Optional<String> known = remembered.get(text);
        if (known != null) {
            return known;
        }
        Optional<String> value = parse(text.strip());
        if (text.length() > LONGEST) {
            return value;
        }
        if (remembered.size() >= REMEMBERED) {
            remembered.clear();
        }
        remembered.put(text, value);
        return value;
    }

    private Optional<String> parse(String text) {
        try {
            return switch (column.type()) {
                case TypedColumn.Type.Date _ -> Optional.of(date(text).toString());
                case TypedColumn.Type.Timestamp _ -> Optional.of(TIMESTAMP.format(timestamp(text)));
                case TypedColumn.Type.Whole _ ->
                    Optional.of(Long.toString(number(text).longValueExact()));
                case TypedColumn.Type.Decimal(int precision, int scale) -> decimal(text, precision, scale);
                case TypedColumn.Type.Floating _ ->
                    Optional.of(Double.toString(finite(number(text).doubleValue())));
                case TypedColumn.Type.Truth _ -> truth(text);
                case TypedColumn.Type.Nested _ -> Optional.empty();
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private LocalDate date(String text) {
        if (dates.isEmpty()) {
            return inRange(LocalDate.parse(text));
        }
        return inRange(first(dates, format -> LocalDate.parse(text, format)));
    }

    private static <T> T first(List<DateTimeFormatter> formats, Function<DateTimeFormatter, T> parse) {
        DateTimeException last = new DateTimeException("there is no pattern");
        for (DateTimeFormatter format : formats) {
            try {
                return parse.apply(format);
            } catch (DateTimeException e) {
                last = e;
            }
        }
        throw last;
    }

    private static LocalDate inRange(LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new DateTimeException("a year of four digits is meant");
        }
        return date;
    }

    private LocalDateTime timestamp(String text) {
        if (!timestamps.isEmpty()) {
            LocalDateTime value = first(timestamps, format -> LocalDateTime.parse(text, format));
            inRange(value.toLocalDate());
            return value;
        }
        Matcher parts = MOMENT.matcher(text);
        if (!parts.matches()) {
            throw new DateTimeException("no moment as ISO 8601 writes it");
        }
        LocalDateTime local = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2));
        String offset = parts.group(3);
        LocalDateTime value = offset == null
                ? local
                : local.atOffset(ZoneOffset.of(offset.toUpperCase(Locale.ROOT)))
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime();
        inRange(value.toLocalDate());
        return value;
    }

    private BigDecimal number(String text) {
        if (text.length() > LONGEST
                || (decimalComma && !WITH_COMMA.matcher(text).matches())) {
            throw new NumberFormatException();
        }
        BigDecimal number = new BigDecimal(decimalComma ? text.replace(".", "").replace(',', '.') : text);
        if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS) {
            throw new NumberFormatException();
        }
        return number;
    }

    private static double finite(double number) {
        if (Double.isInfinite(number)) {
            throw new NumberFormatException();
        }
        return number;
    }

    private Optional<String> decimal(String text, int precision, int scale) {
        BigDecimal value = number(text).setScale(scale);
        return value.precision() > precision ? Optional.empty() : Optional.of(value.toPlainString());
    }

    private static Optional<String> truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> Optional.of("true");
            case "false", "f", "no", "n", "0" -> Optional.of("false");
            default -> Optional.empty();
        };
    }
}
