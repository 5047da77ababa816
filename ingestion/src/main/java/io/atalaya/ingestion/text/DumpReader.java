package io.atalaya.ingestion.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The words of a dump of a database, one after the other, as its product writes them. */
final class DumpReader {
    private final InputStream in;
    private final boolean backslashes;
    private final byte[] buffer = new byte[1 << 16];
    private final Shown shown = new Shown();
    private int position;
    private int limit;
    private long line = 1;
    private int peeked = NONE;

    private static final int NONE = -2;
    private static final int LONGEST_TAG = 64;

    /**
     * A reader of that text.
     *
     * @param backslashes whether a backslash in a text says what the next character means
     */
    DumpReader(InputStream in, boolean backslashes) {
        this.in = in;
        this.backslashes = backslashes;
    }

    /** What a word is. */
    enum Kind {
        /** A keyword or a name without quotes. */
        WORD,
        /** A name in quotes. */
        NAME,
        NUMBER,
        TEXT,
        /** Bytes, as hexadecimal digits. */
        BYTES,
        /** One character that is none of those. */
        SIGN,
        END
    }

    /** A word; a text as the bytes it has. */
    static final class Token {
        private final Kind kind;
        private final byte[] bytes;

        Token(Kind kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }

        Kind kind() {
            return kind;
        }

        byte[] bytes() {
            return bytes;
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        boolean is(String word) {
            return kind == Kind.WORD && text().equalsIgnoreCase(word);
        }

        boolean is(char sign) {
            return kind == Kind.SIGN && bytes[0] == sign;
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.NAME;
        }
    }

    /** The text ends where it should not. */
    static final class CutOff extends RuntimeException {
        private static final long serialVersionUID = 1;

        CutOff() {
            super("cut off", null, false, false);
        }
    }

    /** Keeps what is read for people to see. */
    private static final class Shown {
        private static final int MOST = 64 << 10;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long count;

        void add(int b) {
            if (count++ < MOST) {
                bytes.write(b);
            }
        }
    }

    long line() {
        return line;
    }

    /** From here on is shown. */
    void mark() {
        shown.bytes.reset();
        shown.count = 0;
    }

    /** What was read since, or the beginning of it. */
    String marked() {
        return shown.bytes.toString(StandardCharsets.UTF_8) + (shown.count > Shown.MOST ? "…" : "");
    }

    /** How many bytes were read since. */
    long markedLength() {
        return shown.count;
    }

    private int fill() throws IOException {
        limit = in.read(buffer, 0, buffer.length);
        position = 0;
        return limit;
    }

    private int look() throws IOException {
        if (peeked == NONE) {
            peeked = position < limit || fill() > 0 ? buffer[position++] & 0xff : -1;
        }
        return peeked;
    }

    /** The next byte; -1 at the end. */
    int read() throws IOException {
        int b = look();
        peeked = NONE;
        if (b == '\n') {
            line++;
        }
        if (b >= 0) {
            shown.add(b);
        } else {
            peeked = -1;
        }
        return b;
    }

    private int must() throws IOException {
        int b = read();
        if (b < 0) {
            throw new CutOff();
        }
        return b;
    }

    /** Goes past spaces and comments; whether there is something behind them. */
    boolean skipSpace() throws IOException {
        while (true) {
            int b = look();
            if (b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f') {
                read();
            } else {
                return b >= 0;
            }
        }
    }

    /** The next word. */
    Token next() throws IOException {
        while (skipSpace()) {
            int b = read();
            if ((b == '#' && backslashes) || (b == '-' && look() == '-')) {
                skipLine();
            } else if (b == '/' && look() == '*') {
                skipComment();
            } else {
                return next(b);
            }
        }
        return new Token(Kind.END, new byte[0]);
    }

    private Token next(int b) throws IOException {
        return switch (b) {
            case '-' -> isDigit(look()) || look() == '.' ? number(b) : sign(b);
            case '\'' -> text(backslashes, '\'');
            // Double quotes are about names in the standard and about texts in MySQL.
            case '"' -> backslashes ? text(true, '"') : name(b);
            case '`' -> name(b);
            case '$' -> backslashes ? sign(b) : dollars();
            default -> isDigit(b) || (b == '.' && isDigit(look())) ? number(b) : isWord(b) ? word(b) : sign(b);
        };
    }

    private static Token sign(int b) {
        return new Token(Kind.SIGN, new byte[] {(byte) b});
    }

    private void skipLine() throws IOException {
        for (int b = read(); b >= 0 && b != '\n'; b = read()) {
            // A comment.
        }
    }

    /** What is in a comment of MySQL's that a server carries out is no data either. */
    private void skipComment() throws IOException {
        read();
        int before = 0;
        for (int b = must(); !(before == '*' && b == '/'); b = must()) {
            before = b;
        }
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isWord(int b) {
        return b == '_' || b == '@' || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b >= 0x80;
    }

    private Token number(int first) throws IOException {
        ByteArrayOutputStream digits = new ByteArrayOutputStream();
        if (first == '0' && (look() == 'x' || look() == 'X')) {
            read();
            while (Character.digit(look(), 16) >= 0) {
                write(digits, read());
            }
            return new Token(Kind.BYTES, digits.toByteArray());
        }
        digits.write(first);
        int before = first;
        while (isDigit(look())
                || look() == '.'
                || look() == 'e'
                || look() == 'E'
                || ((look() == '+' || look() == '-') && (before == 'e' || before == 'E'))) {
            before = read();
            write(digits, before);
        }
        return new Token(Kind.NUMBER, digits.toByteArray());
    }

    private Token word(int first) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        while (isWord(look()) || isDigit(look()) || look() == '$') {
            write(bytes, read());
        }
        if (look() == '\'' && bytes.size() == 1) {
            switch (Character.toLowerCase(first)) {
                case 'x' -> {
                    read();
                    return new Token(Kind.BYTES, text(false, '\'').bytes());
                }
                case 'e' -> {
                    read();
                    return text(true, '\'');
                }
                case 'n', 'b' -> {
                    read();
                    return text(backslashes, '\'');
                }
                default -> {
                    // Some other word.
                }
            }
        }
        return new Token(Kind.WORD, bytes.toByteArray());
    }

    private Token name(int quote) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int b = must();
            if (b == quote) {
                if (look() != quote) {
                    return new Token(Kind.NAME, bytes.toByteArray());
                }
                read();
            }
            write(bytes, b);
        }
    }

    private Token text(boolean escapes, int quote) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int b = must();
            if (b == quote) {
                if (look() != quote) {
                    return new Token(Kind.TEXT, bytes.toByteArray());
                }
                read();
                write(bytes, b);
            } else if (b == '\\' && escapes) {
                escaped(bytes, must());
            } else {
                write(bytes, b);
            }
        }
    }

    private static void write(ByteArrayOutputStream bytes, int b) {
        if (bytes.size() <= TextWindow.MAX_RECORD) {
            bytes.write(b);
        }
    }

    private void escaped(ByteArrayOutputStream bytes, int b) throws IOException {
        switch (b) {
            case 'n' -> write(bytes, '\n');
            case 'r' -> write(bytes, '\r');
            case 't' -> write(bytes, '\t');
            case 'b' -> write(bytes, '\b');
            default -> {
                if (backslashes) {
                    escapedInMySql(bytes, b);
                } else {
                    escapedInStandard(bytes, b);
                }
            }
        }
    }

    private static void escapedInMySql(ByteArrayOutputStream bytes, int b) {
        if (b == '%' || b == '_') {
            // Of a pattern, and outside of one just these two characters.
            write(bytes, '\\');
        }
        write(bytes, b == '0' ? 0 : b == 'Z' ? 26 : b);
    }

    private void escapedInStandard(ByteArrayOutputStream bytes, int b) throws IOException {
        switch (b) {
            case 'f' -> write(bytes, '\f');
            case 'x' -> write(bytes, Character.digit(look(), 16) < 0 ? b : digits(16, 2, 0));
            case 'u' -> character(bytes, digits(16, 4, 0));
            case 'U' -> character(bytes, digits(16, 8, 0));
            default -> write(bytes, b >= '0' && b <= '7' ? digits(8, 2, b - '0') : b);
        }
    }

    /** The number that up to {@code most} digits behind those of {@code first} make. */
    private int digits(int radix, int most, int first) throws IOException {
        int number = first;
        for (int i = 0; i < most && Character.digit(look(), radix) >= 0; i++) {
            number = number * radix + Character.digit(read(), radix);
        }
        return number;
    }

    /** One that there is not becomes a byte that is in no text. */
    private static void character(ByteArrayOutputStream bytes, int point) {
        boolean is = Character.isValidCodePoint(point) && !(point >= 0xd800 && point < 0xe000);
        byte[] utf8 = is ? Character.toString(point).getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) 0xff};
        for (byte one : utf8) {
            write(bytes, one);
        }
    }

    /** Text between {@code $tag$} and the same; no escapes at all. */
    private Token dollars() throws IOException {
        StringBuilder tag = new StringBuilder("$");
        while (tag.length() < LONGEST_TAG && (isWord(look()) || isDigit(look()))) {
            tag.append((char) read());
        }
        if (look() != '$') {
            return sign('$');
        }
        read();
        byte[] end = tag.append('$').toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < end.length) {
            int b = must();
            write(bytes, b);
            matched = b == end[matched] ? matched + 1 : b == end[0] ? 1 : 0;
        }
        byte[] all = bytes.toByteArray();
        return new Token(Kind.TEXT, Arrays.copyOf(all, Math.max(0, all.length - end.length)));
    }

    /** The rest of the line, without its end; null if the text has ended. */
    byte @Nullable [] restOfLine() throws IOException {
        if (look() < 0) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = read(); b >= 0 && b != '\n'; b = read()) {
            write(bytes, b);
        }
        byte[] all = bytes.toByteArray();
        return all.length > 0 && all[all.length - 1] == '\r' ? Arrays.copyOf(all, all.length - 1) : all;
    }
}
