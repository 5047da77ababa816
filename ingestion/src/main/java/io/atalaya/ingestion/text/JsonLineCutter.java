package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cuts JSON lines: one object each, its keys are columns, what is nested stays JSON text. */
final class JsonLineCutter {
    private static final int TELL_EVERY = 5_000;

    private final FileDrop drop;
    private final Path folder;
    private final TextCutter.Listener listener;
    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    JsonLineCutter(FileDrop drop, Path folder, TextCutter.Listener listener) {
        this.drop = drop;
        this.folder = folder;
        this.listener = listener;
    }

    Cut cut(Path file, String name) throws IOException {
        if (drop.columns().isEmpty()) {
            throw new IngestionException.BadStage(
                    "The keys of JSON lines that become columns are named in 'columns' of the extract stage");
        }
        Dialect dialect = drop.dialects().getFirst();
        try (Packing.Unpacked unpacked = Packing.open(file, name)) {
            Encodings text = Encodings.open(unpacked, dialect.encoding().or(() -> Optional.of("UTF-8")));
            // A control character that JSON does not allow as the delimiter: each line is one field.
            DelimitedReader lines = new DelimitedReader(
                    text.in(),
                    new TextForm((char) 1, (char) 0, '\n'),
                    1,
                    false,
                    1,
                    text.encoding().name());
            try (RowFile good = new RowFile(Cut.goodIn(folder));
                    RowFile damaged = new RowFile(Cut.damagedIn(folder))) {
                TextCutter.Rejects rejects = new TextCutter.Rejects(name, drop.maxRejects(), damaged);
                List<TypedReader> typed = drop.typed().stream()
                        .map(column -> new TypedReader(column, dialect))
                        .toList();
                long rows = 0;
                while (lines.next()) {
                    if (lines.damage() == null && lines.text(0).isBlank()) {
                        continue;
                    }
                    @Nullable String damage = lines.damage() == null
                            ? row(lines.line(), lines.text(0), dialect, typed, good)
                            : lines.damage();
                    if (damage != null) {
                        rejects.add(lines.line(), damage, lines.raw(), rows);
                    }
                    if (++rows % TELL_EVERY == 0) {
                        listener.told(rows, rejects.count(), unpacked.progress());
                    }
                }
                unpacked.drain();
                rejects.judge(rows);
                listener.told(rows, rejects.count(), 1);
                List<String> columns = new ArrayList<>(drop.columns());
                drop.typed().stream().map(TypedColumn::name).forEach(columns::add);
                return new Cut(
                        good.finished(columns),
                        damaged.finished(Cut.DAMAGE_COLUMNS),
                        drop.columns(),
                        drop.typed(),
                        dialect.name(),
                        text.encoding().name(),
                        0,
                        unpacked.sha256(),
                        unpacked.count());
            }
        }
    }

    private @Nullable String row(long line, String text, Dialect dialect, List<TypedReader> typed, RowFile rows)
            throws IOException {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JsonProcessingException e) {
            return "no JSON: " + plain(e);
        }
        if (!(node instanceof ObjectNode object)) {
            return "no JSON object";
        }
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (dialect.ignore().contains(property.getKey())) {
                continue;
            }
            String column = dialect.columns().getOrDefault(property.getKey(), Header.columnName(property.getKey()));
            if (!drop.columns().contains(column)) {
                return "a key that is neither in 'columns' nor in 'ignore'";
            }
            JsonNode value = property.getValue();
            if (!value.isNull()
                    && values.put(column, value.isTextual() ? value.textValue() : value.toString()) != null) {
                return "two keys for column " + column;
            }
        }
        rows.begin(line);
        for (String column : drop.columns()) {
            value(values.get(column), dialect, rows);
        }
        for (TypedReader reader : typed) {
            String from = values.get(reader.column().from());
            if (from == null || from.isBlank() || dialect.nulls().contains(from)) {
                rows.missing();
                continue;
            }
            Optional<String> read = reader.read(from);
            if (read.isEmpty()) {
                rows.abandon();
                return reader.damage();
            }
            rows.value(read.get());
        }
        rows.end();
        return null;
    }

    private static void value(@Nullable String value, Dialect dialect, RowFile rows) {
        if (value == null || dialect.nulls().contains(value)) {
            rows.missing();
        } else {
            rows.value(value);
        }
    }

    /** What is wrong, without the text it is wrong in. */
    private static String plain(JsonProcessingException e) {
        var at = e.getLocation();
        return "broken at character " + (at == null ? 1 : at.getColumnNr());
    }
}
