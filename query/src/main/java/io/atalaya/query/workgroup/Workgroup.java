package io.atalaya.query.workgroup;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A named set of queries with limits of their own, as Athena has it.
 *
 * @param name 1 to 128 of {@code [a-zA-Z0-9._-]}
 * @param enabled whether it takes new queries
 * @param enforced whether its output location replaces the client's
 * @param bytesScannedCutoff a query that would read more is cancelled; at least 10,000,000
 */
public record Workgroup(
        String name,
        boolean enabled,
        Optional<String> description,
        Optional<String> outputLocation,
        boolean enforced,
        OptionalLong bytesScannedCutoff,
        Instant createdAt) {
    /** The one that always exists. */
    public static final String PRIMARY = "primary";
}
