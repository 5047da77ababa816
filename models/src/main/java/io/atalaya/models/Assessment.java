package io.atalaya.models;

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
 * What a model is worth that was made elsewhere: it is asked about rows, and what it says is held against what is right, and
 * against what one would say without a model. Whether it has learned from those rows, nobody here knows.
 */
public final class Assessment implements AutoCloseable {
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
        if (!scorer.columns().equals(names) || !scorer.classes().equals(foreign.classes())) {
            scorer.close();
            throw new ModelException("It says itself that it looks at %s and tells %s; name them so, in that order"
                    .formatted(scorer.columns(), scorer.classes().isEmpty() ? "a number" : scorer.classes()));
        }
    }

    /** Asks about a row; as {@link Examples#add}. */
    public void add(
            List<@Nullable String> cells, @Nullable String label, long time, @Nullable String group, double guess) {
        examples.add(cells, label, time, group, guess);
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
        ask();
        Trainer.requireEnough(examples);
        if (said.stream().anyMatch(Assessment::isNone)) {
            throw new ModelException(
                    "There are rows of which it says no number; are there cells missing that it needs?");
        }
        return task.classifies() ? classes() : numbers();
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
                evaluation.unbeaten().stream().toList(),
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
