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
        if (!skipSpace()) {
            return new Token(Kind.END, new byte[0]);
        }
        int b = read();
        return switch (b) {
            case '#' -> backslashes ? afterLine() : sign(b);
            case '-' -> look() == '-' ? afterLine() : isDigit(look()) || look() == '.' ? number(b) : sign(b);
            case '/' -> look() == '*' ? afterComment() : sign(b);
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

    private Token afterLine() throws IOException {
        for (int b = read(); b >= 0 && b != '\n'; b = read()) {
            // A comment.
        }
        return next();
    }

    /** What is in a comment of MySQL's that a server carries out is no data either. */
    private Token afterComment() throws IOException {
        read();
        int before = 0;
        for (int b = must(); !(before == '*' && b == '/'); b = must()) {
            before = b;
        }
        return next();
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isWord(int b) {
        return b == '_' || b == '@' || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b >= 0x80;
    }

    private Token number(int first) throws IOException {
        if (first == '0' && (look() == 'x' || look() == 'X')) {
            read();
            StringBuilder digits = new StringBuilder();
            while (Character.digit(look(), 16) >= 0) {
                digits.append((char) read());
            }
            return new Token(Kind.BYTES, ascii(digits));
        }
        StringBuilder digits = new StringBuilder().append((char) first);
        int before = first;
        while (isDigit(look())
                || look() == '.'
                || look() == 'e'
                || look() == 'E'
                || ((look() == '+' || look() == '-') && (before == 'e' || before == 'E'))) {
            before = read();
            digits.append((char) before);
        }
        return new Token(Kind.NUMBER, ascii(digits));
    }

    private Token word(int first) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        while (isWord(look()) || isDigit(look()) || look() == '$') {
            bytes.write(read());
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

    private static byte[] ascii(StringBuilder digits) {
        return digits.toString().getBytes(StandardCharsets.US_ASCII);
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
            bytes.write(b);
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

    private void escaped(ByteArrayOutputStream bytes, int b) {
        write(
                bytes,
                switch (b) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'f' -> backslashes ? 'f' : '\f';
                    case '0' -> backslashes ? 0 : '0';
                    case 'Z' -> backslashes ? 26 : 'Z';
                    default -> b;
                });
    }

    /** Text between {@code $tag$} and the same; no escapes at all. */
    private Token dollars() throws IOException {
        StringBuilder tag = new StringBuilder("$");
        while (isWord(look()) || isDigit(look())) {
            tag.append((char) read());
        }
        if (look() != '$') {
            return sign('$');
        }
        read();
        byte[] end = tag.append('$').toString().getBytes(StandardCharsets.UTF_8);
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
