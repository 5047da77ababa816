package io.atalaya.models;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Measures of an order. */
final class Ranks {
    private Ranks() {}

    /** The mean precision among the first rows, each time one of class 1 comes; the greatest scores first, ties together. */
    static double averagePrecision(double[] scores, int[] classOf) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> scores[row]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        long ones = 0;
        for (int i = 0; i < order.length; ) {
            int next = i;
            long here = 0;
            while (next < order.length && scores[order[next]] == scores[order[i]]) {
                here += classOf[order[next++]];
            }
            ones += here;
            sum += here * ((double) ones / next);
            i = next;
        }
        return ones == 0 ? Double.NaN : sum / ones;
    }

    /** How likely a row of class 1 has a greater score than one of class 0; ties count half. */
    static double auc(double[] scores, int[] classOf) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> scores[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        long ones = 0;
        for (int i = 0; i < order.length; ) {
            int next = i;
            while (next < order.length && scores[order[next]] == scores[order[i]]) {
                next++;
            }
            double rank = (i + 1 + next) / 2.0;
            for (; i < next; i++) {
                if (classOf[order[i]] == 1) {
                    ones++;
                    sum += rank;
                }
            }
        }
        long zeros = scores.length - ones;
        return ones == 0 || zeros == 0 ? Double.NaN : (sum - ones * (ones + 1) / 2.0) / ((double) ones * zeros);
    }
}
