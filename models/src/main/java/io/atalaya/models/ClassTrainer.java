package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Models that tell classes apart. */
final class ClassTrainer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TEXT_COST = 0.5;
    private static final int COMPARED = 20_000;

    private final Training training;
    private final Examples examples;
    private final Progress progress;
    private final List<String> classes;
    private final int[] classOf;
    private final boolean logistic;
    private double done;

    ClassTrainer(Training training, Examples examples, Progress progress) {
        this.training = training;
        this.examples = examples;
        this.progress = progress;
        this.classes = examples.classes();
        this.classOf = examples.classOf();
        this.logistic = training.method() == Training.Method.LOGISTIC
                || (training.method() == Training.Method.STANDARD && training.task() == Task.CLASSIFICATION);
        if (classes.size() < 2) {
            throw new ModelException("All rows are of one class; there is nothing to tell apart");
        }
        if (classes.size() > 1000) {
            throw new ModelException("There are %,d classes; at most 1,000 are told apart, is the label a number?"
                    .formatted(classes.size()));
        }
        if (Arrays.stream(classOf).anyMatch(c -> c < 0)) {
            throw new ModelException("There are rows without a label; leave them out in the SELECT");
        }
    }

    /** What was decided on rows that were not learned from. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asked(int[] rows, double[][] decisions, Map<String, int[]> baselines) {}

    Trained train() {
        List<Split.Fold> folds = training.split().folds(examples, training.seed());
        Optional<Split> also = Trainer.alsoBy(training);
        double steps = folds.size() + also.stream().count() + 1.5;
        Asked asked = ask(folds, steps);
        double sharpness = Calibration.sharpness(asked.decisions(), right(asked));
        Evaluation evaluation = evaluation(training.split().word(), asked, sharpness);
        Optional<Evaluation> later = also.map(split ->
                evaluation(split.word(), ask(split.folds(examples, training.seed()), steps), sharpness));

        int[] all = java.util.stream.IntStream.range(0, examples.size()).toArray();
        Vectorizer.Fitted fitted = Vectorizer.fit(examples, all);
        int width = fitted.vectorizer().width();
        Feature[][] rows = rows(fitted, all, width);
        Model model = Linear.classes(rows, classOf, width, cost(), logistic, training.seed());
        progress.reached(1 - 0.5 / steps);
        byte[] artifact =
                LinearGraph.classes(Linear.of(model, width, classes.size()), fitted.vectorizer(), classes, sharpness);
        double agreement = agreement(artifact, model, rows);
        ObjectNode detail = evaluation.detail();
        later.ifPresent(more -> {
            detail.set("byTime", more.detail());
            more.detail().set("metrics", JSON.valueToTree(more.metrics().values()));
        });
        detail.put("sharpness", sharpness);
        Metrics metrics = later.map(more -> evaluation
                        .metrics()
                        .with("accuracyByTime", more.metrics().get("accuracy"))
                        .with("macroF1ByTime", more.metrics().get("macroF1")))
                .orElse(evaluation.metrics());
        return new Trained(
                (logistic ? "logistic regression" : "linear support vectors") + " (LIBLINEAR), ONNX",
                examples.inputs(),
                classes,
                examples.size(),
                metrics,
                evaluation.baselines(),
                detail.toString(),
                Reference.of(Reference.inputs(examples, fitted.vectorizer()), answers(asked, sharpness))
                        .toJson(),
                agreement,
                Trainer.doubts(evaluation, later, agreement),
                artifact,
                List.of());
    }

    private double cost() {
        return training.task() == Task.TEXT_CLASSIFICATION ? TEXT_COST : 1;
    }

    private static Feature[][] rows(Vectorizer.Fitted fitted, int[] of, int width) {
        Features features = new Features();
        Feature[][] rows = new Feature[of.length][];
        for (int i = 0; i < rows.length; i++) {
            fitted.read(of[i], features);
            rows[i] = Linear.row(features, width);
        }
        return rows;
    }

    private int[] classOf(int[] rows) {
        return Arrays.stream(rows).map(row -> classOf[row]).toArray();
    }

    private int[] right(Asked asked) {
        return classOf(asked.rows());
    }

    private Asked ask(List<Split.Fold> folds, double steps) {
        int asked = folds.stream().mapToInt(fold -> fold.ask().length).sum();
        int[] rows = new int[asked];
        double[][] decisions = new double[asked][classes.size()];
        Map<String, int[]> baselines = new TreeMap<>();
        int at = 0;
        for (Split.Fold fold : folds) {
            if (fold.learn().length == 0 || fold.ask().length == 0) {
                throw new ModelException("The split by %s leaves no rows on one side"
                        .formatted(training.split().word()));
            }
            Vectorizer.Fitted fitted = Vectorizer.fit(examples, fold.learn());
            int width = fitted.vectorizer().width();
            Linear linear = Linear.of(
                    Linear.classes(
                            rows(fitted, fold.learn(), width),
                            classOf(fold.learn()),
                            width,
                            cost(),
                            logistic,
                            training.seed()),
                    width,
                    classes.size());
            Features features = new Features();
            for (int i = 0; i < fold.ask().length; i++) {
                rows[at + i] = fold.ask()[i];
                fitted.read(fold.ask()[i], features);
                linear.decide(features, decisions[at + i]);
            }
            int from = at;
            for (var baseline : baselines(fold, fitted).entrySet()) {
                int[] said = baselines.computeIfAbsent(baseline.getKey(), _ -> new int[asked]);
                System.arraycopy(baseline.getValue(), 0, said, from, fold.ask().length);
            }
            at += fold.ask().length;
            done += 1 / steps;
            progress.reached(done);
        }
        return new Asked(rows, decisions, baselines);
    }

    /** What is said of the asked rows without a model: always the most frequent class, and of words naive Bayes. */
    private Map<String, int[]> baselines(Split.Fold fold, Vectorizer.Fitted fitted) {
        long[] counts = new long[classes.size()];
        for (int row : fold.learn()) {
            counts[classOf[row]]++;
        }
        int most = 0;
        for (int c = 1; c < counts.length; c++) {
            most = counts[c] > counts[most] ? c : most;
        }
        int[] majority = new int[fold.ask().length];
        Arrays.fill(majority, most);
        Map<String, int[]> said = new TreeMap<>(Map.of("most frequent class", majority));
        for (int i = 0; i < examples.inputs().size(); i++) {
            if (examples.column(i) instanceof Examples.Texts texts
                    && fitted.vectorizer().parts().get(i) instanceof TextPart part) {
                said.put("naive Bayes of " + part.name(), bayes(fold, texts, part));
            }
        }
        return said;
    }

    private int[] bayes(Split.Fold fold, Examples.Texts texts, TextPart part) {
        int[] place = texts.names.stream().mapToInt(part::place).toArray();
        int[][] words = Arrays.stream(fold.learn())
                .mapToObj(row -> Arrays.stream(texts.values.get(row))
                        .map(word -> place[word])
                        .toArray())
                .toArray(int[][]::new);
        NaiveBayes bayes = new NaiveBayes(words, classOf(fold.learn()), part.width(), classes.size());
        return Arrays.stream(fold.ask())
                .map(row -> bayes.classOf(Arrays.stream(texts.values.get(row))
                        .map(word -> place[word])
                        .toArray()))
                .toArray();
    }

    private Evaluation evaluation(String split, Asked asked, double sharpness) {
        int[] right = right(asked);
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
        return new Evaluation(split, metrics, baselines, List.of("macroF1", "accuracy"), detail);
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

    private List<Histogram> answers(Asked asked, double sharpness) {
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

    /** The share of rows of which the library and the ONNX form say the same class. */
    private double agreement(byte[] artifact, Model model, Feature[][] rows) {
        int compared = Math.min(COMPARED, rows.length);
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row = 0; row < compared; row++) {
            cells.add(examples.cells(row));
        }
        try (Scorer scorer = Scorer.open(artifact)) {
            int[] said = scorer.score(cells).classes();
            int same = 0;
            for (int row = 0; row < compared; row++) {
                same += said[row] == (int) de.bwaldvogel.liblinear.Linear.predict(model, rows[row]) ? 1 : 0;
            }
            return (double) same / compared;
        }
    }
}
