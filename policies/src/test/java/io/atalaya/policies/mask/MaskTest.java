package io.atalaya.policies.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Draws;
import io.atalaya.policies.PolicyException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaskTest {
    private static final Mask NULL = new Mask.Null();

    private static Mask textMask(Draws draws) {
        return draws.by(
                () -> draws.of(
                        NULL,
                        new Mask.Redact(),
                        new Mask.Constant("x"),
                        new Mask.Constant("y"),
                        new Mask.Pseudonym("p"),
                        new Mask.Pseudonym("q")),
                () -> new Mask.RedactNumbers(draws.below(6) + 1),
                () -> new Mask.ShowFirst(draws.below(6), draws.below(6)),
                () -> new Mask.ShowLast(draws.below(6), draws.below(6)));
    }

    private static String text(Draws draws) {
        return String.join("", draws.some(0, 9, () -> draws.of("a", "B", "1", "2")));
    }

    @Test
    void two_masks_together_show_no_more_than_either() {
        Draws.times(5000, draws -> showNoMore(textMask(draws), textMask(draws), text(draws), text(draws)));
    }

    private static void showNoMore(Mask one, Mask other, String first, String second) {
        Mask both = one.and(other);
        assertThat(both).isEqualTo(other.and(one));
        for (Mask mask : List.of(one, other)) {
            if (same(apply(mask, first), apply(mask, second))) {
                assertThat(apply(both, first)).isEqualTo(apply(both, second));
            }
        }
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return java.util.Objects.equals(one, other);
    }

    /** What a mask means, for plain text. */
    private static @Nullable String apply(Mask mask, String text) {
        return switch (mask) {
            case Mask.Null _ -> null;
            case Mask.Constant(var value) -> value;
            case Mask.Redact _ ->
                text.replaceAll("\\p{Lu}", "X").replaceAll("\\p{Ll}", "x").replaceAll("\\p{N}", "0");
            case Mask.RedactNumbers(int digits) ->
                java.util.regex.Pattern.compile("[0-9]{" + digits + ",}")
                        .matcher(text)
                        .replaceAll(run -> "#".repeat(run.group().length()));
            case Mask.ShowFirst(int shown, int hidden) ->
                text.length() - shown < hidden
                        ? "*".repeat(text.length())
                        : text.substring(0, Math.min(shown, text.length()))
                                + "*".repeat(Math.max(0, text.length() - shown));
            case Mask.ShowLast(int shown, int hidden) ->
                text.length() - shown < hidden
                        ? "*".repeat(text.length())
                        : "*".repeat(Math.max(0, text.length() - shown))
                                + text.substring(Math.max(0, text.length() - shown));
            case Mask.Pseudonym(var purpose) -> purpose + text.hashCode() + text;
            case Mask.TruncateDate _, Mask.Round _, Mask.Coarsen _ -> throw new IllegalArgumentException();
        };
    }

    @Test
    void of_numbers_and_dates_show_the_coarser() {
        assertThat(unit(Mask.TruncateDate.Unit.DAY).and(unit(Mask.TruncateDate.Unit.YEAR)))
                .isEqualTo(unit(Mask.TruncateDate.Unit.YEAR));
        assertThat(round("10").and(round("100"))).isEqualTo(round("100"));
        assertThat(round("10").and(round("15"))).isEqualTo(NULL);
        assertThat(new Mask.Coarsen(2).and(new Mask.Coarsen(1))).isEqualTo(new Mask.Coarsen(1));
        assertThat(round("10").and(new Mask.Coarsen(1))).isEqualTo(NULL);
    }

    private static Mask unit(Mask.TruncateDate.Unit unit) {
        return new Mask.TruncateDate(unit);
    }

    private static Mask round(String step) {
        return new Mask.Round(new BigDecimal(step));
    }

    @Test
    void fit_the_types_they_can_keep() {
        Type text = Types.StringType.get();
        Type whole = Types.LongType.get();
        Type list = Types.ListType.ofOptional(1, text);
        assertThat(new Mask.Redact().fits(text)).isTrue();
        assertThat(new Mask.Redact().fits(whole)).isFalse();
        assertThat(new Mask.Pseudonym("p").fits(list)).isFalse();
        assertThat(NULL.fits(list)).isTrue();
        assertThat(new Mask.Constant("7").fits(whole)).isTrue();
        assertThat(new Mask.Constant("x").fits(whole)).isFalse();
        assertThat(new Mask.Constant("2026-02-30").fits(Types.DateType.get())).isFalse();
        assertThat(unit(Mask.TruncateDate.Unit.YEAR).fits(Types.TimestampType.withZone()))
                .isTrue();
        assertThat(new Mask.Coarsen(2).fits(whole)).isFalse();
    }

    @Test
    void are_stored_as_they_are() {
        List<Mask> all = List.of(
                NULL,
                new Mask.Constant("a:b"),
                new Mask.Redact(),
                new Mask.RedactNumbers(4),
                new Mask.ShowFirst(3, 2),
                new Mask.ShowLast(4, 8),
                new Mask.Pseudonym("churn: model"),
                unit(Mask.TruncateDate.Unit.QUARTER),
                round("0.50"),
                new Mask.Coarsen(3));
        assertThat(all)
                .allSatisfy(
                        mask -> assertThat(MaskText.parse(MaskText.print(mask))).isEqualTo(mask));
    }

    @Test
    void refuse_what_makes_no_sense() {
        assertThatThrownBy(() -> new Mask.ShowFirst(-1, 0)).isInstanceOf(PolicyException.Invalid.class);
        assertThatThrownBy(() -> new Mask.RedactNumbers(0)).isInstanceOf(PolicyException.Invalid.class);
        assertThatThrownBy(() -> new Mask.Coarsen(7)).isInstanceOf(PolicyException.Invalid.class);
        assertThatThrownBy(() -> round("0")).isInstanceOf(PolicyException.Invalid.class);
        assertThatThrownBy(() -> new Mask.Pseudonym(" ")).isInstanceOf(PolicyException.Invalid.class);
    }
}
