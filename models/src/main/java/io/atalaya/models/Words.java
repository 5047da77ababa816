package io.atalaya.models;

import java.util.function.Consumer;

/** The words of a text: runs of letters and digits, in lower case; one that has a digit is its length in zeros. */
final class Words {
    private static final int LONGEST = 40;

    private Words() {}

    static void each(String text, Consumer<String> word) {
        char[] run = new char[LONGEST];
        int size = 0;
        boolean digits = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (Character.isLetterOrDigit(c)) {
                if (size < LONGEST) {
                    digits |= Character.isDigit(c);
                    run[size++] = Character.toLowerCase(c);
                }
            } else if (size > 0) {
                if (size > 1) {
                    word.accept(digits ? "0".repeat(size) : new String(run, 0, size));
                }
                size = 0;
                digits = false;
            }
        }
    }
}
