package io.atalaya.models;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows as models take them that were made elsewhere: one input of numbers with a column for each, or an input for each
 * column, of its name.
 */
final class ForeignRows implements Rows.Reader {
    private final List<String> columns;
    private final Map<String, OnnxJavaType> inputs;
    private final boolean together;

    private ForeignRows(List<String> columns, Map<String, OnnxJavaType> inputs, boolean together) {
        this.columns = columns;
        this.inputs = inputs;
        this.together = together;
    }

    static ForeignRows of(OrtSession session, List<String> columns) throws OrtException {
        Map<String, OnnxJavaType> inputs = new HashMap<>();
        for (NodeInfo input : session.getInputInfo().values()) {
            if (!(input.getInfo() instanceof TensorInfo tensor)) {
                throw new ModelException("Its input '%s' is no tensor", input.getName());
            }
            inputs.put(input.getName(), tensor.type);
        }
        boolean together = inputs.size() == 1 && inputs.containsValue(OnnxJavaType.FLOAT);
        if (!together && !inputs.keySet().equals(java.util.Set.copyOf(columns))) {
            throw new ModelException(
                    "It takes %s; name a column for each, or give it one input of float numbers",
                    inputs.keySet().stream().sorted().toList().toString());
        }
        return new ForeignRows(columns, inputs, together);
    }

    /** The output that is read: probabilities of that many classes, or one number. */
    static String output(OrtSession session, int classes) throws OrtException {
        for (NodeInfo output : session.getOutputInfo().values()) {
            if (output.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
                long[] shape = tensor.getShape();
                long last = shape.length < 2 ? 1 : shape[shape.length - 1];
                if (last < 0 || last == Math.max(1, classes)) {
                    return output.getName();
                }
            }
        }
        throw new ModelException(
                classes == 0
                        ? "It has no output of one float number for each row"
                        : "It has no output of %s float numbers, one for each class, for each row; export it without ZipMap",
                classes);
    }

    /** How long the vectors are that it gives; 0 if it has an output of one number, or none that could be a vector. */
    static int dimensions(OrtSession session, int most) throws OrtException {
        int found = 0;
        for (NodeInfo output : session.getOutputInfo().values()) {
            if (output.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
                long[] shape = tensor.getShape();
                long last = shape.length < 2 ? 1 : shape[shape.length - 1];
                if (last < 2) {
                    return 0;
                }
                found = found == 0 && shape.length == 2 && last <= most ? (int) last : found;
            }
        }
        return found;
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public void read(OrtEnvironment environment, List<List<@Nullable String>> rows, Rows.Taking taking)
            throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        if (together) {
            float[] values = new float[rows.size() * columns.size()];
            int next = 0;
            for (List<@Nullable String> row : rows) {
                for (int column = 0; column < columns.size(); column++) {
                    values[next++] = (float) real(columns.get(column), row.get(column));
                }
            }
            long[] shape = {rows.size(), columns.size()};
            tensors.put(
                    inputs.keySet().iterator().next(),
                    OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
        } else {
            for (int column = 0; column < columns.size(); column++) {
                int now = column;
                List<@Nullable String> cells = new java.util.ArrayList<>();
                rows.forEach(row -> cells.add(row.get(now)));
                tensors.put(columns.get(column), tensor(environment, columns.get(column), cells));
            }
        }
        taking.take(new Rows(IntStream.range(0, rows.size()).toArray(), tensors));
    }

    private OnnxTensor tensor(OrtEnvironment environment, String name, List<@Nullable String> cells)
            throws OrtException {
        long[] shape = {cells.size(), 1};
        return switch (inputs.get(name)) {
            case FLOAT -> {
                float[] values = new float[cells.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) real(name, cells.get(i));
                }
                yield OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
            }
            case INT64 -> {
                long[] values = new long[cells.size()];
                for (int i = 0; i < values.length; i++) {
                    double value = real(name, cells.get(i));
                    values[i] = Double.isNaN(value) ? -1 : (long) value;
                }
                yield OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
            }
            case STRING ->
                OnnxTensor.createTensor(
                        environment,
                        cells.stream().map(cell -> cell == null ? "" : cell).toArray(String[]::new),
                        shape);
            case null, default ->
                throw new ModelException("Its input '%s' takes neither float, int64 nor string", name);
        };
    }

    private static double real(String column, @Nullable String cell) {
        try {
            return Quantity.of(cell);
        } catch (NumberFormatException _) {
            throw new ModelException("It takes numbers of column '%s', and there are texts in it", column);
        }
    }
}
