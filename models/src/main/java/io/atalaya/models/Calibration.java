package io.atalaya.models;

import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * How sure a model is, made to be as often right as it says. One number, by which what it decides on is multiplied before
 * the softmax, so what it says stays the same.
 */
final class Calibration {
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int BINS = 10;

    private Calibration() {}

    /** The number with which the right classes of rows that were not learned from are the most likely. */
    static double sharpness(double[][] decisions, int[] right) {
        double low = Math.log(0.05);
        double high = Math.log(100);
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double atA = loss(decisions, right, Math.exp(a));
        double atB = loss(decisions, right, Math.exp(b));
        while (high - low > 1e-4) {
            if (atA <= atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - GOLDEN * (high - low);
                atA = loss(decisions, right, Math.exp(a));
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + GOLDEN * (high - low);
                atB = loss(decisions, right, Math.exp(b));
            }
        }
        return Math.exp((low + high) / 2);
    }

    /** The mean surprise at the right classes. */
    static double loss(double[][] decisions, int[] right, double sharpness) {
        double sum = 0;
        for (int row = 0; row < decisions.length; row++) {
            double[] likely = probabilities(decisions[row], sharpness);
            sum -= Math.log(Math.max(1e-12, likely[right[row]]));
        }
        return sum / decisions.length;
    }

    static double[] probabilities(double[] decision, double sharpness) {
        double most = Double.NEGATIVE_INFINITY;
        for (double one : decision) {
            most = Math.max(most, one);
        }
        double[] likely = new double[decision.length];
        double sum = 0;
        for (int c = 0; c < likely.length; c++) {
            likely[c] = Math.exp((decision[c] - most) * sharpness);
            sum += likely[c];
        }
        for (int c = 0; c < likely.length; c++) {
            likely[c] /= sum;
        }
        return likely;
    }

    /**
     * The mean distance between how sure it was and how often it was right, in ten parts.
     *
     * @param parts is told of each
     */
    static double error(double[] confidence, boolean[] right, ArrayNode parts) {
        double[] sure = new double[BINS];
        long[] hits = new long[BINS];
        long[] rows = new long[BINS];
        for (int row = 0; row < confidence.length; row++) {
            int bin = (int) Math.min(BINS - 1, confidence[row] * BINS);
            sure[bin] += confidence[row];
            hits[bin] += right[row] ? 1 : 0;
            rows[bin]++;
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (rows[bin] > 0) {
                error += Math.abs(sure[bin] - hits[bin]) / confidence.length;
                parts.addObject()
                        .put("rows", rows[bin])
                        .put("confidence", sure[bin] / rows[bin])
                        .put("accuracy", (double) hits[bin] / rows[bin]);
            }
        }
        return error;
    }
}
