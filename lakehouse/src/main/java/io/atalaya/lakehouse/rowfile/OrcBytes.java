package io.atalaya.lakehouse.rowfile;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Bytes of a stream or a message, in the forms that ORC writes numbers in. */
final class OrcBytes extends ByteArrayOutputStream implements OrcStream {
    /** Seven bits a byte, the lowest first. */
    void unsigned(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        write((int) rest);
    }

    /** The same of a number whose sign is its lowest bit. */
    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    /** The same of any size. */
    void signed(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            signed(value.longValue());
            return;
        }
        BigInteger rest =
                value.signum() < 0 ? value.negate().shiftLeft(1).subtract(BigInteger.ONE) : value.shiftLeft(1);
        while (rest.bitLength() > 7) {
            write((rest.intValue() & 0x7f) | 0x80);
            rest = rest.shiftRight(7);
        }
        write(rest.intValue());
    }

    /** That many bytes of a number, the lowest first. */
    void fixed(long value, int bytes) {
        for (int index = 0; index < bytes; index++) {
            write((int) (value >>> (8 * index)));
        }
    }

    void bytes(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /** The bytes, of which the first {@link #size} count. */
    byte[] array() {
        return buf;
    }

    @Override
    public OrcBytes finish() {
        return this;
    }

    @Override
    public void clear() {
        reset();
    }
}
