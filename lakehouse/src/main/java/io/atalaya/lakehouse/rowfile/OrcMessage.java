package io.atalaya.lakehouse.rowfile;

import java.nio.charset.StandardCharsets;

/** A message in the wire format of protocol buffers, which ORC's footers are. */
final class OrcMessage {
    private static final int NUMBER = 0;
    private static final int BYTES = 2;

    private final OrcBytes out = new OrcBytes();

    OrcMessage number(int field, long value) {
        out.unsigned(((long) field << 3) | NUMBER);
        out.unsigned(value);
        return this;
    }

    OrcMessage text(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, bytes, bytes.length);
    }

    OrcMessage message(int field, OrcMessage value) {
        return bytes(field, value.out.array(), value.out.size());
    }

    /** Numbers in one field. */
    OrcMessage numbers(int field, Iterable<Integer> values) {
        OrcBytes packed = new OrcBytes();
        values.forEach(packed::unsigned);
        return bytes(field, packed.array(), packed.size());
    }

    private OrcMessage bytes(int field, byte[] value, int length) {
        out.unsigned(((long) field << 3) | BYTES);
        out.unsigned(length);
        out.write(value, 0, length);
        return this;
    }

    OrcBytes encoded() {
        return out;
    }
}
