package io.atalaya.query.execution;

import io.atalaya.query.QueryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a list or a result goes on: a number and the id it belongs to. It opens nothing by itself, because every
 * request is checked for its owner first.
 */
record PageToken(long number, String id) {
    /** Before every execution there is. */
    static final PageToken NEWEST = new PageToken(Long.MAX_VALUE, "");

    static PageToken parsed(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 2);
            long number = Long.parseLong(parts[0]);
            if (parts.length == 2 && number >= 0) {
                return new PageToken(number, parts[1]);
            }
        } catch (IllegalArgumentException e) {
            throw foreign();
        }
        throw foreign();
    }

    /** The number, if the token belongs to that id. */
    long of(String expected) {
        if (!id.equals(expected)) {
            throw foreign();
        }
        return number;
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((number + ":" + id).getBytes(StandardCharsets.UTF_8));
    }

    private static QueryException foreign() {
        return new QueryException.InvalidRequest("NextToken is not a token of this list");
    }
}
