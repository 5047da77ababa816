package io.atalaya.lakehouse.vector;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;

/**
 * A column of vectors that has an index. That it has one is a property of its table, so that it goes with the table and holds
 * for all who read it.
 *
 * @param dimension how long its vectors are; others are near to nothing
 */
public record VectorColumn(UUID table, int fieldId, Metric metric, int dimension) {
    /** The longest vectors that can be indexed. */
    public static final int LONGEST = 1024;

    /** Before the field id, in the name of the property. */
    public static final String PROPERTY = "atalaya.vector-index.";

    /** The index that is declared for a column. */
    public static Optional<VectorColumn> declared(Table table, int fieldId) {
        return Optional.ofNullable(table.properties().get(PROPERTY + fieldId)).flatMap(text -> {
            String[] parts = text.split(" ", 2);
            try {
                return Optional.of(new VectorColumn(
                        table.uuid(), fieldId, Metric.valueOf(parts[0]), Integer.parseInt(parts[parts.length - 1])));
            } catch (IllegalArgumentException e) {
                // Anyone who may alter the table can write its properties; without an index the search is only slower.
                return Optional.empty();
            }
        });
    }

    /** The property that declares it. */
    public String declaration() {
        return metric + " " + dimension;
    }

    /** As it is compared: with cosines only its direction counts. Empty for what is near to nothing. */
    Optional<float[]> comparable(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        if (vector.length != dimension || !Double.isFinite(squares)) {
            return Optional.empty();
        }
        if (metric != Metric.COSINE) {
            return Optional.of(vector);
        }
        if (squares == 0) {
            return Optional.empty();
        }
        double length = Math.sqrt(squares);
        float[] direction = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            direction[i] = (float) (vector[i] / length);
        }
        return Optional.of(direction);
    }
}
