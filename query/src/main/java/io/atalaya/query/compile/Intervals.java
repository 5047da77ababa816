package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arithmetic of moments and intervals. */
final class Intervals {
    private static final long DAY = 86_400_000L;
    private static final Pattern LITERAL = Pattern.compile("to_milliseconds\\((-?\\d+)\\)");

    private Intervals() {}

    static boolean is(SqlType type) {
        return type == Simple.INTERVAL_DAY || type == Simple.INTERVAL_YEAR;
    }

    /** A moment moved by an interval, or the sum of two intervals; empty if there is no such thing. */
    static Optional<Expr> moved(Expr moment, Expr by, String sign) {
        SqlType type = moment.type();
        if (Nanos.in(type) && is(by.type())) {
            Optional<Expr> moved = moved(Nanos.cut(moment), by, sign);
            return moved.map(result -> Nanos.with(moment, _ -> result));
        }
        String sql = moment.sql() + sign + by.sql();
        if (!is(by.type())) {
            return Optional.empty();
        }
        boolean days = by.type() == Simple.INTERVAL_DAY;
        return Optional.ofNullable(
                switch (type) {
                    case Simple simple
                    when simple == Simple.DATE ->
                        Expr.of(days ? wholeDays(by, Sql.cast(sql, "DATE")) : Sql.cast(sql, "DATE"), type);
                    case Simple simple when simple == by.type() -> Expr.of("(" + sql + ")", type);
                    case SqlType.Timestamp(int precision) ->
                        Expr.of("(" + sql + ")", new SqlType.Timestamp(days ? Math.max(precision, 3) : precision));
                    case SqlType.Instant(int precision, var zone)
                    when days -> Expr.of("(" + sql + ")", new SqlType.Instant(Math.max(precision, 3), zone));
                    case SqlType.Instant(var _, var zone) ->
                        Expr.of(
                                "timezone(" + Sql.zone(zone) + ", " + Formats.local(moment.sql(), zone) + sign
                                        + by.sql() + ")",
                                type);
                    case SqlType.Time(int precision)
                    when days -> Expr.of("(" + sql + ")", new SqlType.Time(Math.max(precision, 3)));
                    case SqlType.ZonedTime(int precision, int minutes)
                    when days -> Expr.of("(" + sql + ")", new SqlType.ZonedTime(Math.max(precision, 3), minutes));
                    default -> null;
                });
    }

    /** Only whole days may be added to a date. A literal is looked at here, for the optimiser to see nothing but it. */
    private static String wholeDays(Expr by, String moved) {
        String stop = Sql.error("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date");
        Matcher literal = LITERAL.matcher(by.sql());
        if (literal.matches()) {
            return Long.parseLong(literal.group(1)) % DAY == 0 ? moved : stop;
        }
        return "CASE WHEN epoch_ms(" + by.sql() + ") % " + DAY + " <> 0 THEN " + stop + " ELSE " + moved + " END";
    }

    /** The interval between two moments. */
    static Optional<Expr> between(Expr moment, Expr other) {
        if (Nanos.in(moment.type()) || Nanos.in(other.type())) {
            return between(Nanos.cut(moment), Nanos.cut(other));
        }
        SqlType type = moment.type();
        if (type == Simple.DATE && other.type() == Simple.DATE) {
            return Optional.of(Expr.of(
                    "to_days(CAST(" + moment.sql() + " - " + other.sql() + " AS INTEGER))", Simple.INTERVAL_DAY));
        }
        if (type instanceof SqlType.ZonedTime && other.type() instanceof SqlType.ZonedTime) {
            return between(ZonedTimes.utc(moment), ZonedTimes.utc(other));
        }
        if (type instanceof SqlType.Time && other.type() instanceof SqlType.Time) {
            return Optional.of(Expr.of(
                    "to_milliseconds(date_sub('millisecond', " + other.sql() + ", " + moment.sql() + "))",
                    Simple.INTERVAL_DAY));
        }
        if (!isMoment(type) || !isMoment(other.type())) {
            return Optional.empty();
        }
        SqlType common = Coercion.common(type, other.type()).orElseThrow();
        return Optional.of(Expr.of(
                "to_milliseconds(CAST(trunc((epoch_us("
                        + Casts.coerce(moment, common).sql() + ") - epoch_us("
                        + Casts.coerce(other, common).sql() + ")) / 1000) AS BIGINT))",
                Simple.INTERVAL_DAY));
    }

    private static boolean isMoment(SqlType type) {
        return type instanceof SqlType.Timestamp || type instanceof SqlType.Instant || type == Simple.DATE;
    }

    /** An interval a number of times, or divided by it. */
    static Optional<Expr> scaled(Expr interval, Expr factor, boolean divided) {
        SqlType type = interval.type();
        if (!is(type) || !factor.type().isNumber()) {
            return Optional.empty();
        }
        if (factor.type().isInteger() && !divided) {
            return Optional.of(Expr.of("(" + interval.sql() + " * " + factor.sql() + ")", type));
        }
        String number = Casts.coerce(factor, Simple.DOUBLE).sql();
        String operator = divided ? " / " : " * ";
        return Optional.of(
                type == Simple.INTERVAL_DAY
                        ? Expr.of(
                                "to_milliseconds(CAST(trunc(epoch_ms(" + interval.sql() + ")" + operator + number
                                        + ") AS BIGINT))",
                                type)
                        : Expr.of(
                                "to_months(CAST(trunc((datepart('year', " + interval.sql()
                                        + ") * 12 + datepart('month', " + interval.sql() + "))" + operator + number
                                        + ") AS INTEGER))",
                                type));
    }
}
