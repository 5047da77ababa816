package io.atalaya.query.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The hash of that name, of 128 bits for machines of 64. */
final class Murmur3 {
    private static final long C1 = 0x87C37B91114253D5L;
    private static final long C2 = 0x4CF5AD432745937FL;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Murmur3() {}

    /** As hexadecimal text, low bytes first. */
    static String hash(byte[] bytes) {
        long one = 0;
        long two = 0;
        int at = 0;
        for (; at <= bytes.length - 16; at += 16) {
            one ^= mixOne((long) LONGS.get(bytes, at));
            one = (Long.rotateLeft(one, 27) + two) * 5 + 0x52DCE729;
            two ^= mixTwo((long) LONGS.get(bytes, at + 8));
            two = (Long.rotateLeft(two, 31) + one) * 5 + 0x38495AB5;
        }
        one ^= mixOne(tail(bytes, at));
        two ^= mixTwo(tail(bytes, at + 8));
        one ^= bytes.length;
        two ^= bytes.length;
        one += two;
        two += one;
        one = last(one);
        two = last(two);
        one += two;
        two += one;
        return HexFormat.of().toHexDigits(Long.reverseBytes(one))
                + HexFormat.of().toHexDigits(Long.reverseBytes(two));
    }

    private static long tail(byte[] bytes, int start) {
        long value = 0;
        for (int index = Math.min(bytes.length, start + 8) - 1; index >= start; index--) {
            value = value << 8 | (bytes[index] & 0xFF);
        }
        return value;
    }

    private static long mixOne(long value) {
        return Long.rotateLeft(value * C1, 31) * C2;
    }

    private static long mixTwo(long value) {
        return Long.rotateLeft(value * C2, 33) * C1;
    }

    private static long last(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
