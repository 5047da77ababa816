package io.atalaya.models;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A linear function of features: for each output a weight at every place, and what is added to all. Learned by
 * <a href="https://www.csie.ntu.edu.tw/~cjlin/liblinear/">LIBLINEAR</a>.
 *
 * @param weights by place, then output
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Linear(float[][] weights, float[] bias) {
    private static final double EPSILON = 0.1;
    private static final int ROUNDS = 1000;
    private static final double RARER = 0.5;

    static {
        de.bwaldvogel.liblinear.Linear.disableDebugOutput();
    }

    /** Rows as the library takes them, with its own constant at the end of each. */
    static Feature[] row(Features features, int width) {
        Feature[] row = new Feature[features.size + 1];
        for (int i = 0; i < features.size; i++) {
            row[i] = new FeatureNode(features.index[i] + 1, features.value[i]);
        }
        row[features.size] = new FeatureNode(width + 1, 1);
        return row;
    }

    /** One output for each class, by support vectors, or by the logistic function. */
    static Model classes(Feature[][] rows, int[] classOf, int width, double cost, boolean logistic, long seed) {
        double[] y = new double[classOf.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = classOf[i];
        }
        return train(rows, y, width, logistic ? SolverType.L2R_LR : SolverType.L2R_L2LOSS_SVC_DUAL, cost, seed);
    }

    /** One output that is near the targets: the sum of squares is least, but for what keeps weights small. */
    static Model squares(Feature[][] rows, double[] targets, int width, double cost, long seed) {
        return train(rows, targets, width, SolverType.L2R_L2LOSS_SVR, cost, seed);
    }

    private static Model train(Feature[][] rows, double[] y, int width, SolverType solver, double cost, long seed) {
        Problem problem = new Problem();
        problem.l = rows.length;
        problem.n = width + 1;
        problem.x = rows;
        problem.y = y;
        problem.bias = 1;
        Parameter parameter =
                new Parameter(solver, cost, solver.isSupportVectorRegression() ? 1e-3 : EPSILON, ROUNDS, 0);
        parameter.setRandom(new Random(seed));
        if (!solver.isSupportVectorRegression()) {
            weigh(parameter, y);
        }
        return de.bwaldvogel.liblinear.Linear.train(problem, parameter);
    }

    /** Rows of rare classes count a little more than others, so that they are not passed over. */
    private static void weigh(Parameter parameter, double[] classOf) {
        int classes = (int) Arrays.stream(classOf).max().orElse(0) + 1;
        double[] rows = new double[classes];
        for (double one : classOf) {
            rows[(int) one]++;
        }
        // The library takes no weight for a class that no row is of, as there may be among some of the rows.
        int[] labels = IntStream.range(0, classes).filter(c -> rows[c] > 0).toArray();
        double[] weights = Arrays.stream(labels)
                .mapToDouble(c -> Math.pow(classOf.length / (classes * rows[c]), RARER))
                .toArray();
        parameter.setWeights(weights, labels);
    }

    /**
     * What the library has learned, with an output for each of {@code classes} classes; one that no row was of says
     * very little for itself.
     */
    static Linear of(Model model, int width, int classes) {
        float[][] weights = new float[width][classes];
        float[] bias = new float[classes];
        boolean[] known = new boolean[classes];
        double[] w = model.getFeatureWeights();
        int[] labels = model.getLabels();
        int kept = model.getNrClass() == 2 ? 1 : model.getNrClass();
        for (int c = 0; c < labels.length; c++) {
            known[labels[c]] = true;
            int from = kept == 1 ? 0 : c;
            int sign = kept == 1 && c == 1 ? -1 : 1;
            for (int f = 0; f < width; f++) {
                weights[f][labels[c]] = (float) (sign * w[f * kept + from]);
            }
            bias[labels[c]] = (float) (sign * w[width * kept + from]);
        }
        for (int c = 0; c < classes; c++) {
            if (!known[c]) {
                bias[c] = -10;
            }
        }
        return new Linear(weights, bias);
    }

    /** The one output of a model of numbers, which were divided by {@code scale} after {@code offset} was taken off. */
    static Linear of(Model model, int width, double offset, double scale) {
        double[] w = model.getFeatureWeights();
        float[][] weights = new float[width][1];
        for (int f = 0; f < width; f++) {
            weights[f][0] = (float) (w[f] * scale);
        }
        return new Linear(weights, new float[] {(float) (w[width] * scale + offset)});
    }

    int outputs() {
        return bias.length;
    }

    void decide(Features features, double[] to) {
        for (int o = 0; o < to.length; o++) {
            to[o] = bias[o];
        }
        for (int i = 0; i < features.size; i++) {
            float[] w = weights[features.index[i]];
            for (int o = 0; o < to.length; o++) {
                to[o] += (double) w[o] * features.value[i];
            }
        }
    }
}
