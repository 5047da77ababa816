package io.atalaya.models;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which rows are anomalies, and how well something tells them. */
final class Anomalies {
    /** The share of usual rows that is called an anomaly, where no label says which are. */
    static final double USUAL_ALARMS = 0.01;

    private static final int FEWEST = 20;

    private Anomalies() {}

    /** 1 for each row that is one, else 0; without any label all are usual. */
    static int[] marks(Examples examples) {
        List<String> classes = examples.classes();
        int[] classOf = examples.classOf();
        int[] marks = new int[classOf.length];
        for (int row = 0; row < marks.length; row++) {
            String label = classOf[row] < 0 ? "" : classes.get(classOf[row]);
            marks[row] = switch (label) {
                case "1", "1.0", "true" -> 1;
                case "0", "0.0", "false" -> 0;
                case "" -> {
                    if (!classes.isEmpty()) {
                        throw new ModelException("There are rows without a label; leave them out in the SELECT");
                    }
                    yield 0;
                }
                default ->
                    throw new ModelException("The label of anomalies is 1, of other rows 0, and there is another");
            };
        }
        return marks;
    }

    /** Those of the rows that are usual. */
    static int[] usual(int[] odd, int[] rows) {
        int[] usual = Arrays.stream(rows).filter(row -> odd[row] == 0).toArray();
        if (usual.length < FEWEST) {
            throw new ModelException(
                    "There are %s usual rows to learn from; at least %s are needed", usual.length, FEWEST);
        }
        return usual;
    }

    /** How many deviations from its mean that number of each row is that is the farthest out. */
    static double[] farthest(Vectorizer.Fitted fitted, int[] rows) {
        Features features = new Features();
        return IntStream.of(rows)
                .mapToDouble(row -> {
                    fitted.read(row, features);
                    double most = 0;
                    for (int i = 0; i < features.size; i++) {
                        most = Math.max(most, Math.abs(features.value[i]));
                    }
                    return most;
                })
                .toArray();
    }

    /** The score up to which rows are best called anomalies, by F1; if there are none among them, one in a hundred is. */
    static double threshold(int[] odd, int[] rows, double[] scores) {
        int[] order = IntStream.range(0, rows.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long all = Arrays.stream(rows).filter(row -> odd[row] == 1).count();
        if (all == 0) {
            return scores[order[(int) (order.length * USUAL_ALARMS)]];
        }
        double best = -1;
        double threshold = 0;
        long found = 0;
        for (int i = 0; i < order.length; i++) {
            found += odd[rows[order[i]]];
            boolean last = i + 1 == order.length || scores[order[i + 1]] > scores[order[i]];
            double f1 = 2.0 * found / (all + i + 1);
            if (last && f1 > best) {
                best = f1;
                threshold = scores[order[i]];
            }
        }
        return threshold;
    }

    static double share(boolean[] alarms) {
        int count = 0;
        for (boolean alarm : alarms) {
            count += alarm ? 1 : 0;
        }
        return (double) count / alarms.length;
    }

    static Metrics measured(int[] right, double[] unlike, boolean[] alarms) {
        Confusion confusion = new Confusion(2);
        for (int i = 0; i < right.length; i++) {
            confusion.add(right[i], alarms[i] ? 1 : 0);
        }
        return Metrics.of(
                "averagePrecision",
                Ranks.averagePrecision(unlike, right),
                "auc",
                Ranks.auc(unlike, right),
                "f1",
                confusion.f1(1),
                "precision",
                confusion.precision(1),
                "recall",
                confusion.recall(1),
                "falseAlarms",
                1 - confusion.recall(0),
                "alarms",
                share(alarms));
    }
}
