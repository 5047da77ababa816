package io.atalaya.query.type;

import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which values become which without being asked to.
 *
 * @see <a href="https://trino.io/docs/current/language/types.html">Trino's types</a>
 */
public final class Coercion {
    private Coercion() {}

    /** Whether a value of {@code from} is taken where {@code to} is wanted. */
    public static boolean fits(SqlType from, SqlType to) {
        return common(from, to).filter(to::equals).isPresent()
                || (from instanceof Varchar && to instanceof Varchar)
                || (from instanceof SqlType.Instant && to instanceof SqlType.Instant);
    }

    /** Whether a column of {@code to} takes a value of {@code from}. */
    public static boolean stores(SqlType from, SqlType to) {
        return fits(from, to) || (from instanceof SqlType.Char && to instanceof Varchar);
    }

    /** The narrowest type that takes both. */
    public static Optional<SqlType> common(SqlType one, SqlType other) {
        if (one.equals(other) || other == Simple.UNKNOWN) {
            return Optional.of(one);
        }
        if (one == Simple.UNKNOWN) {
            return Optional.of(other);
        }
        if (one.isNumber() && other.isNumber()) {
            return Optional.of(number(one, other));
        }
        return switch (one) {
            case Varchar(int length)
            when other instanceof Varchar(int second) -> Optional.of(new Varchar(Math.max(length, second)));
            case Varchar(int length)
            when other instanceof SqlType.Char(int second) -> Optional.of(SqlType.Char.of(Math.max(length, second)));
            case SqlType.Char(int length)
            when other instanceof SqlType.Char(int second) -> Optional.of(new SqlType.Char(Math.max(length, second)));
            case SqlType.Char _ when other instanceof Varchar -> common(other, one);
            case SqlType.Array(var element)
            when other instanceof SqlType.Array(var second) ->
                common(element, second).map(SqlType.Array::new);
            case SqlType.Map(var key, var value)
            when other instanceof SqlType.Map(var key2, var value2) ->
                common(key, key2).flatMap(keys -> common(value, value2).map(values -> new SqlType.Map(keys, values)));
            case SqlType.Row(var fields) when other instanceof SqlType.Row(var second) -> row(fields, second);
            case SqlType.Time(int precision)
            when other instanceof SqlType.Time(int second) ->
                Optional.of(new SqlType.Time(Math.max(precision, second)));
            case SqlType.ZonedTime(int precision, int minutes)
            when other instanceof SqlType.ZonedTime(int second, int offset) && minutes == offset ->
                Optional.of(new SqlType.ZonedTime(Math.max(precision, second), minutes));
            case SqlType.ZonedTime(int precision, int minutes)
            when other instanceof SqlType.Time(int second) && minutes == 0 ->
                Optional.of(new SqlType.ZonedTime(Math.max(precision, second), 0));
            case SqlType.Time _ when other instanceof SqlType.ZonedTime -> common(other, one);
            default -> moment(one, other).or(() -> moment(other, one));
        };
    }

    private static Optional<SqlType> moment(SqlType one, SqlType other) {
        return switch (one) {
            case Simple simple when simple == Simple.DATE && isMoment(other) -> Optional.of(other);
            case SqlType.Timestamp(int precision)
            when other instanceof SqlType.Timestamp(int second) ->
                Optional.of(new SqlType.Timestamp(Math.max(precision, second)));
            case SqlType.Timestamp(int precision)
            when other instanceof SqlType.Instant(int second, var zone) ->
                Optional.of(new SqlType.Instant(Math.max(precision, second), zone));
            case SqlType.Instant(int precision, var zone)
            when other instanceof SqlType.Instant(int second, var _) ->
                Optional.of(new SqlType.Instant(Math.max(precision, second), zone));
            default -> Optional.empty();
        };
    }

    private static boolean isMoment(SqlType type) {
        return type instanceof SqlType.Timestamp || type instanceof SqlType.Instant;
    }

    private static SqlType number(SqlType one, SqlType other) {
        if (one == Simple.DOUBLE || other == Simple.DOUBLE) {
            return Simple.DOUBLE;
        }
        if (one == Simple.REAL || other == Simple.REAL) {
            return Simple.REAL;
        }
        if (one instanceof Decimal || other instanceof Decimal) {
            Decimal first = decimal(one);
            Decimal second = decimal(other);
            int scale = Math.max(first.scale(), second.scale());
            int whole = Math.max(first.precision() - first.scale(), second.precision() - second.scale());
            return Decimal.of(whole + scale, scale);
        }
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(SqlType integer) {
        return decimal(integer).precision();
    }

    /** The decimal that takes every value of a number that is not floating. */
    public static Decimal decimal(SqlType number) {
        return switch (number) {
            case Decimal decimal -> decimal;
            case Simple simple when simple == Simple.TINYINT -> new Decimal(3, 0);
            case Simple simple when simple == Simple.SMALLINT -> new Decimal(5, 0);
            case Simple simple when simple == Simple.INTEGER -> new Decimal(10, 0);
            default -> new Decimal(19, 0);
        };
    }

    private static Optional<SqlType> row(List<SqlType.Row.Field> one, List<SqlType.Row.Field> other) {
        if (one.size() != other.size()) {
            return Optional.empty();
        }
        List<SqlType.Row.Field> fields = new ArrayList<>();
        for (int index = 0; index < one.size(); index++) {
            SqlType.Row.Field field = one.get(index);
            Optional<SqlType> common = common(field.type(), other.get(index).type());
            if (common.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> name =
                    field.name().isPresent() ? field.name() : other.get(index).name();
            fields.add(new SqlType.Row.Field(name, common.orElseThrow()));
        }
        return Optional.of(new SqlType.Row(fields));
    }
}
