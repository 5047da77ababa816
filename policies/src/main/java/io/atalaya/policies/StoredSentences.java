package io.atalaya.policies;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sentences as JSON that keeps what they are made of, so that what was stored can be told in any language: a text, or
 * {@code {"said": template, "of": [values]}}.
 */
public final class StoredSentences {
    private static final String SAID = "said";
    private static final String OF = "of";

    private static final String BEGUN = "{\"" + SAID + "\":";
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(module()).build();

    private StoredSentences() {}

    /** Reads and writes them so; a text from before is read, too. */
    public static SimpleModule module() {
        return new SimpleModule("stored-sentences")
                .addSerializer(Sentence.class, new Writer())
                .addDeserializer(Sentence.class, new Reader());
    }

    /** As text where it is one, else as JSON of what it is made of: for a column that held texts, and still may. */
    public static String text(Sentence sentence) {
        try {
            return sentence.values().isEmpty() ? sentence.template() : JSON.writeValueAsString(sentence);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sentence that {@link #text} was made of, or that was text from the beginning. */
    public static Sentence read(String text) {
        try {
            return text.startsWith(BEGUN) ? JSON.readValue(text, Sentence.class) : Sentence.of(text);
        } catch (JsonProcessingException _) {
            return Sentence.of(text);
        }
    }

    /** Of JSON that was read as maps, lists and texts: the same with sentences where some were stored. */
    public static Object found(Object json) {
        return found(json, UnaryOperator.identity());
    }

    /** The same with their English instead, as it is put on record. */
    public static Object inEnglish(Object json) {
        return found(json, Object::toString);
    }

    private static Object found(Object json, Function<Object, Object> told) {
        return switch (json) {
            case Map<?, ?> map -> {
                if (map.size() == 2 && map.get(SAID) instanceof String template && map.get(OF) instanceof List<?> of) {
                    Object[] values = of.stream()
                            .map(value -> value instanceof Number number
                                    ? Sentence.count(number.longValue())
                                    : found(value, UnaryOperator.identity()))
                            .toArray();
                    yield told.apply(Sentence.of(template, values));
                }
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put(key, value == null ? null : found(value, told)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(value -> copy.add(value == null ? null : found(value, told)));
                yield copy;
            }
            default -> json;
        };
    }

    private static final class Writer extends StdSerializer<Sentence> {
        private static final long serialVersionUID = 1;

        Writer() {
            super(Sentence.class);
        }

        @Override
        public void serialize(Sentence sentence, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (sentence.values().isEmpty()) {
                json.writeString(sentence.template());
            } else {
                write(sentence, json);
            }
        }

        /** One in another is always told apart from the texts there. */
        private static void write(Sentence sentence, JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField(SAID, sentence.template());
            json.writeArrayFieldStart(OF);
            for (Object value : sentence.plain().values()) {
                switch (value) {
                    case Sentence part -> write(part, json);
                    case Sentence.Count(long number) -> json.writeNumber(number);
                    default -> json.writeString(value.toString());
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static final class Reader extends StdDeserializer<Sentence> {
        private static final long serialVersionUID = 1;

        Reader() {
            super(Sentence.class);
        }

        @Override
        public Sentence deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return sentence(json.readValueAsTree());
        }

        private static Sentence sentence(JsonNode node) {
            if (!node.isObject()) {
                return Sentence.of(node.asText());
            }
            List<Object> values = new ArrayList<>();
            node.path(OF)
                    .forEach(value -> values.add(
                            value.isObject()
                                    ? sentence(value)
                                    : value.isNumber() ? Sentence.count(value.asLong()) : value.asText()));
            return Sentence.of(node.path(SAID).asText(), values.toArray());
        }
    }
}
