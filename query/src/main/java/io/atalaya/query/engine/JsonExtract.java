package io.atalaya.query.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands at a path of keys and indices ({@code $.store.book[0]}) in a JSON text. */
final class JsonExtract {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Pattern STEP = Pattern.compile(
            "\\.([\\w:$/@|#-]+)|\\[\\s*([\\w-]+)\\s*]|\\[\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*]|\\.\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Cache<String, List<String>> PATHS =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private JsonExtract() {}

    private interface Reader {
        @Nullable Object read(JsonParser parser) throws IOException;
    }

    static @Nullable String json(String json, String path) {
        return (String) at(json, path, parser -> {
            StringWriter text = new StringWriter();
            try (JsonGenerator generator = FACTORY.createGenerator(text)) {
                generator.copyCurrentStructure(parser);
            }
            return text.toString();
        });
    }

    static @Nullable String scalar(String json, String path) {
        return (String) at(
                json,
                path,
                parser -> parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL
                        ? parser.getText()
                        : null);
    }

    static @Nullable Long size(String json, String path) {
        return (Long) at(json, path, parser -> {
            long size = 0;
            if (parser.currentToken().isStructStart()) {
                while (!parser.nextToken().isStructEnd()) {
                    if (parser.currentToken() != JsonToken.FIELD_NAME) {
                        size++;
                        parser.skipChildren();
                    }
                }
            }
            return size;
        });
    }

    private static @Nullable Object at(String json, String path, Reader reader) {
        List<String> steps = PATHS.get(path, JsonExtract::steps);
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                return null;
            }
            for (String step : steps) {
                if (!enter(parser, step)) {
                    return null;
                }
            }
            return reader.read(parser);
        } catch (IOException notJson) {
            return null;
        }
    }

    private static boolean enter(JsonParser parser, String step) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(step);
                parser.nextToken();
                if (found) {
                    return true;
                }
                parser.skipChildren();
            }
            return false;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY || !step.matches("\\d{1,9}")) {
            return false;
        }
        int index = Integer.parseInt(step);
        for (int item = 0; parser.nextToken() != JsonToken.END_ARRAY; item++) {
            if (item == index) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static List<String> steps(String path) {
        String text = path.strip();
        Matcher matcher = STEP.matcher(text);
        List<String> steps = new ArrayList<>();
        int end = 1;
        if (!text.startsWith("$")) {
            throw bad();
        }
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw bad();
            }
            for (int group = 1; group <= 4; group++) {
                if (matcher.group(group) != null) {
                    steps.add(
                            group < 3
                                    ? matcher.group(group)
                                    : matcher.group(group).replaceAll("\\\\(.)", "$1"));
                }
            }
            end = matcher.end();
        }
        if (steps.stream().anyMatch(step -> step.matches("-\\d+"))) {
            throw bad();
        }
        return steps;
    }

    private static FunctionRefusal bad() {
        return FunctionRefusal.argument("Invalid JSON path");
    }
}
