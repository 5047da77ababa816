package io.atalaya.models;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Whether a model is whole in itself: ONNX lets its numbers be in other files, and whoever may write a model's table must not read
 * the server's files by that. A graph within a graph, functions, and operators of others are refused too; models of ours have none.
 *
 * <p>The fields are those of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">onnx.proto3</a>.
 */
final class WholeInItself {
    private static final Set<String> OPERATORS = Set.of("", "ai.onnx", "ai.onnx.ml");

    private WholeInItself() {}

    /** What stands at a field of a message. */
    private interface Fields {
        void at(int field, long number, ByteBuffer bytes);
    }

    /**
     * Goes on only with such a model.
     *
     * @throws ModelException if it is another, or no model at all
     */
    static void require(byte[] onnx) {
        try {
            each(ByteBuffer.wrap(onnx), WholeInItself::model);
        } catch (RuntimeException e) {
            throw e instanceof ModelException known
                    ? known
                    : new ModelException(e, "It is no ONNX model that can be carried out here");
        }
    }

    private static void model(int field, long number, ByteBuffer bytes) {
        switch (field) {
            case 7 -> each(bytes, WholeInItself::graph);
            case 20 -> throw new ModelException("A model that says how to train it is not carried out here");
            case 25 -> throw new ModelException("A model that has functions is not carried out here");
            default -> {}
        }
    }

    private static void graph(int field, long number, ByteBuffer bytes) {
        switch (field) {
            case 1 -> each(bytes, WholeInItself::node);
            case 5 -> each(bytes, WholeInItself::tensor);
            case 15 -> throw new ModelException("A model that has sparse tensors is not carried out here");
            default -> {}
        }
    }

    private static void node(int field, long number, ByteBuffer bytes) {
        switch (field) {
            case 5 -> each(bytes, WholeInItself::attribute);
            case 7 -> {
                if (!OPERATORS.contains(StandardCharsets.UTF_8.decode(bytes).toString())) {
                    throw new ModelException(
                            "A model that has operators that are not of the standard is not carried out here");
                }
            }
            default -> {}
        }
    }

    private static void attribute(int field, long number, ByteBuffer bytes) {
        switch (field) {
            case 5, 10 -> each(bytes, WholeInItself::tensor);
            case 6, 11 -> throw new ModelException("A model that has a graph within its graph is not carried out here");
            case 22, 23 -> throw new ModelException("A model that has sparse tensors is not carried out here");
            default -> {}
        }
    }

    private static void tensor(int field, long number, ByteBuffer bytes) {
        if (field == 13 || (field == 14 && number != 0)) {
            throw new ModelException("A model that has numbers in other files is not carried out here");
        }
    }

    /** The fields of a message, in the order of its bytes. */
    private static void each(ByteBuffer message, Fields fields) {
        while (message.hasRemaining()) {
            long tag = varint(message);
            int field = Math.toIntExact(tag >>> 3);
            switch ((int) (tag & 7)) {
                case 0 -> fields.at(field, varint(message), ByteBuffer.allocate(0));
                case 1 -> message.position(message.position() + Long.BYTES);
                case 2 -> {
                    int length = Math.toIntExact(varint(message));
                    fields.at(field, 0, message.slice(message.position(), length));
                    message.position(message.position() + length);
                }
                case 5 -> message.position(message.position() + Integer.BYTES);
                default -> throw new IllegalArgumentException("a field of an unknown kind");
            }
        }
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number without end");
    }
}
