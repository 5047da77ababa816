package io.atalaya.models;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The directions in which rows differ most, as the first right singular vectors of them, found by a
 * <a href="https://doi.org/10.1137/090771806">randomised range finder</a>: some more random directions than are wanted, turned
 * towards the rows some times.
 */
final class Directions {
    private static final int MORE = 10;
    private static final int TURNS = 5;
    private static final int SWEEPS = 30;
    private static final double NOTHING = 1e-9;

    private final int width;
    private final int[][] index;
    private final float[][] value;

    private Directions(int width, int[][] index, float[][] value) {
        this.width = width;
        this.index = index;
        this.value = value;
    }

    /**
     * As many directions as are wanted, each divided by a power of how much rows differ in it.
     *
     * @throws ModelException if rows differ in fewer
     */
    static Linear of(Vectorizer.Fitted fitted, int[] rows, int wanted, double power, long seed) {
        int[][] index = new int[rows.length][];
        float[][] value = new float[rows.length][];
        Features features = new Features();
        for (int i = 0; i < rows.length; i++) {
            fitted.read(rows[i], features);
            index[i] = Arrays.copyOf(features.index, features.size);
            value[i] = Arrays.copyOf(features.value, features.size);
        }
        return new Directions(fitted.vectorizer().width(), index, value).learned(wanted, power, seed);
    }

    /** Directions that nothing was learned for. */
    static Linear random(int width, int wanted, long seed) {
        Random random = new Random(seed);
        float[][] weights = new float[width][wanted];
        for (float[] place : weights) {
            for (int i = 0; i < wanted; i++) {
                place[i] = (float) random.nextGaussian();
            }
        }
        return new Linear(weights, new float[wanted]);
    }

    private Linear learned(int wanted, double power, long seed) {
        if (wanted > Math.min(width, index.length)) {
            throw tooFew(wanted);
        }
        int count = Math.min(wanted + MORE, Math.min(width, index.length));
        Random random = new Random(seed);
        double[][] basis = new double[count][width];
        for (double[] one : basis) {
            Arrays.setAll(one, _ -> random.nextGaussian());
        }
        for (int turn = 0; turn < TURNS; turn++) {
            basis = turned(basis);
            orthonormalise(basis);
        }
        double[][] turn = new double[count][count];
        double[] strength = eigen(products(basis), turn);
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Double.compare(strength[b], strength[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        if (!(strength[order[wanted - 1]] > NOTHING * strength[order[0]])) {
            throw tooFew(wanted);
        }
        float[][] weights = new float[width][wanted];
        for (int one = 0; one < wanted; one++) {
            double scale = Math.pow(strength[order[one]] / strength[order[0]], -power / 2);
            for (int place = 0; place < width; place++) {
                double sum = 0;
                for (int i = 0; i < count; i++) {
                    sum += basis[i][place] * turn[i][order[one]];
                }
                weights[place][one] = (float) (sum * scale);
            }
        }
        return new Linear(weights, new float[wanted]);
    }

    private ModelException tooFew(int wanted) {
        return new ModelException(
                "The %,d texts, of %,d words that some have in common, differ in fewer than %s directions; name fewer 'dimensions'",
                index.length, width, wanted);
    }

    private static double[][] byPlace(double[][] basis) {
        double[][] places = new double[basis[0].length][basis.length];
        for (int i = 0; i < basis.length; i++) {
            for (int place = 0; place < places.length; place++) {
                places[place][i] = basis[i][place];
            }
        }
        return places;
    }

    /** What a row is along each of the directions. */
    private void along(int row, double[][] places, double[] to) {
        Arrays.fill(to, 0);
        for (int i = 0; i < index[row].length; i++) {
            double[] place = places[index[row][i]];
            double amount = value[row][i];
            for (int one = 0; one < to.length; one++) {
                to[one] += amount * place[one];
            }
        }
    }

    private double[][] turned(double[][] basis) {
        double[][] places = byPlace(basis);
        double[][] sums = new double[width][basis.length];
        double[] along = new double[basis.length];
        for (int row = 0; row < index.length; row++) {
            along(row, places, along);
            for (int i = 0; i < index[row].length; i++) {
                double[] sum = sums[index[row][i]];
                double amount = value[row][i];
                for (int one = 0; one < along.length; one++) {
                    sum[one] += amount * along[one];
                }
            }
        }
        return byPlace(sums);
    }

    /** Makes them of length one and at right angles; one that is among the others becomes nothing. */
    private static void orthonormalise(double[][] basis) {
        for (int one = 0; one < basis.length; one++) {
            double before = Math.sqrt(dot(basis[one], basis[one]));
            // Twice, as once leaves what was lost to rounding.
            for (int again = 0; again < 2; again++) {
                for (int other = 0; other < one; other++) {
                    double share = dot(basis[one], basis[other]);
                    for (int place = 0; place < basis[one].length; place++) {
                        basis[one][place] -= share * basis[other][place];
                    }
                }
            }
            double length = Math.sqrt(dot(basis[one], basis[one]));
            double scale = length > NOTHING * before ? 1 / length : 0;
            for (int place = 0; place < basis[one].length; place++) {
                basis[one][place] *= scale;
            }
        }
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private double[][] products(double[][] basis) {
        double[][] places = byPlace(basis);
        double[][] products = new double[basis.length][basis.length];
        double[] along = new double[basis.length];
        for (int row = 0; row < index.length; row++) {
            along(row, places, along);
            for (int one = 0; one < along.length; one++) {
                for (int other = 0; other < along.length; other++) {
                    products[one][other] += along[one] * along[other];
                }
            }
        }
        return products;
    }

    /**
     * The eigenvalues of a symmetric matrix, which is used up, by Jacobi's rotations.
     *
     * @param vectors where the eigenvectors go, one a column
     */
    static double[] eigen(double[][] matrix, double[][] vectors) {
        int size = matrix.length;
        for (int i = 0; i < size; i++) {
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS && !isDiagonal(matrix); sweep++) {
            for (int p = 0; p < size; p++) {
                for (int q = p + 1; q < size; q++) {
                    rotate(matrix, vectors, p, q);
                }
            }
        }
        return IntStream.range(0, size).mapToDouble(i -> matrix[i][i]).toArray();
    }

    private static boolean isDiagonal(double[][] matrix) {
        double on = 0;
        double off = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                double square = matrix[i][j] * matrix[i][j];
                on += i == j ? square : 0;
                off += i == j ? 0 : square;
            }
        }
        return off <= on * 1e-24;
    }

    private static void rotate(double[][] matrix, double[][] vectors, int p, int q) {
        if (matrix[p][q] == 0) {
            return;
        }
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        double tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        for (int i = 0; i < matrix.length; i++) {
            double ip = matrix[i][p];
            matrix[i][p] = cosine * ip - sine * matrix[i][q];
            matrix[i][q] = sine * ip + cosine * matrix[i][q];
        }
        for (int i = 0; i < matrix.length; i++) {
            double pi = matrix[p][i];
            matrix[p][i] = cosine * pi - sine * matrix[q][i];
            matrix[q][i] = sine * pi + cosine * matrix[q][i];
            double ip = vectors[i][p];
            vectors[i][p] = cosine * ip - sine * vectors[i][q];
            vectors[i][q] = sine * ip + cosine * vectors[i][q];
        }
    }
}
