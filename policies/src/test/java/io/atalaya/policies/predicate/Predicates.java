package io.atalaya.policies.predicate;

import io.atalaya.policies.Lake;
import io.atalaya.policies.predicate.Predicate.Operator;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Predicates and rows of {@link Lake#SCHEMA} at random, from few values so that they meet. */
public final class Predicates {
    private static final List<Integer> TEXTS = List.of(Lake.A, Lake.C, Lake.REGION, Lake.ZIP);
    private static final List<Integer> NUMBERS = List.of(Lake.B, Lake.AMOUNT);

    private Predicates() {}

    static Arbitrary<String> words() {
        return Arbitraries.of("", "a", "ab", "abc", "b", "EU", "it's", "\"", "é", "\uD83D\uDE00", "\uFFFF", "%", "_");
    }

    static Arbitrary<BigDecimal> numbers() {
        return Arbitraries.of("0", "-0.5", "1", "1.5", "2", "-3", "1000000000000", "0.1", "100")
                .map(BigDecimal::new);
    }

    /** With and without user attributes. */
    public static Arbitrary<Predicate> any(boolean attributes) {
        return tree(leaf(attributes), 3);
    }

    private static Arbitrary<Predicate> tree(Arbitrary<Predicate> leaf, int depth) {
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Predicate> inner = tree(leaf, depth - 1);
        Arbitrary<List<Predicate>> some = inner.list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.oneOf(
                leaf, some.map(Predicate.And::new), some.map(Predicate.Or::new), inner.map(Predicate.Not::new));
    }

    private static Arbitrary<Predicate> leaf(boolean attributes) {
        Arbitrary<Operand> attribute =
                Arbitraries.of("here", "missing", "Odd \"name\"").map(Operand.UserAttribute::new);
        Arbitrary<Operand> text = words().map(Operand.Text::new);
        Arbitrary<Operand> number = numbers().map(Operand.Numeric::new);
        return Arbitraries.oneOf(
                leaf(Arbitraries.of(TEXTS), attributes ? Arbitraries.oneOf(text, attribute) : text),
                leaf(Arbitraries.of(NUMBERS), attributes ? Arbitraries.oneOf(number, attribute) : number),
                Combinators.combine(Arbitraries.of(TEXTS), words(), words())
                        .as((field, head, tail) -> new Predicate.Like(field, head + "%" + tail)),
                Combinators.combine(Arbitraries.of(TEXTS), words()).as(Predicate.Like::new),
                Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(Operator.EQUAL, Operator.NOT_EQUAL))
                        .as((truth, operator) -> new Predicate.Comparison(6, operator, new Operand.Truth(truth))),
                Arbitraries.of(new Predicate.Always(), new Predicate.Never()));
    }

    private static Arbitrary<Predicate> leaf(Arbitrary<Integer> field, Arbitrary<Operand> operand) {
        return Arbitraries.oneOf(
                Combinators.combine(field, Arbitraries.of(Operator.class), operand)
                        .as(Predicate.Comparison::new),
                Combinators.combine(field, operand.list().ofMinSize(1).ofMaxSize(3))
                        .as(Predicate.In::new),
                Combinators.combine(field, operand, operand).as(Predicate.Between::new),
                field.map(Predicate.IsNull::new));
    }

    /** Values by field id. */
    public static Arbitrary<Map<Integer, @Nullable Object>> rows() {
        Arbitrary<@Nullable Object> text = words().map(Object.class::cast).injectNull(0.2);
        Arbitrary<@Nullable Object> whole =
                Arbitraries.of(-3, 0, 1, 2, 100).map(Object.class::cast).injectNull(0.2);
        Arbitrary<@Nullable Object> real = Arbitraries.of(
                        -0.5, -0.0, 0.0, 0.1, 1.5, 1e12, Double.NaN, Double.POSITIVE_INFINITY)
                .map(Object.class::cast)
                .injectNull(0.2);
        Arbitrary<@Nullable Object> truth =
                Arbitraries.of(true, false).map(Object.class::cast).injectNull(0.2);
        return Combinators.combine(text, whole, text, text, real, truth, text)
                .as((a, b, c, region, amount, paid, zip) -> {
                    Map<Integer, @Nullable Object> row = new HashMap<>();
                    row.put(Lake.A, a);
                    row.put(Lake.B, b);
                    row.put(Lake.C, c);
                    row.put(Lake.REGION, region);
                    row.put(Lake.AMOUNT, amount);
                    row.put(6, paid);
                    row.put(Lake.ZIP, zip);
                    return row;
                });
    }
}
