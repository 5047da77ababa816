package io.atalaya.policies.mask;

import io.atalaya.policies.mask.Mask.Coarsen;
import io.atalaya.policies.mask.Mask.Constant;
import io.atalaya.policies.mask.Mask.Null;
import io.atalaya.policies.mask.Mask.Pseudonym;
import io.atalaya.policies.mask.Mask.Redact;
import io.atalaya.policies.mask.Mask.RedactNumbers;
import io.atalaya.policies.mask.Mask.Round;
import io.atalaya.policies.mask.Mask.ShowFirst;
import io.atalaya.policies.mask.Mask.ShowLast;
import io.atalaya.policies.mask.Mask.TruncateDate;
import java.math.BigDecimal;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;

/** Which mask hides more, and which masks a type can wear. */
final class MaskOrder {
    private MaskOrder() {}

    static Mask both(Mask one, Mask other) {
        if (one.equals(other)) {
            return one;
        }
        return switch (one) {
            case Null _ -> one;
            case Constant _ -> other instanceof Null || other instanceof Constant ? new Null() : one;
            case Redact _ when other instanceof RedactNumbers -> one;
            case RedactNumbers _ when other instanceof Redact -> other;
            case RedactNumbers(int digits)
            when other instanceof RedactNumbers(int others) -> new RedactNumbers(Math.min(digits, others));
            case ShowFirst(int shown, int hidden)
            when other instanceof ShowFirst(int otherShown, int otherHidden) ->
                new ShowFirst(Math.min(shown, otherShown), minHidden(shown, hidden, otherShown, otherHidden));
            case ShowLast(int shown, int hidden)
            when other instanceof ShowLast(int otherShown, int otherHidden) ->
                new ShowLast(Math.min(shown, otherShown), minHidden(shown, hidden, otherShown, otherHidden));
            case TruncateDate(var unit)
            when other instanceof TruncateDate(var otherUnit) ->
                new TruncateDate(unit.compareTo(otherUnit) < 0 ? unit : otherUnit);
            case Round(var step) when other instanceof Round(var otherStep) -> coarser(step, otherStep);
            case Coarsen(int decimals)
            when other instanceof Coarsen(int others) -> new Coarsen(Math.min(decimals, others));
            case Redact _, RedactNumbers _, ShowFirst _, ShowLast _, Pseudonym _, TruncateDate _, Round _, Coarsen _ ->
                other instanceof Constant ? other : new Null();
        };
    }

    /** Text is shown in part only when it is long enough for both masks to show part of it. */
    private static int minHidden(int shown, int hidden, int otherShown, int otherHidden) {
        return Math.max(shown + hidden, otherShown + otherHidden) - Math.min(shown, otherShown);
    }

    private static Mask coarser(BigDecimal step, BigDecimal otherStep) {
        BigDecimal larger = step.max(otherStep);
        BigDecimal smaller = step.min(otherStep);
        return larger.remainder(smaller).signum() == 0 ? new Round(larger) : new Null();
    }

    static boolean fits(Mask mask, Type type) {
        TypeID id = type.typeId();
        return switch (mask) {
            case Null _ -> true;
            case Constant(var value) -> takes(type, value);
            case Redact _, RedactNumbers _, ShowFirst _, ShowLast _, Pseudonym _ -> id == TypeID.STRING;
            case TruncateDate _ -> id == TypeID.DATE || id == TypeID.TIMESTAMP || id == TypeID.TIMESTAMP_NANO;
            case Round _ ->
                id == TypeID.INTEGER
                        || id == TypeID.LONG
                        || id == TypeID.FLOAT
                        || id == TypeID.DOUBLE
                        || id == TypeID.DECIMAL;
            case Coarsen _ -> id == TypeID.FLOAT || id == TypeID.DOUBLE || id == TypeID.DECIMAL;
        };
    }

    private static boolean takes(Type type, String value) {
        try {
            return switch (type.typeId()) {
                case STRING -> true;
                case BOOLEAN -> value.equals("true") || value.equals("false");
                case INTEGER -> value.equals(Integer.toString(Integer.parseInt(value)));
                case LONG -> value.equals(Long.toString(Long.parseLong(value)));
                case FLOAT -> Float.isFinite(Float.parseFloat(value));
                case DOUBLE -> Double.isFinite(Double.parseDouble(value));
                case DECIMAL, DATE, TIMESTAMP -> Literal.of(value).to(type) != null;
                default -> false;
            };
        } catch (RuntimeException _) {
            return false;
        }
    }
}
