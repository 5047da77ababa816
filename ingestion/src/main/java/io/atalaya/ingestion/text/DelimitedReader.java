package io.atalaya.ingestion.text;

import io.atalaya.ingestion.text.RecordParser.Outcome;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text (RFC 4180) as records, each with the line it begins at. Every line of the text belongs to exactly one
 * record, a good or a damaged one, or is blank.
 *
 * <p>If a quote was opened that should not have been, the record seems to run into those after it; so when the lines it
 * ran over are records of their own, only its first line is damaged.
 */
final class DelimitedReader implements Fields {
    private static final int RAW_SHOWN = 64 << 10;
    private static final int TENTATIVE_ROWS = 20;

    /** Bytes of a byte order mark. */
    private static final int MARK = 3;

    private final TextWindow window;
    private final RecordParser parser;
    private final byte quote;
    private final byte lineEnd;
    private final int expected;
    private final boolean pad;
    private final String encoding;

    private long line;
    private int end;
    private int lines;
    private @Nullable String damage;
    private @Nullable String raw;
    private long invalid;
    private long multiByte;

    /**
     * A reader of what follows the header.
     *
     * @param in UTF-8, in which a byte 0xFF stands for one that could not be decoded
     * @param expected fields of a record
     * @param pad whether a record may have fewer
     * @param line of the first byte of {@code in}
     * @param encoding what the text was delivered in, for messages
     */
    DelimitedReader(InputStream in, TextForm form, int expected, boolean pad, long line, String encoding) {
        this.window = new TextWindow(in);
        this.parser = new RecordParser(window, form);
        this.quote = (byte) form.quote();
        this.lineEnd = (byte) form.lineEnd();
        this.expected = expected;
        this.pad = pad;
        this.line = line;
        this.encoding = encoding;
    }

    /** Goes to the next record; false if there is none. */
    boolean next() throws IOException {
        while (true) {
            window.advance(end);
            line += lines;
            end = 0;
            lines = 0;
            damage = null;
            raw = null;
            Outcome outcome = parser.parse(0);
            if (outcome == Outcome.END) {
                return false;
            }
            if (outcome != Outcome.RECORD) {
                recover(outcome);
                return true;
            }
            end = parser.end();
            lines = parser.lines();
            if (isBlank() && expected != 1) {
                continue;
            }
            judge();
            return true;
        }
    }

    private boolean isBlank() {
        return parser.count() == 1 && isAbsent(0);
    }

    private void judge() {
        int count = parser.count();
        if (parser.nul()) {
            damaged("holds a NUL byte", end);
        } else if (parser.high() && !Utf8.isValid(window.bytes(), window.start(), window.start() + end)) {
            invalid++;
            damaged("bytes that are not " + encoding, end);
        } else if (count > expected || (count < expected && !pad)) {
            damaged(count + " fields, the header has " + expected, end);
        } else if (parser.high()) {
            multiByte++;
        }
    }

    private void damaged(String reason, int extent) {
        damage = reason;
        int shown = Math.min(extent, RAW_SHOWN);
        while (shown > 0 && (window.at(shown - 1) == lineEnd || window.at(shown - 1) == '\r')) {
            shown--;
        }
        raw = new String(window.bytes(), window.start(), shown, StandardCharsets.UTF_8)
                + (extent > RAW_SHOWN ? "…" : "");
    }

    /** What of the text is lost to a damaged record, and why. */
    private void recover(Outcome outcome) throws IOException {
        int broken = parser.failedAt();
        int firstLine = window.afterLineEnd(0, lineEnd);
        boolean oneLine = firstLine < 0 || firstLine > broken;
        String reason = switch (outcome) {
            case TEXT_AFTER_QUOTE -> "text after a closing quote";
            case UNCLOSED_QUOTE -> "a quote that is never closed";
            case TOO_LONG -> "a row of more than " + (TextWindow.MAX_RECORD >> 20) + " MiB";
            case RECORD, END -> throw new IllegalStateException(outcome.name());
        };
        boolean firstLineOnly = !oneLine && (outcome == Outcome.TOO_LONG || areRecords(firstLine, broken));
        int extent = firstLineOnly ? firstLine : window.afterLineEnd(broken, lineEnd);
        if (extent < 0) {
            extent = skipRest(reason);
        } else {
            damaged(reason, extent);
        }
        end = extent;
        lines += window.lineEnds(extent, lineEnd);
    }

    /** Leaves out the rest of a line that is too long to be held, and returns how much of it is left in the window. */
    private int skipRest(String reason) throws IOException {
        damaged(reason, window.available());
        while (true) {
            lines += window.lineEnds(window.available(), lineEnd);
            window.advance(window.available());
            if (!window.more(0)) {
                return 0;
            }
            for (int i = 0; i < window.available(); i++) {
                if (window.at(i) == lineEnd) {
                    return i + 1;
                }
            }
        }
    }

    private boolean areRecords(int begin, int until) throws IOException {
        int at = begin;
        for (int row = 0; at < until && row < TENTATIVE_ROWS; row++) {
            if (parser.parse(at) != Outcome.RECORD || parser.count() != expected || parser.bareQuote()) {
                return false;
            }
            at = parser.end();
        }
        return true;
    }

    @Override
    public long line() {
        return line;
    }

    /** Why the record is no row; null if it is one. */
    public @Nullable String damage() {
        return damage;
    }

    /** The text of the record, for one that is damaged. */
    String raw() {
        if (raw == null) {
            damaged("", end);
            damage = null;
        }
        return raw == null ? "" : raw;
    }

    /** Bytes of the record with its line end. */
    int length() {
        return end;
    }

    /** Line ends in the record, its own among them. */
    int lines() {
        return lines;
    }

    int fields() {
        return parser.count();
    }

    /** Whether nothing at all was given for the field, not even quotes. */
    @Override
    public boolean isAbsent(int field) {
        return field >= parser.count()
                || (parser.from(field) == parser.to(field) && (parser.flags(field) & RecordParser.QUOTED) == 0);
    }

    /** The field without its quotes. */
    @Override
    public String text(int field) {
        int from = parser.from(field);
        String text =
                new String(window.bytes(), window.start() + from, parser.to(field) - from, StandardCharsets.UTF_8);
        if (isDoubled(field)) {
            String one = String.valueOf((char) quote);
            return text.replace(one + one, one);
        }
        return text;
    }

    /** Whether the first field is exactly that, with a byte order mark before it or not. */
    boolean begins(byte[] utf8) {
        int length = parser.to(0) - parser.from(0);
        int from = window.start() + parser.from(0) + length - utf8.length;
        return (length == utf8.length || length == utf8.length + MARK)
                && Arrays.equals(window.bytes(), from, from + utf8.length, utf8, 0, utf8.length);
    }

    private boolean isDoubled(int field) {
        return (parser.flags(field) & RecordParser.DOUBLED) != 0;
    }

    @Override
    public void copy(int field, TextChunk rows) {
        int from = window.start() + parser.from(field);
        int to = window.start() + parser.to(field);
        if (isAbsent(field)) {
            rows.missing();
        } else if (isDoubled(field)) {
            rows.undoubled(window.bytes(), from, to, quote);
        } else {
            rows.value(window.bytes(), from, to);
        }
    }

    /** How many records were damaged because of their encoding. */
    long invalid() {
        return invalid;
    }

    /** How many good records had characters outside ASCII. */
    long multiByte() {
        return multiByte;
    }
}
