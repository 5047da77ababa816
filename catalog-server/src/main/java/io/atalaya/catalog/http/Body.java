package io.atalaya.catalog.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.atalaya.catalog.language.Language;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.stream.Collectors;

/** Bodies: bytes up to a limit, JSON in and out. */
public final class Body {
    /** Of what the REST API speaks: times as ISO-8601 in UTC, unknown members refused, sentences in the language of the request. */
    public static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .addModule(Language.module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** For anything but a workspace. */
    public static final int LIMIT = 2 << 20;

    private Body() {}

    /**
     * The body as it came.
     *
     * @throws RequestException.TooLarge if it is longer
     */
    public static byte[] bytes(Context ctx, int limit) {
        try (var in = ctx.req().getInputStream()) {
            if (ctx.req().getContentLengthLong() > limit) {
                throw new RequestException.TooLarge(limit);
            }
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new RequestException.TooLarge(limit);
            }
            return bytes;
        } catch (IOException _) {
            throw new RequestException.BadRequest("The body could not be read to its end");
        }
    }

    /** The body as JSON of that type. */
    public static <T> T read(Context ctx, Class<T> type) {
        return read(ctx, type, LIMIT);
    }

    /** The body as JSON of that type, up to a limit of its own. */
    public static <T> T read(Context ctx, Class<T> type, int limit) {
        String contentType = ctx.contentType();
        if (contentType == null || !contentType.startsWith("application/json")) {
            throw new RequestException.BadRequest("The body must be application/json");
        }
        byte[] bytes = bytes(ctx, limit);
        try {
            T value = JSON.readValue(bytes, type);
            if (value == null) {
                throw new RequestException.BadRequest("The body must be a JSON object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw new RequestException.BadRequest("'{0}' is unknown; known: {1}", path(e), known(e));
        } catch (JsonMappingException e) {
            throw new RequestException.BadRequest("'{0}' has a value that is not possible there", path(e));
        } catch (JsonProcessingException e) {
            throw new RequestException.BadRequest(
                    "The body is not JSON: line {0}, column {1}",
                    e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        } catch (IOException _) {
            throw new RequestException.BadRequest("The body is not JSON");
        }
    }

    /** Answers with JSON. */
    public static void write(Context ctx, int status, Object value) {
        try {
            byte[] json = JSON.writer()
                    .withAttribute(Language.class, Language.of(ctx.header("Accept-Language")))
                    .writeValueAsBytes(value);
            ctx.status(status).contentType("application/json").result(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers 200 with JSON. */
    public static void write(Context ctx, Object value) {
        write(ctx, 200, value);
    }

    private static String known(UnrecognizedPropertyException e) {
        var known = e.getKnownPropertyIds();
        return known == null ? "" : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (var reference : e.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }
}
