package io.atalaya.models;

import java.util.stream.IntStream;

/**
 * How far rows are from the middle of others, in deviations of these in every direction: the distance of Mahalanobis. Directions
 * in which few rows tell how much is usual are drawn to what is usual in all, as much as
 * <a href="https://doi.org/10.1016/S0047-259X(03)00096-4">Ledoit and Wolf</a> say.
 *
 * @param linear gives one number for each direction, of which the sum of squares is the distance squared
 * @param shrinkage how much directions are drawn together, from 0 to 1
 */
record Whitening(Linear linear, double shrinkage) {
    /** How many places of a row there may be: the work grows with the square of it. */
    static final int MOST = 256;

    private static final double LEAST = 1e-3;

    static Whitening of(Vectorizer.Fitted fitted, int[] rows) {
        int width = fitted.vectorizer().width();
        if (width > MOST) {
            throw new ModelException(
                    "Its columns have %s places, of values and numbers; at most %s can be looked at together",
                    width, MOST);
        }
        Features features = new Features();
        double[] mean = new double[width];
        double[][] products = new double[width][width];
        double squares = 0;
        for (int row : rows) {
            fitted.read(row, features);
            double length = 0;
            for (int i = 0; i < features.size; i++) {
                mean[features.index[i]] += features.value[i];
                length += (double) features.value[i] * features.value[i];
                for (int j = 0; j <= i; j++) {
                    products[features.index[i]][features.index[j]] += (double) features.value[i] * features.value[j];
                }
            }
            squares += length * length;
        }
        double trace = 0;
        double norm = 0;
        for (int i = 0; i < width; i++) {
            mean[i] /= rows.length;
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double one = products[i][j] / rows.length - mean[i] * mean[j];
                products[i][j] = one;
                products[j][i] = one;
                norm += i == j ? one * one : 2 * one * one;
            }
            trace += products[i][i];
        }
        double usual = trace > 0 ? trace / width : 1;
        double apart = norm - width * usual * usual;
        double chance = (squares / rows.length - norm) / rows.length;
        double shrinkage = Math.clamp(apart > 0 ? chance / apart : 1, LEAST, 1);
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                products[i][j] = (1 - shrinkage) * products[i][j] + (i == j ? shrinkage * usual : 0);
            }
        }
        return new Whitening(linear(inverse(products), mean), shrinkage);
    }

    /** The inverse of the lower triangle that with itself gives the matrix. */
    private static double[][] inverse(double[][] matrix) {
        int width = matrix.length;
        double[][] lower = new double[width][width];
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= lower[i][k] * lower[j][k];
                }
                lower[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / lower[j][j];
            }
        }
        double[][] inverse = new double[width][width];
        for (int column = 0; column < width; column++) {
            for (int i = column; i < width; i++) {
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++) {
                    sum -= lower[i][k] * inverse[k][column];
                }
                inverse[i][column] = sum / lower[i][i];
            }
        }
        return inverse;
    }

    private static Linear linear(double[][] inverse, double[] mean) {
        int width = mean.length;
        float[][] weights = new float[width][width];
        float[] bias = new float[width];
        for (int output = 0; output < width; output++) {
            double offset = 0;
            for (int place = 0; place <= output; place++) {
                weights[place][output] = (float) inverse[output][place];
                offset += inverse[output][place] * mean[place];
            }
            bias[output] = (float) -offset;
        }
        return new Linear(weights, bias);
    }

    /** The distances of rows. */
    double[] distances(Vectorizer.Fitted fitted, int[] rows) {
        Features features = new Features();
        double[] directions = new double[linear.outputs()];
        return IntStream.of(rows)
                .mapToDouble(row -> {
                    fitted.read(row, features);
                    linear.decide(features, directions);
                    double sum = 0;
                    for (double direction : directions) {
                        sum += direction * direction;
                    }
                    return Math.sqrt(sum);
                })
                .toArray();
    }
}
