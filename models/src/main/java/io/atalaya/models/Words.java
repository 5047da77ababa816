package io.atalaya.models;

import java.util.Arrays;

/** The words of a text: runs of letters and digits, in lower case; one that has a digit is its length in zeros. */
final class Words {
    private static final int LONGEST = 40;

    /** Of the first characters: what each is in lower case if it is a letter or a digit, else 0. */
    private static final char[] LOWER = new char[128];

    static {
        for (char c = 0; c < LOWER.length; c++) {
            LOWER[c] = Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0;
        }
    }

    private Words() {}

    /** Takes a word. */
    interface Taking {
        /** The word is the first so many letters, until this returns. */
        void take(char[] letters, int length);
    }

    static void each(String text, Taking taking) {
        char[] run = new char[LONGEST];
        int size = 0;
        boolean digits = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = lower(i < text.length() ? text.charAt(i) : ' ');
            if (c != 0) {
                if (size < LONGEST) {
                    digits |= c < LOWER.length ? c <= '9' : Character.isDigit(c);
                    run[size++] = c;
                }
            } else if (size > 0) {
                if (size > 1) {
                    if (digits) {
                        Arrays.fill(run, 0, size, '0');
                    }
                    taking.take(run, size);
                }
                size = 0;
                digits = false;
            }
        }
    }

    private static char lower(char c) {
        if (c < LOWER.length) {
            return LOWER[c];
        }
        return Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0;
    }
}
