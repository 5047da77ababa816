package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes rows of lines of JSON: one object each, its keys are columns, what is nested stays JSON text. */
final class JsonRows implements RowMaker {
    /** Each line is one field: its delimiter is a control character that JSON does not allow. */
    static final TextForm LINES = new TextForm((char) 1, (char) 0, '\n');

    private final FileDrop drop;
    private final Dialect dialect;
    private final List<TypedReader> typed;
    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    JsonRows(FileDrop drop, Dialect dialect) {
        this.drop = drop;
        this.dialect = dialect;
        this.typed = drop.typed().stream()
                .map(column -> new TypedReader(column, dialect))
                .toList();
    }

    @Override
    public boolean isBlank(DelimitedReader record) {
        return record.text(0).isBlank();
    }

    @Override
    public @Nullable String write(DelimitedReader record, TextChunk rows) {
        JsonNode node;
        try {
            node = json.readTree(record.text(0));
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
        return write(record.line(), values, rows);
    }

    private @Nullable String write(long line, Map<String, String> values, TextChunk rows) {
        rows.begin(line);
        for (String column : drop.columns()) {
            add(values.get(column), rows);
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

    private void add(@Nullable String value, TextChunk rows) {
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
