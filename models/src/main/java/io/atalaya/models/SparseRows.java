package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows as the graphs of {@link LinearGraph} take them. */
final class SparseRows implements Rows.Reader {
    private static final int GATHERED = 1 << 20;
    private static final int NARROWEST = 8;

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
    public void read(OrtEnvironment environment, List<List<@Nullable String>> rows, Rows.Taking taking)
            throws OrtException {
        Features[] read = new Features[rows.size()];
        Map<Integer, List<Integer>> byWidth = new TreeMap<>();
        for (int row = 0; row < read.length; row++) {
            read[row] = new Features();
            vectorizer.read(rows.get(row), read[row]);
            byWidth.computeIfAbsent(width(read[row].size), _ -> new ArrayList<>())
                    .add(row);
        }
        for (Map.Entry<Integer, List<Integer>> alike : byWidth.entrySet()) {
            int width = alike.getKey();
            List<Integer> all = alike.getValue();
            int most = Math.max(1, GATHERED / (width * outputs));
            for (int from = 0; from < all.size(); from += most) {
                int[] which = all.subList(from, Math.min(all.size(), from + most)).stream()
                        .mapToInt(row -> row)
                        .toArray();
                taking.take(rows(environment, which, read, width));
            }
        }
    }

    /** What its places are filled up to: less than half as many again. */
    private static int width(int places) {
        int step = Math.max(NARROWEST, Integer.highestOneBit(places) / 2);
        return Math.max(1, Math.ceilDiv(places, step)) * step;
    }

    private Rows rows(OrtEnvironment environment, int[] which, Features[] read, int width) throws OrtException {
        long[] index = new long[which.length * width];
        float[] value = new float[which.length * width];
        Arrays.fill(index, vectorizer.width());
        for (int row = 0; row < which.length; row++) {
            Features features = read[which[row]];
            for (int i = 0; i < features.size; i++) {
                index[row * width + i] = features.index[i];
                value[row * width + i] = features.value[i];
            }
        }
        long[] shape = {which.length, width};
        OnnxTensor places = OnnxTensor.createTensor(environment, LongBuffer.wrap(index), shape);
        OnnxTensor values = OnnxTensor.createTensor(environment, FloatBuffer.wrap(value), shape);
        return new Rows(which, Map.of(LinearGraph.INDEX, places, LinearGraph.VALUE, values));
    }
}
