package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Some rows as a model takes them. */
record Rows(int count, Map<String, OnnxTensor> tensors) implements AutoCloseable {
    /** How rows become that. */
    interface Reader {
        /** The columns it looks at. */
        List<String> columns();

        /** The first of the rows, as many as are well taken at once. */
        Rows take(OrtEnvironment environment, List<List<@Nullable String>> rows) throws OrtException;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
