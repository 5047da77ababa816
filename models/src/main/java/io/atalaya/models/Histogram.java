package io.atalaya.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What part of rows is where: between edges, or of a value. One more place is for what is missing, and with values one for
 * all others.
 *
 * @param edges between which numbers are, ascending; empty if it is of values
 * @param counts of the rows it was made of
 */
record Histogram(
        @JsonProperty("name") String name,
        @JsonProperty("edges") List<Double> edges,
        @JsonProperty("values") List<String> values,
        @JsonProperty("counts") List<Long> counts) {
    private static final int PARTS = 10;
    private static final int VALUES = 20;
    private static final double LEAST = 1e-4;

    Histogram {
        edges = List.copyOf(edges);
        values = List.copyOf(values);
        counts = List.copyOf(counts);
    }

    /** Ten parts with about as many rows each, fewer where many have the same number. */
    static Histogram ofNumbers(String name, double[] numbers) {
        double[] known =
                Arrays.stream(numbers).filter(Double::isFinite).sorted().toArray();
        List<Double> edges = new ArrayList<>();
        for (int part = 1; part < PARTS && known.length > 0; part++) {
            double edge = known[(int) ((long) known.length * part / PARTS)];
            if (edges.isEmpty() || edge > edges.getLast()) {
                edges.add(edge);
            }
        }
        Histogram empty = new Histogram(name, edges, List.of(), List.of());
        long[] counts = new long[edges.size() + 2];
        for (double number : numbers) {
            counts[empty.place(number)]++;
        }
        return new Histogram(
                name, edges, List.of(), Arrays.stream(counts).boxed().toList());
    }

    /** The twenty most frequent values. */
    static Histogram ofValues(String name, List<String> all, long[] counts, long missing) {
        Map<String, Long> count = new HashMap<>();
        for (int i = 0; i < counts.length; i++) {
            count.merge(all.get(i), counts[i], Long::sum);
        }
        List<String> values = count.keySet().stream()
                .filter(value -> count.getOrDefault(value, 0L) > 0)
                .sorted((a, b) -> {
                    int more = Long.compare(count.getOrDefault(b, 0L), count.getOrDefault(a, 0L));
                    return more != 0 ? more : a.compareTo(b);
                })
                .limit(VALUES)
                .toList();
        List<Long> places = new ArrayList<>(
                values.stream().map(value -> count.getOrDefault(value, 0L)).toList());
        places.add(Arrays.stream(counts).sum()
                - places.stream().mapToLong(Long::longValue).sum());
        places.add(missing);
        return new Histogram(name, List.of(), values, places);
    }

    int places() {
        return counts.size();
    }

    int place(double number) {
        if (!Double.isFinite(number)) {
            return edges.size() + 1;
        }
        int place = 0;
        while (place < edges.size() && number >= edges.get(place)) {
            place++;
        }
        return place;
    }

    /**
     * The population stability index: how far other rows are from these, 0 if they are alike.
     *
     * @param now counts of the other rows
     */
    double stability(long[] now) {
        double before = Math.max(1, counts.stream().mapToLong(Long::longValue).sum());
        double after = Math.max(1, Arrays.stream(now).sum());
        double sum = 0;
        for (int place = 0; place < now.length; place++) {
            double was = Math.max(LEAST, counts.get(place) / before);
            double is = Math.max(LEAST, now[place] / after);
            sum += (is - was) * Math.log(is / was);
        }
        return sum;
    }

    /**
     * What the index is at most, but once in some thousand times, of rows that are from the same source: with few rows it is
     * never 0. Its distribution is about that of a chi-squared one.
     *
     * @see <a href="https://scholarworks.wmich.edu/dissertations/3208/">Yurdakul, Statistical properties of the PSI</a>
     */
    double chance(long[] now) {
        double before = Math.max(1, counts.stream().mapToLong(Long::longValue).sum());
        double after = Math.max(1, Arrays.stream(now).sum());
        double free = Math.max(1, counts.stream().filter(count -> count > 0).count() - 1);
        return (free + 3.5 * Math.sqrt(2 * free)) * (1 / before + 1 / after);
    }
}
