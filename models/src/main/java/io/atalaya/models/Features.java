package io.atalaya.models;

import java.util.Arrays;

/** What a model sees of one row: numbers at some places, none of them twice, in order. Used again for each row. */
final class Features {
    int[] index = new int[64];
    float[] value = new float[64];
    int size;

    void clear() {
        size = 0;
    }

    void add(int at, double amount) {
        if (amount == 0) {
            return;
        }
        if (size == index.length) {
            index = Arrays.copyOf(index, size * 2);
            value = Arrays.copyOf(value, size * 2);
        }
        index[size] = at;
        value[size++] = (float) amount;
    }
}
