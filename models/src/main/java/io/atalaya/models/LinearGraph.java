package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/**
 * A linear model as ONNX over the places of a row that are not zero: of 50,000 words a text has some hundred, so the weights
 * of those are gathered and nothing is multiplied by zero. Rows with fewer places are filled up with one that has no weight.
 */
final class LinearGraph {
    /** Input: the places. */
    static final String INDEX = "index";

    /** Input: what is there. */
    static final String VALUE = "value";

    /** Note: how columns become places. */
    static final String VECTORIZER = "atalaya.vectorizer";

    /** Note: how long the vectors are, of a model that gives such. */
    static final String DIMENSIONS = "atalaya.dimensions";

    /** Note: the classes, in the order of the probabilities. */
    static final String CLASSES = "atalaya.classes";

    static final String PROBABILITIES = "probabilities";
    static final String ESTIMATE = "estimate";
    static final String VECTOR = "vector";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LinearGraph() {}

    /** Probabilities of classes; {@code sharpness} makes them as sure as they have been right. */
    static byte[] classes(Linear linear, Vectorizer vectorizer, List<String> classes, double sharpness) {
        ArrayNode names = JSON.createArrayNode();
        classes.forEach(names::add);
        return common(linear, vectorizer)
                .constant("sharpness", new float[] {(float) sharpness}, 1)
                .node("Mul", "sharpened", "decision", "sharpness")
                .node("Softmax", PROBABILITIES, "axis", -1, "sharpened")
                .output(PROBABILITIES, "batch", "classes")
                .note(CLASSES, names.toString())
                .toBytes();
    }

    /** One number. */
    static byte[] estimate(Linear linear, Vectorizer vectorizer) {
        return common(linear, vectorizer)
                .node("Identity", ESTIMATE, "decision")
                .output(ESTIMATE, "batch", "one")
                .toBytes();
    }

    /** Vectors of length one; of zeros where there is nothing that is known. */
    static byte[] vector(Linear directions, Vectorizer vectorizer) {
        return common(directions, vectorizer)
                .constant("all", new long[] {-1}, 1)
                .constant("least", new float[] {Float.MIN_NORMAL}, 1)
                .node("Mul", "squares", "decision", "decision")
                .node("ReduceSum", "squared", "keepdims", 1, "squares", "all")
                .node("Sqrt", "length", "squared")
                .node("Max", "divisor", "length", "least")
                .node("Div", VECTOR, "decision", "divisor")
                .output(VECTOR, "batch", "dimensions")
                .note(DIMENSIONS, Integer.toString(directions.outputs()))
                .toBytes();
    }

    /** The share of usual rows that are as far out. */
    static byte[] share(Linear directions, Tail tail, Vectorizer vectorizer) {
        int parts = tail.distances().length - 1;
        float[] from = new float[Math.max(1, parts)];
        float[] steeply = new float[from.length];
        float[] falls = new float[from.length];
        for (int i = 0; i < parts; i++) {
            from[i] = (float) tail.distances()[i];
            steeply[i] = (float) (1 / (tail.distances()[i + 1] - tail.distances()[i]));
            falls[i] = (float) (tail.shares()[i] - tail.shares()[i + 1]);
        }
        return common(directions, vectorizer)
                .constant("directions", new long[] {-1}, 1)
                .constant("from", from, 1, from.length)
                .constant("steeply", steeply, 1, from.length)
                .constant("falls", falls, from.length, 1)
                .constant("one", new float[] {1}, 1)
                .constant("least", new float[] {(float) tail.shares()[tail.shares().length - 1]}, 1)
                .constant("farthest", new float[] {(float) tail.last()}, 1)
                .node("Mul", "squares", "decision", "decision")
                .node("ReduceSum", "squared", "keepdims", 1, "squares", "directions")
                .node("Sqrt", "distance", "squared")
                .node("Sub", "beyond", "distance", "from")
                .node("Mul", "part", "beyond", "steeply")
                .node("Relu", "begun", "part")
                .node("Min", "passed", "begun", "one")
                .node("Sub", "left", "one", "passed")
                .node("MatMul", "above", "left", "falls")
                .node("Add", "within", "above", "least")
                .node("Max", "far", "distance", "farthest")
                .node("Div", "out", "farthest", "far")
                .node("Mul", ESTIMATE, "within", "out")
                .output(ESTIMATE, "batch", "one")
                .toBytes();
    }

    private static OnnxGraph common(Linear linear, Vectorizer vectorizer) {
        int width = vectorizer.width();
        int outputs = linear.outputs();
        float[] weights = new float[(width + 1) * outputs];
        for (int place = 0; place < width; place++) {
            System.arraycopy(linear.weights()[place], 0, weights, place * outputs, outputs);
        }
        return new OnnxGraph("atalaya")
                .wholes(INDEX, "batch", "places")
                .reals(VALUE, "batch", "places")
                .constant("weights", weights, width + 1L, outputs)
                .constant("bias", linear.bias(), outputs)
                .constant("middle", new long[] {1}, 1)
                .node("Gather", "gathered", "weights", INDEX)
                .node("Unsqueeze", "row", VALUE, "middle")
                .node("MatMul", "products", "row", "gathered")
                .node("Squeeze", "sums", "products", "middle")
                .node("Add", "decision", "sums", "bias")
                .note(VECTORIZER, vectorizer.toJson());
    }
}
