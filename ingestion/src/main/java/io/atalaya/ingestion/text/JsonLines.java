package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of lines, each a record of JSON of its own. */
final class JsonLines implements RowReader {
    /** Each line is one field: its delimiter is a control character that JSON does not allow. */
    static final TextForm FORM = new TextForm((char) 1, (char) 0, '\n');

    private final Packing.Unpacked unpacked;
    private final DelimitedReader lines;
    private final JsonRecord row;

    JsonLines(Packing.Unpacked unpacked, DelimitedReader lines, JsonRecord row) {
        this.unpacked = unpacked;
        this.lines = lines;
        this.row = row;
    }

    @Override
    public boolean next() throws IOException {
        while (lines.next()) {
            if (lines.damage() != null) {
                return true;
            }
            String text = lines.text(0);
            if (!text.isBlank()) {
                read(text);
                return true;
            }
        }
        unpacked.drain();
        return false;
    }

    private void read(String text) throws IOException {
        try (JsonParser json = JsonRecord.JSON.createParser(text)) {
            json.nextToken();
            row.read(json, "", () -> false);
            if (json.nextToken() != null) {
                row.broken("no JSON: broken at character "
                        + json.currentTokenLocation().getColumnNr());
            }
        } catch (JsonProcessingException e) {
            row.broken(plain(e));
        }
    }

    /** What is wrong, without the text it is wrong in. */
    private static String plain(JsonProcessingException e) {
        var at = e.getLocation();
        return "no JSON: broken at character " + (at == null ? 1 : at.getColumnNr());
    }

    @Override
    public long line() {
        return lines.line();
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        String damage = lines.damage();
        return damage == null ? row.write(lines.line(), rows) : damage;
    }

    @Override
    public String raw() {
        return lines.raw();
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
