package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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
            throw new ModelException(
                    "There are %,d classes; at most 1,000 are told apart, is the label a number?", classes.size());
        }
        if (Arrays.stream(classOf).anyMatch(c -> c < 0)) {
            throw new ModelException("There are rows without a label; leave them out in the SELECT");
        }
    }

    Trained train() {
        Folds learning = new Folds(progress, 0.5);
        Future<Learned> whole = learning.whole(this::learn);
        ClassEvaluation.Asked asked = ask(learning, training.split());
        Optional<Split> also = Trainer.alsoBy(training);
        Optional<ClassEvaluation.Asked> askedAlso = also.map(split -> ask(learning, split));
        learning.learn();
        double sharpness = Calibration.sharpness(asked.decisions(), right(asked));
        ClassEvaluation evaluating = new ClassEvaluation(classes);
        Evaluation evaluation = evaluating.of(training.split().word(), right(asked), asked, sharpness);
        Optional<Evaluation> later =
                askedAlso.map(more -> evaluating.of(also.orElseThrow().word(), right(more), more, sharpness));
        Vectorizer.Fitted fitted = whole.resultNow().fitted();
        Feature[][] rows = whole.resultNow().rows();
        Model model = whole.resultNow().model();
        int width = fitted.vectorizer().width();
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
                Reference.of(Reference.inputs(examples, fitted.vectorizer()), evaluating.answers(asked, sharpness))
                        .toJson(),
                OptionalDouble.of(agreement),
                Trainer.doubts(evaluation, later, agreement),
                artifact,
                List.of());
    }

    /** What the library made of all rows. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Learned(Vectorizer.Fitted fitted, Feature[][] rows, Model model) {}

    private Learned learn() {
        int[] all = IntStream.range(0, examples.size()).toArray();
        Vectorizer.Fitted fitted = Vectorizer.fit(examples, all);
        int width = fitted.vectorizer().width();
        Feature[][] rows = rows(fitted, all, width);
        return new Learned(fitted, rows, Linear.classes(rows, classOf, width, cost(), logistic, training.seed()));
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

    private int[] right(ClassEvaluation.Asked asked) {
        return classOf(asked.rows());
    }

    /** What is said of the rows of each fold, once that was learned. */
    private ClassEvaluation.Asked ask(Folds learning, Split split) {
        List<Split.Fold> folds = split.folds(examples, training.seed());
        int asked = folds.stream().mapToInt(fold -> fold.ask().length).sum();
        int[] rows = new int[asked];
        double[][] decisions = new double[asked][classes.size()];
        Map<String, int[]> baselines = new ConcurrentSkipListMap<>();
        learning.each(split, folds, (fold, at) -> {
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
            WithoutModel.classes(examples, classOf, classes.size(), fold, fitted)
                    .forEach((name, said) -> System.arraycopy(
                            said, 0, baselines.computeIfAbsent(name, _ -> new int[asked]), at, said.length));
        });
        return new ClassEvaluation.Asked(rows, decisions, baselines);
    }

    /** The share of rows of which the library and the ONNX form say the same class. */
    private double agreement(byte[] artifact, Model model, Feature[][] rows) {
        int compared = Math.min(COMPARED, rows.length);
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row = 0; row < compared; row++) {
            cells.add(examples.cells(row));
        }
        try (Scorer scorer = Scorer.open(artifact)) {
            int[] said = scorer.scoreTogether(cells).classes();
            int same = 0;
            for (int row = 0; row < compared; row++) {
                same += said[row] == (int) de.bwaldvogel.liblinear.Linear.predict(model, rows[row]) ? 1 : 0;
            }
            return (double) same / compared;
        }
    }
}
