package io.atalaya.models;

import java.util.Random;

/**
 * Users and items as short vectors, such that the product of two says how much the one would like the other. Learned by
 * alternating least squares from what users have taken, the surer the more they took.
 *
 * @see <a href="https://doi.org/10.1109/ICDM.2008.22">Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets</a>
 */
final class Factors {
    static final int LENGTH = 16;
    private static final int ROUNDS = 12;
    private static final double KEEP_SMALL = 0.5;

    final double[][] users;
    final double[][] items;

    private Factors(double[][] users, double[][] items) {
        this.users = users;
        this.items = items;
    }

    /** What one side has taken of the other: for each, numbers and how sure they are. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Taken(int[][] what, double[][] sure) {}

    static Factors learn(Taken ofUsers, Taken ofItems, long seed) {
        Random random = new Random(seed);
        double[][] users = new double[ofUsers.what().length][LENGTH];
        double[][] items = new double[ofItems.what().length][LENGTH];
        for (double[] item : items) {
            for (int f = 0; f < LENGTH; f++) {
                item[f] = 0.1 * random.nextGaussian();
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            solve(users, items, ofUsers);
            solve(items, users, ofItems);
        }
        return new Factors(users, items);
    }

    double score(int user, int item) {
        double sum = 0;
        for (int f = 0; f < LENGTH; f++) {
            sum += users[user][f] * items[item][f];
        }
        return sum;
    }

    private static void solve(double[][] to, double[][] from, Taken taken) {
        double[][] all = new double[LENGTH][LENGTH];
        for (double[] vector : from) {
            add(all, vector, 1);
        }
        for (int one = 0; one < to.length; one++) {
            double[][] left = new double[LENGTH][];
            for (int f = 0; f < LENGTH; f++) {
                left[f] = all[f].clone();
                left[f][f] += KEEP_SMALL;
            }
            double[] right = new double[LENGTH];
            int[] what = taken.what()[one];
            for (int i = 0; i < what.length; i++) {
                double sure = taken.sure()[one][i];
                double[] vector = from[what[i]];
                add(left, vector, sure - 1);
                for (int f = 0; f < LENGTH; f++) {
                    right[f] += sure * vector[f];
                }
            }
            to[one] = solved(left, right);
        }
    }

    private static void add(double[][] to, double[] vector, double times) {
        for (int a = 0; a < LENGTH; a++) {
            for (int b = 0; b < LENGTH; b++) {
                to[a][b] += times * vector[a] * vector[b];
            }
        }
    }

    /** By Cholesky: the left side is symmetric and positive. */
    private static double[] solved(double[][] left, double[] right) {
        for (int a = 0; a < LENGTH; a++) {
            for (int b = 0; b <= a; b++) {
                double sum = left[a][b];
                for (int c = 0; c < b; c++) {
                    sum -= left[a][c] * left[b][c];
                }
                left[a][b] = a == b ? Math.sqrt(sum) : sum / left[b][b];
            }
        }
        double[] x = right.clone();
        for (int a = 0; a < LENGTH; a++) {
            for (int c = 0; c < a; c++) {
                x[a] -= left[a][c] * x[c];
            }
            x[a] /= left[a][a];
        }
        for (int a = LENGTH - 1; a >= 0; a--) {
            for (int c = a + 1; c < LENGTH; c++) {
                x[a] -= left[c][a] * x[c];
            }
            x[a] /= left[a][a];
        }
        return x;
    }
}
