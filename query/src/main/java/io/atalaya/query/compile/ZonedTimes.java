package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Time;
import io.atalaya.query.type.SqlType.Varchar;
import io.atalaya.query.type.SqlType.ZonedTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times of day with an offset. The engine holds the time in UTC, by which Trino compares and orders them; the offset is part of the type, so
 * one column has one.
 */
final class ZonedTimes {
    private static final Pattern PARTS = Pattern.compile("(.*?)\\s*([+-]\\d{2}:?\\d{2})?\\s*");

    private ZonedTimes() {}

    /** A time and its offset, in UTC if it names none. */
    static Optional<Expr> parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<String> zone = parts.group(2) == null ? Optional.of("UTC") : Moments.zone(parts.group(2));
        return zone.flatMap(offset ->
                Moments.time(parts.group(1), SqlType.NANOS).map(time -> of(time, fixed(ZoneId.of(offset)))));
    }

    /** A local time at an offset. */
    static Expr of(Expr local, int minutes) {
        return shifted(local, -minutes).as(new ZonedTime(SqlType.digits(local.type()), minutes));
    }

    /** The time on the clock. */
    static Expr local(Expr zoned) {
        return shifted(utc(zoned), minutes(zoned.type()));
    }

    static Expr utc(Expr zoned) {
        return zoned.as(new Time(SqlType.digits(zoned.type())));
    }

    private static int minutes(SqlType type) {
        return type instanceof ZonedTime(var _, int minutes) ? minutes : 0;
    }

    private static Expr shifted(Expr time, int minutes) {
        return minutes == 0
                ? time
                : Nanos.with(time, cut -> Expr.of("(" + cut.sql() + " + to_minutes(" + minutes + "))", cut.type()));
    }

    /** A time as one at the offset of another, beside which it stands only to be compared. */
    static Expr beside(Expr other, Expr value) {
        boolean zoned = other.type() instanceof ZonedTime || value.type() instanceof ZonedTime;
        boolean times = zoned && (value.type() instanceof ZonedTime || value.type() instanceof Time);
        return times ? value.as(new ZonedTime(SqlType.digits(value.type()), minutes(other.type()))) : value;
    }

    /** Says so if two types have no common one only because of their offsets. */
    static void check(SqlType one, SqlType other, Place place) {
        boolean zoned = one instanceof ZonedTime || other instanceof ZonedTime;
        if (zoned
                && (one instanceof ZonedTime || one instanceof Time)
                && (other instanceof ZonedTime || other instanceof Time)
                && minutes(one) != minutes(other)) {
            throw place.notSupported("a column of times with several offsets");
        }
    }

    /** A value at the offset that it has, UTC if it has none. */
    static Expr cast(Expr value, ZonedTime to, boolean safe, Place place) {
        Time time = new Time(to.precision());
        return switch (value.type()) {
            case Time _, SqlType.Timestamp _ ->
                Casts.cast(value, time, safe, place).as(to);
            case ZonedTime(var _, int minutes) ->
                Casts.cast(utc(value), time, safe, place).as(new ZonedTime(to.precision(), minutes));
            case SqlType.Instant(int precision, var zone) -> {
                Expr local = Expr.of(Formats.local(value.sql(), "UTC"), new SqlType.Timestamp(precision));
                yield Casts.cast(local, time, safe, place).as(new ZonedTime(to.precision(), fixed(zone, place)));
            }
            case Varchar _ -> {
                if (!(value.literal() instanceof String text)) {
                    throw place.notSupported("a time zone that is not a literal");
                }
                yield parse(text).map(parsed -> cast(parsed, to, safe, place)).orElseGet(() -> Casts.failing(to, safe));
            }
            default ->
                throw place.mismatch("Cannot cast {0} to {1}", value.type().trino(), to.trino());
        };
    }

    /** The clock at an offset. */
    static Expr at(Expr value, String zone, Place place) {
        return value.as(new ZonedTime(SqlType.digits(value.type()), fixed(zone, place)));
    }

    private static int fixed(String zone, Place place) {
        ZoneRules rules = ZoneId.of(zone).getRules();
        if (!rules.isFixedOffset()) {
            throw place.notSupported("a time at the changing offset of {0}", zone);
        }
        return fixed(ZoneId.of(zone));
    }

    private static int fixed(ZoneId zone) {
        ZoneOffset offset = zone.getRules().getOffset(Instant.EPOCH);
        return offset.getTotalSeconds() / 60;
    }
}
