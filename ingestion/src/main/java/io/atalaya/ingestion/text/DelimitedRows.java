package io.atalaya.ingestion.text;

import io.atalaya.ingestion.file.Packing;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of delimited text. */
final class DelimitedRows implements RowReader {
    private final Packing.Unpacked unpacked;
    private final DelimitedReader reader;
    private final RowWriter writer;
    private final boolean guessedUtf8;

    /**
     * The rows of that reader.
     *
     * @param guessedUtf8 whether it was taken for UTF-8 without anything that says so
     */
    DelimitedRows(Packing.Unpacked unpacked, DelimitedReader reader, RowWriter writer, boolean guessedUtf8) {
        this.unpacked = unpacked;
        this.reader = reader;
        this.writer = writer;
        this.guessedUtf8 = guessedUtf8;
    }

    @Override
    public boolean next() throws IOException {
        if (reader.next()) {
            return true;
        }
        unpacked.drain();
        if (guessedUtf8 && reader.invalid() > 0 && reader.multiByte() == 0) {
            throw new Cutting.GuessedWrong();
        }
        return false;
    }

    @Override
    public long line() {
        return reader.line();
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        String damage = reader.damage();
        return damage == null ? writer.write(reader, rows) : damage;
    }

    @Override
    public String raw() {
        return reader.raw();
    }

    @Override
    public double progress() {
        return unpacked.progress();
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }
}
