package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.Optional;

/** Conversions, asked for or implied, with the results Trino gives. */
final class Casts {
    private static final String WHOLE = "\\s*[+-]?[0-9]+\\s*";
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String FLOATING = "\\s*[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)\\s*";
    private static final String DECIMAL = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";
    private static final String DATE = "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*";
    private static final String TIME = "\\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]+)?)?\\s*";
    private static final String TIMESTAMP =
            "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]+)?)?)?\\s*";

    private static final int LONGEST_REPEATED = 100;

    /** How many characters a timestamp has up to its seconds, if its year has four digits. */
    private static final int LENGTH_TO_SECONDS = 19;

    /** How many characters a date has whose year has four digits. */
    private static final int LENGTH_OF_DATE = 10;

    /** How many digits a bigint has. */
    private static final int LONGEST_WHOLE = 19;

    private Casts() {}

    /** A value where another type is wanted; the two must fit. */
    static Expr coerce(Expr value, SqlType to) {
        SqlType from = value.type();
        if (from.equals(to) || (from instanceof Varchar && to instanceof Varchar)) {
            return value.as(to);
        }
        if (from == Simple.UNKNOWN) {
            return Expr.of(Sql.cast("NULL", to.duck()), to, true);
        }
        if (to instanceof SqlType.Char wanted) {
            return Chars.of(value, wanted);
        }
        if (!(to instanceof SqlType.Row) && !Chars.fit(from, to)) {
            return Expr.of(between(value, from, to, false).orElseThrow(), to);
        }
        if (from.duck().equals(to.duck()) && !(from instanceof SqlType.Row) && !(from instanceof Decimal)) {
            return value.as(to);
        }
        if (to instanceof SqlType.Instant(int precision, var zone) && !(from instanceof SqlType.Instant)) {
            String local = from == Simple.DATE || Nanos.in(from) != Nanos.in(to)
                    ? Sql.cast(value.sql(), new SqlType.Timestamp(precision).duck())
                    : value.sql();
            return Expr.of("timezone(" + Sql.zone(zone) + ", " + local + ")", to);
        }
        if (from instanceof SqlType.Row row && to instanceof SqlType.Row wanted) {
            return rows(value, row, wanted, Casts::coerce);
        }
        return new Expr(Sql.cast(value.sql(), to.duck()), to, null, value.literal(), value.total() && widens(from, to));
    }

    /** Whether each value of a type is one of the other. */
    static boolean widens(SqlType from, SqlType to) {
        return from.equals(to)
                || (from.isInteger() && (to == Simple.BIGINT || to == Simple.DOUBLE))
                || (from == Simple.REAL && to == Simple.DOUBLE)
                || (to instanceof Decimal(int digits, int scale)
                        && (from instanceof Decimal(int held, int fraction)
                                ? fraction <= scale && held - fraction <= digits - scale
                                : from.isInteger() && digits - scale >= LONGEST_WHOLE));
    }

    /** Coerces, or says that it cannot be. */
    static Expr coerce(Expr value, SqlType to, Place place, String what) {
        if (!Coercion.fits(value.type(), to)) {
            throw place.mismatch(
                    "{0} must be {1}, not {2}", what, to.trino(), value.type().trino());
        }
        return coerce(value, to);
    }

    /** {@code CAST}, or {@code TRY_CAST} if {@code safe}. */
    static Expr cast(Expr value, SqlType to, boolean safe, Place place) {
        SqlType from = value.type();
        if (to == Simple.JSON && from != Simple.JSON && from != Simple.UNKNOWN) {
            return Expr.of(
                    JsonCasts.toJson(value.sql(), from)
                            .orElseThrow(() -> place.mismatch("Cannot cast {0} to json", from.trino())),
                    to);
        }
        if (from.equals(to) || from == Simple.UNKNOWN) {
            return coerce(value, to);
        }
        boolean time = from instanceof SqlType.Time || from instanceof SqlType.ZonedTime;
        if (time && (to instanceof SqlType.Timestamp || to instanceof SqlType.Instant)) {
            throw place.notSupported("CAST of {0} to {1}, which adds today's date", from.trino(), to.trino());
        }
        if (to instanceof SqlType.ZonedTime wanted) {
            return ZonedTimes.cast(value, wanted, safe, place);
        }
        String sql = value.sql();
        if (to instanceof SqlType.Instant wanted && from instanceof Varchar && value.literal() instanceof String text) {
            return instant(text, wanted, safe);
        }
        Optional<Expr> moment =
                value.literal() instanceof String text && from instanceof Varchar ? moment(text, to) : Optional.empty();
        if (moment.isPresent()) {
            return moment.orElseThrow();
        }
        boolean nested = from instanceof SqlType.Array || from instanceof SqlType.Map || from instanceof SqlType.Row;
        if (safe && nested) {
            return Expr.of(Sql.attempt(cast(value, to, false, place).sql(), "e"), to);
        }
        Optional<String> converted = switch (from) {
            case Varchar _
            when to instanceof SqlType.Char wanted ->
                Optional.of(Chars.of(value, wanted).sql());
            case SqlType.Char _
            when to instanceof SqlType.Char wanted ->
                Optional.of(Chars.of(value, wanted).sql());
            case SqlType.Char(int held)
            when to instanceof Varchar(int length) ->
                Optional.of(held <= length ? sql : "left(" + sql + ", " + length + ")");
            case SqlType.Char _ -> Optional.empty();
            case SqlType.ZonedTime zoned
            when to instanceof Varchar(int length) ->
                Optional.of(cut(
                        Formats.time(ZonedTimes.local(value).sql(), zoned.precision()) + " || "
                                + Sql.text(zoned.offset()),
                        length,
                        false,
                        safe));
            case SqlType.ZonedTime _
            when to instanceof SqlType.Time ->
                Optional.of(cast(ZonedTimes.local(value), to, safe, place).sql());
            case Varchar _ -> fromText(sql, to, safe);
            case Simple simple
            when simple != Simple.JSON && to instanceof Varchar(int length) ->
                simpleToText(simple, sql).map(text -> cut(text, length, true, safe));
            case Decimal decimal
            when to instanceof Varchar(int length) ->
                Optional.of(cut(Decimals.text(sql, decimal), length, false, safe));
            case SqlType.Timestamp(int precision)
            when to instanceof Varchar(int length) ->
                Optional.of(cut(Formats.timestamp(sql, precision), length, false, safe));
            case SqlType.Instant(int precision, var zone)
            when to instanceof Varchar(int length) ->
                Optional.of(cut(
                        Formats.timestamp(Formats.local(sql, zone), precision) + " || " + Sql.text(" " + zone),
                        length,
                        false,
                        safe));
            case SqlType.Time(int precision)
            when to instanceof Varchar(int length) ->
                Optional.of(cut(Formats.time(sql, precision), length, false, safe));
            case Simple simple
            when simple == Simple.JSON -> JsonCasts.fromJson(sql, to).map(made -> safe ? Sql.attempt(made, "j") : made);
            case Simple simple
            when simple.isFloating() && to.isInteger() -> Optional.of(plain("round(" + sql + ")", to, safe));
            default -> between(value, from, to, safe);
        };
        return Expr.of(
                converted.orElseThrow(() -> place.mismatch("Cannot cast {0} to {1}", from.trino(), to.trino())), to);
    }

    /**
     * A date or timestamp in text is one of its literals, so that it prunes files. What the engine would check may stop, and beside
     * that it does not plan a correlated subquery well.
     */
    private static Optional<Expr> moment(String text, SqlType to) {
        return switch (to) {
            case Simple simple when simple == Simple.DATE && text.matches(DATE) -> Moments.date(text);
            case SqlType.Timestamp(int precision)
            when text.matches(TIMESTAMP) ->
                Moments.timestamp(text, SqlType.NANOS)
                        .filter(found -> found.type() instanceof SqlType.Timestamp)
                        .map(found -> SqlType.digits(found.type()) <= precision
                                ? coerce(found, to)
                                : cast(found, to, false, new Place(0, 0)));
            default -> Optional.empty();
        };
    }

    /** What a text becomes that is none of a type. */
    static Expr failing(SqlType wanted, boolean safe) {
        return Expr.of(
                "CASE WHEN true THEN " + bad(wanted, safe) + " ELSE CAST(NULL AS " + wanted.duck() + ") END", wanted);
    }

    /** A literal as an instant; in UTC if it names no zone. */
    private static Expr instant(String text, SqlType.Instant wanted, boolean safe) {
        Optional<Expr> moment = Moments.timestamp(text, SqlType.NANOS);
        if (moment.isEmpty()) {
            return failing(wanted, safe);
        }
        return switch (moment.orElseThrow().type()) {
            case SqlType.Instant(int precision, var zone)
            when precision <= wanted.precision() ->
                coerce(moment.orElseThrow(), new SqlType.Instant(wanted.precision(), zone));
            case SqlType.Timestamp(int precision)
            when precision <= wanted.precision() ->
                coerce(moment.orElseThrow(), new SqlType.Instant(wanted.precision(), "UTC"));
            default -> throw new Place(0, 0).notSupported("rounding an instant");
        };
    }

    private static Optional<String> between(Expr value, SqlType from, SqlType to, boolean safe) {
        String sql = value.sql();
        if (from.isNumber() && (to.isNumber() || to == Simple.BOOLEAN)) {
            return Optional.of(plain(sql, to, safe));
        }
        if (from == Simple.BOOLEAN && to.isNumber()) {
            return Optional.of(plain(Sql.cast(sql, "INTEGER"), to, safe));
        }
        return switch (to) {
            case SqlType.Timestamp(int precision) ->
                switch (from) {
                    case SqlType.Timestamp(int before) -> Optional.of(Formats.rounded(sql, before, precision));
                    case SqlType.Instant(int before, var zone) ->
                        Optional.of(Formats.rounded(Formats.local(sql, zone), before, precision));
                    default -> from == Simple.DATE ? Optional.of(Sql.cast(sql, to.duck())) : Optional.empty();
                };
            case SqlType.Instant(int precision, var zone) ->
                switch (from) {
                    case SqlType.Timestamp(int before) ->
                        Optional.of(
                                "timezone(" + Sql.zone(zone) + ", " + Formats.rounded(sql, before, precision) + ")");
                    case SqlType.Instant(int before, var _)
                    when before <= precision ->
                        Optional.of(Nanos.in(from) == Nanos.in(to) ? sql : Sql.cast(sql, to.duck()));
                    case SqlType.Instant(int before, var _) ->
                        Optional.of("timezone('UTC', " + Formats.rounded(Formats.local(sql, "UTC"), before, precision)
                                + ")");
                    default ->
                        from == Simple.DATE ? Optional.of(coerce(value, to).sql()) : Optional.empty();
                };
            case SqlType.Time(int precision) ->
                switch (from) {
                    case SqlType.Timestamp(int before) ->
                        Optional.of(Sql.cast(Formats.rounded(sql, before, precision), to.duck()));
                    case SqlType.Instant(int before, var zone) ->
                        Optional.of(Sql.cast(Formats.rounded(Formats.local(sql, zone), before, precision), to.duck()));
                    case SqlType.Time(int before) ->
                        Optional.of(Sql.cast(
                                Formats.rounded(Formats.onFirstDay(sql, before), before, precision), to.duck()));
                    default -> Optional.empty();
                };
            case SqlType.Array(var element)
            when from instanceof SqlType.Array(var before) -> {
                String inner = cast(Expr.of("e", before), element, safe, new Place(0, 0))
                        .sql();
                yield Optional.of("list_transform(" + sql + ", lambda e: " + inner + ")");
            }
            case SqlType.Map(var key, var item)
            when from instanceof SqlType.Map(var key2, var item2) ->
                key.equals(key2) && item.equals(item2)
                        ? Optional.of(sql)
                        : Optional.of("map_from_entries(list_transform(map_entries(" + sql
                                + "), lambda e: struct_pack(k := "
                                + cast(Expr.of("e.key", key2), key, false, new Place(0, 0))
                                        .sql() + ", v := "
                                + cast(Expr.of("e.value", item2), item, false, new Place(0, 0))
                                        .sql() + ")))");
            case SqlType.Row wanted
            when from instanceof SqlType.Row row
                    && row.fields().size() == wanted.fields().size() ->
                Optional.of(rows(value, row, wanted, (field, type) -> cast(field, type, safe, new Place(0, 0)))
                        .sql());
            case Simple simple
            when simple == Simple.VARBINARY && from == Simple.UUID ->
                Optional.of("unhex(replace(" + Sql.cast(sql, "VARCHAR") + ", '-', ''))");
            case Simple simple
            when simple == Simple.UUID && from == Simple.VARBINARY ->
                Optional.of("CASE WHEN octet_length(" + sql + ") = 16 THEN CAST(hex(" + sql + ") AS UUID) WHEN " + sql
                        + " IS NOT NULL THEN " + bad(to, safe) + " END");
            case Simple simple
            when simple == Simple.DATE ->
                switch (from) {
                    case SqlType.Timestamp _ ->
                        Optional.of(Sql.cast(Nanos.cut(value).sql(), "DATE"));
                    case SqlType.Instant(var _, var zone) ->
                        Optional.of(Sql.cast(Formats.local(Nanos.cut(value).sql(), zone), "DATE"));
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    private interface FieldCast {
        Expr apply(Expr field, SqlType type);
    }

    private static Expr rows(Expr value, SqlType.Row row, SqlType.Row wanted, FieldCast cast) {
        StringBuilder fields = new StringBuilder();
        for (int index = 0; index < wanted.fields().size(); index++) {
            Expr field = Expr.of(
                    "struct_extract_at(" + value.sql() + ", " + (index + 1) + ")",
                    row.fields().get(index).type());
            fields.append(index == 0 ? "" : ", ")
                    .append(Sql.name(wanted.duckName(index)))
                    .append(" := ")
                    .append(cast.apply(field, wanted.fields().get(index).type()).sql());
        }
        return Expr.of("CASE WHEN " + value.sql() + " IS NOT NULL THEN struct_pack(" + fields + ") END", wanted);
    }

    private static String plain(String sql, SqlType to, boolean safe) {
        return (safe ? "TRY_CAST(" : "CAST(") + sql + " AS " + to.duck() + ")";
    }

    private static Optional<String> simpleToText(Simple from, String sql) {
        return switch (from) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DATE, UUID -> Optional.of(Sql.cast(sql, "VARCHAR"));
            case DOUBLE -> Optional.of("atalaya_double_text(" + sql + ")");
            case REAL -> Optional.of("atalaya_real_text(" + sql + ")");
            case INTERVAL_DAY -> Optional.of(Formats.days(sql));
            case INTERVAL_YEAR -> Optional.of(Formats.months(sql));
            case JSON, UNKNOWN, VARBINARY -> Optional.empty();
        };
    }

    /** Text is cut to varchar(n); a number that does not fit is an error. */
    private static String cut(String text, int length, boolean number, boolean safe) {
        if (length == Varchar.UNBOUNDED) {
            return text;
        }
        String stop = safe ? "NULL" : Sql.error("INVALID_CAST_ARGUMENT", "The value does not fit varchar({0})", length);
        return number
                ? "CASE WHEN length(" + text + ") > " + length + " THEN " + stop + " ELSE " + text + " END"
                : "left(" + text + ", " + length + ")";
    }

    private static Optional<String> fromText(String sql, SqlType to, boolean safe) {
        return switch (to) {
            case Varchar(int length) -> Optional.of(cut(sql, length, false, safe));
            case Decimal _ -> Optional.of(checked(sql, DECIMAL, to, safe));
            case SqlType.Time(int precision) ->
                Optional.of(Sql.cast(
                        Formats.rounded(
                                Formats.onFirstDay(checked(sql, digits(TIME, to), to, safe), precision),
                                most(to),
                                precision),
                        to.duck()));
            case SqlType.Timestamp(int precision) ->
                Optional.of(ofSeconds(
                        sql, to, Formats.rounded(checked(sql, digits(TIMESTAMP, to), to, safe), most(to), precision)));
            case Simple simple ->
                switch (simple) {
                    case TINYINT, SMALLINT, INTEGER, BIGINT -> Optional.of(checked(sql, WHOLE, to, safe));
                    case REAL, DOUBLE -> Optional.of(checked(sql, FLOATING, to, safe));
                    case DATE -> Optional.of(checked(sql, DATE, to, safe));
                    case UUID -> Optional.of(checked(sql, UUID, to, safe));
                    case VARBINARY -> Optional.of("encode(" + sql + ")");
                    case BOOLEAN ->
                        Optional.of("CASE WHEN lower(" + sql + ") IN ('true', 't', '1') THEN true WHEN lower(" + sql
                                + ") IN ('false', 'f', '0') THEN false WHEN " + sql + " IS NULL THEN NULL ELSE "
                                + bad(to, safe) + " END");
                    case JSON, UNKNOWN, INTERVAL_DAY, INTERVAL_YEAR -> Optional.empty();
                };
            case SqlType.Char _,
                    SqlType.ZonedTime _,
                    SqlType.Instant _,
                    SqlType.Array _,
                    SqlType.Map _,
                    SqlType.Row _ -> Optional.empty();
        };
    }

    /** A text with more digits than the engine takes is not cut to those in silence. */
    private static String digits(String pattern, SqlType to) {
        return Nanos.in(to) ? pattern.replace("\\.[0-9]+", "\\.[0-9]{1,9}") : pattern;
    }

    /** The digits of a second that the engine keeps of a text. */
    private static int most(SqlType type) {
        return Nanos.in(type) ? SqlType.NANOS : SqlType.MICROS;
    }

    /** A text without parts of seconds, as nearly all are, is rounded by nobody. */
    private static String ofSeconds(String sql, SqlType to, String other) {
        if (sql.length() > LONGEST_REPEATED) {
            return other;
        }
        String value = plain(sql, to, true);
        return "CASE WHEN strlen(%s) = %d AND CAST(%s AS VARCHAR) = %s THEN %s ELSE %s END"
                .formatted(sql, LENGTH_TO_SECONDS, value, sql, value, other);
    }

    private static String checked(String sql, String pattern, SqlType to, boolean safe) {
        return "CASE " + asWritten(sql, to) + "WHEN regexp_full_match(" + sql + ", '" + pattern + "') THEN "
                + plain(sql, to, safe) + " WHEN " + sql + " IS NULL THEN NULL ELSE " + bad(to, safe) + " END";
    }

    /**
     * What decides for most texts, in a third of the time that a pattern takes: that the engine would write the value as it is
     * written, or for a floating one that it has no underscore, which only the engine takes. Empty for a long expression, whose text
     * it would repeat.
     */
    private static String asWritten(String sql, SqlType to) {
        if (sql.length() > LONGEST_REPEATED) {
            return "";
        }
        String value = plain(sql, to, true);
        String holds;
        if (to == Simple.REAL || to == Simple.DOUBLE) {
            holds = "isfinite(" + value + ") AND NOT contains(" + sql + ", '_')";
        } else {
            String year = to == Simple.DATE
                    ? "strlen(" + sql + ") = " + LENGTH_OF_DATE + " AND "
                    : to instanceof SqlType.Timestamp
                            ? "substring(" + sql + ", 5, 1) = '-' AND NOT contains(" + sql + ", '(') AND "
                            : "";
            holds = year + Sql.cast(value, "VARCHAR") + " = " + sql;
        }
        return "WHEN " + holds + " THEN " + value + " ";
    }

    private static String bad(SqlType to, boolean safe) {
        return safe ? "NULL" : Sql.error("INVALID_CAST_ARGUMENT", "A varchar cannot be cast to {0}", to.trino());
    }
}
