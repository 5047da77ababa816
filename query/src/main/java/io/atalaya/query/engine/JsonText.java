package io.atalaya.query.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON read and written as Trino does: keys in order, fractions as doubles. */
public final class JsonText {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonText() {}

    /** A text as values of JSON are held; empty if it is not JSON. */
    public static Optional<String> canonical(String text) {
        JsonNode tree = read(text);
        return tree == null ? Optional.empty() : Optional.of(write(sorted(tree)));
    }

    /** The tree, or null if it is not JSON. */
    static @Nullable JsonNode read(String text) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            return tree.isMissingNode() ? null : tree;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    /** With keys in the order of their names. */
    static JsonNode sorted(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                TreeMap<String, JsonNode> fields = new TreeMap<>();
                object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
                ObjectNode result = MAPPER.createObjectNode();
                fields.forEach(result::set);
                yield result;
            }
            case ArrayNode array -> {
                ArrayNode result = MAPPER.createArrayNode();
                array.forEach(item -> result.add(sorted(item)));
                yield result;
            }
            default -> node;
        };
    }

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** A text as JSON writes it. */
    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    static String array(List<@Nullable String> texts) {
        StringBuilder json = new StringBuilder("[");
        for (String text : texts) {
            json.append(json.length() == 1 ? "" : ",").append(text == null ? "null" : quoted(text));
        }
        return json.append(']').toString();
    }
}
