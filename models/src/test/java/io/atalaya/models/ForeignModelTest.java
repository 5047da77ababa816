package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Models that were trained elsewhere are asked by the columns that somebody names. */
class ForeignModelTest {
    private static final List<Input> INPUTS =
            List.of(new Input("width", Input.Kind.NUMBER), new Input("height", Input.Kind.NUMBER));

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
        return classes(1);
    }

    private static byte[] classes(float surer) {
        return new OnnxGraph("elsewhere")
                .reals("width", "rows", "one")
                .wholes("height", "rows", "one")
                .constant("left", new float[] {surer, 0}, 1, 2)
                .constant("right", new float[] {0, surer}, 1, 2)
                .node("Cast", "real", "to", 1, "height")
                .node("MatMul", "a", "width", "left")
                .node("MatMul", "b", "real", "right")
                .node("Add", "sum", "a", "b")
                .node("Softmax", "p", "axis", -1, "sum")
                .output("p", "rows", "classes")
                .toBytes();
    }

    private static Scorer.Scores score(byte[] onnx, List<String> classes, List<List<@Nullable String>> rows) {
        try (Scorer scorer = Scorer.open(onnx, new Scorer.Foreign(INPUTS, classes))) {
            assertThat(scorer.columns()).containsExactly("width", "height");
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
        assertThatThrownBy(() -> Scorer.open(classes(), new Scorer.Foreign(INPUTS.subList(0, 1), List.of("a", "b"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("[height, width]");
    }

    private static List<@Nullable String> looks(List<@Nullable String> row) {
        List<@Nullable String> cells = new ArrayList<>();
        cells.add(row.get(0));
        cells.add(row.get(1));
        return cells;
    }

    private static Trained assessed(Task task, byte[] onnx, List<String> classes, List<List<@Nullable String>> rows) {
        try (Assessment assessment = new Assessment(task, onnx, new Scorer.Foreign(INPUTS, classes))) {
            for (List<@Nullable String> row : rows) {
                assessment.add(looks(row), row.get(2), 0, null, Double.NaN);
            }
            return assessment.of();
        }
    }

    /** Sides, and which of them is the longer; of every tenth row the label is another one. */
    private static List<List<@Nullable String>> sides(String another) {
        Random random = new Random(3);
        return IntStream.range(0, 200)
                .<List<@Nullable String>>mapToObj(i -> {
                    double width = random.nextDouble() * 10;
                    int height = random.nextInt(10);
                    String right = i % 10 == 0 ? another : width > height ? "wide" : "high";
                    return List.of(Double.toString(width), Double.toString(height), right);
                })
                .toList();
    }

    @Test
    void classes_are_held_against_what_is_right_and_against_none() {
        Trained known = assessed(Task.CLASSIFICATION, classes(), List.of("wide", "high"), sides("wide"));

        assertThat(known.metrics().get("accuracy")).isBetween(0.9, 0.99);
        assertThat(Objects.requireNonNull(known.baselines().get("most frequent class"))
                        .get("accuracy"))
                .isBetween(0.4, 0.7);
        assertThat(known.agreement()).isEmpty();
        assertThat(known.doubts()).isEmpty();
        assertThat(known.artifact()).isEqualTo(classes());
        assertThat(known.algorithm()).isEqualTo("made elsewhere (atalaya), ONNX");
    }

    @Test
    void a_class_it_cannot_tell_counts_as_wrong() {
        Trained known = assessed(Task.CLASSIFICATION, classes(), List.of("wide", "high"), sides("round"));

        assertThat(known.metrics().get("accuracy")).isEqualTo(0.9);
        assertThat(known.evaluation()).contains("\"class\":\"round\",\"rows\":20,\"precision\":0.0,\"recall\":0.0");
        assertThat(known.classes()).containsExactly("wide", "high");
    }

    @Test
    void the_wrong_order_of_classes_is_in_doubt() {
        assertThat(assessed(Task.CLASSIFICATION, classes(), List.of("high", "wide"), sides("wide"))
                        .doubts())
                .singleElement()
                .asString()
                .contains("does not beat 'most frequent class' on the rows given");
    }

    @Test
    void numbers_are_held_against_what_is_right_and_against_none() {
        List<List<@Nullable String>> rows = sides("").stream()
                .<List<@Nullable String>>map(row -> List.of(
                        row.get(0),
                        row.get(1),
                        Double.toString(2 * Double.parseDouble(row.get(0)) - Double.parseDouble(row.get(1)) + 0.5)))
                .toList();
        Trained known = assessed(Task.REGRESSION, number(), List.of(), rows);

        assertThat(known.metrics().get("rmse")).isCloseTo(0.5, within(1e-5));
        assertThat(Objects.requireNonNull(known.baselines().get("mean")).get("rmse"))
                .isGreaterThan(4);
        assertThat(known.doubts()).isEmpty();
    }

    @Test
    void what_it_does_not_say_is_asked_for() {
        assertThatThrownBy(() -> assessed(Task.CLASSIFICATION, number(), List.of(), List.of(List.of("1", "2", "3"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("at least 10");
        List<List<@Nullable String>> missing = new ArrayList<>(sides(""));
        missing.add(Arrays.asList(null, "1", "2"));
        assertThatThrownBy(() -> assessed(Task.REGRESSION, number(), List.of(), missing))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("says no number");
        List<Input> texts = List.of(new Input("width", Input.Kind.CATEGORY), INPUTS.getLast());
        try (Scorer scorer = Scorer.open(number(), new Scorer.Foreign(texts, List.of()))) {
            assertThatThrownBy(() -> scorer.score(List.of(List.of("broad", "1"))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("numbers of column 'width'");
        }
    }

    @Test
    void numbers_that_are_no_probabilities_are_refused_for_classes() {
        byte[] raw = new OnnxGraph("elsewhere")
                .reals("x", "rows", "columns")
                .node("Identity", "y", "x")
                .output("y", "rows", "classes")
                .toBytes();
        assertThatThrownBy(() -> assessed(Task.CLASSIFICATION, raw, List.of("wide", "high"), sides("wide")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no probabilities");
    }

    @Test
    void rows_unlike_those_it_was_evaluated_with_are_told() {
        Trained known = assessed(Task.CLASSIFICATION, classes(), List.of("wide", "high"), sides("wide"));
        try (Scorer scorer = Scorer.open(known.artifact(), new Scorer.Foreign(INPUTS, known.classes()))) {
            DriftWatch alike = scorer.watch(Reference.of(known.reference()));
            DriftWatch strange = scorer.watch(Reference.of(known.reference()));
            List<List<@Nullable String>> rows = new ArrayList<>();
            for (List<@Nullable String> row : sides("")) {
                rows.add(looks(row));
            }
            List<List<@Nullable String>> wider = rows.stream()
                    .<List<@Nullable String>>map(row -> List.of("1" + row.get(0), row.get(1)))
                    .toList();
            alike.add(rows, scorer.score(rows));
            strange.add(wider, scorer.score(wider));

            assertThat(alike.drifts()).hasSize(4).noneMatch(drift -> drift.exceeds(0.1));
            assertThat(strange.drifts())
                    .filteredOn(drift -> drift.exceeds(1))
                    .extracting(DriftWatch.Drift::name)
                    .contains("width");
        }
    }

    /** Says how far its two numbers are apart, squared, and below zero or above it. */
    private static byte[] apart(String sign) {
        return new OnnxGraph("elsewhere")
                .reals("x", "rows", "columns")
                .constant("weights", new float[] {1, -1}, 2, 1)
                .node("MatMul", "difference", "x", "weights")
                .node("Mul", "square", "difference", "difference")
                .node(sign, "y", "square")
                .output("y", "rows", "one")
                .toBytes();
    }

    /** A vector that points one way if its two numbers are less than two apart, and the other way the more they are. */
    private static byte[] heading() {
        return new OnnxGraph("elsewhere")
                .reals("x", "rows", "columns")
                .constant("weights", new float[] {1, -1}, 2, 1)
                .constant("first", new float[] {1, 0}, 1, 2)
                .constant("middle", new float[] {-4, 1}, 2)
                .node("MatMul", "difference", "x", "weights")
                .node("Mul", "square", "difference", "difference")
                .node("MatMul", "wide", "square", "first")
                .node("Add", "y", "wide", "middle")
                .output("y", "rows", "2")
                .toBytes();
    }

    /** Sides, and whether they are less than two apart. */
    private static List<List<@Nullable String>> labelled(String near, String far) {
        return sides("").stream()
                .<List<@Nullable String>>map(row -> {
                    double apart = Double.parseDouble(Objects.requireNonNull(row.get(0)))
                            - Double.parseDouble(Objects.requireNonNull(row.get(1)));
                    return Arrays.asList(row.get(0), row.get(1), Math.abs(apart) < 2 ? near : far);
                })
                .toList();
    }

    /** Two numbers that follow each other, but of every twentieth row. */
    private static List<List<@Nullable String>> pairs() {
        Random random = new Random(4);
        return IntStream.range(0, 600)
                .<List<@Nullable String>>mapToObj(i -> {
                    double one = random.nextGaussian();
                    double other = (i % 20 == 0 ? -one : one) + random.nextGaussian() * 0.1;
                    return List.of(Double.toString(one), Double.toString(other), i % 20 == 0 ? "1" : "0");
                })
                .toList();
    }

    @Test
    void anomalies_are_held_against_the_largest_z_score() {
        Trained known = assessed(Task.ANOMALY, apart("Neg"), List.of(), pairs());

        assertThat(known.metrics().get("averagePrecision")).isGreaterThan(0.6);
        assertThat(known.metrics().get("auc")).isGreaterThan(0.9);
        assertThat(Objects.requireNonNull(known.baselines().get("largest z-score"))
                        .get("averagePrecision"))
                .isLessThan(0.3);
        assertThat(known.evaluation()).contains("\"anomalies\":30", "\"threshold\":-");
        assertThat(known.doubts()).isEmpty();
    }

    @Test
    void a_number_that_is_greater_for_anomalies_is_in_doubt() {
        assertThat(assessed(Task.ANOMALY, apart("Identity"), List.of(), pairs()).doubts())
                .anyMatch(doubt -> doubt.contains("must be the lower the more unlike a row is"));
    }

    @Test
    void without_an_anomaly_nothing_says_how_good_it_is() {
        List<List<@Nullable String>> usual =
                pairs().stream().filter(row -> "0".equals(row.getLast())).toList();
        assertThatThrownBy(() -> assessed(Task.ANOMALY, apart("Neg"), List.of(), usual))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("have no anomaly among them");
    }

    @Test
    void vectors_are_held_against_chance_and_directions_that_were_not_learned() {
        Trained known = assessed(Task.EMBEDDING, heading(), List.of(), labelled("near", "far"));

        assertThat(known.metrics().get("sameLabelAt10")).isGreaterThan(0.9);
        assertThat(known.baselines().keySet()).containsExactlyInAnyOrder("chance", "random directions");
        assertThat(known.evaluation()).contains("\"dimensions\":2", "\"labelled\":200");
        assertThat(known.doubts()).isEmpty();
        try (Scorer scorer = Scorer.open(known.artifact(), new Scorer.Foreign(INPUTS, known.classes()))) {
            assertThat(scorer.dimensions()).isEqualTo(2);
            assertThat(scorer.outputs(List.of(List.of("3", "1")))[0]).containsExactly(0, 1);
        }
    }

    @Test
    void a_model_of_vectors_and_one_of_numbers_are_not_taken_for_each_other() {
        assertThatThrownBy(() -> assessed(Task.REGRESSION, heading(), List.of(), sides("wide")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("vectors of 2; its task is EMBEDDING");
        assertThatThrownBy(() -> assessed(Task.EMBEDDING, number(), List.of(), sides("wide")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("It gives no vectors");
    }

    @Test
    void vectors_of_which_nothing_says_how_good_they_are_are_refused() {
        assertThatThrownBy(() -> assessed(Task.EMBEDDING, heading(), List.of(), labelled("all", "all")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("Nothing says how good its vectors are");
    }

    /** With {@code -Datalaya.record=true} they are written. */
    @Test
    void the_files_that_stages_are_tested_with_are_these() throws IOException {
        Path folder = Path.of("../ingestion/src/test/resources/io/atalaya/ingestion");
        Map<String, byte[]> files = Map.of(
                "sides.onnx", classes(),
                "surer-sides.onnx", classes(2),
                "apart.onnx", apart("Neg"),
                "heading.onnx", heading(),
                "outside.onnx", WholeInItselfTest.model(WholeInItselfTest.readsFile("sides.onnx")));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (Boolean.getBoolean("atalaya.record")) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
            assertThat(folder.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
    }
}
