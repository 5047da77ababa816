package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Vectors of texts, and what they are near to. */
class EmbeddingTest {
    private static final Progress UNHEARD = _ -> {};
    private static final int SUBJECTS = 60;
    private static final int WORDS = 25;

    private static Training of(int dimensions, long seed) {
        return new Training(Task.EMBEDDING, new Split.AtRandom(5), false, seed, Training.Method.STANDARD, dimensions);
    }

    private static Examples none() {
        return new Examples(List.of(new Input("text", Input.Kind.TEXT)));
    }

    /**
     * Texts about some subjects, each of many words, of which a text has few; some words are in all texts.
     *
     * @param about whether they are about anything
     */
    private static Examples texts(int count, boolean about, boolean labelled) {
        Examples examples = none();
        Random random = new Random(5);
        for (int i = 0; i < count; i++) {
            int subject = i % SUBJECTS;
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 16; word++) {
                text.append(word(about ? subject : random.nextInt(SUBJECTS), random.nextInt(WORDS)))
                        .append(random.nextInt(3) == 0 ? " the " : " ");
            }
            examples.add(List.of(text.toString()), labelled ? "subject " + subject : null, i, null, Double.NaN);
        }
        return examples;
    }

    private static String word(int subject, int number) {
        return "" + (char) ('a' + subject / 10) + (char) ('a' + subject % 10) + (char) ('a' + number);
    }

    private static float[][] vectors(Trained trained, String... texts) {
        try (Scorer scorer = Scorer.open(trained.artifact())) {
            return scorer.outputs(
                    Arrays.stream(texts).<List<@Nullable String>>map(List::of).toList());
        }
    }

    private static double near(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    @Test
    void texts_about_the_same_are_near_though_they_share_no_word() {
        Trained trained = Trainer.train(of(64, 1), texts(1200, true, false), UNHEARD);

        String one = word(7, 0) + " " + word(7, 1) + " " + word(7, 2);
        float[][] vectors =
                vectors(trained, one, word(7, 20) + " " + word(7, 21), word(8, 20) + " " + word(8, 21), "never seen");
        assertThat(vectors[0]).hasSize(64);
        assertThat(near(vectors[0], vectors[0])).isCloseTo(1, within(1e-5));
        assertThat(near(vectors[0], vectors[1])).isGreaterThan(0.9);
        assertThat(near(vectors[0], vectors[2])).isBetween(-0.3, 0.3);
        assertThat(Scorer.isNothing(vectors[3])).isTrue();
    }

    @Test
    void is_held_against_chance_and_directions_that_were_not_learned() {
        Trained trained = Trainer.train(of(64, 1), texts(1200, true, false), UNHEARD);

        assertThat(trained.doubts()).isEmpty();
        assertThat(trained.agreement()).hasValue(1);
        assertThat(trained.classes()).isEmpty();
        assertThat(trained.baselines().keySet())
                .containsExactlyInAnyOrder("chance", "random directions", "word overlap");
        assertThat(recall(trained, "chance")).isCloseTo(10.0 / 479, within(1e-6));
        assertThat(trained.metrics().get("recallAt10"))
                .isGreaterThan(recall(trained, "random directions"))
                .isGreaterThan(recall(trained, "word overlap"));
        assertThat(trained.evaluation()).contains("\"texts\":1200", "\"dimensions\":64", "\"split\":\"random\"");
    }

    @Test
    void one_that_was_trained_in_another_place_is_held_against_the_same() {
        Trained trained = Trainer.train(of(64, 1), texts(1200, true, false), UNHEARD);
        List<Input> inputs = List.of(new Input("text", Input.Kind.TEXT));
        try (Assessment assessment =
                new Assessment(Task.EMBEDDING, trained.artifact(), new Scorer.Foreign(inputs, List.of()))) {
            Examples others = texts(600, true, false);
            for (int row = 0; row < others.size(); row++) {
                assessment.add(others.cells(row), null, 0, null, Double.NaN);
            }
            Trained taken = assessment.of();

            assertThat(taken.doubts()).isEmpty();
            assertThat(taken.metrics().get("recallAt10")).isGreaterThan(recall(taken, "random directions"));
            assertThat(recall(taken, "chance")).isCloseTo(10.0 / 1199, within(1e-6));
            assertThat(taken.evaluation()).contains("\"texts\":600", "\"dimensions\":64");
            assertThat(taken.artifact()).isEqualTo(trained.artifact());
        }
    }

    private static double recall(Trained trained, String baseline) {
        return Objects.requireNonNull(trained.baselines().get(baseline)).get("recallAt10");
    }

    @Test
    void of_texts_about_nothing_it_is_in_doubt() {
        Trained trained = Trainer.train(of(64, 1), texts(1200, false, false), UNHEARD);

        assertThat(trained.metrics().get("recallAt10")).isLessThan(2 * recall(trained, "chance"));
        assertThat(trained.doubts()).anyMatch(doubt -> doubt.contains("may be found by chance"));
    }

    @Test
    void with_a_label_it_says_how_often_neighbours_share_it() {
        Trained trained = Trainer.train(of(64, 1), texts(1200, true, true), UNHEARD);

        assertThat(trained.metrics().get("sameLabelAt10")).isBetween(0.35, 0.41);
        assertThat(Objects.requireNonNull(trained.baselines().get("chance")).get("sameLabelAt10"))
                .isLessThan(0.02);
        assertThat(trained.classes()).isEmpty();
    }

    @Test
    void is_the_same_to_the_byte_for_the_same_rows_and_seed() {
        byte[] first =
                Trainer.train(of(16, 1), texts(300, true, false), UNHEARD).artifact();

        assertThat(Trainer.train(of(16, 1), texts(300, true, false), UNHEARD).artifact())
                .isEqualTo(first);
        assertThat(Trainer.train(of(16, 2), texts(300, true, false), UNHEARD).artifact())
                .isNotEqualTo(first);
    }

    /** A sum in other portions is another in its last digit. */
    @Test
    void a_text_has_the_same_vector_to_the_bit_whatever_is_asked_beside_it() {
        Trained trained = Trainer.train(of(64, 1), texts(600, true, false), UNHEARD);
        Random random = new Random(1);
        List<List<@Nullable String>> asked = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(1 << random.nextInt(11)); word >= 0; word--) {
                text.append(word(random.nextInt(SUBJECTS), random.nextInt(WORDS)))
                        .append(' ');
            }
            asked.add(List.of(text.toString()));
        }
        try (Scorer scorer = Scorer.open(trained.artifact())) {
            float[][] together = scorer.outputs(asked);
            for (int i = 0; i < together.length; i++) {
                assertThat(scorer.outputs(List.of(asked.get(i)))[0]).isEqualTo(together[i]);
            }
        }
    }

    @Test
    void what_it_cannot_be_made_of_is_said() {
        Examples two =
                new Examples(List.of(new Input("text", Input.Kind.TEXT), new Input("amount", Input.Kind.NUMBER)));
        Examples few = none();
        Examples tooShort = none();
        for (int i = 0; i < 50; i++) {
            two.add(List.of("some words", "1"), null, i, null, Double.NaN);
            few.add(List.of("the same ten words are in each of all these texts"), null, i, null, Double.NaN);
            tooShort.add(List.of("word" + (char) ('a' + i % 10) + " and another"), null, i, null, Double.NaN);
        }
        assertThatThrownBy(() -> Trainer.train(of(8, 1), two, UNHEARD)).hasMessageContaining("is made of one text");
        assertThatThrownBy(() -> Trainer.train(of(8, 1), few, UNHEARD))
                .hasMessageContaining("differ in fewer than 8 directions");
        assertThatThrownBy(() -> Trainer.train(of(8, 1), tooShort, UNHEARD))
                .hasMessageContaining("too few texts of 10 words");
    }

    @Test
    void directions_are_those_of_the_decomposition() {
        Random random = new Random(2);
        double[][] matrix = new double[40][40];
        double[][] kept = new double[40][40];
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j <= i; j++) {
                double value = random.nextGaussian();
                for (double[][] each : List.of(matrix, kept)) {
                    each[i][j] = value;
                    each[j][i] = value;
                }
            }
        }
        double[][] vectors = new double[40][40];
        double[] values = Directions.eigen(matrix, vectors);
        List<Double> off = new ArrayList<>();
        for (int v = 0; v < 40; v++) {
            for (int i = 0; i < 40; i++) {
                double sum = 0;
                for (int j = 0; j < 40; j++) {
                    sum += kept[i][j] * vectors[j][v];
                }
                off.add(Math.abs(sum - values[v] * vectors[i][v]));
            }
        }
        assertThat(off).allMatch(each -> each < 1e-9);
    }
}
