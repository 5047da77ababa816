package io.atalaya.ingestion.text;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the fields of one record (RFC 4180). A field is quoted if it begins with the quote; a quote inside it is doubled,
 * line ends inside it are text.
 */
final class RecordParser {
    private static final byte PLAIN = 0;
    private static final byte DELIMITER = 1;
    private static final byte LINE_END = 2;
    private static final byte QUOTE = 3;
    private static final byte NUL = 4;
    private static final byte HIGH = 5;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = ONES << 7;
    private static final long RESTS = ~TOPS;

    static final int QUOTED = 1;
    static final int DOUBLED = 2;

    /** What was found. */
    enum Outcome {
        RECORD,
        END,
        TEXT_AFTER_QUOTE,
        UNCLOSED_QUOTE,
        TOO_LONG
    }

    private final TextWindow window;
    private final byte quote;
    private final boolean quotes;
    private final boolean lineFeeds;
    private final byte[] classes = new byte[256];
    private final long delimiters;
    private final long lineEnds;
    private final long allQuotes;

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
    private boolean recordEnded;
    private Outcome failure = Outcome.END;

    RecordParser(TextWindow window, TextForm form) {
        this.window = window;
        this.quotes = form.quote() != 0;
        this.quote = (byte) form.quote();
        this.lineFeeds = form.lineEnd() == '\n';
        Arrays.fill(classes, 128, 256, HIGH);
        classes[0] = NUL;
        if (quotes) {
            classes[form.quote()] = QUOTE;
        }
        classes[form.lineEnd()] = LINE_END;
        classes[form.delimiter()] = DELIMITER;
        delimiters = ONES * form.delimiter();
        lineEnds = ONES * form.lineEnd();
        allQuotes = quotes ? ONES * form.quote() : delimiters;
    }

    /** Parses one record {@code at} bytes after the start; {@link #end} is then where the next begins. */
    Outcome parse(int at) throws IOException {
        count = 0;
        lines = 0;
        high = false;
        nul = false;
        bareQuote = false;
        int p = at;
        if (p >= window.available() && !window.more(p)) {
            return Outcome.END;
        }
        recordEnded = false;
        while (true) {
            p = plainFields(p);
            if (recordEnded) {
                end = p;
                return Outcome.RECORD;
            }
            if (quotes && (p < window.available() || window.more(p)) && window.at(p) == quote) {
                p = quoted(p + 1);
            } else {
                p = unquoted(p);
            }
            if (p < 0) {
                return failure;
            }
            if (recordEnded) {
                end = p;
                return Outcome.RECORD;
            }
        }
    }

    /**
     * Takes fields of nothing but plain ASCII, eight bytes at a time; returns where the first begins that is left, or the next record
     * if this one ended. A byte plus 0x7f has its top bit unless it is zero, as the difference to what is looked for is.
     */
    private int plainFields(int at) {
        byte[] bytes = window.bytes();
        int base = window.start();
        int last = window.available() - Long.BYTES;
        int begin = at;
        for (int p = at; p <= last; p += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, base + p);
            if ((eight & TOPS) != 0) {
                return begin;
            }
            long other = (eight + RESTS)
                    & ((eight ^ delimiters) + RESTS)
                    & ((eight ^ lineEnds) + RESTS)
                    & ((eight ^ allQuotes) + RESTS);
            for (long special = ~other & TOPS; special != 0; special &= special - 1) {
                int stop = p + Long.numberOfTrailingZeros(special) / Byte.SIZE;
                byte kind = classes[bytes[base + stop]];
                if (kind == DELIMITER) {
                    field(begin, stop, 0);
                    begin = stop + 1;
                } else if (kind == LINE_END) {
                    lines++;
                    return recordEnd(begin, stop, stop + 1);
                } else {
                    return begin;
                }
            }
        }
        return begin;
    }

    private int unquoted(int begin) throws IOException {
        byte[] bytes = window.bytes();
        byte[] kinds = classes;
        int base = window.start();
        int available = window.available();
        int p = begin;
        while (true) {
            if (p >= available) {
                if (!window.more(p)) {
                    if (!window.atEnd()) {
                        return failed(Outcome.TOO_LONG, p);
                    }
                    return recordEnd(begin, p, p);
                }
                bytes = window.bytes();
                base = window.start();
                available = window.available();
            }
            byte kind = kinds[bytes[base + p] & 0xff];
            if (kind == PLAIN) {
                p++;
                continue;
            }
            if (kind == DELIMITER) {
                field(begin, p, 0);
                recordEnded = false;
                return p + 1;
            }
            if (kind == LINE_END) {
                lines++;
                return recordEnd(begin, p, p + 1);
            }
            seen(kind);
            p++;
            if (p > TextWindow.MAX_RECORD) {
                return failed(Outcome.TOO_LONG, p);
            }
        }
    }

    /** Ends the record with an unquoted field, to which a carriage return before the line feed does not belong. */
    private int recordEnd(int begin, int stop, int next) {
        boolean twoCharacters = lineFeeds && stop > begin && window.at(stop - 1) == '\r';
        field(begin, twoCharacters ? stop - 1 : stop, 0);
        recordEnded = true;
        return next;
    }

    private int quoted(int begin) throws IOException {
        byte[] bytes = window.bytes();
        int base = window.start();
        int available = window.available();
        int flag = QUOTED;
        int p = begin;
        while (true) {
            if (p >= available) {
                if (!window.more(p)) {
                    return failed(window.atEnd() ? Outcome.UNCLOSED_QUOTE : Outcome.TOO_LONG, p);
                }
                bytes = window.bytes();
                base = window.start();
                available = window.available();
            }
            byte kind = classes[bytes[base + p] & 0xff];
            if (kind == PLAIN || kind == DELIMITER) {
                p++;
                continue;
            }
            if (kind == QUOTE) {
                boolean last = p + 1 >= available && !window.more(p + 1);
                if (last && !window.atEnd()) {
                    return failed(Outcome.TOO_LONG, p);
                }
                if (last || window.at(p + 1) != quote) {
                    field(begin, p, flag);
                    return last ? ended(p + 1) : afterQuote(p + 1);
                }
                flag |= DOUBLED;
                p += 2;
                bytes = window.bytes();
                base = window.start();
                available = window.available();
                continue;
            }
            if (kind == LINE_END) {
                lines++;
            } else {
                seen(kind);
            }
            p++;
            if (p > TextWindow.MAX_RECORD) {
                return failed(Outcome.TOO_LONG, p);
            }
        }
    }

    private void seen(byte kind) {
        switch (kind) {
            case QUOTE -> bareQuote = true;
            case NUL -> nul = true;
            default -> high = true;
        }
    }

    private int afterQuote(int p) throws IOException {
        byte next = window.at(p);
        byte kind = classes[next & 0xff];
        if (kind == DELIMITER) {
            recordEnded = false;
            return p + 1;
        }
        if (kind == LINE_END) {
            lines++;
            return ended(p + 1);
        }
        if (next == '\r' && lineFeeds) {
            if (p + 1 >= window.available() && !window.more(p + 1)) {
                return ended(p + 1);
            }
            if (window.at(p + 1) == '\n') {
                lines++;
                return ended(p + 2);
            }
        }
        return failed(Outcome.TEXT_AFTER_QUOTE, p);
    }

    private int ended(int next) {
        recordEnded = true;
        return next;
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

    /** Fields of the record. */
    int count() {
        return count;
    }

    /** Where the field begins, from the start of the window. */
    int from(int field) {
        return from[field];
    }

    int to(int field) {
        return to[field];
    }

    /** {@link #QUOTED} and {@link #DOUBLED}, as they apply to the field. */
    int flags(int field) {
        return flags[field];
    }

    /** Line ends in the record, its own among them. */
    int lines() {
        return lines;
    }

    /** Where the next record begins. */
    int end() {
        return end;
    }

    /** Where it showed that there is no record. */
    int failedAt() {
        return failedAt;
    }

    /** Whether a byte is no ASCII. */
    boolean high() {
        return high;
    }

    /** Whether a byte is 0. */
    boolean nul() {
        return nul;
    }

    /** Whether a field that is not quoted holds a quote. */
    boolean bareQuote() {
        return bareQuote;
    }
}
