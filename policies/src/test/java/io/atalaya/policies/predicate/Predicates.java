package io.atalaya.policies.predicate;

import io.atalaya.policies.Draws;
import io.atalaya.policies.Lake;
import io.atalaya.policies.predicate.Predicate.Operator;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Predicates and rows of {@link Lake#SCHEMA} at random, from few values so that they meet. */
public final class Predicates {
    private static final List<Integer> TEXTS = List.of(Lake.A, Lake.C, Lake.REGION, Lake.ZIP);
    private static final List<Integer> NUMBERS = List.of(Lake.B, Lake.AMOUNT);
    private static final String[] WORDS = {
        "", "a", "ab", "abc", "b", "EU", "it's", "\"", "é", "\uD83D\uDE00", "\uFFFF", "%", "_"
    };

    private final Draws draws;
    private final boolean attributes;

    private Predicates(Draws draws, boolean attributes) {
        this.draws = draws;
        this.attributes = attributes;
    }

    /** With and without user attributes. */
    public static Predicate any(Draws draws, boolean attributes) {
        return new Predicates(draws, attributes).tree(3);
    }

    private Predicate tree(int depth) {
        if (depth == 0) {
            return leaf();
        }
        return draws.by(
                this::leaf,
                () -> new Predicate.And(draws.some(2, 3, () -> tree(depth - 1))),
                () -> new Predicate.Or(draws.some(2, 3, () -> tree(depth - 1))),
                () -> new Predicate.Not(tree(depth - 1)));
    }

    private Predicate leaf() {
        return draws.by(
                () -> leaf(draws.of(TEXTS), false),
                () -> leaf(draws.of(NUMBERS), true),
                () -> new Predicate.Like(draws.of(TEXTS), word() + "%" + word()),
                () -> new Predicate.Like(draws.of(TEXTS), word()),
                () -> new Predicate.Comparison(
                        6, draws.of(Operator.EQUAL, Operator.NOT_EQUAL), new Operand.Truth(draws.coin())),
                Predicate.Always::new,
                Predicate.Never::new);
    }

    private Predicate leaf(int field, boolean number) {
        return draws.by(
                () -> new Predicate.Comparison(field, draws.of(Operator.values()), operand(number)),
                () -> new Predicate.In(field, draws.some(1, 3, () -> operand(number))),
                () -> new Predicate.Between(field, operand(number), operand(number)),
                () -> new Predicate.IsNull(field));
    }

    private Operand operand(boolean number) {
        if (attributes && draws.coin()) {
            return new Operand.UserAttribute(draws.of("here", "missing", "Odd \"name\""));
        }
        return number
                ? new Operand.Numeric(
                        new BigDecimal(draws.of("0", "-0.5", "1", "1.5", "2", "-3", "1000000000000", "0.1", "100")))
                : new Operand.Text(word());
    }

    private String word() {
        return draws.of(WORDS);
    }

    /** Values by field id. */
    public static Map<Integer, @Nullable Object> row(Draws draws) {
        Map<Integer, @Nullable Object> row = new HashMap<>();
        for (int text : TEXTS) {
            row.put(text, draws.ofOrNull(WORDS));
        }
        row.put(Lake.B, draws.ofOrNull(-3, 0, 1, 2, 100));
        row.put(Lake.AMOUNT, draws.ofOrNull(-0.5, -0.0, 0.0, 0.1, 1.5, 1e12, Double.NaN, Double.POSITIVE_INFINITY));
        row.put(6, draws.ofOrNull(true, false));
        return row;
    }
}
