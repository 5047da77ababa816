package io.atalaya.policies.mask;

import io.atalaya.policies.Sentence;
import java.math.BigDecimal;

/** Masks as text: for people, and for the store. */
public final class MaskText {
    private MaskText() {}

    static Sentence sentence(Mask mask) {
        return switch (mask) {
            case Mask.Null _ -> Sentence.of("no value");
            case Mask.Constant _ -> Sentence.of("the same fixed value in every row");
            case Mask.Redact _ -> Sentence.of("letters as x and digits as 0");
            case Mask.RedactNumbers(int digits) ->
                Sentence.of("text with numbers of {0} or more digits replaced by #", digits);
            case Mask.ShowLast(int shown, int minHidden) ->
                Sentence.of("only the last {0} characters, and none unless at least {1} stay hidden", shown, minHidden);
            case Mask.ShowFirst(int shown, int minHidden) ->
                Sentence.of(
                        "only the first {0} characters, and none unless at least {1} stay hidden", shown, minHidden);
            case Mask.Pseudonym(var purpose) ->
                Sentence.of("a pseudonym, the same for equal values within purpose '{0}'", purpose);
            case Mask.TruncateDate(var unit) ->
                switch (unit) {
                    case YEAR -> Sentence.of("dates cut to the year");
                    case QUARTER -> Sentence.of("dates cut to the quarter");
                    case MONTH -> Sentence.of("dates cut to the month");
                    case DAY -> Sentence.of("dates cut to the day");
                };
            case Mask.Round(var step) -> Sentence.of("numbers rounded to multiples of {0}", step.toPlainString());
            case Mask.Coarsen(int decimals) -> Sentence.of("coordinates cut to {0} decimals", decimals);
        };
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
