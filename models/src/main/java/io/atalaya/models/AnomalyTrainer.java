package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Models that tell how unlike others a row is: the share of usual rows that are as far from the middle of all. They learn from
 * rows that are said to be usual, or from all if nothing is said.
 */
final class AnomalyTrainer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARTS = 5;
    private static final int COMPARED = 20_000;
    private static final double NEAR = 1e-3;

    private final Training training;
    private final Examples examples;
    private final Progress progress;
    private final boolean labelled;
    private final int[] odd;

    AnomalyTrainer(Training training, Examples examples, Progress progress) {
        this.training = training;
        this.examples = examples;
        this.progress = progress;
        if (examples.inputs().stream().anyMatch(input -> input.kind() == Input.Kind.TEXT)) {
            throw new ModelException("Texts are not looked at for anomalies; leave them out in the SELECT");
        }
        this.labelled = !examples.classes().isEmpty();
        this.odd = Anomalies.marks(examples);
    }

    /** What was learned of usual rows. */
    private record Learned(Vectorizer.Fitted fitted, Whitening whitening, Tail tail) {
        double[] shares(int[] rows) {
            return Arrays.stream(whitening.distances(fitted, rows))
                    .map(tail::share)
                    .toArray();
        }
    }

    /**
     * What was said of rows that were not learned from.
     *
     * @param shares of usual rows that are as unlike
     * @param alarms which are called anomalies
     * @param farthest how many deviations the farthest of its numbers is out
     * @param farAlarms which are called anomalies by that
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asked(int[] rows, double[] shares, boolean[] alarms, double[] farthest, boolean[] farAlarms) {}

    Trained train() {
        Folds learning = new Folds(progress, 0.5);
        Future<Learned> whole = learning.whole(() ->
                learn(Anomalies.usual(odd, IntStream.range(0, examples.size()).toArray())));
        Asked asked = ask(learning, training.split());
        Optional<Split> also = Trainer.alsoBy(training);
        Optional<Asked> askedAlso = also.map(split -> ask(learning, split));
        learning.learn();
        Evaluation evaluation = evaluation(training.split().word(), asked);
        Optional<Evaluation> later =
                askedAlso.map(more -> evaluation(also.orElseThrow().word(), more));
        Learned learned = whole.resultNow();
        byte[] artifact = LinearGraph.share(
                learned.whitening().linear(), learned.tail(), learned.fitted().vectorizer());
        double agreement = agreement(artifact, learned);
        ObjectNode detail = evaluation.detail();
        detail.put("shrinkage", learned.whitening().shrinkage());
        detail.put(
                "threshold",
                labelled ? Anomalies.threshold(odd, asked.rows(), asked.shares()) : Anomalies.USUAL_ALARMS);
        later.ifPresent(more -> {
            detail.set("byTime", more.detail());
            more.detail().set("metrics", JSON.valueToTree(more.metrics().values()));
            more.detail().set("baselines", JSON.valueToTree(more.baselines()));
        });
        List<String> doubts = labelled
                ? Trainer.doubts(evaluation, later, agreement)
                : Trainer.disagreement(agreement).stream().toList();
        return new Trained(
                "distance of Mahalanobis, ONNX",
                examples.inputs(),
                List.of(),
                examples.size(),
                evaluation.metrics(),
                evaluation.baselines(),
                detail.toString(),
                Reference.of(
                                Reference.inputs(examples, learned.fitted().vectorizer()),
                                List.of(Histogram.ofNumbers(Reference.ANSWER, asked.shares())))
                        .toJson(),
                OptionalDouble.of(agreement),
                doubts,
                artifact,
                List.of());
    }

    /** What is usual, and how far out usual rows are that were not looked at for that. */
    private Learned learn(int[] usual) {
        double[] distances = new double[usual.length];
        int at = 0;
        int[] part = parts(usual);
        for (int now = 0; now < PARTS; now++) {
            int one = now;
            int[] others = IntStream.range(0, usual.length)
                    .filter(i -> part[i] != one)
                    .map(i -> usual[i])
                    .toArray();
            int[] these = IntStream.range(0, usual.length)
                    .filter(i -> part[i] == one)
                    .map(i -> usual[i])
                    .toArray();
            if (others.length == 0 || these.length == 0) {
                continue;
            }
            Vectorizer.Fitted fitted = Vectorizer.fit(examples, others);
            double[] apart = Whitening.of(fitted, others).distances(fitted, these);
            System.arraycopy(apart, 0, distances, at, apart.length);
            at += apart.length;
        }
        Vectorizer.Fitted fitted = Vectorizer.fit(examples, usual);
        return new Learned(fitted, Whitening.of(fitted, usual), Tail.of(Arrays.copyOf(distances, at)));
    }

    /** Rows that are alike by their time or their group are in the same part. */
    private int[] parts(int[] rows) {
        int[] part = new int[rows.length];
        if (training.timed()) {
            int[] order = IntStream.range(0, rows.length)
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer i) -> examples.time(rows[i])))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < order.length; i++) {
                part[order[i]] = (int) ((long) i * PARTS / order.length);
            }
        } else {
            for (int i = 0; i < rows.length; i++) {
                int group = examples.group(rows[i]);
                part[i] = Math.floorMod(group >= 0 ? group : i, PARTS);
            }
        }
        return part;
    }

    /** What is said of the rows of each fold, once that was learned. */
    private Asked ask(Folds learning, Split split) {
        List<Split.Fold> folds = split.folds(examples, training.seed());
        int size = folds.stream().mapToInt(fold -> fold.ask().length).sum();
        Asked asked =
                new Asked(new int[size], new double[size], new boolean[size], new double[size], new boolean[size]);
        learning.each(split, folds, (fold, at) -> {
            Learned learned = learn(Anomalies.usual(odd, fold.learn()));
            double[] shares = learned.shares(fold.ask());
            double[] farthest = Anomalies.farthest(learned.fitted(), fold.ask());
            double threshold = labelled
                    ? Anomalies.threshold(odd, fold.learn(), learned.shares(fold.learn()))
                    : Anomalies.USUAL_ALARMS;
            double[] before = Anomalies.farthest(learned.fitted(), fold.learn());
            double far = -Anomalies.threshold(
                    odd, fold.learn(), Arrays.stream(before).map(out -> -out).toArray());
            for (int i = 0; i < shares.length; i++) {
                asked.rows()[at + i] = fold.ask()[i];
                asked.shares()[at + i] = shares[i];
                asked.alarms()[at + i] = shares[i] <= threshold;
                asked.farthest()[at + i] = farthest[i];
                asked.farAlarms()[at + i] = farthest[i] >= far;
            }
        });
        return asked;
    }

    private Evaluation evaluation(String split, Asked asked) {
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split);
        detail.put("rows", asked.rows().length);
        if (!labelled) {
            return new Evaluation(
                    Evaluation.splitBy(split),
                    Metrics.of("alarms", Anomalies.share(asked.alarms())),
                    Map.of(),
                    List.of(),
                    detail);
        }
        int[] right = Arrays.stream(asked.rows()).map(row -> odd[row]).toArray();
        long anomalies = Arrays.stream(right).sum();
        if (anomalies == 0 || anomalies == right.length) {
            throw new ModelException(
                    anomalies == 0
                            ? "The split by %s asks about rows of which none is an anomaly"
                            : "The split by %s asks about anomalies only",
                    split);
        }
        detail.put("anomalies", anomalies);
        double[] unlike = Arrays.stream(asked.shares()).map(share -> -share).toArray();
        return new Evaluation(
                Evaluation.splitBy(split),
                Anomalies.measured(right, unlike, asked.alarms()),
                Map.of("largest z-score", Anomalies.measured(right, asked.farthest(), asked.farAlarms())),
                List.of("averagePrecision", "f1"),
                detail);
    }

    /** The share of rows of which the ONNX form says the same share, to a thousandth. */
    private double agreement(byte[] artifact, Learned learned) {
        int[] rows = IntStream.range(0, Math.min(COMPARED, examples.size())).toArray();
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row : rows) {
            cells.add(examples.cells(row));
        }
        double[] shares = learned.shares(rows);
        try (Scorer scorer = Scorer.open(artifact)) {
            float[] said = scorer.scoreTogether(cells).values();
            int same = 0;
            for (int row : rows) {
                same += Math.abs(shares[row] - said[row]) <= NEAR ? 1 : 0;
            }
            return (double) same / rows.length;
        }
    }
}
