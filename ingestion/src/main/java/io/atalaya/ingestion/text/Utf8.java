package io.atalaya.ingestion.text;

import org.jspecify.annotations.Nullable;

/** Well-formed UTF-8, Unicode 15 table 3-7. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        return validUntil(bytes, from, to) == to;
    }

    /** Where the first character begins that is not well formed; {@code to} if there is none. */
    static int validUntil(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int b = bytes[i];
            if (b >= 0) {
                i++;
                continue;
            }
            int first = b & 0xff;
            int length = first >= 0xc2 && first <= 0xdf
                    ? 2
                    : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
            if (length == 0 || i + length > to) {
                return i;
            }
            int second = bytes[i + 1] & 0xff;
            int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            if (second < least || second > most) {
                return i;
            }
            for (int k = 2; k < length; k++) {
                if ((bytes[i + k] & 0xc0) != 0x80) {
                    return i;
                }
            }
            i += length;
        }
        return to;
    }

    /** What is in a text that no text of ours can hold; null if there is nothing. */
    static @Nullable String wrong(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "holds a NUL";
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return "holds half a character";
            }
        }
        return null;
    }
}
