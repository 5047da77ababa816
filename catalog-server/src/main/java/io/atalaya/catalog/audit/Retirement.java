package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a record {@code audit.retired} says: that all records before one are retired, those of earlier retirements among them.
 *
 * @param from the first that is retired by this one
 * @param until the first that stays
 * @param root of the tree over all records before {@code until}
 * @param newest when the newest of them was handed to the log
 * @param retention how long records must be kept
 */
record Retirement(long from, long until, Hash root, Instant newest, Period retention) {
    static final String KIND = "audit.retired";

    /** The moment before which records need not be kept. */
    static Instant limit(Instant now, Period retention) {
        return now.atOffset(ZoneOffset.UTC).minus(retention).toInstant();
    }

    AuditEvent event(String principal) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("from", from);
        details.put("until", until);
        details.put("root", Base64.getEncoder().encodeToString(root.bytes()));
        details.put("newest", newest.toString());
        details.put("retention", retention.toString());
        return new AuditEvent("audit.retired", principal, "audit", details);
    }

    /** What a record of that kind says; empty if it is of another, or makes no sense. */
    static Optional<Retirement> of(AuditRecord record) {
        Map<String, Object> details = record.details();
        try {
            return record.kind().equals(KIND)
                            && details.get("from") instanceof Number from
                            && details.get("until") instanceof Number until
                            && from.longValue() >= 0
                            && from.longValue() < until.longValue()
                    ? Optional.of(new Retirement(
                            from.longValue(),
                            until.longValue(),
                            Hash.ofBase64(String.valueOf(details.get("root"))),
                            Instant.parse(String.valueOf(details.get("newest"))),
                            Period.parse(String.valueOf(details.get("retention")))))
                    : Optional.empty();
        } catch (DateTimeException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
