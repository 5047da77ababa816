package io.atalaya.ingestion.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far topics were read.
 *
 * @param commits how many commits it took to come here, so that no position is ever reached twice
 * @param topics by name
 */
record Offsets(long commits, SortedMap<String, Topic> topics) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Offsets {
        topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
    }

    /**
     * How far a topic was read.
     *
     * @param id of the topic, which one that is made anew under its name does not have
     * @param next by partition, the offset of the first message that was not read
     */
    record Topic(String id, SortedMap<Integer, Long> next) {
        Topic {
            next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
        }
    }

    static Offsets none() {
        return new Offsets(0, new TreeMap<>());
    }

    /** The position after one more commit, in which these topics were read so far; others are where they were. */
    Offsets then(Map<String, Topic> read) {
        SortedMap<String, Topic> all = new TreeMap<>(topics);
        all.putAll(read);
        return new Offsets(commits + 1, all);
    }

    static Offsets parse(String text) {
        try {
            return JSON.readValue(text, Offsets.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No offsets: " + text, e);
        }
    }

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
