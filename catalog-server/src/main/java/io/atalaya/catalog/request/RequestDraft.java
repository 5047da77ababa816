package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request as somebody writes it; nothing in it has been looked at.
 *
 * @param grantee who shall have it; the requester if empty
 */
public record RequestDraft(
        Optional<String> grantee,
        String permission,
        List<Item> items,
        Optional<Instant> from,
        Instant until,
        String purpose,
        AccessRequest.Reasons reasons) {
    public RequestDraft {
        items = List.copyOf(items);
    }

    /**
     * One dataset.
     *
     * @param columns all that the requester knows of if empty
     * @param rows a predicate over names
     */
    public record Item(String dataset, List<String> columns, Optional<String> rows) {
        public Item {
            columns = List.copyOf(columns);
        }
    }
}
