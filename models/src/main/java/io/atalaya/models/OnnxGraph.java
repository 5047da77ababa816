package io.atalaya.models;

import java.util.Map;
import java.util.TreeMap;

/**
 * A graph of <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX</a> and its bytes, which are the same for the
 * same graph. The few messages it takes are written here, so no compiler of protocols is needed.
 */
final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int IR_VERSION = 8;
    private static final int OPERATORS = 13;

    private final OnnxMessage graph = new OnnxMessage();
    private final Map<String, String> notes = new TreeMap<>();

    OnnxGraph(String name) {
        graph.text(2, name);
    }

    OnnxGraph node(String operator, String output, String... inputs) {
        return node(operator, output, new OnnxMessage(), inputs);
    }

    /** A node with one whole number as its attribute. */
    OnnxGraph node(String operator, String output, String attribute, long value, String... inputs) {
        return node(
                operator,
                output,
                new OnnxMessage()
                        .message(
                                5,
                                new OnnxMessage()
                                        .text(1, attribute)
                                        .number(3, value)
                                        .number(20, 2)),
                inputs);
    }

    private OnnxGraph node(String operator, String output, OnnxMessage attributes, String... inputs) {
        OnnxMessage node = new OnnxMessage();
        for (String input : inputs) {
            node.text(1, input);
        }
        graph.message(1, node.text(2, output).text(3, output).text(4, operator).and(attributes));
        return this;
    }

    OnnxGraph constant(String name, float[] values, long... shape) {
        return constant(name, FLOAT, OnnxMessage.raw(values), shape);
    }

    OnnxGraph constant(String name, long[] values, long... shape) {
        return constant(name, INT64, OnnxMessage.raw(values), shape);
    }

    private OnnxGraph constant(String name, int type, byte[] raw, long... shape) {
        OnnxMessage tensor = new OnnxMessage();
        for (long length : shape) {
            tensor.number(1, length);
        }
        graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
        return this;
    }

    OnnxGraph reals(String input, String... dimensions) {
        graph.message(11, value(input, FLOAT, dimensions));
        return this;
    }

    OnnxGraph wholes(String input, String... dimensions) {
        graph.message(11, value(input, INT64, dimensions));
        return this;
    }

    /** @param dimensions names of what differs from time to time, and lengths of what does not */
    OnnxGraph output(String name, String... dimensions) {
        graph.message(12, value(name, FLOAT, dimensions));
        return this;
    }

    /** Says something of the model that is no part of its function. */
    OnnxGraph note(String key, String text) {
        notes.put(key, text);
        return this;
    }

    private static OnnxMessage value(String name, int type, String... dimensions) {
        OnnxMessage shape = new OnnxMessage();
        for (String dimension : dimensions) {
            boolean known = Character.isDigit(dimension.charAt(0));
            shape.message(
                    1,
                    known
                            ? new OnnxMessage().number(1, Long.parseLong(dimension))
                            : new OnnxMessage().text(2, dimension));
        }
        OnnxMessage tensor = new OnnxMessage().number(1, type).message(2, shape);
        return new OnnxMessage().text(1, name).message(2, new OnnxMessage().message(1, tensor));
    }

    byte[] toBytes() {
        OnnxMessage model = new OnnxMessage()
                .number(1, IR_VERSION)
                .text(2, "atalaya")
                .message(7, graph)
                .message(8, new OnnxMessage().text(1, "").number(2, OPERATORS));
        notes.forEach(
                (key, text) -> model.message(14, new OnnxMessage().text(1, key).text(2, text)));
        return model.toBytes();
    }
}
