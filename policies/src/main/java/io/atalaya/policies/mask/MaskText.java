package io.atalaya.policies.mask;

import java.math.BigDecimal;
import java.util.Locale;

/** Masks as text: for people, and for the store. */
public final class MaskText {
    private MaskText() {}

    static String sentence(Mask mask) {
        return switch (mask) {
            case Mask.Null _ -> "no value";
            case Mask.Constant _ -> "the same fixed value in every row";
            case Mask.Redact _ -> "letters as x and digits as 0";
            case Mask.RedactNumbers(int digits) -> "text with numbers of " + digits + " or more digits replaced by #";
            case Mask.ShowLast(int shown, int minHidden) -> part("last", shown, minHidden);
            case Mask.ShowFirst(int shown, int minHidden) -> part("first", shown, minHidden);
            case Mask.Pseudonym(var purpose) ->
                "a pseudonym, the same for equal values within purpose '" + purpose + "'";
            case Mask.TruncateDate(var unit) ->
                "dates cut to the " + unit.name().toLowerCase(Locale.ROOT);
            case Mask.Round(var step) -> "numbers rounded to multiples of " + step.toPlainString();
            case Mask.Coarsen(int decimals) -> "coordinates cut to " + decimals + " decimals";
        };
    }

    private static String part(String which, int shown, int minHidden) {
        return "only the " + which + " " + shown + " characters, and none unless at least " + minHidden
                + " stay hidden";
    }

    /** The mask as one word, which {@link #parse} reads. */
    public static String print(Mask mask) {
        return switch (mask) {
            case Mask.Null _ -> "null";
            case Mask.Constant(var value) -> "constant:" + value;
            case Mask.Redact _ -> "redact";
            case Mask.RedactNumbers(int digits) -> "redactNumbers:" + digits;
            case Mask.ShowLast(int shown, int minHidden) -> "showLast:" + shown + ":" + minHidden;
            case Mask.ShowFirst(int shown, int minHidden) -> "showFirst:" + shown + ":" + minHidden;
            case Mask.Pseudonym(var purpose) -> "pseudonym:" + purpose;
            case Mask.TruncateDate(var unit) -> "truncateDate:" + unit;
            case Mask.Round(var step) -> "round:" + step.toPlainString();
            case Mask.Coarsen(int decimals) -> "coarsen:" + decimals;
        };
    }

    /** The mask that {@code text} was made from. */
    public static Mask parse(String text) {
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon)) {
            case "null" -> new Mask.Null();
            case "constant" -> new Mask.Constant(rest);
            case "redact" -> new Mask.Redact();
            case "redactNumbers" -> new Mask.RedactNumbers(Integer.parseInt(rest));
            case "showLast" -> new Mask.ShowLast(first(rest), second(rest));
            case "showFirst" -> new Mask.ShowFirst(first(rest), second(rest));
            case "pseudonym" -> new Mask.Pseudonym(rest);
            case "truncateDate" -> new Mask.TruncateDate(Mask.TruncateDate.Unit.valueOf(rest));
            case "round" -> new Mask.Round(new BigDecimal(rest));
            case "coarsen" -> new Mask.Coarsen(Integer.parseInt(rest));
            default -> throw new IllegalArgumentException("no mask: " + text);
        };
    }

    private static int first(String pair) {
        return Integer.parseInt(pair.substring(0, pair.indexOf(':')));
    }

    private static int second(String pair) {
        return Integer.parseInt(pair.substring(pair.indexOf(':') + 1));
    }
}
