package io.atalaya.catalog.http;

import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Puts changes on record before they happen, so that none happens unrecorded. */
public final class Recorder {
    private final AuditLog audit;

    public Recorder(AuditLog audit) {
        this.audit = audit;
    }

    /** Records what is about to be done, does it, and records too if it failed. */
    public <T> T change(Caller actor, String kind, String subject, Map<String, Object> details, Supplier<T> action) {
        String name = actor.principal().name();
        Map<String, Object> known = new HashMap<>(details);
        known.put("by", means(actor));
        audit.append(new AuditEvent(kind, name, subject, known));
        try {
            return action.get();
        } catch (RuntimeException e) {
            Map<String, Object> failure = new HashMap<>(known);
            failure.put("failure", e.getClass().getSimpleName());
            audit.append(new AuditEvent(kind + ".failed", name, subject, failure));
            throw e;
        }
    }

    /** The same, for what answers nothing. */
    public void run(Caller actor, String kind, String subject, Map<String, Object> details, Runnable action) {
        change(actor, kind, subject, details, () -> {
            action.run();
            return kind;
        });
    }

    /** Records what somebody has done, with how they proved who they are, and returns the number of the record. */
    public long happened(Caller actor, String kind, String subject, Map<String, Object> details) {
        Map<String, Object> known = new HashMap<>(details);
        known.put("by", means(actor));
        return happened(actor.principal().name(), kind, subject, known);
    }

    private static String means(Caller actor) {
        return actor.means().name().toLowerCase(Locale.ROOT);
    }

    /** Records what has happened. */
    public long happened(String principal, String kind, String subject, Map<String, Object> details) {
        return audit.append(new AuditEvent(kind, principal, subject, details));
    }
}
