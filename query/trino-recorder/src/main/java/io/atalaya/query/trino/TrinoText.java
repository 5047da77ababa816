package io.atalaya.query.trino;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Values of one of Trino's types as Athena writes them in a result. */
final class TrinoText {
    private final JsonNode type;
    private final List<TrinoText> parts = new ArrayList<>();

    TrinoText(JsonNode type) {
        this.type = type;
        for (JsonNode argument : type.path("arguments")) {
            switch (argument.get("kind").asText()) {
                case "TYPE" -> parts.add(new TrinoText(argument.get("value")));
                case "NAMED_TYPE" ->
                    parts.add(new TrinoText(argument.get("value").get("typeSignature")));
                default -> {}
            }
        }
    }

    /** The value; null for {@code NULL}. */
    String of(JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        return switch (type.get("rawType").asText()) {
            case "double" -> Double.toString(Double.parseDouble(value.asText()));
            case "real" -> Float.toString(Float.parseFloat(value.asText()));
            case "varbinary" -> hexadecimal(Base64.getDecoder().decode(value.asText()));
            case "timestamp", "timestamp with time zone", "time" -> shortened(value.asText());
            case "array" -> array(value);
            case "map" -> map(value);
            case "row" -> row(value);
            default -> value.asText();
        };
    }

    private String array(JsonNode value) {
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(String.valueOf(parts.getFirst().of(item))));
        return "[" + String.join(", ", items) + "]";
    }

    private String map(JsonNode value) {
        List<String> items = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            JsonNode key = com.fasterxml.jackson.databind.node.TextNode.valueOf(entry.getKey());
            items.add(parts.getFirst().of(key) + "=" + parts.get(1).of(entry.getValue()));
        }
        return "{" + String.join(", ", items) + "}";
    }

    private String row(JsonNode value) {
        List<String> items = new ArrayList<>();
        for (int index = 0; index < parts.size(); index++) {
            JsonNode name = type.get("arguments").get(index).get("value").path("fieldName").path("name");
            items.add((name.isTextual() ? name.asText() : "field" + index) + "="
                    + parts.get(index).of(value.get(index)));
        }
        return "{" + String.join(", ", items) + "}";
    }

    /** A fraction of more than three digits that is whole in thousandths has three. */
    private static String shortened(String moment) {
        return moment.replaceFirst("(\\.\\d{3})0+(?= |$)", "$1");
    }

    private static String hexadecimal(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte value : bytes) {
            text.append(text.isEmpty() ? "" : " ").append("%02x".formatted(value));
        }
        return text.toString();
    }
}
