package io.atalaya.ingestion.kinesis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read.
 *
 * @param commits how many commits it took to come here, so that no position is ever reached twice
 * @param created when the stream was made, which one that is made anew under its name was not
 * @param since before when messages are none of ours, in milliseconds; null: all are
 * @param places by shard
 */
record Shards(long commits, long created, @Nullable Long since, SortedMap<String, Place> places) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Shards {
        places = Collections.unmodifiableSortedMap(new TreeMap<>(places));
    }

    /**
     * How far a shard was read.
     *
     * @param sequence of the last message that was read; null: none was
     * @param ended whether it was closed, and read to its end
     */
    record Place(@Nullable String sequence, boolean ended) {
        static final Place BEGIN = new Place(null, false);
    }

    /** The beginning of a stream. */
    static Shards none(long created, @Nullable Long since) {
        return new Shards(0, created, since, new TreeMap<>());
    }

    Place place(String shard) {
        return places.getOrDefault(shard, Place.BEGIN);
    }

    /** The position after one more commit, in which these shards were read so far; others are where they were. */
    Shards then(Map<String, Place> read) {
        SortedMap<String, Place> all = new TreeMap<>(places);
        all.putAll(read);
        return new Shards(commits + 1, created, since, all);
    }

    /** Without shards that are gone. */
    Shards only(Set<String> listed) {
        SortedMap<String, Place> left = new TreeMap<>(places);
        left.keySet().retainAll(listed);
        return new Shards(commits, created, since, left);
    }

    static Shards parse(String text) {
        try {
            return JSON.readValue(text, Shards.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No position of a stream: " + text, e);
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
