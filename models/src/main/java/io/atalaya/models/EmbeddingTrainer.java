package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models that give texts a vector, so that what is about the same is near: words that stand in the same texts are drawn
 * together, as latent semantic analysis does.
 */
final class EmbeddingTrainer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OVERLAP = "word overlap";
    private static final String RECALL = "recallAt10";
    private static final String LABELS = "sameLabelAt10";
    private static final int FEWEST_WORDS = 10;
    private static final int ASKED = 1_000;
    private static final int LEARNED_FROM = 200_000;
    private static final int WEIGHTS = 1 << 24;
    private static final int COMPARED = 20_000;
    private static final double NEAR = 1e-3;

    /** How much less directions count in which texts differ more. */
    private static final double EVENED = 0.5;

    private final Training training;
    private final Examples examples;
    private final Examples.Texts texts;
    private final Progress progress;
    private final boolean labelled;
    private final int[] classOf;
    private double done;

    EmbeddingTrainer(Training training, Examples examples, Progress progress) {
        this.training = training;
        this.examples = examples;
        this.progress = progress;
        if (examples.inputs().size() != 1 || !(examples.column(0) instanceof Examples.Texts column)) {
            throw new ModelException(
                    "An embedding is made of one text and no other columns; join several with || in the SELECT");
        }
        this.texts = column;
        this.labelled = !examples.classes().isEmpty();
        this.classOf = examples.classOf();
    }

    /** What gives a text its vector. */
    private record Learned(Vectorizer.Fitted fitted, Linear linear) {
        /** Of length one, or of zeros if no word is known. */
        double[] vector(Features features) {
            double[] vector = new double[linear.outputs()];
            linear.decide(features, vector);
            Nearness.shorten(vector);
            return vector;
        }
    }

    Trained train() {
        Optional<Split> also = Trainer.alsoBy(training);
        List<Split.Fold> folds = training.split().folds(examples, training.seed());
        double steps = folds.size() + also.stream().count() + 1.5;
        Evaluation evaluation = evaluation(training.split(), folds, steps);
        Optional<Evaluation> later =
                also.map(split -> evaluation(split, split.folds(examples, training.seed()), steps));
        Learned learned = learn(IntStream.range(0, examples.size()).toArray());
        progress.reached(1 - 0.5 / steps);
        byte[] artifact = LinearGraph.vector(learned.linear(), learned.fitted().vectorizer());
        double agreement = agreement(artifact, learned);
        Map<String, Metrics> baselines = new TreeMap<>(evaluation.baselines());
        ObjectNode detail = evaluation.detail();
        detail.put("dimensions", training.dimensions());
        detail.put("words", learned.fitted().vectorizer().width());
        baselines.put(OVERLAP, overlap(detail));
        later.ifPresent(more -> {
            ObjectNode byTime = detail.putObject("byTime");
            byTime.setAll(more.detail());
            byTime.set("metrics", JSON.valueToTree(more.metrics().values()));
            byTime.set("baselines", JSON.valueToTree(more.baselines()));
        });
        List<String> doubts = new ArrayList<>(Trainer.doubts(evaluation, later, agreement));
        Stream.concat(Stream.of(evaluation), later.stream())
                .flatMap(each -> Nearness.byChance(
                        each, RECALL, 2.0 * each.detail().get("texts").asLong())
                        .stream())
                .forEach(doubts::add);
        return new Trained(
                "latent semantic analysis, ONNX",
                examples.inputs(),
                List.of(),
                examples.size(),
                evaluation.metrics(),
                baselines,
                detail.toString(),
                Reference.of(Reference.inputs(examples, learned.fitted().vectorizer()), List.of())
                        .toJson(),
                OptionalDouble.of(agreement),
                doubts,
                artifact,
                List.of());
    }

    private static Metrics overlap(ObjectNode detail) {
        Metrics metrics = Metrics.of();
        for (Map.Entry<String, JsonNode> one :
                Objects.requireNonNull(detail.get(OVERLAP)).properties()) {
            metrics = metrics.with(one.getKey(), one.getValue().asDouble());
        }
        detail.remove(OVERLAP);
        return metrics;
    }

    private Learned learn(int[] rows) {
        Vectorizer.Fitted fitted = Vectorizer.fit(examples, rows, WEIGHTS / training.dimensions());
        return new Learned(
                fitted,
                Directions.of(
                        fitted, Nearness.some(rows, LEARNED_FROM), training.dimensions(), EVENED, training.seed()));
    }

    /**
     * Texts that were not learned from are cut in two: how often is the other half among the ten nearest of all halves?
     */
    private Evaluation evaluation(Split split, List<Split.Fold> folds, double steps) {
        Map<String, double[]> found = new TreeMap<>();
        double[] chance = new double[2];
        long[] asked = new long[2];
        for (Split.Fold fold : folds) {
            int[] longer = Arrays.stream(fold.ask())
                    .filter(row -> texts.values.get(row).length >= FEWEST_WORDS)
                    .toArray();
            int[] rows = Nearness.some(longer, ASKED);
            if (fold.learn().length == 0 || 2 * rows.length <= Nearness.BEST + 1) {
                continue;
            }
            Learned learned = learn(fold.learn());
            Learned random = new Learned(
                    learned.fitted(),
                    Directions.random(learned.fitted().vectorizer().width(), training.dimensions(), training.seed()));
            List<Features> halves = new ArrayList<>();
            for (int row : rows) {
                int[] words = texts.values.get(row);
                halves.add(features(learned, words, 0, words.length / 2));
                halves.add(features(learned, words, words.length / 2, words.length));
            }
            List<Features> wholes = Arrays.stream(rows)
                    .mapToObj(row -> features(learned, texts.values.get(row), 0, texts.values.get(row).length))
                    .toList();
            asked[0] += halves.size();
            chance[0] += halves.size() * (double) Nearness.BEST / (halves.size() - 1);
            int[] labels = Arrays.stream(rows).map(row -> classOf[row]).toArray();
            for (int i = 0; labelled && i < labels.length; i++) {
                if (labels[i] >= 0) {
                    int one = labels[i];
                    asked[1]++;
                    chance[1] +=
                            (Arrays.stream(labels).filter(other -> other == one).count() - 1.0) / (labels.length - 1);
                }
            }
            Map<String, Function<List<Features>, Nearness.Space>> spaces = Map.of(
                    RECALL,
                    all -> new Nearness.Dense(all.stream().map(learned::vector).toArray(double[][]::new)),
                    "random directions",
                    all -> new Nearness.Dense(all.stream().map(random::vector).toArray(double[][]::new)),
                    OVERLAP,
                    all -> new Nearness.Sparse(
                            all, learned.fitted().vectorizer().width()));
            spaces.forEach((name, space) -> {
                double[] sums = found.computeIfAbsent(name, _ -> new double[2]);
                sums[0] += Nearness.partners(space.apply(halves), halves.size());
                sums[1] += labelled ? Nearness.alike(space.apply(wholes), labels) : 0;
            });
            done += 1 / steps;
            progress.reached(done);
        }
        if (asked[0] == 0) {
            throw new ModelException(
                    "The split by %s asks about too few texts of %s words or more", split.word(), FEWEST_WORDS);
        }
        Function<double[], Metrics> measured = sums -> labelled && asked[1] > 0
                ? Metrics.of(RECALL, sums[0] / asked[0], LABELS, sums[1] / asked[1])
                : Metrics.of(RECALL, sums[0] / asked[0]);
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split.word());
        detail.put("texts", asked[0] / 2);
        detail.set(
                OVERLAP,
                JSON.valueToTree(measured.apply(Objects.requireNonNull(found.get(OVERLAP)))
                        .values()));
        return new Evaluation(
                Evaluation.splitBy(split.word()),
                measured.apply(Objects.requireNonNull(found.get(RECALL))),
                Map.of(
                        "chance",
                        measured.apply(chance),
                        "random directions",
                        measured.apply(Objects.requireNonNull(found.get("random directions")))),
                List.of(RECALL),
                detail);
    }

    private Features features(Learned learned, int[] words, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(texts.names.word(words[i])).append(' ');
        }
        Features features = new Features();
        learned.fitted().vectorizer().read(List.of(text.toString()), features);
        return features;
    }

    /** The share of rows of which the ONNX form gives the same vector, to a thousandth. */
    private double agreement(byte[] artifact, Learned learned) {
        int[] rows = IntStream.range(0, Math.min(COMPARED, examples.size())).toArray();
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row : rows) {
            cells.add(examples.cells(row));
        }
        Features features = new Features();
        try (Scorer scorer = Scorer.open(artifact)) {
            float[][] said = scorer.outputs(cells);
            int same = 0;
            for (int row : rows) {
                learned.fitted().read(row, features);
                double[] vector = learned.vector(features);
                same += IntStream.range(0, vector.length).allMatch(i -> Math.abs(vector[i] - said[row][i]) <= NEAR)
                        ? 1
                        : 0;
            }
            return (double) same / rows.length;
        }
    }
}
