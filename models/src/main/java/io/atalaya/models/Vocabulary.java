package io.atalaya.models;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Words by number, in the order they came. They are close together in memory, so that a processor's cache holds those of a
 * model, and are found by their letters, without a text being made of each.
 */
final class Vocabulary {
    /** Drawn, so that nobody can choose words that are looked for at the same place. */
    private final long factor = ThreadLocalRandom.current().nextLong() << 1 | 1;

    private char[] letters = new char[1024];

    /** Where the letters of each word begin, and where those of the next one would. */
    private int[] begin = new int[129];

    /** The number of a word, and one more; 0 where none is. */
    private int[] slots = new int[256];

    private int size;

    Vocabulary() {}

    Vocabulary(Collection<String> words) {
        words.forEach(word -> add(word.toCharArray(), word.length()));
    }

    int size() {
        return size;
    }

    String word(int number) {
        return new String(letters, begin[number], begin[number + 1] - begin[number]);
    }

    /** The number of a word; -1 if it is none of these. */
    int find(char[] word, int length) {
        int mask = slots.length - 1;
        for (int slot = first(word, length); slots[slot] != 0; slot = slot + 1 & mask) {
            if (is(slots[slot] - 1, word, length)) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    int find(String word) {
        return find(word.toCharArray(), word.length());
    }

    /** The number of a word, which is one of these now. */
    int add(char[] word, int length) {
        int known = find(word, length);
        if (known >= 0) {
            return known;
        }
        if (begin.length < size + 2) {
            begin = Arrays.copyOf(begin, begin.length * 2);
        }
        int at = begin[size];
        if (letters.length - at < length) {
            letters = Arrays.copyOf(letters, Math.max(at + length, letters.length * 2));
        }
        System.arraycopy(word, 0, letters, at, length);
        begin[size + 1] = at + length;
        place(size++);
        if (size * 2 > slots.length) {
            slots = new int[slots.length * 2];
            for (int number = 0; number < size; number++) {
                place(number);
            }
        }
        return size - 1;
    }

    private void place(int number) {
        int mask = slots.length - 1;
        int slot =
                first(Arrays.copyOfRange(letters, begin[number], begin[number + 1]), begin[number + 1] - begin[number]);
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = number + 1;
    }

    private boolean is(int number, char[] word, int length) {
        int at = begin[number];
        if (begin[number + 1] - at != length) {
            return false;
        }
        // Words are short: what compares arrays a vector at a time takes twice as long.
        for (int i = 0; i < length; i++) {
            if (letters[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private int first(char[] word, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash + word[i]) * factor;
        }
        return (int) (hash >>> Long.numberOfLeadingZeros(slots.length - 1L));
    }
}
