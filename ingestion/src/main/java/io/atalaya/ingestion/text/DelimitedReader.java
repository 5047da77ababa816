package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text (RFC 4180) as records, each with the line it begins at. Every line of the text belongs to exactly one
 * record, a good or a damaged one, or is blank.
 *
 * <p>A field is quoted if it begins with the quote; a quote inside it is doubled, line ends inside it are text. A record
 * that breaks these rules is damaged. If a quote was opened that should not have been, it seems to run into the records
 * after it; so when the lines it ran over are records of their own, only its first line is damaged.
 */
final class DelimitedReader {
    /** No record is longer. */
    static final int MAX_RECORD = 4 << 20;

    private static final int RAW_SHOWN = 64 << 10;
    private static final int TENTATIVE_ROWS = 20;
    private static final byte PLAIN = 0;
    private static final byte DELIMITER = 1;
    private static final byte LINE_END = 2;
    private static final byte QUOTE = 3;
    private static final byte ESCAPED_LATER = 4;
    private static final byte NUL = 5;
    private static final byte HIGH = 6;

    static final int QUOTED = 1;
    static final int DOUBLED = 2;
    static final int SPECIAL = 4;

    private enum Outcome {
        RECORD,
        END,
        TEXT_AFTER_QUOTE,
        UNCLOSED_QUOTE,
        TOO_LONG
    }

    private final InputStream in;
    private final byte quote;
    private final boolean quotes;
    private final byte lineEnd;
    private final int expected;
    private final boolean pad;
    private final String encoding;
    private final byte[] classes = new byte[256];

    private byte[] buffer;
    private int start;
    private int limit;
    private boolean atEnd;
    private long line;

    private int[] from = new int[32];
    private int[] to = new int[32];
    private int[] flags = new int[32];
    private int count;
    private int lines;
    private int end;
    private int failedAt;
    private boolean high;
    private boolean nul;
    private boolean bareQuote;
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
        this.in = in;
        this.quotes = form.quote() != 0;
        this.quote = (byte) form.quote();
        this.lineEnd = (byte) form.lineEnd();
        this.expected = expected;
        this.pad = pad;
        this.line = line;
        this.encoding = encoding;
        this.buffer = new byte[1 << 20];
        Arrays.fill(classes, 128, 256, HIGH);
        classes[0] = NUL;
        classes['\r'] = ESCAPED_LATER;
        classes['\n'] = ESCAPED_LATER;
        classes[RowFile.DELIMITER] = ESCAPED_LATER;
        classes[RowFile.ESCAPE] = ESCAPED_LATER;
        if (quotes) {
            classes[form.quote()] = QUOTE;
        }
        classes[form.lineEnd()] = LINE_END;
        classes[form.delimiter()] = DELIMITER;
    }

    /** Goes to the next record; false if there is none. */
    boolean next() throws IOException {
        while (true) {
            start += end;
            line += lines;
            end = 0;
            lines = 0;
            damage = null;
            raw = null;
            Outcome outcome = parse(0);
            if (outcome == Outcome.END) {
                return false;
            }
            if (outcome != Outcome.RECORD) {
                recover(outcome);
                return true;
            }
            if (count == 1 && from[0] == to[0] && flags[0] == 0 && expected != 1) {
                continue;
            }
            judge();
            return true;
        }
    }

    private void judge() {
        if (nul) {
            damaged("holds a NUL byte", end);
        } else if (high && !Utf8.isValid(buffer, start, start + end)) {
            invalid++;
            damaged("bytes that are not " + encoding, end);
        } else if (count > expected || (count < expected && !pad)) {
            damaged(count + " fields, the header has " + expected, end);
        } else if (high) {
            multiByte++;
        }
    }

    private void damaged(String reason, int extent) {
        damage = reason;
        int shown = Math.min(extent, RAW_SHOWN);
        int stop = start + shown;
        while (stop > start && (buffer[stop - 1] == lineEnd || buffer[stop - 1] == '\r')) {
            stop--;
        }
        raw = new String(buffer, start, stop - start, StandardCharsets.UTF_8) + (extent > shown ? "…" : "");
    }

    /** Parses one record {@code at} bytes after the start; {@link #end} is then where the next begins. */
    private Outcome parse(int at) throws IOException {
        count = 0;
        lines = 0;
        high = false;
        nul = false;
        bareQuote = false;
        int p = at;
        if (p >= limit - start && !more(p)) {
            return Outcome.END;
        }
        while (true) {
            if (quotes && (p < limit - start || more(p)) && buffer[start + p] == quote) {
                p = quoted(p + 1);
                if (p < 0) {
                    return failure;
                }
            } else {
                p = unquoted(p);
                if (p < 0) {
                    return failure;
                }
            }
            if (recordEnded) {
                end = p;
                return Outcome.RECORD;
            }
        }
    }

    private Outcome failure = Outcome.END;
    private boolean recordEnded;

    private int unquoted(int begin) throws IOException {
        byte[] bytes = buffer;
        int base = start;
        int available = limit - base;
        int flag = 0;
        int p = begin;
        while (true) {
            if (p >= available) {
                if (!more(p)) {
                    if (!atEnd) {
                        return failed(Outcome.TOO_LONG, p);
                    }
                    int stop = p > begin && lineEnd == '\n' && buffer[start + p - 1] == '\r' ? p - 1 : p;
                    field(begin, stop, flag);
                    recordEnded = true;
                    return p;
                }
                bytes = buffer;
                base = start;
                available = limit - base;
            }
            byte kind = classes[bytes[base + p] & 0xff];
            if (kind == PLAIN) {
                p++;
                continue;
            }
            switch (kind) {
                case DELIMITER -> {
                    field(begin, p, flag);
                    recordEnded = false;
                    return p + 1;
                }
                case LINE_END -> {
                    int stop = p > begin && lineEnd == '\n' && bytes[base + p - 1] == '\r' ? p - 1 : p;
                    field(begin, stop, flag);
                    lines++;
                    recordEnded = true;
                    return p + 1;
                }
                case QUOTE -> bareQuote = true;
                case ESCAPED_LATER -> flag |= SPECIAL;
                case NUL -> nul = true;
                default -> high = true;
            }
            p++;
            if (p > MAX_RECORD) {
                return failed(Outcome.TOO_LONG, p);
            }
        }
    }

    private int quoted(int begin) throws IOException {
        byte[] bytes = buffer;
        int base = start;
        int available = limit - base;
        int flag = QUOTED;
        int p = begin;
        while (true) {
            if (p >= available) {
                if (!more(p)) {
                    return failed(atEnd ? Outcome.UNCLOSED_QUOTE : Outcome.TOO_LONG, p);
                }
                bytes = buffer;
                base = start;
                available = limit - base;
            }
            byte kind = classes[bytes[base + p] & 0xff];
            if (kind == PLAIN || kind == DELIMITER) {
                p++;
                continue;
            }
            switch (kind) {
                case QUOTE -> {
                    if (p + 1 < available || more(p + 1)) {
                        if (buffer[start + p + 1] == quote) {
                            flag |= DOUBLED;
                            p += 2;
                            bytes = buffer;
                            base = start;
                            available = limit - base;
                            continue;
                        }
                        field(begin, p, flag);
                        return afterQuote(p + 1);
                    }
                    if (!atEnd) {
                        return failed(Outcome.TOO_LONG, p);
                    }
                    field(begin, p, flag);
                    recordEnded = true;
                    return p + 1;
                }
                case LINE_END -> {
                    lines++;
                    flag |= SPECIAL;
                }
                case ESCAPED_LATER -> flag |= SPECIAL;
                case NUL -> nul = true;
                default -> high = true;
            }
            p++;
            if (p > MAX_RECORD) {
                return failed(Outcome.TOO_LONG, p);
            }
        }
    }

    private int afterQuote(int p) throws IOException {
        byte next = buffer[start + p];
        byte kind = classes[next & 0xff];
        if (kind == DELIMITER) {
            recordEnded = false;
            return p + 1;
        }
        if (kind == LINE_END) {
            lines++;
            recordEnded = true;
            return p + 1;
        }
        if (next == '\r' && lineEnd == '\n') {
            if (p + 1 >= limit - start && !more(p + 1)) {
                recordEnded = true;
                return p + 1;
            }
            if (buffer[start + p + 1] == '\n') {
                lines++;
                recordEnded = true;
                return p + 2;
            }
        }
        return failed(Outcome.TEXT_AFTER_QUOTE, p);
    }

    private int failed(Outcome outcome, int p) {
        failure = outcome;
        failedAt = p;
        return -1;
    }

    private void field(int begin, int stop, int flag) {
        if (count == from.length) {
            from = Arrays.copyOf(from, count * 2);
            to = Arrays.copyOf(to, count * 2);
            flags = Arrays.copyOf(flags, count * 2);
        }
        from[count] = begin;
        to[count] = stop;
        flags[count] = flag;
        count++;
    }

    /** What of the text is lost to a damaged record, and why. */
    private void recover(Outcome outcome) throws IOException {
        int broken = failedAt;
        int firstLine = afterLineEnd(0);
        boolean oneLine = firstLine < 0 || firstLine > broken;
        String reason = switch (outcome) {
            case TEXT_AFTER_QUOTE -> "text after a closing quote";
            case UNCLOSED_QUOTE -> "a quote that is never closed";
            case TOO_LONG -> "a row of more than " + (MAX_RECORD >> 20) + " MiB";
            case RECORD, END -> throw new IllegalStateException(outcome.name());
        };
        int extent;
        if (oneLine) {
            extent = afterLineEnd(broken);
        } else if (outcome == Outcome.TOO_LONG || areRecords(firstLine, broken)) {
            extent = firstLine;
        } else {
            extent = afterLineEnd(broken);
        }
        lines = 0;
        if (extent < 0) {
            extent = skipRest(reason);
        } else {
            damaged(reason, extent);
        }
        end = extent;
        lines += lineEnds(extent);
    }

    private int lineEnds(int extent) {
        int found = 0;
        for (int i = 0; i < extent; i++) {
            if (buffer[start + i] == lineEnd) {
                found++;
            }
        }
        return found;
    }

    /** Where the line after that place begins, which may be the end of the text; -1 if it is too far away. */
    private int afterLineEnd(int place) throws IOException {
        int p = place;
        while (true) {
            if (p >= limit - start && !more(p)) {
                return atEnd ? p : -1;
            }
            if (buffer[start + p] == lineEnd) {
                return p + 1;
            }
            p++;
        }
    }

    /** Leaves out the rest of a line that is too long to be held, and returns how much of it is left in the buffer. */
    private int skipRest(String reason) throws IOException {
        damaged(reason, limit - start);
        while (true) {
            lines += lineEnds(limit - start);
            start = limit;
            if (!more(0)) {
                return 0;
            }
            for (int i = 0; i < limit - start; i++) {
                if (buffer[start + i] == lineEnd) {
                    return i + 1;
                }
            }
        }
    }

    private boolean areRecords(int begin, int until) throws IOException {
        int at = begin;
        for (int row = 0; at < until && row < TENTATIVE_ROWS; row++) {
            if (parse(at) != Outcome.RECORD || count != expected || bareQuote) {
                return false;
            }
            at = end;
        }
        return true;
    }

    /** Reads on until there is a byte {@code p} after the start; false at the end of the text or past the limit. */
    private boolean more(int p) throws IOException {
        while (limit - start <= p) {
            if (atEnd || p > MAX_RECORD + 1) {
                return false;
            }
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, limit - start);
                limit -= start;
                start = 0;
            }
            if (limit == buffer.length) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                atEnd = true;
            } else {
                limit += read;
            }
        }
        return true;
    }

    /** Line the record begins at, from 1. */
    long line() {
        return line;
    }

    /** Why the record is no row; null if it is one. */
    @Nullable String damage() {
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
        return count;
    }

    /** Whether nothing at all was given for the field, not even quotes. */
    boolean isAbsent(int field) {
        return field >= count || (from[field] == to[field] && (flags[field] & QUOTED) == 0);
    }

    /** The field without its quotes. */
    String text(int field) {
        String text = new String(buffer, start + from[field], to[field] - from[field], StandardCharsets.UTF_8);
        if ((flags[field] & DOUBLED) != 0) {
            String one = String.valueOf((char) quote);
            return text.replace(one + one, one);
        }
        return text;
    }

    /** Writes the field as the next value of a row. */
    void copy(int field, RowFile rows) throws IOException {
        if (isAbsent(field)) {
            rows.missing();
        } else {
            rows.value(buffer, start + from[field], start + to[field], flags[field], quote);
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
