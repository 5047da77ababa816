package io.atalaya.query.workgroup;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A named set of queries with limits of their own, as Athena has it.
 *
 * @param name 1 to 128 of {@code [a-zA-Z0-9._-]}
 * @param enabled whether it takes new queries
 * @param enforced whether its output location replaces the client's
 * @param bytesScannedCutoff a query that would read more is cancelled; at least 10,000,000
 * @param concurrency how many of its queries run at once; absent if only the service limits it
 * @param queueLimit how many of its queries may wait; absent if only the service limits it
 */
public record Workgroup(
        String name,
        boolean enabled,
        Optional<String> description,
        Optional<String> outputLocation,
        boolean enforced,
        OptionalLong bytesScannedCutoff,
        OptionalInt concurrency,
        OptionalInt queueLimit,
        Instant createdAt) {
    /** The one that always exists. */
    public static final String PRIMARY = "primary";

    /** Enabled and without limits. */
    public static Workgroup of(String name) {
        return new Workgroup(
                name,
                true,
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Instant.EPOCH);
    }

    /** The same, taking new queries or not. */
    public Workgroup withEnabled(boolean value) {
        return new Workgroup(
                name,
                value,
                description,
                outputLocation,
                enforced,
                bytesScannedCutoff,
                concurrency,
                queueLimit,
                createdAt);
    }

    /** The same with where results are said to be; {@code forAll} if no client may say otherwise. */
    public Workgroup withOutputLocation(Optional<String> value, boolean forAll) {
        return new Workgroup(
                name, enabled, description, value, forAll, bytesScannedCutoff, concurrency, queueLimit, createdAt);
    }

    /** The same with a cut-off. */
    public Workgroup withBytesScannedCutoff(OptionalLong value) {
        return new Workgroup(
                name, enabled, description, outputLocation, enforced, value, concurrency, queueLimit, createdAt);
    }

    /** The same with limits on what runs and waits. */
    public Workgroup withConcurrency(OptionalInt running, OptionalInt waiting) {
        return new Workgroup(
                name, enabled, description, outputLocation, enforced, bytesScannedCutoff, running, waiting, createdAt);
    }
}
