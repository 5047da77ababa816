package io.atalaya.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What an engine would keep in files or topics of its own, and finds here instead: where it is in the log, and how the
 * table's columns came to be. Both go into the position, and with it into the commit that holds what was read.
 */
final class Kept {
    /** The key of an engine's properties under which it finds its own. */
    static final String ID = "offset.storage.atalaya.kept";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Kept> OPEN = new ConcurrentHashMap<>();

    private final Optional<Map<String, Object>> begin;
    private final List<String> history = new ArrayList<>();

    /**
     * As it is written.
     *
     * @param offset of Debezium
     * @param history records of Debezium about the table's columns, as JSON, packed
     */
    record Position(Map<String, Object> offset, String history) {
        Position {
            // Of Debezium's making: values may be missing.
            offset = Collections.unmodifiableMap(new LinkedHashMap<>(offset));
        }
    }

    private Kept(Optional<Map<String, Object>> begin, List<String> history) {
        this.begin = begin;
        this.history.addAll(history);
    }

    /** What that position says; nothing, without one. */
    static Kept of(Optional<String> position) {
        Optional<Position> at = position.map(Kept::parse);
        return new Kept(
                at.map(Position::offset), at.map(one -> unpacked(one.history())).orElse(List.of()));
    }

    static Position parse(String position) {
        try {
            return JSON.readValue(position, Position.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No position: " + position, e);
        }
    }

    /** Lets an engine find it under that name. */
    void open(String id) {
        OPEN.put(id, this);
    }

    static void close(String id) {
        OPEN.remove(id);
    }

    static Kept at(String id) {
        Kept kept = OPEN.get(id);
        if (kept == null) {
            throw new IllegalStateException("Nothing is kept under " + id);
        }
        return kept;
    }

    Optional<Map<String, Object>> begin() {
        return begin;
    }

    synchronized void add(String record) {
        history.add(record);
    }

    synchronized List<String> history() {
        return List.copyOf(history);
    }

    /** The position of an engine that has come so far. */
    String position(Map<String, ?> offset) {
        try {
            return JSON.writeValueAsString(new Position(new LinkedHashMap<>(offset), packed(history())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String packed(List<String> records) {
        if (records.isEmpty()) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(JSON.writeValueAsBytes(records));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String(Base64.getEncoder().encode(bytes.toByteArray()), StandardCharsets.US_ASCII);
    }

    private static List<String> unpacked(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            return List.of(JSON.readValue(in, String[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
