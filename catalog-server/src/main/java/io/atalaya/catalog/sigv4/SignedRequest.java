package io.atalaya.catalog.sigv4;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A request as it came over the wire, before anything decoded, parsed or normalised it. */
public final class SignedRequest {
    private final String method;
    private final String rawPath;
    private final String rawQuery;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    /**
     * A request.
     *
     * @param method upper case
     * @param rawPath the path as sent, percent-encoded
     * @param rawQuery what follows the question mark as sent; empty without one
     * @param headers by name in any case; each value a header line of its own, in the order sent
     * @param body all of it; empty without one
     */
    public SignedRequest(
            String method, String rawPath, String rawQuery, Map<String, List<String>> headers, byte[] body) {
        this.method = method;
        this.rawPath = rawPath;
        this.rawQuery = rawQuery;
        this.headers = new TreeMap<>();
        headers.forEach((name, values) -> this.headers
                .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .addAll(values));
        this.body = body.clone();
    }

    String method() {
        return method;
    }

    String rawPath() {
        return rawPath;
    }

    String rawQuery() {
        return rawQuery;
    }

    /** Header lines by lower-case name. */
    Map<String, List<String>> headers() {
        return headers;
    }

    List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    byte[] body() {
        return body;
    }
}
