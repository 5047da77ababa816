package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model is worth that was made elsewhere: it is asked about rows, of an embedding about a thousand, and what it says
 * is held against what is right, and against what one would say without a model. Whether it has learned from those rows, nobody here knows.
 */
public final class Assessment implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GIVEN = "given";
    private static final String ROWS = "the rows given";
    private static final Split.AtRandom FOLDS = new Split.AtRandom(5);
    private static final long SEED = 1;
    private static final int AT_ONCE = 1024;
    private static final double NEVER = 1e-12;
    private static final double NEAR = 1e-3;

    private final Task task;
    private final byte[] onnx;
    private final List<Input> inputs;
    private final Scorer scorer;
    private final Examples examples;
    private final List<List<@Nullable String>> waiting = new ArrayList<>();
    private final List<float[]> said = new ArrayList<>();
    private final Sample sample = new Sample();

    /**
     * Of a model.
     *
     * @param foreign what it does not say itself
     * @throws ModelException if it cannot be carried out with those columns
     */
    public Assessment(Task task, byte[] onnx, Scorer.Foreign foreign) {
        this.task = task;
        this.onnx = onnx.clone();
        this.inputs = foreign.inputs();
        this.examples = new Examples(inputs);
        this.scorer = Scorer.open(onnx, foreign);
        List<String> names = inputs.stream().map(Input::name).toList();
        if (task == Task.EMBEDDING && scorer.dimensions() == 0) {
            scorer.close();
            throw new ModelException(
                    "It gives no vectors: it has no output of as many float numbers for each row, from 2 to 1024");
        }
        if (task != Task.EMBEDDING && scorer.dimensions() > 0) {
            scorer.close();
            throw new ModelException(
                    "It has no output of one float number for each row, but vectors of %s; its task is EMBEDDING",
                    scorer.dimensions());
        }
        if (!scorer.columns().equals(names) || !scorer.classes().equals(foreign.classes())) {
            scorer.close();
            throw new ModelException(
                    scorer.classes().isEmpty()
                            ? "It says itself that it looks at %s and tells a number; name them so, in that order"
                            : "It says itself that it looks at %s and tells %s; name them so, in that order",
                    scorer.columns().toString(),
                    scorer.classes().toString());
        }
    }

    /** Asks about a row; as {@link Examples#add}. */
    public void add(
            List<@Nullable String> cells, @Nullable String label, long time, @Nullable String group, double guess) {
        examples.add(cells, label, time, group, guess);
        if (task == Task.EMBEDDING) {
            sample.add(cells, label);
            return;
        }
        waiting.add(new ArrayList<>(cells));
        if (waiting.size() == AT_ONCE) {
            ask();
        }
    }

    /** How many rows it was asked about. */
    public int size() {
        return examples.size();
    }

    private void ask() {
        said.addAll(Arrays.asList(scorer.outputs(waiting)));
        waiting.clear();
    }

    /** What is known of it by now. */
    public Trained of() {
        Trainer.requireEnough(examples);
        if (task == Task.EMBEDDING) {
            VectorEvaluation evaluating = new VectorEvaluation(scorer, examples, sample);
            Evaluation evaluation = evaluating.of(ROWS, GIVEN);
            return trained(evaluation, List.of(), evaluating.doubts(evaluation));
        }
        ask();
        if (said.stream().anyMatch(Assessment::isNone)) {
            throw new ModelException(
                    "There are rows of which it says no number; are there cells missing that it needs?");
        }
        return task.classifies() ? classes() : task == Task.ANOMALY ? anomalies() : numbers();
    }

    /** The lower the number the more unlike is a row; whether it is low enough is learned from other rows. */
    private Trained anomalies() {
        if (inputs.stream().anyMatch(input -> input.kind() == Input.Kind.TEXT)) {
            throw new ModelException("Texts are not looked at for anomalies");
        }
        int[] odd = Anomalies.marks(examples);
        int[] rows = all();
        double[] numbers = said.stream().mapToDouble(one -> one[0]).toArray();
        boolean[] alarms = new boolean[rows.length];
        double[] farthest = new double[rows.length];
        boolean[] farAlarms = new boolean[rows.length];
        int anomalies = Arrays.stream(odd).sum();
        if (anomalies == 0 || anomalies == rows.length) {
            throw new ModelException(
                    anomalies == 0
                            ? "The rows given have no anomaly among them, so nothing says how good it is"
                            : "The rows given have only anomalies among them, so nothing says how good it is");
        }
        for (Split.Fold fold : FOLDS.folds(examples, SEED)) {
            Vectorizer.Fitted fitted = Vectorizer.fit(examples, Anomalies.usual(odd, fold.learn()));
            double threshold = Anomalies.threshold(odd, fold.learn(), of(numbers, fold.learn()));
            double[] before = Anomalies.farthest(fitted, fold.learn());
            double far = -Anomalies.threshold(
                    odd, fold.learn(), Arrays.stream(before).map(out -> -out).toArray());
            double[] out = Anomalies.farthest(fitted, fold.ask());
            for (int i = 0; i < out.length; i++) {
                int row = fold.ask()[i];
                alarms[row] = numbers[row] <= threshold;
                farthest[row] = out[i];
                farAlarms[row] = out[i] >= far;
            }
        }
        double[] unlike = Arrays.stream(numbers).map(number -> -number).toArray();
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", GIVEN);
        detail.put("rows", rows.length);
        detail.put("anomalies", anomalies);
        detail.put("threshold", Anomalies.threshold(odd, rows, numbers));
        Evaluation evaluation = new Evaluation(
                ROWS,
                Anomalies.measured(odd, unlike, alarms),
                Map.of("largest z-score", Anomalies.measured(odd, farthest, farAlarms)),
                List.of("averagePrecision", "f1"),
                detail);
        List<String> doubts = new ArrayList<>(evaluation.unbeaten().stream().toList());
        double auc = evaluation.metrics().get("auc");
        if (auc < 0.5) {
            doubts.add(
                    "what it says of anomalies is greater than of other rows (auc %.3f); a number must be the lower the more unlike a row is"
                            .formatted(auc));
        }
        return trained(evaluation, List.of(Histogram.ofNumbers(Reference.ANSWER, numbers)), doubts);
    }

    private static double[] of(double[] numbers, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> numbers[row]).toArray();
    }

    private static boolean isNone(float[] outputs) {
        for (float output : outputs) {
            if (!Float.isFinite(output)) {
                return true;
            }
        }
        return false;
    }

    private Trained numbers() {
        NumberEvaluation.require(task, examples);
        int[] rows = all();
        double[] numbers = said.stream().mapToDouble(one -> one[0]).toArray();
        double[] mean = new double[rows.length];
        for (Split.Fold fold : FOLDS.folds(examples, SEED)) {
            double learned = Arrays.stream(fold.learn())
                    .mapToDouble(examples::target)
                    .average()
                    .orElse(0);
            Arrays.stream(fold.ask()).forEach(row -> mean[row] = learned);
        }
        Evaluation evaluation = new NumberEvaluation(examples, rows).of(ROWS, GIVEN, numbers, mean);
        return trained(evaluation, List.of(Histogram.ofNumbers(Reference.ANSWER, numbers)));
    }

    private Trained classes() {
        if (said.stream().anyMatch(Assessment::isNoDistribution)) {
            throw new ModelException(
                    "What it says of the classes are no probabilities: from 0 to 1, with sum 1; let its graph end in a Softmax");
        }
        List<String> classes = new ArrayList<>(scorer.classes());
        examples.classes().stream().filter(name -> !classes.contains(name)).forEach(classes::add);
        int[] right = right(classes);
        double[][] decisions = new double[examples.size()][classes.size()];
        for (int row = 0; row < decisions.length; row++) {
            for (int c = 0; c < classes.size(); c++) {
                decisions[row][c] = Math.log(c < scorer.classes().size() ? Math.max(NEVER, said.get(row)[c]) : NEVER);
            }
        }
        ClassEvaluation.Asked asked = new ClassEvaluation.Asked(all(), decisions, baselines(right, classes.size()));
        ClassEvaluation evaluating = new ClassEvaluation(classes);
        Evaluation evaluation = evaluating.of(ROWS, GIVEN, right, asked, 1);
        return trained(evaluation, evaluating.answers(asked, 1));
    }

    private static boolean isNoDistribution(float[] outputs) {
        double sum = 0;
        for (float output : outputs) {
            if (output < -NEAR) {
                return true;
            }
            sum += output;
        }
        return Math.abs(sum - 1) > NEAR;
    }

    /** The class of each row; what it cannot say it is wrong about. */
    private int[] right(List<String> classes) {
        Map<String, Integer> place = new HashMap<>();
        classes.forEach(name -> place.put(name, place.size()));
        int[] known = examples.classes().stream()
                .mapToInt(name -> place.getOrDefault(name, -1))
                .toArray();
        return Arrays.stream(examples.classOf())
                .map(one -> {
                    if (one < 0) {
                        throw new ModelException("There are rows without a label; leave them out in the SELECT");
                    }
                    return known[one];
                })
                .toArray();
    }

    private Map<String, int[]> baselines(int[] right, int classes) {
        Map<String, int[]> all = new TreeMap<>();
        for (Split.Fold fold : FOLDS.folds(examples, SEED)) {
            Vectorizer.Fitted fitted = Vectorizer.fit(examples, fold.learn());
            WithoutModel.classes(examples, right, classes, fold, fitted).forEach((name, answers) -> {
                int[] of = all.computeIfAbsent(name, _ -> new int[right.length]);
                for (int i = 0; i < answers.length; i++) {
                    of[fold.ask()[i]] = answers[i];
                }
            });
        }
        return all;
    }

    private int[] all() {
        return IntStream.range(0, examples.size()).toArray();
    }

    private Trained trained(Evaluation evaluation, List<Histogram> answers) {
        return trained(evaluation, answers, evaluation.unbeaten().stream().toList());
    }

    private Trained trained(Evaluation evaluation, List<Histogram> answers, List<String> doubts) {
        return new Trained(
                "made elsewhere" + producer() + ", ONNX",
                inputs,
                scorer.classes(),
                examples.size(),
                evaluation.metrics(),
                evaluation.baselines(),
                evaluation.detail().toString(),
                Reference.of(Reference.inputs(examples, scorer.looks()), answers)
                        .toJson(),
                OptionalDouble.empty(),
                doubts,
                onnx,
                List.of());
    }

    private String producer() {
        String name = scorer.producer().replaceAll("[^A-Za-z0-9._ -]", "").strip();
        return name.isEmpty() ? "" : " (" + name.substring(0, Math.min(40, name.length())) + ")";
    }

    @Override
    public void close() {
        scorer.close();
    }
}
