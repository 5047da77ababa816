package io.atalaya.models;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** How good something is, by the names of measures. */
public record Metrics(SortedMap<String, Double> values) {
    public Metrics {
        values = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    static Metrics of(Object... namesAndValues) {
        SortedMap<String, Double> values = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], rounded((Double) namesAndValues[i + 1]));
        }
        return new Metrics(values);
    }

    /** The same and more. */
    Metrics with(String name, double value) {
        SortedMap<String, Double> all = new TreeMap<>(values);
        all.put(name, rounded(value));
        return new Metrics(all);
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 1e6) / 1e6 : value;
    }

    /** A measure; not a number if it was not taken. */
    public double get(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** Whether more of a measure is better. */
    public static boolean isBetterMore(String name) {
        return !Set.of("rmse", "mae", "logLoss", "calibrationError", "falseAlarms", "alarms")
                .contains(name);
    }
}
