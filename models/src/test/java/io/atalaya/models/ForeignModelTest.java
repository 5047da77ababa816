package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Models that were trained elsewhere are asked by the columns that somebody names. */
class ForeignModelTest {
    private static final List<String> COLUMNS = List.of("width", "height");

    /** Says {@code 2 width - height}. */
    private static byte[] number() {
        return new OnnxGraph("elsewhere")
                .reals("x", "rows", "columns")
                .constant("weights", new float[] {2, -1}, 2, 1)
                .node("MatMul", "y", "x", "weights")
                .output("y", "rows", "one")
                .toBytes();
    }

    /** Is the surer of {@code wide} the wider, and of {@code high} the higher. */
    private static byte[] classes() {
        return new OnnxGraph("elsewhere")
                .reals("width", "rows", "one")
                .wholes("height", "rows", "one")
                .constant("left", new float[] {1, 0}, 1, 2)
                .constant("right", new float[] {0, 1}, 1, 2)
                .node("Cast", "real", "to", 1, "height")
                .node("MatMul", "a", "width", "left")
                .node("MatMul", "b", "real", "right")
                .node("Add", "sum", "a", "b")
                .node("Softmax", "p", "axis", -1, "sum")
                .output("p", "rows", "classes")
                .toBytes();
    }

    private static Scorer.Scores score(byte[] onnx, List<String> classes, List<List<@Nullable String>> rows) {
        try (Scorer scorer = Scorer.open(onnx, new Scorer.Foreign(COLUMNS, classes))) {
            assertThat(scorer.columns()).isEqualTo(COLUMNS);
            return scorer.score(rows);
        }
    }

    @Test
    void one_input_has_a_number_for_each_column() {
        assertThat(score(number(), List.of(), List.of(List.of("3", "1.5"), List.of("0", "2")))
                        .values())
                .containsExactly(4.5f, -2f);
    }

    @Test
    void what_is_missing_is_no_number() {
        assertThat(score(number(), List.of(), List.of(Arrays.asList("3", null))).values())
                .containsExactly(Float.NaN);
    }

    @Test
    void an_input_for_each_column_is_found_by_its_name() {
        Scorer.Scores scores =
                score(classes(), List.of("wide", "high"), List.of(List.of("3", "1"), List.of("0.5", "2")));
        assertThat(scores.classes()).containsExactly(0, 1);
        assertThat(scores.values()[0]).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-5f));
    }

    @Test
    void columns_that_it_does_not_take_are_refused() {
        assertThatThrownBy(() -> Scorer.open(classes(), new Scorer.Foreign(List.of("width"), List.of("a", "b"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("[height, width]");
    }
}
