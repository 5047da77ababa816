package io.atalaya.policies;

import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.store.PolicyItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one transaction changed.
 *
 * @param actor who did it
 * @param epoch the first one at which it holds; the current one if nothing changed
 * @param changes with the values before and after
 * @param pending names of tables and databases the policies wait for
 */
public record AppliedChange(String actor, long epoch, List<PolicyDifference.Change> changes, List<String> pending) {
    public AppliedChange {
        changes = List.copyOf(changes);
        pending = List.copyOf(pending);
    }

    /** The change as it goes on record. */
    public AuditEvent event() {
        List<Map<String, Object>> all = changes.stream()
                .map(change -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("kind", change.kind());
                    one.put("subject", change.subject().toString());
                    change.before().ifPresent(before -> one.put("before", before.toString()));
                    change.after().ifPresent(after -> one.put("after", after.toString()));
                    change.item().ifPresent(item -> {
                        one.put("source", item.source().text());
                        one.put("key", item.key());
                        if (change.kind().equals("grant")) {
                            one.put("grant", PolicyItem.grantId(item.source(), item.key()));
                        }
                        item.takenFrom().ifPresent(source -> one.put("takenFrom", source.text()));
                    });
                    return one;
                })
                .toList();
        String subject = changes.size() == 1
                ? changes.getFirst().kind() + " " + changes.getFirst().subject()
                : changes.size() + " policies";
        return new AuditEvent("policy.change", actor, subject, Map.of("epoch", epoch, "changes", all));
    }

    /** Puts a change on record inside its transaction; if it throws, the change does not happen. */
    @FunctionalInterface
    public interface Recorder {
        void record(AppliedChange change);
    }
}
