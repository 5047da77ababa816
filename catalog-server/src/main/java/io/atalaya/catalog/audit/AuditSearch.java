package io.atalaya.catalog.audit;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What to look for in the log; all that is given must hold.
 *
 * @param principal exactly this one
 * @param kind this kind or any below it: {@code data.read} finds {@code data.read.intent}
 * @param subject exactly this one
 * @param decision what became of it
 * @param from not before
 * @param until before
 * @param before only records with a smaller sequence number: the cursor of the next page
 * @param limit records at most, from 1 to 1,000
 */
public record AuditSearch(
        Optional<String> principal,
        Optional<String> kind,
        Optional<String> subject,
        Optional<Verdict> decision,
        Optional<Instant> from,
        Optional<Instant> until,
        OptionalLong before,
        int limit) {
    /** Whatever became of it. */
    public AuditSearch(
            Optional<String> principal,
            Optional<String> kind,
            Optional<String> subject,
            Optional<Instant> from,
            Optional<Instant> until,
            OptionalLong before,
            int limit) {
        this(principal, kind, subject, Optional.empty(), from, until, before, limit);
    }

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

    /** The conditions by the names that requests have for them. */
    public Map<String, Object> conditions() {
        Map<String, Object> conditions = new TreeMap<>();
        principal.ifPresent(value -> conditions.put("principal", value));
        kind.ifPresent(value -> conditions.put("kind", value));
        subject.ifPresent(value -> conditions.put("subject", value));
        decision.ifPresent(value -> conditions.put("decision", value.word()));
        from.ifPresent(value -> conditions.put("from", value.toString()));
        until.ifPresent(value -> conditions.put("until", value.toString()));
        before.ifPresent(value -> conditions.put("before", value));
        return conditions;
    }
}
