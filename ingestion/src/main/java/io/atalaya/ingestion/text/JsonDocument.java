package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.pipeline.JsonPath;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a JSON document: the values at a path, or the items of the array that is there. The document is read as it comes,
 * no more of it than one record is held. Rows are numbered, as many may stand on one line.
 */
final class JsonDocument implements RowReader {
    private static final int RAW_SHOWN = 64 << 10;

    private final String file;
    private final Packing.Unpacked unpacked;
    private final Recent bytes;
    private final JsonParser in;
    private final JsonPath path;
    private final JsonRecord row;
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean found;
    private long record;
    private long from;
    private long to;

    /** An object or array that records are somewhere in; {@code step} is the one of the path that leads out of it. */
    private static final class Level {
        private final int step;
        private final boolean object;
        private int index = -1;
        private String name = "";

        Level(int step, boolean object) {
            this.step = step;
            this.object = object;
        }
    }

    /**
     * The records of that text.
     *
     * @param text in UTF-8
     */
    JsonDocument(String file, Packing.Unpacked unpacked, InputStream text, JsonPath path, JsonRecord row)
            throws IOException {
        this.file = file;
        this.unpacked = unpacked;
        this.bytes = new Recent(text);
        this.in = JsonRecord.JSON.createParser(bytes);
        this.path = path;
        this.row = row;
    }

    @Override
    public boolean next() throws IOException {
        try {
            return advance();
        } catch (JsonProcessingException e) {
            throw refusal(e);
        }
    }

    private boolean advance() throws IOException {
        while (true) {
            JsonToken token = in.nextToken();
            Level level = levels.peek();
            if (token == null) {
                end();
                return false;
            }
            if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                levels.pop();
                continue;
            }
            if (level != null) {
                level.index++;
                if (level.object) {
                    level.name = in.currentName();
                    in.nextToken();
                }
                if (!leadsOn(level)) {
                    in.skipChildren();
                    continue;
                }
            }
            if (enter(level == null ? 0 : level.step + 1)) {
                return true;
            }
        }
    }

    private boolean leadsOn(Level level) {
        if (level.step >= path.steps().size()) {
            return true;
        }
        return switch (path.steps().get(level.step)) {
            case JsonPath.Step.Key(String name) -> level.object && level.name.equals(name);
            case JsonPath.Step.Item(int index) -> !level.object && level.index == index;
            case JsonPath.Step.All _ -> true;
        };
    }

    /** Reads a record if here is one, or goes into what it may be in. */
    private boolean enter(int step) throws IOException {
        JsonToken token = in.currentToken();
        int last = path.steps().size();
        boolean items = step == last
                && token == JsonToken.START_ARRAY
                && (last == 0 || !(path.steps().getLast() instanceof JsonPath.Step.All));
        if (step >= last && !items) {
            read();
            return true;
        }
        found = found || items;
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            levels.push(new Level(step, token == JsonToken.START_OBJECT));
            found = found || (step < last && path.steps().get(step) instanceof JsonPath.Step.All);
        }
        return false;
    }

    private void read() throws IOException {
        found = true;
        record++;
        from = in.currentTokenLocation().getByteOffset();
        bytes.forget(from);
        row.read(in, name(), () -> bytes.count() - from > TextWindow.MAX_RECORD + (1 << 14));
        to = in.currentLocation().getByteOffset();
    }

    private String name() {
        for (Level level : levels) {
            if (level.object) {
                return level.name;
            }
        }
        return "";
    }

    private void end() throws IOException {
        if (!found) {
            throw new IngestionException.BadFile(
                    "{0} has nothing at {1}; correct 'records'. Nothing of the file was loaded", file, path);
        }
        unpacked.drain();
    }

    private IngestionException.BadFile refusal(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String what = switch (e) {
            case JsonEOFException _ ->
                "{0} is cut off: it ends at line {1}, character {2}, in the middle of a value, after {3} records. Nothing of it was loaded; deliver it again";
            case StreamConstraintsException _ ->
                "{0} has a text or number of more than 4 MiB, or is nested too deeply, at line {1}, character {2}, after {3} records. Nothing of it was loaded; deliver it again";
            default ->
                "{0} is no JSON: it is broken at line {1}, character {2}, after {3} records. Nothing of it was loaded; deliver it again";
        };
        return new IngestionException.BadFile(
                what,
                file,
                Sentence.count(at == null ? 1 : at.getLineNr()),
                Sentence.count(at == null ? 1 : at.getColumnNr()),
                Sentence.count(record));
    }

    @Override
    public long line() {
        return record;
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        return row.write(record, rows);
    }

    @Override
    public String raw() {
        boolean all = to - from <= RAW_SHOWN;
        return bytes.text(from, all ? to : from + RAW_SHOWN) + (all ? "" : "…");
    }

    @Override
    public double progress() {
        return unpacked.progress();
    }

    @Override
    public void close() throws IOException {
        in.close();
        unpacked.close();
    }
}
