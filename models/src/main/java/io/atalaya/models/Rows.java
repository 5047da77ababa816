package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some rows as a model takes them.
 *
 * @param which they are of all that are asked about
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Rows(int[] which, Map<String, OnnxTensor> tensors) implements AutoCloseable {
    /** How rows become that. */
    interface Reader {
        /** The columns it looks at. */
        List<String> columns();

        /**
         * Hands over all rows, in portions and an order of its own, to be closed by whoever takes them. How a row is handed over
         * does not depend on the others, as a sum of as many zeros more is another in its last digit.
         */
        void read(OrtEnvironment environment, List<List<@Nullable String>> rows, Taking taking) throws OrtException;
    }

    /** Takes a portion. */
    interface Taking {
        void take(Rows rows) throws OrtException;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
