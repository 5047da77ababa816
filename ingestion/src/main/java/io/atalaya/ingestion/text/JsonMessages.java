package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages as rows, each of which is one JSON object and becomes columns as a line of JSON does. Not for several threads. */
public final class JsonMessages {
    private final FileDrop landing;
    private final Dialect dialect;
    private final JsonRecord row;

    /** Messages that land as lines of that drop. */
    public JsonMessages(FileDrop landing) {
        this.landing = landing;
        this.dialect = landing.dialects().getFirst();
        this.row = new JsonRecord(landing, dialect);
    }

    /** The columns of text, with the one for what no column takes. */
    public List<String> textColumns() {
        List<String> columns = new ArrayList<>(landing.columns());
        if (dialect.unknown() == Dialect.Unknown.KEEP) {
            columns.add("_rest");
        }
        return columns;
    }

    /** The columns behind those, that are read out of them. */
    public List<TypedColumn> typedColumns() {
        return landing.typed();
    }

    /**
     * Adds a message as a row, or says why it is damaged; one that is {@code null} has no values.
     *
     * @param number the row begins with
     * @param more adds values behind those of the message
     */
    public @Nullable String write(byte @Nullable [] message, long number, TextChunk rows, Consumer<TextChunk> more)
            throws IOException {
        if (message == null) {
            row.nothing();
        } else if (message.length > TextWindow.MAX_RECORD) {
            row.broken("a message of more than " + (TextWindow.MAX_RECORD >> 20) + " MiB");
        } else {
            read(message);
        }
        return row.write(number, rows, more);
    }

    private void read(byte[] message) throws IOException {
        try (JsonParser json = JsonRecord.JSON.createParser(message)) {
            json.nextToken();
            row.read(json, "", () -> false);
            if (json.nextToken() != null) {
                row.broken(brokenAt(json.currentTokenLocation()));
            }
        } catch (JsonProcessingException e) {
            row.broken(brokenAt(e.getLocation()));
        }
    }

    /** What is wrong, without the text it is wrong in. */
    private static String brokenAt(@Nullable JsonLocation at) {
        return "no JSON: broken at byte " + (at == null ? 1 : at.getByteOffset() + 1);
    }
}
