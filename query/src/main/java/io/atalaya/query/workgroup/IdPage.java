package io.atalaya.query.workgroup;

import java.util.List;
import java.util.Optional;

/** Part of a list of ids or names, in their order; the token is the last one shown. */
public record IdPage(List<String> ids, Optional<String> nextToken) {
    public IdPage {
        ids = List.copyOf(ids);
    }

    /** The first {@code max} of one more than that. */
    static IdPage of(List<String> found, int max) {
        List<String> page = found.subList(0, Math.min(max, found.size()));
        return new IdPage(page, found.size() > max ? Optional.of(page.getLast()) : Optional.empty());
    }
}
