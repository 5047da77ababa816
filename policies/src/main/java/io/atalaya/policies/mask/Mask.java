package io.atalaya.policies.mask;

/**
 * What stands in the place of a value that a principal may not see. A mask keeps the column's type; a null stays null,
 * except under {@link Constant}. Text is counted in code points.
 */
public sealed interface Mask {
    /** Always null. */
    record Null() implements Mask {}

    /** The same value in every row, null or not; {@code value} is text that the column's type can take. */
    record Constant(String value) implements Mask {}

    /** Letters become {@code X} (upper) or {@code x}, digits {@code 0}; text only. */
    record Redact() implements Mask {}

    /** Runs of at least {@code digits} digits become as many {@code #}; the rest of the text stays. */
    record RedactNumbers(int digits) implements Mask {}

    /** Everything but the last {@code shown} code points becomes {@code *}; all of it, if that would hide fewer than {@code minHidden}. */
    record ShowLast(int shown, int minHidden) implements Mask {}

    /** Everything but the first {@code shown} code points becomes {@code *}; all of it, if that would hide fewer than {@code minHidden}. */
    record ShowFirst(int shown, int minHidden) implements Mask {}

    /** A keyed HMAC of the value, the same for equal values under one {@code purpose}, so that it still joins; text only. */
    record Pseudonym(String purpose) implements Mask {}

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
    record Round(java.math.BigDecimal step) implements Mask {}

    /** A coordinate in degrees cut to {@code decimals} places, 0 to 6. */
    record Coarsen(int decimals) implements Mask {}
}
