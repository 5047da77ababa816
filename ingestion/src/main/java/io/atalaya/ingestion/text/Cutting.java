package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivered file on its way into rows. As a feed it gives the good ones, text columns first, then typed ones; the
 * damaged ones can be had when those have all been taken. What is wrong with the file as a whole is thrown at its end, so
 * nothing may be committed before.
 */
public final class Cutting implements RowFeed, AutoCloseable {
    private static final int TELL_EVERY = 20_000;

    private final RowReader reader;
    private final Understanding how;
    private final DamagedRows damaged;
    private final Rejects rejects;
    private final TextCutter.Listener listener;
    private long rows;
    private boolean peeked;
    private boolean ended;

    Cutting(RowReader reader, Understanding how, DamagedRows damaged, Rejects rejects, TextCutter.Listener listener) {
        this.reader = reader;
        this.how = how;
        this.damaged = damaged;
        this.rejects = rejects;
        this.listener = listener;
    }

    /**
     * How a file is read.
     *
     * @param textColumns of the good rows
     * @param typedColumns of the good rows
     * @param dialect name of the dialect it is in
     * @param encoding it was delivered in
     * @param preamble lines before the header
     */
    public record Understanding(
            List<String> textColumns, List<TypedColumn> typedColumns, String dialect, String encoding, int preamble) {
        public Understanding {
            textColumns = List.copyOf(textColumns);
            typedColumns = List.copyOf(typedColumns);
        }
    }

    /** The text was taken for UTF-8, and its end shows that it is none: it is to be read as Windows-1252. */
    public static final class GuessedWrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** The encoding that it has instead. */
        public static final String INSTEAD = "windows-1252";

        GuessedWrong() {
            super("not UTF-8");
        }
    }

    /** How it is read. */
    public Understanding how() {
        return how;
    }

    @Override
    public String number() {
        return "_line";
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(how.textColumns());
        how.typedColumns().stream().map(TypedColumn::name).forEach(columns::add);
        return columns;
    }

    /** Whether there is a good row; reads as far as the first. */
    public boolean hasRows() throws IOException {
        peeked = peeked || advance(new TextChunk(columns().size()));
        return peeked;
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        if (peeked) {
            peeked = false;
            reader.write(chunk);
        }
        while (!chunk.isFull() && advance(chunk)) {
            // All is done by asking.
        }
    }

    /** Adds the next good row; false if there is none. */
    private boolean advance(TextChunk chunk) throws IOException {
        while (!ended) {
            if (!reader.next()) {
                end();
                return false;
            }
            @Nullable String damage = reader.write(chunk);
            if (damage != null) {
                rejects.add(reader.line(), damage, reader.raw(), rows);
            }
            if (++rows % TELL_EVERY == 0) {
                listener.told(rows, rejects.count(), reader.progress());
            }
            if (damage == null) {
                return true;
            }
        }
        return false;
    }

    private void end() throws IOException {
        ended = true;
        rejects.judge(rows);
        listener.told(rows, rejects.count(), 1);
    }

    /** Reads the whole file for nothing but what is wrong with it. */
    public void tryOut() throws IOException {
        TextChunk chunk = new TextChunk(columns().size());
        while (!ended) {
            chunk.clear();
            fill(chunk);
        }
    }

    /** Good rows so far. */
    public long good() {
        return rows - rejects.count();
    }

    /** Damaged rows so far. */
    public long damaged() {
        return rejects.count();
    }

    /** The damaged rows, once the good ones were taken: {@code _line}, {@code _reason} and {@code _raw}. */
    public RowFeed damagedRows() {
        return damaged;
    }

    @Override
    public void close() throws IOException {
        damaged.close();
        reader.close();
    }
}
