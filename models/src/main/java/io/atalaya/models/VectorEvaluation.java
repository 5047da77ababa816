package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How good vectors are that a model from elsewhere gives: of a text cut in two, whether the other half is near; and whether
 * rows are near that have the same label.
 */
final class VectorEvaluation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HALVES = "recallAt10";
    private static final String LABELS = "sameLabelAt10";
    private static final int FEWEST_WORDS = 10;
    private static final long SEED = 1;

    private final Scorer scorer;
    private final List<Sample.Row> rows;
    private final List<List<@Nullable String>> halves = new ArrayList<>();
    private final Vectorizer looks;
    private final Linear random;

    VectorEvaluation(Scorer scorer, Examples examples, Sample sample) {
        this.scorer = scorer;
        this.rows = sample.rows();
        this.looks = Vectorizer.fit(
                        examples, IntStream.range(0, examples.size()).toArray())
                .vectorizer();
        this.random = Directions.random(looks.width(), scorer.dimensions(), SEED);
        if (examples.inputs().size() == 1 && examples.inputs().getFirst().kind() == Input.Kind.TEXT) {
            rows.forEach(row -> cut(row.cells().getFirst()));
        }
    }

    private void cut(@Nullable String text) {
        String[] words = text == null ? new String[0] : text.strip().split("\\s+");
        if (words.length >= FEWEST_WORDS) {
            int middle = words.length / 2;
            halves.add(cell(String.join(" ", Arrays.asList(words).subList(0, middle))));
            halves.add(cell(String.join(" ", Arrays.asList(words).subList(middle, words.length))));
        }
    }

    private static List<@Nullable String> cell(String text) {
        List<@Nullable String> cells = new ArrayList<>(1);
        cells.add(text);
        return cells;
    }

    /** The measure that decides. */
    private String deciding() {
        return halves.size() > Nearness.BEST + 1 ? HALVES : LABELS;
    }

    Evaluation of(String asked, String split) {
        List<Sample.Row> labelled =
                rows.stream().filter(row -> row.label() != null).toList();
        int[] labels = numbered(labelled);
        boolean byLabel = labelled.size() > Nearness.BEST + 1
                && Arrays.stream(labels).distinct().count() > 1;
        boolean byHalves = halves.size() > Nearness.BEST + 1;
        if (!byLabel && !byHalves) {
            throw new ModelException(
                    "Nothing says how good its vectors are: more than %s rows are needed with 'label', which says what rows about the same have in common and is not the same of all, or one column in 'texts' with texts of %s words or more",
                    Nearness.BEST + 1, FEWEST_WORDS);
        }
        List<List<@Nullable String>> wholes =
                labelled.stream().map(Sample.Row::cells).toList();
        Metrics ours = Metrics.of();
        Metrics directions = Metrics.of();
        Metrics chance = Metrics.of();
        if (byHalves) {
            ours = ours.with(HALVES, partners(vectors(halves)));
            directions = directions.with(HALVES, partners(random(halves)));
            chance = chance.with(HALVES, (double) Nearness.BEST / (halves.size() - 1));
        }
        if (byLabel) {
            ours = ours.with(LABELS, Nearness.alike(vectors(wholes), labels) / labels.length);
            directions = directions.with(LABELS, Nearness.alike(random(wholes), labels) / labels.length);
            chance = chance.with(LABELS, byChance(labels));
        }
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split);
        detail.put("texts", halves.size() / 2);
        detail.put("labelled", labels.length);
        detail.put("dimensions", scorer.dimensions());
        return new Evaluation(
                asked, ours, Map.of("chance", chance, "random directions", directions), List.of(deciding()), detail);
    }

    /** What is against putting it to use. */
    List<String> doubts(Evaluation evaluation) {
        String measure = deciding();
        long asked = evaluation
                .detail()
                .get(measure.equals(HALVES) ? "texts" : "labelled")
                .asLong();
        Optional<String> byChance =
                Nearness.byChance(evaluation, measure, measure.equals(HALVES) ? 2.0 * asked : asked);
        return Stream.concat(evaluation.unbeaten().stream(), byChance.stream()).toList();
    }

    private static int[] numbered(List<Sample.Row> rows) {
        Map<String, Integer> known = new HashMap<>();
        return rows.stream()
                .mapToInt(row -> known.computeIfAbsent(Objects.requireNonNull(row.label()), _ -> known.size()))
                .toArray();
    }

    /** How often one of the others, drawn blindly, has the same. */
    private static double byChance(int[] labels) {
        Map<Integer, Long> counts = new HashMap<>();
        Arrays.stream(labels).forEach(label -> counts.merge(label, 1L, Long::sum));
        return Arrays.stream(labels)
                .mapToDouble(label -> (Objects.requireNonNull(counts.get(label)) - 1.0) / (labels.length - 1))
                .average()
                .orElse(0);
    }

    private static double partners(Nearness.Space space) {
        return (double) Nearness.partners(space, space.size()) / space.size();
    }

    private Nearness.Space vectors(List<List<@Nullable String>> cells) {
        return new Nearness.Dense(Arrays.stream(scorer.outputs(cells))
                .map(VectorEvaluation::doubles)
                .toArray(double[][]::new));
    }

    private static double[] doubles(float[] said) {
        double[] vector = new double[said.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = said[i];
            if (!Double.isFinite(vector[i])) {
                throw new ModelException(
                        "There are rows of which it says no number; are there cells missing that it needs?");
            }
        }
        Nearness.shorten(vector);
        return vector;
    }

    private Nearness.Space random(List<List<@Nullable String>> cells) {
        Features features = new Features();
        return new Nearness.Dense(cells.stream()
                .map(row -> {
                    looks.read(row, features);
                    double[] vector = new double[random.outputs()];
                    random.decide(features, vector);
                    Nearness.shorten(vector);
                    return vector;
                })
                .toArray(double[][]::new));
    }
}
