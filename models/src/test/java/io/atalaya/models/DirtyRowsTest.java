package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as they come: models are made of them, or it is said why not. */
@Timeout(120)
class DirtyRowsTest {
    private static final Progress UNHEARD = _ -> {};
    private static final Split RANDOM = new Split.AtRandom(5);
    private static final Input X = new Input("x", Input.Kind.NUMBER);
    private static final Input Y = new Input("y", Input.Kind.NUMBER);
    private static final Input TEXT = new Input("letter", Input.Kind.TEXT);

    private static Trained trained(Task task, Split split, Examples examples) {
        boolean timed = split instanceof Split.ByTime;
        return Trainer.train(new Training(task, split, timed, 1, Training.Method.STANDARD, 16), examples, UNHEARD);
    }

    /** The label follows x; y is what is given. */
    private static Examples numbers(Task task, @Nullable String... y) {
        Examples examples = new Examples(List.of(X, Y));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            double x = random.nextGaussian();
            String label = task == Task.REGRESSION
                    ? Double.toString(x)
                    : task == Task.ANOMALY ? Math.abs(x) > 2 ? "1" : "0" : x > 0 ? "more" : "less";
            examples.add(Arrays.asList(Double.toString(x), y[i % y.length]), label, i, null, Double.NaN);
        }
        return examples;
    }

    private static Examples texts(Object[] classes, @Nullable String... texts) {
        Examples examples = new Examples(List.of(TEXT));
        for (int i = 0; i < 120; i++) {
            examples.add(
                    Arrays.asList(texts[i % texts.length]),
                    String.valueOf(classes[i % classes.length]),
                    i,
                    null,
                    Double.NaN);
        }
        return examples;
    }

    private static Scorer.Scores said(Trained trained, @Nullable String... cells) {
        try (Scorer scorer = Scorer.open(trained.artifact())) {
            List<List<@Nullable String>> rows = List.of(Arrays.asList(cells));
            Scorer.Scores scores = scorer.score(rows);
            DriftWatch watch = scorer.watch(Reference.of(trained.reference()));
            watch.add(rows, scores);
            assertThat(watch.drifts()).isNotEmpty();
            return scores;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFICATION", "REGRESSION", "ANOMALY"})
    void a_column_that_is_always_empty_says_nothing(Task task) {
        Trained empty = trained(task, RANDOM, numbers(task, (String) null));

        assertThat(empty.agreement()).hasValue(1);
        assertThat(said(empty, "1", "7").values()[0]).isFinite();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFICATION", "REGRESSION", "ANOMALY"})
    void what_is_no_finite_number_is_missing(Task task) {
        Trained empty = trained(task, RANDOM, numbers(task, null, "1"));
        Trained odd = trained(task, RANDOM, numbers(task, "nan", "1", "inf", "1", "-inf", "1"));

        assertThat(odd.artifact()).isEqualTo(empty.artifact());
        assertThat(said(odd, "1", "inf").values())
                .isEqualTo(said(odd, "1", null).values());
        assertThat(said(odd, "1", "nan").values())
                .isEqualTo(said(odd, "1", null).values());
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFICATION", "REGRESSION", "ANOMALY"})
    void what_is_too_large_to_reckon_with_is_missing(Task task) {
        Trained empty = trained(task, RANDOM, numbers(task, null, "1"));
        Trained large = trained(task, RANDOM, numbers(task, "1e308", "1", "-1e200", "1"));

        assertThat(large.artifact()).isEqualTo(empty.artifact());
        assertThat(said(large, "1", "1e308").values())
                .isEqualTo(said(large, "1", null).values());
    }

    @Test
    void a_text_where_a_number_is_looked_at_is_told_by_its_column() {
        Trained trained = trained(Task.REGRESSION, RANDOM, numbers(Task.REGRESSION, "1"));
        assertThatThrownBy(() -> said(trained, "1", "secret"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("numbers in column 'y'")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!!! ???", "   "})
    void texts_without_a_word_are_nothing_to_learn_from(String text) {
        assertThatThrownBy(() -> trained(Task.TEXT_CLASSIFICATION, RANDOM, texts(new Object[] {1, 2}, text, null)))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "There is nothing to learn from: in no row is there anything in 'letter'; of a text only words count that stand in 3 texts or more");
    }

    @Test
    void columns_that_are_all_empty_are_nothing_to_learn_from() {
        Examples examples = new Examples(List.of(X, Y));
        for (int i = 0; i < 50; i++) {
            examples.add(Arrays.asList(null, "nan"), "a" + i % 2, i, null, Double.NaN);
        }
        assertThatThrownBy(() -> trained(Task.CLASSIFICATION, RANDOM, examples))
                .isInstanceOf(ModelException.class)
                .hasMessage("There is nothing to learn from: in no row is there anything in 'x', 'y'");
    }

    @Test
    void texts_may_be_of_other_scripts() {
        Trained trained = trained(
                Task.TEXT_CLASSIFICATION,
                RANDOM,
                texts(new Object[] {"refund", "loan"}, "投诉 银行 拒绝 退款", "شكوى المصرف رفض 😀 السداد"));

        assertThat(trained.metrics().get("accuracy")).isEqualTo(1);
        assertThat(said(trained, "银行 退款").classes()).containsExactly(1);
    }

    @Test
    void texts_may_be_broken_and_without_end() {
        Trained trained = trained(
                Task.TEXT_CLASSIFICATION,
                RANDOM,
                texts(
                        new Object[] {"", "loan"},
                        "\ud83d bank \0 refund " + "a".repeat(100_000) + " bank".repeat(10_000),
                        "loan \udc00 late"));

        assertThat(trained.metrics().get("accuracy")).isEqualTo(1);
        assertThat(trained.classes()).containsExactly("", "loan");
        assertThat(said(trained, "late ".repeat(100_000)).classes()).containsExactly(1);
    }

    @Test
    void a_class_of_one_row_is_a_class() {
        Examples examples = texts(new Object[] {"refund", "loan"}, "bank refund", "loan late");
        examples.add(List.of("bank refund odd"), "rare", 1, null, Double.NaN);
        Trained trained = trained(Task.TEXT_CLASSIFICATION, RANDOM, examples);

        assertThat(trained.classes()).containsExactly("loan", "rare", "refund");
        assertThat(trained.evaluation()).contains("\"class\":\"rare\",\"rows\":1,");
    }

    @ParameterizedTest
    @CsvSource({"true, 'too many are of one and the same time'", "false, 'there are fewer than two groups'"})
    void rows_that_cannot_be_divided_are_refused_with_a_cure(boolean byTime, String why) {
        Examples examples = new Examples(List.of(X));
        for (int i = 0; i < 50; i++) {
            examples.add(List.of(Integer.toString(i)), Integer.toString(i), 5, null, Double.NaN);
        }
        assertThatThrownBy(
                        () -> trained(Task.REGRESSION, byTime ? new Split.ByTime(0.2) : new Split.ByGroup(5), examples))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("another 'split'");
    }

    @Test
    void forecasts_may_have_gaps_and_the_same_time_twice() {
        Examples examples = new Examples(List.of(X));
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            double level = 10 + random.nextGaussian();
            long time = i / 3 * 1_000L + (i > 150 ? 1_000_000 : 0);
            double naive = i % 4 == 0 ? Double.NaN : level + random.nextGaussian() * 3;
            examples.add(
                    Arrays.asList(i % 5 == 0 ? null : Double.toString(level)),
                    Double.toString(level + random.nextGaussian() / 10),
                    time,
                    null,
                    naive);
        }
        Trained trained = trained(Task.FORECAST, new Split.ByTime(0.2), examples);

        assertThat(trained.doubts()).isEmpty();
        assertThat(trained.evaluation()).doesNotContain("NaN", "Infinity");
    }
}
