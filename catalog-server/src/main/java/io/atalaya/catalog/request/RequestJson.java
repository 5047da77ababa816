package io.atalaya.catalog.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.atalaya.policies.StoredSentences;
import java.util.Map;

/** How scopes, the details of events and what else is no column of its own are stored. */
public final class RequestJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final ObjectMapper SENTENCES = JSON.copy().registerModule(StoredSentences.module());

    private RequestJson() {}

    /** A value as text, which {@link #read} reads. */
    public static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Scope scope(String text) {
        return read(text, Scope.class);
    }

    /** The value that {@code text} was made from. */
    public static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The details of an event. */
    public static Map<String, Object> details(String text) {
        try {
            return JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A value as maps, lists and texts, whose sentences can still be told in any language. */
    static Object kept(Object value) {
        return SENTENCES.convertValue(value, Object.class);
    }

    /** A value as maps, lists and texts, as it will be read back. */
    static Object plain(Object value) {
        return JSON.convertValue(value, Object.class);
    }
}
