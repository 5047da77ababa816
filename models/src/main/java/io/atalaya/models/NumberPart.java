package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A quantity as so many deviations from its mean, at most eight; or the mark that it is missing. */
record NumberPart(String name, double mean, double deviation) implements Vectorizer.Part {
    private static final double MOST = 8;

    static NumberPart fit(String name, Examples.Numbers numbers, int[] rows) {
        double mean = 0;
        double squares = 0;
        long known = 0;
        for (int row : rows) {
            double value = numbers.values[row];
            if (Double.isFinite(value)) {
                known++;
                double off = value - mean;
                mean += off / known;
                squares += off * (value - mean);
            }
        }
        double deviation = known < 2 ? 0 : Math.sqrt(squares / known);
        return new NumberPart(name, mean, deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1);
    }

    static NumberPart of(String name, JsonNode column) {
        return new NumberPart(
                name, column.get("mean").asDouble(), column.get("deviation").asDouble());
    }

    @Override
    public Input.Kind kind() {
        return Input.Kind.NUMBER;
    }

    @Override
    public int width() {
        return 2;
    }

    @Override
    public void add(@Nullable String cell, int from, Features to) {
        double value;
        try {
            value = Quantity.of(cell);
        } catch (NumberFormatException e) {
            throw new ModelException(
                    e,
                    "it looks at numbers in column '%s', and there are texts in it; CAST them, or leave those rows out",
                    name);
        }
        add(value, from, to);
    }

    void add(double value, int from, Features to) {
        if (Double.isFinite(value)) {
            to.add(from, Math.clamp((value - mean) / deviation, -MOST, MOST));
        } else {
            to.add(from + 1, 1);
        }
    }

    @Override
    public void describe(ObjectNode to) {
        to.put("mean", mean);
        to.put("deviation", deviation);
    }
}
