package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Models of what is usual, and how unlike that rows are. */
class AnomalyTest {
    private static final Progress UNHEARD = _ -> {};

    private static Training by(Split split, boolean timed) {
        return new Training(Task.ANOMALY, split, timed, 1, Training.Method.STANDARD);
    }

    private static Examples none() {
        return new Examples(List.of(
                new Input("a", Input.Kind.NUMBER),
                new Input("b", Input.Kind.NUMBER),
                new Input("kind", Input.Kind.CATEGORY)));
    }

    /**
     * Rows whose {@code b} follows {@code a}, but for one in twenty, in which no number by itself is unusual.
     *
     * @param labelled whether rows say so
     */
    private static Examples pairs(int count, boolean labelled) {
        Examples examples = none();
        Random random = new Random(11);
        for (int i = 0; i < count; i++) {
            boolean odd = i % 20 == 7;
            double a = random.nextGaussian();
            double b = (odd ? -a : a) + random.nextGaussian() * 0.1;
            examples.add(
                    List.of(Double.toString(a), Double.toString(b), random.nextBoolean() ? "x" : "y"),
                    labelled ? odd ? "1" : "0" : null,
                    i,
                    null,
                    Double.NaN);
        }
        return examples;
    }

    @Test
    void what_no_single_number_shows_is_found() {
        Trained trained = Trainer.train(by(new Split.ByTime(0.2), true), pairs(2000, true), UNHEARD);

        assertThat(trained.doubts()).isEmpty();
        assertThat(trained.agreement()).hasValue(1);
        assertThat(trained.metrics().get("auc")).isGreaterThan(0.85);
        assertThat(trained.metrics().get("averagePrecision"))
                .isGreaterThan(2
                        * Objects.requireNonNull(trained.baselines().get("largest z-score"))
                                .get("averagePrecision"));
        assertThat(trained.evaluation()).contains("\"split\":\"time\"", "\"anomalies\":20");
    }

    @Test
    void what_it_says_is_the_share_of_usual_rows_that_are_as_unlike() {
        Trained trained = Trainer.train(by(new Split.ByTime(0.2), true), pairs(2000, true), UNHEARD);
        Random random = new Random(12);
        List<List<@Nullable String>> usual = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            double a = random.nextGaussian();
            usual.add(List.of(Double.toString(a), Double.toString(a + random.nextGaussian() * 0.1), "x"));
        }
        try (Scorer scorer = Scorer.open(trained.artifact())) {
            float[] shares = scorer.score(usual).values();
            for (double share : new double[] {0.5, 0.1, 0.01}) {
                int as = 0;
                for (float one : shares) {
                    as += one <= share ? 1 : 0;
                }
                assertThat((double) as / shares.length).as("share " + share).isCloseTo(share, within(share / 2));
            }
            float[] odd = scorer.score(
                            List.of(List.of("1", "-1", "x"), List.of("2", "-2", "x"), List.of("0", "0", "never seen")))
                    .values();
            assertThat(odd[0]).isBetween(1e-6f, 0.001f);
            assertThat(odd[1]).isLessThan(odd[0]);
            assertThat(odd[2]).isLessThan(0.01f);
            float missing = scorer.score(List.of(Arrays.asList("1", null, "x"))).values()[0];
            assertThat(missing).isBetween(0f, 0.05f);
        }
    }

    @Test
    void is_the_same_to_the_byte_for_the_same_rows() {
        Training training = by(new Split.AtRandom(5), false);

        assertThat(Trainer.train(training, pairs(500, true), UNHEARD).artifact())
                .isEqualTo(Trainer.train(training, pairs(500, true), UNHEARD).artifact());
    }

    @Test
    void without_a_label_it_says_how_many_it_would_call() {
        Trained trained = Trainer.train(by(new Split.ByTime(0.2), true), pairs(2000, false), UNHEARD);

        assertThat(trained.metrics().values().keySet()).containsExactly("alarms");
        assertThat(trained.metrics().get("alarms")).isBetween(0.001, 0.05);
        assertThat(trained.baselines()).isEmpty();
        assertThat(trained.doubts()).isEmpty();
    }

    @Test
    void what_a_single_number_shows_as_well_is_in_doubt() {
        Examples examples = new Examples(List.of(new Input("a", Input.Kind.NUMBER)));
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            boolean odd = i % 10 == 3;
            examples.add(
                    List.of(Double.toString(random.nextGaussian() + (odd ? 6 : 0))),
                    odd ? "true" : "false",
                    i,
                    null,
                    Double.NaN);
        }

        assertThat(Trainer.train(by(new Split.AtRandom(5), false), examples, UNHEARD)
                        .doubts())
                .singleElement()
                .asString()
                .contains("does not beat 'largest z-score' on the split by random");
    }

    @Test
    void rows_that_nothing_tells_apart_are_as_usual_as_each_other() {
        Examples examples = none();
        for (int i = 0; i < 100; i++) {
            examples.add(List.of("1", "2", "x"), null, i, null, Double.NaN);
        }
        Trained trained = Trainer.train(by(new Split.AtRandom(5), false), examples, UNHEARD);
        try (Scorer scorer = Scorer.open(trained.artifact())) {
            float[] shares = scorer.score(List.of(List.of("1", "2", "x"), List.of("7", "2", "x")))
                    .values();
            assertThat(shares[0]).isEqualTo(1);
            assertThat(shares[1]).isBetween(0f, 0.01f);
        }
    }

    @Test
    void labels_are_0_and_1() {
        Examples examples = none();
        for (int i = 0; i < 30; i++) {
            examples.add(List.of("1", "2", "x"), i % 2 == 0 ? "0" : "2", i, null, Double.NaN);
        }
        assertThatThrownBy(() -> Trainer.train(by(new Split.AtRandom(5), false), examples, UNHEARD))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("label of anomalies is 1");
        assertThatThrownBy(() -> Trainer.train(by(new Split.ByTime(0.01), true), pairs(100, true), UNHEARD))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("rows of which none is an anomaly");
    }

    private static Path valves() {
        Optional<Path> found = Stream.of(
                        System.getProperty("atalaya.shared.data", ""), "../../shared/data", "../../../shared/data")
                .filter(path -> !path.isEmpty())
                .map(path -> Path.of(path).resolve("seed3-kaggle/skab"))
                .filter(Files::isDirectory)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "the shared data is not here");
        return found.orElseThrow();
    }

    private static List<List<String>> trial(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> Arrays.asList(line.split(";", -1))).toList();
        }
    }

    /**
     * Sixteen trials of a pump in which a valve is closed for a while, from the
     * <a href="https://github.com/waico/SKAB">Skoltech benchmark</a>: the mean of each number in some rows, less what it was in
     * the first 400 rows of its trial, in which nothing happens.
     */
    private static Examples valves(int mean) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(valves())) {
            files = all.filter(file -> String.valueOf(file.getFileName()).startsWith("valve1"))
                    .sorted()
                    .toList();
        }
        List<String> names = trial(files.getFirst()).getFirst();
        Examples examples = new Examples(names.subList(1, 9).stream()
                .map(name -> new Input(name, Input.Kind.NUMBER))
                .toList());
        for (Path file : files) {
            List<List<String>> rows = trial(file);
            for (int row = 1; row < rows.size(); row++) {
                List<@Nullable String> cells = new ArrayList<>();
                for (int column = 1; column < 9; column++) {
                    cells.add(Double.toString(
                            mean(rows, Math.max(1, row - mean + 1), row + 1, column) - mean(rows, 1, 401, column)));
                }
                long time = LocalDateTime.parse(rows.get(row).getFirst().replace(' ', 'T'))
                        .toEpochSecond(ZoneOffset.UTC);
                examples.add(cells, rows.get(row).get(9), time, String.valueOf(file.getFileName()), Double.NaN);
            }
        }
        return examples;
    }

    private static double mean(List<List<String>> rows, int from, int to, int column) {
        return rows.subList(from, to).stream()
                .mapToDouble(row -> Double.parseDouble(row.get(column)))
                .average()
                .orElseThrow();
    }

    @Test
    void closed_valves_of_a_pump_are_found_in_what_half_a_minute_tells() throws IOException {
        Trained trained = Trainer.train(by(new Split.ByTime(0.2), true), valves(30), UNHEARD);

        assertThat(trained.rows()).isEqualTo(18_160);
        assertThat(trained.agreement()).hasValue(1);
        assertThat(trained.metrics().get("averagePrecision")).isCloseTo(0.948, within(0.002));
        assertThat(trained.metrics().get("f1")).isCloseTo(0.912, within(0.002));
        assertThat(Objects.requireNonNull(trained.baselines().get("largest z-score"))
                        .get("f1"))
                .isCloseTo(0.902, within(0.002));
        assertThat(trained.doubts()).isEmpty();
    }

    @Test
    void single_seconds_of_the_pump_are_told_as_well_by_one_number() throws IOException {
        Trained trained = Trainer.train(by(new Split.ByTime(0.2), true), valves(1), UNHEARD);

        assertThat(trained.metrics().get("f1")).isCloseTo(0.836, within(0.002));
        assertThat(trained.doubts()).singleElement().asString().contains("does not beat 'largest z-score'");
    }
}
