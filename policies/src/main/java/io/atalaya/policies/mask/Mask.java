package io.atalaya.policies.mask;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import java.math.BigDecimal;
import org.apache.iceberg.types.Type;

/**
 * What stands in the place of a value that a principal may not see. A mask keeps the column's type; a null stays null,
 * except under {@link Constant}. Text is counted in code points.
 */
public sealed interface Mask {
    /**
     * The mask that hides whatever this or {@code other} hides. Null hides most, then a constant (two different ones: null).
     * Of two of a kind it is the one that shows less, and {@link Redact} hides more than {@link RedactNumbers}. Of any
     * others neither hides all that the other hides, so it is null.
     */
    default Mask and(Mask other) {
        return MaskOrder.both(this, other);
    }

    /** Whether it can be applied to a column of that type and keep it. */
    default boolean fits(Type type) {
        return MaskOrder.fits(this, type);
    }

    /** What the column shows, as the end of the sentence "the column shows ...". */
    default Sentence sentence() {
        return MaskText.sentence(this);
    }
    /** Always null. */
    record Null() implements Mask {}

    /** The same value in every row, null or not; {@code value} is text that the column's type can take. */
    record Constant(String value) implements Mask {}

    /** Letters become {@code X} (upper) or {@code x}, digits {@code 0}; text only. */
    record Redact() implements Mask {}

    /** Runs of at least {@code digits} digits become as many {@code #}; the rest of the text stays. */
    record RedactNumbers(int digits) implements Mask {
        public RedactNumbers {
            check(digits >= 1, "redactNumbers must be at least 1");
        }
    }

    /** Everything but the last {@code shown} code points becomes {@code *}; all of it, if that would hide fewer than {@code minHidden}. */
    record ShowLast(int shown, int minHidden) implements Mask {
        public ShowLast {
            check(shown >= 0 && minHidden >= 0, "showLast and minHidden must not be negative");
        }
    }

    /** Everything but the first {@code shown} code points becomes {@code *}; all of it, if that would hide fewer than {@code minHidden}. */
    record ShowFirst(int shown, int minHidden) implements Mask {
        public ShowFirst {
            check(shown >= 0 && minHidden >= 0, "showFirst and minHidden must not be negative");
        }
    }

    /** A keyed HMAC of the value, the same for equal values under one {@code purpose}, so that it still joins; text only. */
    record Pseudonym(String purpose) implements Mask {
        public Pseudonym {
            check(!purpose.isBlank(), "pseudonym needs a purpose");
        }
    }

    /** A date or timestamp cut to the start of its {@code unit}. */
    record TruncateDate(Unit unit) implements Mask {
        public enum Unit {
            YEAR,
            QUARTER,
            MONTH,
            DAY
        }
    }

    /** A number rounded to a multiple of {@code step}; {@code step} is positive. */
    record Round(BigDecimal step) implements Mask {
        public Round {
            check(step.signum() > 0, "round needs a positive step");
            step = step.stripTrailingZeros();
        }
    }

    /** A coordinate in degrees cut to {@code decimals} places, 0 to 6. */
    record Coarsen(int decimals) implements Mask {
        public Coarsen {
            check(decimals >= 0 && decimals <= 6, "coarsen keeps 0 to 6 decimals");
        }
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new PolicyException.Invalid(message);
        }
    }
}
