package io.atalaya.catalog.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to look for in the log; all that is given must hold.
 *
 * @param principal exactly this one
 * @param kind this kind or any below it: {@code data.read} finds {@code data.read.intent}
 * @param subject exactly this one
 * @param from not before
 * @param until before
 * @param before only records with a smaller sequence number: the cursor of the next page
 * @param limit records at most, from 1 to 1,000
 */
public record AuditSearch(
        Optional<String> principal,
        Optional<String> kind,
        Optional<String> subject,
        Optional<Instant> from,
        Optional<Instant> until,
        OptionalLong before,
        int limit) {
    public AuditSearch {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit must be from 1 to 1000");
        }
    }

    /** Everything, newest first. */
    public static AuditSearch newest(int limit) {
        return new AuditSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                limit);
    }
}
