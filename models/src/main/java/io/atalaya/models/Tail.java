package io.atalaya.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What share of usual rows is as far out as a distance, by those of some: between the distances of known shares the share falls
 * evenly; beyond the farthest it falls as the distance grows, and says no more than an order.
 *
 * @param distances ascending; with the first the share begins to fall from 1
 * @param shares falling, one for each distance
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Tail(double[] distances, double[] shares) {
    private static final int A_TENTH = 9;

    /** That of rows of these distances; nine shares for each power of ten. */
    static Tail of(double[] given) {
        double[] sorted = given.clone();
        Arrays.sort(sorted);
        List<Double> distances = new ArrayList<>(List.of(0.0));
        List<Double> shares = new ArrayList<>(List.of(1.0));
        double least = 1.0 / (sorted.length + 1);
        for (double power = 1; power > least; power /= 10) {
            for (int part = A_TENTH; part >= 1; part--) {
                add(distances, shares, sorted, power * part / 10);
            }
        }
        add(distances, shares, sorted, least);
        return new Tail(
                distances.stream().mapToDouble(Double::doubleValue).toArray(),
                shares.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static void add(List<Double> distances, List<Double> shares, double[] sorted, double share) {
        int at = sorted.length - (int) Math.floor(share * (sorted.length + 1));
        if (at < 0 || at >= sorted.length || share < 1.0 / (sorted.length + 1)) {
            return;
        }
        double distance = (float) sorted[at];
        // Of rows that are as far out the greatest share counts.
        if (distance > distances.getLast() * (1 + 1e-6) && share < shares.getLast()) {
            distances.add(distance);
            shares.add(share);
        }
    }

    /** The farthest distance of which a share is known. */
    double last() {
        return Math.max(distances[distances.length - 1], 1e-6);
    }

    double share(double distance) {
        double share = shares[shares.length - 1];
        for (int i = 1; i < distances.length; i++) {
            double part = (distance - distances[i - 1]) / (distances[i] - distances[i - 1]);
            share += (shares[i - 1] - shares[i]) * (1 - Math.clamp(part, 0, 1));
        }
        return share * last() / Math.max(distance, last());
    }
}
