package io.atalaya.catalog.request;

import java.time.Instant;

/** Where a list of requests goes on: after the one that came at that moment and has that id. */
public record ListPosition(Instant at, String id) {
    /** The position as text, which {@link #parse} reads. */
    public String text() {
        return at + " " + id;
    }

    /** The position that {@code text} was made from. */
    public static ListPosition parse(String text) {
        int space = text.indexOf(' ');
        return new ListPosition(Instant.parse(text.substring(0, space)), text.substring(space + 1));
    }
}
