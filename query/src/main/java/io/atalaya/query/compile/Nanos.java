package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import java.util.function.UnaryOperator;

/**
 * Moments with seven to nine digits of a second. The engine holds them, but calculates in millionths of a second: what is calculated goes
 * without the last three digits, which are then put back.
 */
final class Nanos {
    private Nanos() {}

    static boolean in(SqlType type) {
        return SqlType.digits(type) > SqlType.MICROS;
    }

    /** A moment without what comes after the sixth digit. */
    static Expr cut(Expr moment) {
        if (!in(moment.type())) {
            return moment;
        }
        String micros = "make_timestamp((epoch_ns(%1$s) - %2$s) // 1000)".formatted(moment.sql(), rest(moment));
        return switch (moment.type()) {
            case SqlType.Time _ -> Expr.of(Sql.cast(micros, "TIME"), new SqlType.Time(SqlType.MICROS));
            case SqlType.ZonedTime(var _, int minutes) ->
                Expr.of(Sql.cast(micros, "TIME"), new SqlType.ZonedTime(SqlType.MICROS, minutes));
            case SqlType.Instant(var _, var zone) ->
                Expr.of("timezone('UTC', " + micros + ")", new SqlType.Instant(SqlType.MICROS, zone));
            default -> Expr.of(micros, new SqlType.Timestamp(SqlType.MICROS));
        };
    }

    /** What is calculated of a moment, with its last digits. */
    static Expr with(Expr moment, UnaryOperator<Expr> calculated) {
        return in(moment.type())
                ? whole("epoch_us(" + calculated.apply(cut(moment)).sql() + ") * 1000 + " + rest(moment), moment.type())
                : calculated.apply(moment);
    }

    private static String rest(Expr moment) {
        return "((epoch_ns(%1$s) %% 1000 + 1000) %% 1000)".formatted(moment.sql());
    }

    /** The moment so many billionths of a second after 1970, or after midnight. */
    static Expr whole(String nanos, SqlType type) {
        String moment = "make_timestamp_ns(" + nanos + ")";
        return Expr.of(
                switch (type) {
                    case SqlType.Time _, SqlType.ZonedTime _ -> Sql.cast(moment, "TIME_NS");
                    case SqlType.Instant _ -> "timezone('UTC', " + moment + ")";
                    default -> moment;
                },
                type);
    }
}
