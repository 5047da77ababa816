package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Progress UNHEARD = _ -> {};

    private static Training texts(long seed) {
        return new Training(Task.TEXT_CLASSIFICATION, new Split.AtRandom(5), false, seed, Training.Method.STANDARD);
    }

    /** Letters about three things, in words that overlap. */
    private static Examples letters(int count) {
        List<List<String>> words = List.of(
                List.of("loan", "house", "payment", "bank", "rate"),
                List.of("card", "fee", "payment", "bank", "charge"),
                List.of("score", "report", "error", "bureau", "bank"));
        Random random = new Random(3);
        Examples examples = new Examples(List.of(new Input("letter", Input.Kind.TEXT)));
        for (int i = 0; i < count; i++) {
            int about = i % 3;
            StringBuilder letter = new StringBuilder();
            for (int word = 0; word < 12; word++) {
                int from = random.nextInt(10) < 6 ? about : random.nextInt(3);
                letter.append(words.get(from).get(random.nextInt(5))).append(' ');
            }
            examples.add(
                    List.of(letter.toString()),
                    List.of("mortgage", "card", "credit").get(about),
                    i,
                    null,
                    Double.NaN);
        }
        return examples;
    }

    @Nested
    class A_model_of_texts {
        @Test
        void is_the_same_to_the_byte_for_the_same_rows_and_seed() {
            byte[] first = Trainer.train(texts(7), letters(300), UNHEARD).artifact();

            assertThat(Trainer.train(texts(7), letters(300), UNHEARD).artifact())
                    .isEqualTo(first);
            assertThat(Trainer.train(texts(8), letters(300), UNHEARD).artifact())
                    .isNotEqualTo(first);
        }

        @Test
        void is_held_against_what_needs_no_model() {
            Trained trained = Trainer.train(texts(7), letters(600), UNHEARD);

            assertThat(trained.classes()).containsExactly("card", "credit", "mortgage");
            assertThat(trained.metrics().get("accuracy")).isGreaterThan(0.9);
            assertThat(trained.baselines().keySet())
                    .containsExactlyInAnyOrder("most frequent class", "naive Bayes of letter");
            assertThat(trained.baselines().values()).allMatch(baseline -> baseline.get("accuracy") < 0.99);
            assertThat(trained.baselines().values()).anyMatch(baseline -> baseline.get("accuracy") < 0.4);
            assertThat(trained.agreement()).hasValue(1);
        }

        @Test
        void is_as_sure_as_it_is_right() {
            Trained trained = Trainer.train(texts(7), letters(1500), UNHEARD);

            assertThat(trained.metrics().get("calibrationError")).isLessThan(0.05);
        }

        @Test
        void that_is_no_better_than_saying_nothing_is_in_doubt() {
            Examples noise = new Examples(List.of(new Input("letter", Input.Kind.TEXT)));
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                noise.add(
                        List.of("word" + (char) ('a' + random.nextInt(8))),
                        random.nextBoolean() ? "x" : "y",
                        0,
                        null,
                        0);
            }

            assertThat(Trainer.train(texts(1), noise, UNHEARD).doubts())
                    .anySatisfy(doubt -> assertThat(doubt).contains("does not beat"));
        }

        @Test
        void is_carried_out_with_what_its_bytes_say() {
            Trained trained = Trainer.train(texts(7), letters(600), UNHEARD);

            try (Scorer scorer = Scorer.open(trained.artifact())) {
                assertThat(scorer.columns()).containsExactly("letter");
                List<List<@Nullable String>> rows = new ArrayList<>();
                rows.add(List.of("The rate of my house loan"));
                rows.add(List.of("an error in my credit SCORE report"));
                rows.add(java.util.Collections.singletonList(null));
                Scorer.Scores scores = scorer.score(rows);
                assertThat(scorer.classes().get(scores.classes()[0])).isEqualTo("mortgage");
                assertThat(scorer.classes().get(scores.classes()[1])).isEqualTo("credit");
                assertThat(scores.values()[2]).isBetween(0.3f, 0.7f);
            }
        }

        @Test
        void needs_two_classes() {
            Examples one = new Examples(List.of(new Input("letter", Input.Kind.TEXT)));
            for (int i = 0; i < 20; i++) {
                one.add(List.of("word"), "only", 0, null, 0);
            }

            assertThatThrownBy(() -> Trainer.train(texts(1), one, UNHEARD))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("one class");
        }
    }

    @Nested
    class A_model_of_numbers {
        private static Training by(Split split, boolean timed) {
            return new Training(Task.REGRESSION, split, timed, 1, Training.Method.STANDARD);
        }

        private static Examples line() {
            Examples examples =
                    new Examples(List.of(new Input("x", Input.Kind.NUMBER), new Input("kind", Input.Kind.CATEGORY)));
            Random random = new Random(2);
            for (int i = 0; i < 500; i++) {
                double x = random.nextDouble() * 100;
                boolean big = random.nextBoolean();
                double y = 3 * x + (big ? 50 : 0) + random.nextGaussian();
                examples.add(
                        List.of(Double.toString(x), big ? "big" : "small"), Double.toString(y), i, null, Double.NaN);
            }
            return examples;
        }

        @Test
        void learns_a_line_and_says_the_same_as_onnx() {
            Trained trained = Trainer.train(by(new Split.AtRandom(5), false), line(), UNHEARD);

            assertThat(trained.metrics().get("r2")).isGreaterThan(0.99);
            assertThat(trained.agreement()).hasValue(1);
            assertThat(trained.doubts()).isEmpty();
            try (Scorer scorer = Scorer.open(trained.artifact())) {
                float said = scorer.score(List.of(List.of("10", "big"))).values()[0];
                assertThat(said).isBetween(75f, 85f);
            }
        }

        /** Each machine has a level of its own that only its rows tell, and machines come one after the other. */
        private static Examples machines() {
            Examples examples =
                    new Examples(List.of(new Input("machine", Input.Kind.CATEGORY), new Input("x", Input.Kind.NUMBER)));
            Random random = new Random(5);
            for (int machine = 0; machine < 10; machine++) {
                double level = random.nextGaussian() * 100;
                for (int i = 0; i < 60; i++) {
                    double x = random.nextGaussian();
                    examples.add(
                            List.of("m" + machine, Double.toString(x)),
                            Double.toString(level + random.nextGaussian()),
                            machine * 60L + i,
                            "m" + machine,
                            Double.NaN);
                }
            }
            return examples;
        }

        @Test
        void that_shines_only_where_later_rows_leak_into_earlier_ones_is_in_doubt() {
            Trained trained = Trainer.train(by(new Split.AtRandom(5), true), machines(), UNHEARD);

            assertThat(trained.metrics().get("r2")).isGreaterThan(0.99);
            assertThat(trained.metrics().get("r2ByTime")).isLessThan(0.1);
            assertThat(trained.doubts()).singleElement().asString().contains("leaks");
        }

        @Test
        void may_be_asked_about_groups_it_has_not_seen() {
            Trained trained = Trainer.train(by(new Split.ByGroup(5), false), machines(), UNHEARD);

            assertThat(trained.metrics().get("r2")).isLessThan(0.1);
            assertThat(trained.doubts()).isNotEmpty();
        }
    }

    @Nested
    class A_recommendation {
        /** Everybody takes of one of three shelves, and some things that all take. */
        private static Examples shelves() {
            Examples examples = new Examples(
                    List.of(new Input("who", Input.Kind.CATEGORY), new Input("what", Input.Kind.CATEGORY)));
            Random random = new Random(4);
            for (int user = 0; user < 90; user++) {
                for (int item = 0; item < 60; item++) {
                    if ((item % 3 == user % 3 && random.nextInt(3) > 0) || random.nextInt(20) == 0) {
                        examples.add(List.of("u" + user, "i" + item), "1", 0, null, Double.NaN);
                    }
                }
            }
            return examples;
        }

        private static final Training TASTE =
                new Training(Task.RECOMMENDATION, new Split.AtRandom(5), false, 3, Training.Method.STANDARD);

        @Test
        void finds_more_of_what_somebody_takes_than_the_most_popular() {
            Trained trained = Trainer.train(TASTE, shelves(), UNHEARD);

            assertThat(trained.doubts()).isEmpty();
            assertThat(trained.agreement()).hasValue(1);
            assertThat(trained.metrics().get("recallAt10"))
                    .isGreaterThan(
                            1.5 * trained.baselines().values().iterator().next().get("recallAt10"));
            assertThat(trained.vectors())
                    .extracting(vectors -> vectors.values().size())
                    .containsExactly(90, 60);
            try (Scorer scorer = Scorer.open(trained.artifact())) {
                float[] scores = scorer.score(
                                List.of(List.of("u0", "i3"), List.of("u0", "i4"), List.of("nobody", "i3")))
                        .values();
                assertThat(scores[0]).isGreaterThan(scores[1]);
                assertThat(scores[2]).isZero();
            }
        }

        @Test
        void is_the_same_to_the_byte_for_the_same_rows_and_seed() {
            assertThat(Trainer.train(TASTE, shelves(), UNHEARD).artifact())
                    .isEqualTo(Trainer.train(TASTE, shelves(), UNHEARD).artifact());
        }
    }

    @Nested
    class Drift {
        @Test
        void is_none_of_rows_like_those_before_and_some_of_others() {
            Trained trained = Trainer.train(texts(7), letters(900), UNHEARD);
            try (Scorer scorer = Scorer.open(trained.artifact())) {
                DriftWatch same = scorer.watch(Reference.of(trained.reference()));
                DriftWatch others = scorer.watch(Reference.of(trained.reference()));
                Examples more = letters(500);
                List<List<@Nullable String>> alike = new ArrayList<>();
                List<List<@Nullable String>> strange = new ArrayList<>();
                for (int row = 0; row < more.size(); row++) {
                    alike.add(more.cells(row));
                    strange.add(List.of(
                            "something else entirely, " + more.cells(row).getFirst()));
                }
                same.add(alike, scorer.score(alike));
                others.add(strange, scorer.score(strange));

                assertThat(same.drifts())
                        .filteredOn(drift -> drift.name().startsWith("letter"))
                        .noneMatch(drift -> drift.exceeds(0.1));
                assertThat(others.drifts())
                        .filteredOn(drift -> drift.name().equals("letter known words"))
                        .allMatch(drift -> drift.exceeds(1));
            }
        }
    }
}
