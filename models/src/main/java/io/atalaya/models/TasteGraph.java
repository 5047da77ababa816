package io.atalaya.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Users and items as ONNX: the vectors of both are gathered and multiplied. Who or what is not known has one of zeros. */
final class TasteGraph implements Rows.Reader {
    /** Note: the columns, and the values each has a vector of. */
    static final String PAIRS = "atalaya.pairs";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USER = "user";
    private static final String ITEM = "item";

    private final List<String> columns;
    private final List<Map<String, Long>> places;

    private TasteGraph(List<String> columns, List<Map<String, Long>> places) {
        this.columns = columns;
        this.places = places;
    }

    static byte[] of(Factors factors, List<Input> inputs, List<String> users, List<String> items) {
        ObjectNode pairs = JSON.createObjectNode();
        names(pairs, inputs.getFirst().name(), users);
        names(pairs, inputs.getLast().name(), items);
        return new OnnxGraph("atalaya")
                .wholes(USER, "batch")
                .wholes(ITEM, "batch")
                .constant("users", flat(factors.users), users.size() + 1L, Factors.LENGTH)
                .constant("items", flat(factors.items), items.size() + 1L, Factors.LENGTH)
                .constant("last", new long[] {1}, 1)
                .node("Gather", "who", "users", USER)
                .node("Gather", "what", "items", ITEM)
                .node("Mul", "products", "who", "what")
                .node("ReduceSum", LinearGraph.ESTIMATE, "keepdims", 1, "products", "last")
                .output(LinearGraph.ESTIMATE, "batch", "one")
                .note(PAIRS, pairs.toString())
                .toBytes();
    }

    private static void names(ObjectNode to, String column, List<String> values) {
        ArrayNode names = to.putArray(column);
        values.forEach(names::add);
    }

    private static float[] flat(double[][] vectors) {
        float[] flat = new float[(vectors.length + 1) * Factors.LENGTH];
        for (int i = 0; i < vectors.length; i++) {
            for (int f = 0; f < Factors.LENGTH; f++) {
                flat[i * Factors.LENGTH + f] = (float) vectors[i][f];
            }
        }
        return flat;
    }

    static TasteGraph reader(String pairs) {
        try {
            List<String> columns = new java.util.ArrayList<>();
            List<Map<String, Long>> places = new java.util.ArrayList<>();
            for (Map.Entry<String, JsonNode> column : JSON.readTree(pairs).properties()) {
                Map<String, Long> known = new HashMap<>();
                column.getValue().forEach(value -> known.put(value.asText(), (long) known.size()));
                columns.add(column.getKey());
                places.add(known);
            }
            return new TasteGraph(columns, places);
        } catch (JsonProcessingException e) {
            throw new ModelException(e, "What the model says of users and items cannot be read");
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public void read(OrtEnvironment environment, List<List<@Nullable String>> rows, Rows.Taking taking)
            throws OrtException {
        long[] who = new long[rows.size()];
        long[] what = new long[rows.size()];
        for (int row = 0; row < who.length; row++) {
            who[row] = place(0, rows.get(row).get(0));
            what[row] = place(1, rows.get(row).get(1));
        }
        long[] shape = {who.length};
        taking.take(new Rows(
                IntStream.range(0, who.length).toArray(),
                Map.of(
                        USER, OnnxTensor.createTensor(environment, LongBuffer.wrap(who), shape),
                        ITEM, OnnxTensor.createTensor(environment, LongBuffer.wrap(what), shape))));
    }

    private long place(int column, @Nullable String value) {
        Map<String, Long> known = places.get(column);
        return value == null ? known.size() : known.getOrDefault(value, (long) known.size());
    }
}
