package io.atalaya.policies.predicate;

import static io.atalaya.policies.Lake.PARTITIONS;
import static io.atalaya.policies.Lake.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Draws;
import io.atalaya.policies.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredicatePropertiesTest {
    private static final Principal ANA = new Principal("ana", Set.of(), Map.of("here", "a"));

    @Test
    void what_is_printed_is_read_back_as_the_same() {
        Draws.times(1000, draws -> isReadBack(Predicates.any(draws, true)));
    }

    private static void isReadBack(Predicate predicate) {
        String text = PredicateText.named(predicate, SCHEMA);
        if (text.length() <= PredicateParser.MAX_LENGTH) {
            assertThat(PredicateParser.parse(text, SCHEMA, PARTITIONS)).isEqualTo(predicate);
        }
        assertThat(PredicateParser.parseStored(PredicateText.stored(predicate))).isEqualTo(predicate);
    }

    @Test
    void an_attribute_that_is_missing_is_unknown() {
        Draws.times(2000, draws -> isUnknownWhereMissing(Predicates.any(draws, true), Predicates.row(draws)));
    }

    private static void isUnknownWhereMissing(Predicate predicate, Map<Integer, @Nullable Object> row) {
        Predicate bound = PredicateBinding.bind(predicate, SCHEMA, ANA).orElseThrow();
        assertThat(PredicateEvaluation.matches(bound, row))
                .isEqualTo(Boolean.TRUE.equals(unknownWhereMissing(predicate, row)));
    }

    /** Three-valued logic, with nothing clever in it. */
    private static @Nullable Boolean unknownWhereMissing(Predicate predicate, Map<Integer, @Nullable Object> row) {
        return switch (predicate) {
            case Predicate.And(var operands) -> {
                List<@Nullable Boolean> all = each(operands, row);
                yield all.contains(false) ? Boolean.FALSE : all.contains(null) ? null : Boolean.TRUE;
            }
            case Predicate.Or(var operands) -> or(each(operands, row));
            case Predicate.Not(var operand) -> not(unknownWhereMissing(operand, row));
            case Predicate.In(var field, var operands) ->
                or(each(
                        operands.stream()
                                .map(one -> new Predicate.Comparison(field, Predicate.Operator.EQUAL, one))
                                .toList(),
                        row));
            case Predicate.Between(var field, var low, var high) ->
                unknownWhereMissing(
                        new Predicate.And(List.of(
                                new Predicate.Comparison(field, Predicate.Operator.GREATER_OR_EQUAL, low),
                                new Predicate.Comparison(field, Predicate.Operator.LESS_OR_EQUAL, high))),
                        row);
            case Predicate.Comparison(var field, var operator, Operand.UserAttribute(var name)) -> {
                boolean number = Objects.requireNonNull(SCHEMA.findType(field)).typeId()
                        != org.apache.iceberg.types.Type.TypeID.STRING;
                // The one attribute that is there is a text, which is no number.
                yield (!name.equals("here") || number)
                        ? null
                        : PredicateEvaluation.evaluate(
                                new Predicate.Comparison(field, operator, new Operand.Text("a")), row);
            }
            case Predicate.Comparison _, Predicate.Like _, Predicate.IsNull _, Predicate.Always _, Predicate.Never _ ->
                PredicateEvaluation.evaluate(predicate, row);
        };
    }

    private static List<@Nullable Boolean> each(
            List<? extends Predicate> operands, Map<Integer, @Nullable Object> row) {
        List<@Nullable Boolean> all = new ArrayList<>();
        operands.forEach(operand -> all.add(unknownWhereMissing(operand, row)));
        return all;
    }

    private static @Nullable Boolean or(List<@Nullable Boolean> all) {
        return all.contains(true) ? Boolean.TRUE : all.contains(null) ? null : Boolean.FALSE;
    }

    private static @Nullable Boolean not(@Nullable Boolean value) {
        return value == null ? null : !value;
    }

    @Test
    void pruning_keeps_every_row_that_matches() {
        Draws.times(2000, draws -> isKept(Predicates.any(draws, false), Predicates.row(draws)));
    }

    private static void isKept(Predicate predicate, Map<Integer, @Nullable Object> row) {
        if (PredicateEvaluation.matches(predicate, row)) {
            Evaluator iceberg = new Evaluator(SCHEMA.asStruct(), PruningExpression.of(predicate, SCHEMA));
            assertThat(iceberg.eval(new Row(SCHEMA.asStruct(), row))).isTrue();
        }
    }

    /** A row as Iceberg reads it. */
    private record Row(Types.StructType type, Map<Integer, @Nullable Object> values) implements StructLike {
        @Override
        public int size() {
            return type.fields().size();
        }

        @Override
        @SuppressWarnings("NullAway") // Iceberg's own contract allows null, unannotated
        public <T> T get(int position, Class<T> as) {
            Types.NestedField field = type.fields().get(position);
            return field.type().isStructType()
                    ? as.cast(new Row(field.type().asStructType(), values))
                    : as.cast(values.get(field.fieldId()));
        }

        @Override
        public <T> void set(int position, T value) {
            throw new UnsupportedOperationException();
        }
    }
}
