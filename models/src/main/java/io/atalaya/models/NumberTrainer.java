package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Models that tell numbers. */
final class NumberTrainer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COMPARED = 20_000;
    private static final double NEAR = 1e-3;

    private final Training training;
    private final Examples examples;
    private final Progress progress;

    NumberTrainer(Training training, Examples examples, Progress progress) {
        this.training = training;
        this.examples = examples;
        this.progress = progress;
        NumberEvaluation.require(training.task(), examples);
        if (training.task() == Task.FORECAST && !(training.split() instanceof Split.ByTime)) {
            throw new ModelException("A forecast is evaluated by time");
        }
    }

    /** What was said of rows that were not learned from. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asked(int[] rows, double[] said, double[] mean) {}

    /** A linear function, and what the library made it of. */
    private record Learned(Linear linear, Model model, double mean, double deviation) {}

    /** What was learned of all rows. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record All(Vectorizer.Fitted fitted, Feature[][] rows, Learned learned) {}

    Trained train() {
        Folds learning = new Folds(progress, 0.5);
        Future<All> whole = learning.whole(this::learn);
        Asked asked = ask(learning, training.split());
        Optional<Split> also = Trainer.alsoBy(training);
        Optional<Asked> askedAlso = also.map(split -> ask(learning, split));
        learning.learn();
        Evaluation evaluation = evaluation(training.split().word(), asked);
        Optional<Evaluation> later =
                askedAlso.map(more -> evaluation(also.orElseThrow().word(), more));
        Vectorizer.Fitted fitted = whole.resultNow().fitted();
        Feature[][] rows = whole.resultNow().rows();
        Learned learned = whole.resultNow().learned();
        byte[] artifact = LinearGraph.estimate(learned.linear(), fitted.vectorizer());
        double agreement = agreement(artifact, learned, rows);
        ObjectNode detail = evaluation.detail();
        later.ifPresent(more -> {
            detail.set("byTime", more.detail());
            more.detail().set("metrics", JSON.valueToTree(more.metrics().values()));
            more.detail().set("baselines", JSON.valueToTree(more.baselines()));
        });
        Metrics metrics = later.map(more -> evaluation
                        .metrics()
                        .with("rmseByTime", more.metrics().get("rmse"))
                        .with("r2ByTime", more.metrics().get("r2")))
                .orElse(evaluation.metrics());
        return new Trained(
                "ridge regression (LIBLINEAR), ONNX",
                examples.inputs(),
                List.of(),
                examples.size(),
                metrics,
                evaluation.baselines(),
                detail.toString(),
                Reference.of(
                                Reference.inputs(examples, fitted.vectorizer()),
                                List.of(Histogram.ofNumbers(Reference.ANSWER, asked.said())))
                        .toJson(),
                OptionalDouble.of(agreement),
                Trainer.doubts(evaluation, later, agreement),
                artifact,
                List.of());
    }

    private static Feature[][] rows(Vectorizer.Fitted fitted, int[] of) {
        Features features = new Features();
        Feature[][] rows = new Feature[of.length][];
        for (int i = 0; i < rows.length; i++) {
            fitted.read(of[i], features);
            rows[i] = Linear.row(features, fitted.vectorizer().width());
        }
        return rows;
    }

    private All learn() {
        int[] all = IntStream.range(0, examples.size()).toArray();
        Vectorizer.Fitted fitted = Vectorizer.fit(examples, all);
        Feature[][] rows = rows(fitted, all);
        return new All(fitted, rows, learn(rows, all, fitted.vectorizer().width()));
    }

    private Learned learn(Feature[][] rows, int[] of, int width) {
        double mean = Arrays.stream(of).mapToDouble(examples::target).average().orElse(0);
        double deviation = Math.sqrt(Arrays.stream(of)
                .mapToDouble(row -> Math.pow(examples.target(row) - mean, 2))
                .average()
                .orElse(0));
        double scale = deviation > 0 ? deviation : 1;
        double[] targets = Arrays.stream(of)
                .mapToDouble(row -> (examples.target(row) - mean) / scale)
                .toArray();
        Model model = Linear.squares(rows, targets, width, 1, training.seed());
        return new Learned(Linear.of(model, width, mean, scale), model, mean, scale);
    }

    /** What is said of the rows of each fold, once that was learned. */
    private Asked ask(Folds learning, Split split) {
        List<Split.Fold> folds = split.folds(examples, training.seed());
        int size = folds.stream().mapToInt(fold -> fold.ask().length).sum();
        int[] rows = new int[size];
        double[] said = new double[size];
        double[] mean = new double[size];
        learning.each(split, folds, (fold, at) -> {
            Vectorizer.Fitted fitted = Vectorizer.fit(examples, fold.learn());
            Learned learned = learn(
                    rows(fitted, fold.learn()),
                    fold.learn(),
                    fitted.vectorizer().width());
            Features features = new Features();
            double[] one = new double[1];
            for (int i = 0; i < fold.ask().length; i++) {
                rows[at + i] = fold.ask()[i];
                fitted.read(fold.ask()[i], features);
                learned.linear().decide(features, one);
                said[at + i] = one[0];
                mean[at + i] = learned.mean();
            }
        });
        return new Asked(rows, said, mean);
    }

    private Evaluation evaluation(String split, Asked asked) {
        return new NumberEvaluation(examples, asked.rows()).of(split, asked.said(), asked.mean());
    }

    /** The share of rows of which the library and the ONNX form say the same, to a thousandth of what is usual. */
    private double agreement(byte[] artifact, Learned learned, Feature[][] rows) {
        int compared = Math.min(COMPARED, rows.length);
        List<List<@Nullable String>> cells = new ArrayList<>();
        for (int row = 0; row < compared; row++) {
            cells.add(examples.cells(row));
        }
        try (Scorer scorer = Scorer.open(artifact)) {
            float[] said = scorer.scoreTogether(cells).values();
            int same = 0;
            for (int row = 0; row < compared; row++) {
                double library =
                        de.bwaldvogel.liblinear.Linear.predict(learned.model(), rows[row]) * learned.deviation()
                                + learned.mean();
                same += Math.abs(library - said[row]) <= NEAR * learned.deviation() ? 1 : 0;
            }
            return (double) same / compared;
        }
    }
}
