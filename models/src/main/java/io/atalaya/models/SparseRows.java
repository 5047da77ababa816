package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as the graphs of {@link LinearGraph} take them. */
final class SparseRows implements Rows.Reader {
    private static final int GATHERED = 1 << 20;

    private final Vectorizer vectorizer;
    private final int outputs;

    SparseRows(Vectorizer vectorizer, int outputs) {
        this.vectorizer = vectorizer;
        this.outputs = outputs;
    }

    Vectorizer vectorizer() {
        return vectorizer;
    }

    @Override
    public List<String> columns() {
        return vectorizer.columns();
    }

    @Override
    public Rows take(OrtEnvironment environment, List<List<@Nullable String>> rows) throws OrtException {
        Features[] read = new Features[rows.size()];
        int longest = 1;
        int count = 0;
        for (List<@Nullable String> row : rows) {
            Features features = new Features();
            vectorizer.read(row, features);
            int with = Math.max(longest, features.size);
            if (count > 0 && (long) (count + 1) * with * outputs > GATHERED) {
                break;
            }
            longest = with;
            read[count++] = features;
        }
        long[] index = new long[count * longest];
        float[] value = new float[count * longest];
        Arrays.fill(index, vectorizer.width());
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < read[row].size; i++) {
                index[row * longest + i] = read[row].index[i];
                value[row * longest + i] = read[row].value[i];
            }
        }
        long[] shape = {count, longest};
        OnnxTensor places = OnnxTensor.createTensor(environment, LongBuffer.wrap(index), shape);
        OnnxTensor values = OnnxTensor.createTensor(environment, FloatBuffer.wrap(value), shape);
        return new Rows(count, Map.of(LinearGraph.INDEX, places, LinearGraph.VALUE, values));
    }
}
