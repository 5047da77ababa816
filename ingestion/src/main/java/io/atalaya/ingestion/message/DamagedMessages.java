package io.atalaya.ingestion.message;

import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.ArrayList;
import java.util.List;

/** Messages for quarantine, until those that are good are written. A commit ends when there are many. */
public final class DamagedMessages implements RowFeed {
    private static final int MOST = 10_000;
    private static final int MOST_CHARACTERS = 16 << 20;

    private final List<Message> messages = new ArrayList<>();
    private int characters;
    private int given;

    private record Message(String source, long offset, String reason, String raw) {}

    /** Adds one: where it is from, its number there, what is wrong with it, and what it is. */
    public void add(String source, long offset, String reason, String raw) {
        messages.add(new Message(source, offset, reason, raw));
        characters += raw.length();
    }

    /** Whether it is time for a commit. */
    public boolean isFull() {
        return messages.size() >= MOST || characters >= MOST_CHARACTERS;
    }

    int count() {
        return messages.size();
    }

    /** What is wrong with the first of them. */
    String first() {
        Message first = messages.getFirst();
        return "%s, offset %d: %s".formatted(first.source(), first.offset(), first.reason());
    }

    @Override
    public String number() {
        return "_line";
    }

    @Override
    public List<String> columns() {
        return List.of("_file", "_reason", "_raw");
    }

    @Override
    public void fill(TextChunk chunk) {
        while (given < messages.size() && !chunk.isFull()) {
            Message one = messages.get(given);
            chunk.begin(one.offset());
            chunk.value(one.source());
            chunk.value(one.reason());
            chunk.value(one.raw());
            chunk.end();
            given++;
        }
    }
}
