package io.atalaya.ingestion.text;

import io.atalaya.ingestion.file.Packing;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of delimited text. */
final class DelimitedRows implements RowReader {
    private final Packing.Unpacked unpacked;
    private final DelimitedReader reader;
    private final RowWriter writer;
    private final boolean guessedUtf8;
    private final List<String> header;
    private final byte[] first;

    /**
     * The rows of that reader.
     *
     * @param header as delivered; empty if there is none
     * @param guessedUtf8 whether it was taken for UTF-8 without anything that says so
     */
    DelimitedRows(
            Packing.Unpacked unpacked,
            DelimitedReader reader,
            RowWriter writer,
            List<String> header,
            boolean guessedUtf8) {
        this.unpacked = unpacked;
        this.reader = reader;
        this.writer = writer;
        this.header = List.copyOf(header);
        this.first = header.isEmpty() ? new byte[0] : header.getFirst().getBytes(StandardCharsets.UTF_8);
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
        if (damage == null && isHeader()) {
            return "the header once more";
        }
        return damage == null ? writer.write(reader, rows) : damage;
    }

    /** Whether the row is the header again, as where files were put behind each other. A single word may be a value. */
    private boolean isHeader() {
        if (header.size() < 2 || reader.fields() != header.size() || !reader.begins(first)) {
            return false;
        }
        for (int i = 1; i < header.size(); i++) {
            if (!reader.text(i).equals(header.get(i))) {
                return false;
            }
        }
        return true;
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
