package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Models of what users would like, from what they have taken. The first column is who, the second what, the label how much. */
final class TasteTrainer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BEST = 10;
    private static final double SURER = 10;
    private static final double NEAR = 1e-3;
    private static final int COMPARED = 20_000;

    private final Training training;
    private final Examples examples;
    private final Progress progress;
    private final Examples.Codes users;
    private final Examples.Codes items;

    TasteTrainer(Training training, Examples examples, Progress progress) {
        this.training = training;
        this.examples = examples;
        this.progress = progress;
        if (examples.inputs().size() != 2
                || !(examples.column(0) instanceof Examples.Codes who)
                || !(examples.column(1) instanceof Examples.Codes what)) {
            throw new ModelException(
                    "A recommendation is learned from a user, an item and a label, and no other columns");
        }
        this.users = who;
        this.items = what;
        for (int row = 0; row < examples.size(); row++) {
            if (who.values[row] < 0 || what.values[row] < 0 || !(examples.target(row) > 0)) {
                throw new ModelException(
                        "There are rows without user or item, or whose label is no number above 0; leave them out in the SELECT");
            }
        }
    }

    Trained train() {
        List<Split.Fold> folds = training.split().folds(examples, training.seed());
        Optional<Split> also = Trainer.alsoBy(training);
        Evaluation evaluation = evaluation(training.split().word(), folds);
        Optional<Evaluation> later =
                also.map(split -> evaluation(split.word(), split.folds(examples, training.seed())));
        progress.reached(0.8);
        int[] all = IntStream.range(0, examples.size()).toArray();
        Factors factors = learn(all);
        byte[] artifact = TasteGraph.of(factors, examples.inputs(), users.names, items.names);
        double[] said = new double[examples.size()];
        for (int row : all) {
            said[row] = factors.score(users.values[row], items.values[row]);
        }
        double agreement = agreement(artifact, said);
        ObjectNode detail = evaluation.detail();
        Metrics metrics = later.map(more -> evaluation
                        .metrics()
                        .with("recallAt10ByTime", more.metrics().get("recallAt10")))
                .orElse(evaluation.metrics());
        return new Trained(
                "factorisation by alternating least squares, ONNX",
                examples.inputs(),
                List.of(),
                examples.size(),
                metrics,
                evaluation.baselines(),
                detail.toString(),
                Reference.of(List.of(), List.of(Histogram.ofNumbers(Reference.ANSWER, said)))
                        .toJson(),
                OptionalDouble.of(agreement),
                Trainer.doubts(evaluation, later, agreement),
                artifact,
                List.of(
                        new Trained.Vectors(users.names, factors.users),
                        new Trained.Vectors(items.names, factors.items)));
    }

    private Factors learn(int[] rows) {
        return Factors.learn(
                taken(rows, users.values, items.values, users.names.size()),
                taken(rows, items.values, users.values, items.names.size()),
                training.seed());
    }

    private Factors.Taken taken(int[] rows, int[] whose, int[] what, int size) {
        int[] count = new int[size];
        for (int row : rows) {
            count[whose[row]]++;
        }
        int[][] taken = new int[size][];
        double[][] sure = new double[size][];
        for (int one = 0; one < size; one++) {
            taken[one] = new int[count[one]];
            sure[one] = new double[count[one]];
        }
        Arrays.fill(count, 0);
        for (int row : rows) {
            int one = whose[row];
            taken[one][count[one]] = what[row];
            sure[one][count[one]++] = 1 + SURER * Math.log1p(examples.target(row));
        }
        return new Factors.Taken(taken, sure);
    }

    /** Of what users have taken that was kept apart, the share that is among the ten best of all they had not taken. */
    private Evaluation evaluation(String split, List<Split.Fold> folds) {
        double[] found = new double[2];
        long asked = 0;
        for (Split.Fold fold : folds) {
            Factors factors = learn(fold.learn());
            double[] popular = new double[items.names.size()];
            BitSet[] known = sets();
            for (int row : fold.learn()) {
                popular[items.values[row]]++;
                known[users.values[row]].set(items.values[row]);
            }
            BitSet[] apart = sets();
            for (int row : fold.ask()) {
                if (!known[users.values[row]].get(items.values[row])) {
                    apart[users.values[row]].set(items.values[row]);
                }
            }
            for (int user = 0; user < apart.length; user++) {
                if (!apart[user].isEmpty()) {
                    int who = user;
                    double[] scores = IntStream.range(0, popular.length)
                            .mapToDouble(item -> factors.score(who, item))
                            .toArray();
                    found[0] += hits(scores, known[user], apart[user]);
                    found[1] += hits(popular, known[user], apart[user]);
                    asked += Math.min(BEST, apart[user].cardinality());
                }
            }
        }
        if (asked == 0) {
            throw new ModelException("No user has taken more than one thing; there is nothing to recommend by");
        }
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split);
        detail.put("users", users.names.size());
        detail.put("items", items.names.size());
        return new Evaluation(
                Evaluation.splitBy(split),
                Metrics.of("recallAt10", found[0] / asked),
                Map.of("most popular", Metrics.of("recallAt10", found[1] / asked)),
                List.of("recallAt10"),
                detail);
    }

    private BitSet[] sets() {
        return IntStream.range(0, users.names.size())
                .mapToObj(_ -> new BitSet())
                .toArray(BitSet[]::new);
    }

    private static long hits(double[] scores, BitSet known, BitSet apart) {
        return IntStream.range(0, scores.length)
                .filter(item -> !known.get(item))
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(item -> -scores[item])
                        .thenComparing(Comparator.naturalOrder()))
                .limit(BEST)
                .filter(apart::get)
                .count();
    }

    private double agreement(byte[] artifact, double[] said) {
        int compared = Math.min(COMPARED, said.length);
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row = 0; row < compared; row++) {
            cells.add(examples.cells(row));
        }
        try (Scorer scorer = Scorer.open(artifact)) {
            float[] values = scorer.scoreTogether(cells).values();
            int same = 0;
            for (int row = 0; row < compared; row++) {
                same += Math.abs(values[row] - said[row]) <= NEAR ? 1 : 0;
            }
            return (double) same / compared;
        }
    }
}
