package io.atalaya.query.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The first 64 bits of the hash of that name, version 2, from zero. */
final class SpookyHash {
    private static final long ODD = 0xDEADBEEFDEADBEEFL;
    private static final int BLOCK = 96;
    private static final int SHORT = 2 * BLOCK;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] MIX = {11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46};
    private static final int[] END = {44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54};
    private static final int[] SHORT_MIX = {50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36};
    private static final int[] SHORT_END = {15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63};

    private SpookyHash() {}

    static long hash(byte[] bytes) {
        return bytes.length < SHORT ? ofShort(bytes) : ofLong(bytes);
    }

    private static long ofShort(byte[] bytes) {
        long[] state = {0, 0, ODD, ODD};
        int at = 0;
        for (; bytes.length - at >= 32; at += 32) {
            state[2] += word(bytes, at);
            state[3] += word(bytes, at + 8);
            mix(state);
            state[0] += word(bytes, at + 16);
            state[1] += word(bytes, at + 24);
        }
        if (bytes.length - at >= 16) {
            state[2] += word(bytes, at);
            state[3] += word(bytes, at + 8);
            mix(state);
            at += 16;
        }
        state[3] += (long) bytes.length << 56;
        if (at == bytes.length) {
            state[2] += ODD;
            state[3] += ODD;
        } else {
            byte[] rest = Arrays.copyOf(Arrays.copyOfRange(bytes, at, bytes.length), 16);
            state[2] += word(rest, 0);
            state[3] += word(rest, 8);
        }
        for (int step = 0; step < SHORT_END.length; step++) {
            int to = (3 + step) % 4;
            int from = (to + 3) % 4;
            state[to] ^= state[from];
            state[from] = Long.rotateLeft(state[from], SHORT_END[step]);
            state[to] += state[from];
        }
        return state[0];
    }

    private static void mix(long[] state) {
        for (int step = 0; step < SHORT_MIX.length; step++) {
            int at = (2 + step) % 4;
            state[at] = Long.rotateLeft(state[at], SHORT_MIX[step]) + state[(at + 1) % 4];
            state[(at + 2) % 4] ^= state[at];
        }
    }

    private static long ofLong(byte[] bytes) {
        long[] state = {0, 0, ODD, 0, 0, ODD, 0, 0, ODD, 0, 0, ODD};
        int at = 0;
        for (; bytes.length - at >= BLOCK; at += BLOCK) {
            for (int index = 0; index < 12; index++) {
                state[index] += word(bytes, at + 8 * index);
                state[(index + 2) % 12] ^= state[(index + 10) % 12];
                state[(index + 11) % 12] ^= state[index];
                state[index] = Long.rotateLeft(state[index], MIX[index]);
                state[(index + 11) % 12] += state[(index + 1) % 12];
            }
        }
        byte[] rest = Arrays.copyOf(Arrays.copyOfRange(bytes, at, bytes.length), BLOCK);
        rest[BLOCK - 1] = (byte) (bytes.length - at);
        for (int index = 0; index < 12; index++) {
            state[index] += word(rest, 8 * index);
        }
        for (int round = 0; round < 3; round++) {
            for (int index = 0; index < 12; index++) {
                state[(index + 11) % 12] += state[(index + 1) % 12];
                state[(index + 2) % 12] ^= state[(index + 11) % 12];
                state[(index + 1) % 12] = Long.rotateLeft(state[(index + 1) % 12], END[index]);
            }
        }
        return state[0];
    }

    private static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }
}
