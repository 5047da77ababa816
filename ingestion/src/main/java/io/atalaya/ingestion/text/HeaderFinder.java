package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Dialect;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Finds the line a text's header is on, and the dialect that has such a header. */
final class HeaderFinder {
    private static final int LINES_LOOKED_AT = 50;
    private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');

    private final byte[] sample;
    private final List<String> declared;
    private final char lineEnd;
    private final List<Integer> lineStarts = new ArrayList<>();

    /**
     * A finder for the text that begins with {@code sample}.
     *
     * @param declared the columns there may be; empty: any
     */
    HeaderFinder(byte[] sample, List<String> declared) {
        this.sample = sample;
        this.declared = List.copyOf(declared);
        this.lineEnd = lineEnd(sample);
        lineStarts.add(0);
        for (int i = 0; i < sample.length && lineStarts.size() <= LINES_LOOKED_AT; i++) {
            if (sample[i] == lineEnd && i + 1 < sample.length) {
                lineStarts.add(i + 1);
            }
        }
    }

    /** CR if it ends lines and LF does nowhere; line ends between quotes are text. */
    private static char lineEnd(byte[] sample) {
        boolean carriageReturn = false;
        boolean quoted = false;
        for (byte b : sample) {
            if (b == '\n' && !quoted) {
                return '\n';
            }
            quoted ^= b == '"';
            carriageReturn |= b == '\r' && !quoted;
        }
        return carriageReturn ? '\r' : '\n';
    }

    /**
     * Where the rows begin.
     *
     * @param preamble lines before the header
     * @param names the header's, as delivered, or those the dialect gives
     * @param rowsAt offset of the first row in the text
     * @param line of the first row
     */
    record Found(Dialect dialect, TextForm form, int preamble, List<String> names, int rowsAt, long line) {}

    /**
     * Where the rows of this text begin.
     *
     * @throws IngestionException.BadFile if no dialect has its header
     */
    Found find(String file, List<Dialect> dialects) throws IOException {
        for (Dialect dialect : dialects) {
            Optional<Found> found = find(dialect);
            if (found.isPresent()) {
                return found.get();
            }
        }
        requireText(file);
        int first = Math.max(0, headerLine(dialects.getFirst()));
        TextForm form = form(dialects.getFirst(), first);
        throw new IngestionException.BadFile(
                "{0} matches none of the dialects [{1}]. Its header seems to be: [{2}]. Add a dialect whose 'match' names some of these columns. Nothing of the file was loaded",
                file,
                dialects.stream().map(Dialect::name).toList(),
                record(first, form).map(Line::fields).orElse(List.of()));
    }

    private void requireText(String file) {
        for (byte b : sample) {
            if (b == 0) {
                throw new IngestionException.BadFile(
                        "{0} holds NUL bytes where its header should be: it is no text, or in UTF-16 without a byte order mark, which 'encoding: UTF-16LE' or 'UTF-16BE' of its dialect says. Nothing of the file was loaded",
                        file);
            }
        }
    }

    private Optional<Found> find(Dialect dialect) throws IOException {
        int firstLine = dialect.preamble().orElse(0);
        int lastLine = dialect.preamble().isPresent() ? firstLine : lineStarts.size() - 1;
        if (!dialect.header()) {
            TextForm form = form(dialect, Math.min(firstLine, lineStarts.size() - 1));
            return firstLine < lineStarts.size() || sample.length == 0
                    ? Optional.of(new Found(
                            dialect,
                            form,
                            firstLine,
                            dialect.names(),
                            lineStarts.get(Math.min(firstLine, lineStarts.size() - 1)),
                            firstLine + 1L))
                    : Optional.empty();
        }
        if (dialect.match().isEmpty()) {
            firstLine = dialect.preamble().isPresent() ? firstLine : headerLine(dialect);
            lastLine = firstLine;
        }
        for (int i = firstLine; i >= 0 && i <= lastLine && i < lineStarts.size(); i++) {
            TextForm form = form(dialect, i);
            Optional<Line> header = record(i, form);
            if (header.isPresent() && matches(header.get().fields(), dialect)) {
                Line line = header.get();
                return Optional.of(new Found(
                        dialect, form, i, line.fields(), lineStarts.get(i) + line.length(), i + 1L + line.lines()));
            }
        }
        return Optional.empty();
    }

    private static boolean matches(List<String> header, Dialect dialect) {
        Set<String> names = new HashSet<>();
        header.forEach(name -> names.add(name.strip()));
        return names.containsAll(dialect.match());
    }

    /**
     * The first line that names nothing but declared columns, however few of the rows behind it are whole. If there is none, the first
     * with as many fields as most records have; one with more, if rows may be short.
     */
    private int headerLine(Dialect dialect) throws IOException {
        TextForm form = form(dialect, 0);
        Shape shape = shape(form);
        for (Shape.Seen seen : shape.records()) {
            int line = (int) seen.line() - 1;
            if (line < lineStarts.size()
                    && record(line, form)
                            .filter(found -> Header.isOf(found.fields(), dialect, declared))
                            .isPresent()) {
                return line;
            }
        }
        for (Shape.Seen seen : shape.records()) {
            boolean padded = dialect.ragged() == Dialect.Ragged.PAD && seen.fields() > shape.usual();
            if (seen.fields() == shape.usual() || padded) {
                return (int) seen.line() - 1;
            }
        }
        return 0;
    }

    private TextForm form(Dialect dialect, int line) throws IOException {
        char quote = dialect.quote().orElse((char) 0);
        if (dialect.delimiter().isPresent()) {
            return new TextForm(dialect.delimiter().get(), quote, lineEnd);
        }
        TextForm best = new TextForm(',', quote, lineEnd);
        long most = 0;
        for (char delimiter : DELIMITERS) {
            TextForm form = new TextForm(delimiter, quote, lineEnd);
            // A line looked at for a header speaks for itself; else the delimiter most records agree on is best.
            long weight = dialect.match().isEmpty()
                    ? shape(form).weight()
                    : record(line, form).map(found -> found.fields().size()).orElse(0);
            if (weight > most) {
                most = weight;
                best = form;
            }
        }
        return best;
    }

    /**
     * How many fields records have with one delimiter.
     *
     * @param usual the number most of those with several have; 1 if none has several
     * @param agreeing how many have that
     */
    private record Shape(List<Seen> records, int usual, int agreeing) {
        record Seen(long line, int fields) {}

        long weight() {
            return usual < 2 ? 0 : agreeing * 1000L + usual;
        }
    }

    private Shape shape(TextForm form) throws IOException {
        DelimitedReader reader =
                new DelimitedReader(new ByteArrayInputStream(sample), form, Integer.MAX_VALUE, true, 1, "UTF-8");
        List<Shape.Seen> seen = new ArrayList<>();
        Map<Integer, Integer> counts = new TreeMap<>();
        while (seen.size() < LINES_LOOKED_AT && reader.next()) {
            if (reader.damage() == null) {
                seen.add(new Shape.Seen(reader.line(), reader.fields()));
                if (reader.fields() > 1) {
                    counts.merge(reader.fields(), 1, Integer::sum);
                }
            }
        }
        int usual = 1;
        int agreeing = 0;
        for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > agreeing) {
                usual = entry.getKey();
                agreeing = entry.getValue();
            }
        }
        return new Shape(seen, usual, agreeing);
    }

    private record Line(List<String> fields, int length, int lines) {}

    private Optional<Line> record(int line, TextForm form) throws IOException {
        int at = lineStarts.get(line);
        DelimitedReader reader = new DelimitedReader(
                new ByteArrayInputStream(sample, at, sample.length - at), form, Integer.MAX_VALUE, true, 1, "UTF-8");
        if (!reader.next() || reader.line() != 1 || reader.damage() != null) {
            return Optional.empty();
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < reader.fields(); i++) {
            fields.add(reader.text(i));
        }
        return Optional.of(new Line(fields, reader.length(), reader.lines()));
    }
}
