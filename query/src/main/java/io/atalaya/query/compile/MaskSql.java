package io.atalaya.query.compile;

import io.atalaya.policies.mask.Mask;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** Masks as SQL. A mask that does not fit the column's type shows nothing; none can fail on a value. */
public final class MaskSql {
    private MaskSql() {}

    /** Whether it takes so long for one value that it is worth finding out which values there are. */
    static boolean isCostly(Mask mask, SqlType type) {
        return type instanceof Varchar
                && switch (mask) {
                    case Mask.Redact _, Mask.RedactNumbers _, Mask.ShowFirst _, Mask.ShowLast _, Mask.Pseudonym _ ->
                        true;
                    case Mask.Null _, Mask.Constant _, Mask.TruncateDate _, Mask.Round _, Mask.Coarsen _ -> false;
                };
    }

    /** What stands in the place of {@code column}. */
    public static String print(Mask mask, String column, SqlType type) {
        String nothing = Sql.cast("NULL", type.duck());
        Optional<String> masked = switch (mask) {
            case Mask.Null _ -> Optional.empty();
            case Mask.Constant(var value) -> constant(value, type);
            case Mask.Redact _ -> text(type, "atalaya_redact(" + column + ", 0)");
            case Mask.RedactNumbers(int digits) -> text(type, "atalaya_redact_numbers(" + column + ", " + digits + ")");
            case Mask.ShowLast(int shown, int minHidden) -> {
                String few = atMost(column, shown, minHidden);
                yield text(type, stars(column, few) + " || right(" + column + ", " + few + ")");
            }
            case Mask.ShowFirst(int shown, int minHidden) -> {
                String few = atMost(column, shown, minHidden);
                yield text(type, "left(" + column + ", " + few + ") || " + stars(column, few));
            }
            case Mask.Pseudonym(var purpose) ->
                text(type, "atalaya_pseudonym(" + column + ", " + Sql.text(purpose) + ")");
            case Mask.TruncateDate(var unit) ->
                type == Simple.DATE || type instanceof SqlType.Timestamp || type instanceof SqlType.Instant
                        ? Optional.of(Sql.cast(
                                "date_trunc('" + unit.name().toLowerCase(Locale.ROOT) + "', " + column + ")",
                                type.duck()))
                        : Optional.empty();
            case Mask.Round(var step) -> round(column, type, step);
            case Mask.Coarsen(int decimals) -> coarsen(column, type, decimals);
        };
        return masked.orElse(nothing);
    }

    private static Optional<String> text(SqlType type, String sql) {
        return type instanceof Varchar ? Optional.of(sql) : Optional.empty();
    }

    private static Optional<String> constant(String value, SqlType type) {
        return switch (type) {
            case Varchar _ -> Optional.of(Sql.text(value));
            case Simple simple when simple == Simple.DATE -> Moments.date(value).map(Expr::sql);
            case Simple simple
            when simple == Simple.BOOLEAN ->
                value.equals("true") || value.equals("false") ? Optional.of(value) : Optional.empty();
            case SqlType.Timestamp _, SqlType.Instant _ ->
                Moments.timestamp(value)
                        .map(moment -> Casts.coerce(moment, type).sql());
            case SqlType.Time _ -> Moments.time(value).map(Expr::sql);
            case SqlType number
            when number.isNumber() -> {
                try {
                    BigDecimal parsed = new BigDecimal(value.strip());
                    yield Optional.of("TRY_CAST('" + parsed.toPlainString() + "' AS " + type.duck() + ")");
                } catch (NumberFormatException notNumber) {
                    yield Optional.empty();
                }
            }
            case Simple _,
                    Decimal _,
                    SqlType.Char _,
                    SqlType.ZonedTime _,
                    SqlType.Array _,
                    SqlType.Map _,
                    SqlType.Row _ -> Optional.empty();
        };
    }

    private static String stars(String column, String shown) {
        return "repeat('*', length(" + column + ") - " + shown + ")";
    }

    /** How many characters are shown. A choice between numbers is made twice as fast as one between texts. */
    private static String atMost(String column, int shown, int minHidden) {
        return "CASE WHEN length(" + column + ") < " + ((long) shown + Math.max(minHidden, 0)) + " THEN 0 ELSE " + shown
                + " END";
    }

    private static Optional<String> round(String column, SqlType type, BigDecimal step) {
        if (!type.isNumber() || step.signum() <= 0) {
            return Optional.empty();
        }
        String size = Sql.cast("'" + step.toPlainString() + "'", "DOUBLE");
        return Optional.of(
                "TRY_CAST(round(CAST(" + column + " AS DOUBLE) / " + size + ") * " + size + " AS " + type.duck() + ")");
    }

    private static Optional<String> coarsen(String column, SqlType type, int decimals) {
        if (!type.isNumber()) {
            return Optional.empty();
        }
        String size = Sql.cast("'1" + "0".repeat(Math.clamp(decimals, 0, 6)) + "'", "DOUBLE");
        return Optional.of(
                "TRY_CAST(trunc(CAST(" + column + " AS DOUBLE) * " + size + ") / " + size + " AS " + type.duck() + ")");
    }
}
