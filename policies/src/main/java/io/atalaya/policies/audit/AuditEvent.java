package io.atalaya.policies.audit;

import java.util.Map;

/**
 * One thing to be on record.
 *
 * @param kind dotted, such as {@code data.read.intent}, {@code data.read.outcome}, {@code policy.change}, {@code sign-in}
 * @param principal who did it, or {@code anonymous}
 * @param subject what it is about: a query id, a table name, a user name
 * @param details further fields as JSON values: text, numbers, booleans, lists and maps of them; never cell values or secrets
 */
public record AuditEvent(String kind, String principal, String subject, Map<String, Object> details) {
    public AuditEvent {
        details = Map.copyOf(details);
    }
}
