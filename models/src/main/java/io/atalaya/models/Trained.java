package io.atalaya.models;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A model, and what is known of it.
 *
 * @param classes it tells apart; empty if it tells numbers
 * @param metrics on rows it has not learned from
 * @param baselines of the same rows, by name
 * @param evaluation more of that, as JSON
 * @param reference what its inputs and answers were like, as JSON: {@link Reference}
 * @param agreement the share of rows for which its ONNX form says what the library said that has learned it; empty if it was made elsewhere
 * @param vectors of users and of items, of a recommendation
 * @param doubts why it must not be put to use; empty if nothing is against it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Trained(
        String algorithm,
        List<Input> inputs,
        List<String> classes,
        long rows,
        Metrics metrics,
        Map<String, Metrics> baselines,
        String evaluation,
        String reference,
        OptionalDouble agreement,
        List<String> doubts,
        byte[] artifact,
        List<Vectors> vectors) {
    public Trained {
        inputs = List.copyOf(inputs);
        classes = List.copyOf(classes);
        baselines = Map.copyOf(baselines);
        doubts = List.copyOf(doubts);
        vectors = List.copyOf(vectors);
    }

    /** Values and the vectors that were learned of them, in the same order. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Vectors(List<String> values, double[][] vectors) {
        public Vectors {
            values = List.copyOf(values);
        }
    }
}
