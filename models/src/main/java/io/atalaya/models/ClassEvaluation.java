package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often classes that were said of some rows are right, and how sure it was. */
record ClassEvaluation(List<String> classes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was decided on rows that were not learned from.
     *
     * @param decisions for each class; softmax makes probabilities of them
     * @param baselines the classes that one would say without a model, by name
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Asked(int[] rows, double[][] decisions, Map<String, int[]> baselines) {}

    Evaluation of(String split, int[] right, Asked asked, double sharpness) {
        return of(Evaluation.splitBy(split), split, right, asked, sharpness);
    }

    Evaluation of(String rows, String split, int[] right, Asked asked, double sharpness) {
        Confusion confusion = new Confusion(classes.size());
        double[] confidence = new double[right.length];
        boolean[] hit = new boolean[right.length];
        for (int i = 0; i < right.length; i++) {
            int said = best(asked.decisions()[i]);
            confusion.add(right[i], said);
            confidence[i] = Calibration.probabilities(asked.decisions()[i], sharpness)[said];
            hit[i] = said == right[i];
        }
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split);
        detail.put("rows", right.length);
        ArrayNode bins = detail.putArray("calibration");
        double error = Calibration.error(confidence, hit, bins);
        describe(confusion, detail);
        Metrics metrics = measured(confusion)
                .with("logLoss", Calibration.loss(asked.decisions(), right, sharpness))
                .with("calibrationError", error);
        if (classes.size() == 2) {
            double[] second = new double[right.length];
            for (int i = 0; i < second.length; i++) {
                second[i] = asked.decisions()[i][1] - asked.decisions()[i][0];
            }
            metrics = metrics.with("auc", Ranks.auc(second, right));
        }
        Map<String, Metrics> baselines = new TreeMap<>();
        asked.baselines().forEach((name, said) -> {
            Confusion theirs = new Confusion(classes.size());
            for (int i = 0; i < right.length; i++) {
                theirs.add(right[i], said[i]);
            }
            baselines.put(name, measured(theirs));
        });
        return new Evaluation(rows, metrics, baselines, List.of("macroF1", "accuracy"), detail);
    }

    private static Metrics measured(Confusion confusion) {
        return Metrics.of("accuracy", confusion.accuracy(), "macroF1", confusion.macroF1());
    }

    private void describe(Confusion confusion, ObjectNode to) {
        ArrayNode names = to.putArray("classes");
        classes.forEach(names::add);
        ArrayNode counts = to.putArray("confusion");
        ArrayNode each = to.putArray("perClass");
        for (int c = 0; c < classes.size(); c++) {
            ArrayNode row = counts.addArray();
            for (long count : confusion.counts()[c]) {
                row.add(count);
            }
            each.addObject()
                    .put("class", classes.get(c))
                    .put("rows", confusion.of(c))
                    .put("precision", confusion.precision(c))
                    .put("recall", confusion.recall(c))
                    .put("f1", confusion.f1(c));
        }
    }

    /** What was said, and how sure it was. */
    List<Histogram> answers(Asked asked, double sharpness) {
        long[] counts = new long[classes.size()];
        double[] confidence = new double[asked.rows().length];
        for (int i = 0; i < confidence.length; i++) {
            int said = best(asked.decisions()[i]);
            counts[said]++;
            confidence[i] = Calibration.probabilities(asked.decisions()[i], sharpness)[said];
        }
        return List.of(
                Histogram.ofValues(Reference.ANSWER, classes, counts, 0),
                Histogram.ofNumbers(Reference.CONFIDENCE, confidence));
    }

    private static int best(double[] decision) {
        int best = 0;
        for (int c = 1; c < decision.length; c++) {
            best = decision[c] > decision[best] ? c : best;
        }
        return best;
    }
}
