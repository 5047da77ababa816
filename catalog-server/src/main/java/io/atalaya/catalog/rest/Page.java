package io.atalaya.catalog.rest;

import java.util.List;
import java.util.Optional;

/** Part of a list; {@code nextCursor} is null at its end. */
record Page<T>(List<T> items, Optional<String> nextCursor) {
    Page {
        items = List.copyOf(items);
    }

    static <T> Page<T> of(List<T> all) {
        return new Page<>(all, Optional.empty());
    }
}
