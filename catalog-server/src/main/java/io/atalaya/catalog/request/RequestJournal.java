package io.atalaya.catalog.request;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.StoredSentences;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Writes transitions: the request, its history, who is told, and the audit record, in one transaction in which the record
 * comes last. What cannot be recorded does not happen; a record whose transaction was lost says so by the version it names.
 */
final class RequestJournal {
    private final RequestStore store;
    private final Notices notices;
    private final Audience audience;
    private final AuditLog audit;
    private final Supplier<PolicySnapshot> policies;

    RequestJournal(
            RequestStore store, Notices notices, Audience audience, AuditLog audit, Supplier<PolicySnapshot> policies) {
        this.store = store;
        this.notices = notices;
        this.audience = audience;
        this.audit = audit;
        this.policies = policies;
    }

    /** Something that happened to a request, and who else should hear of it. */
    record Happening(Instant at, String actor, String kind, Map<String, Object> details, Set<String> tell) {}

    /** Writes a new request, made in the transaction. */
    AccessRequest open(Function<Handle, AccessRequest> made, Function<AccessRequest, List<Happening>> happenings) {
        return store.inTransaction(handle -> {
            AccessRequest request = made.apply(handle);
            store.insert(handle, request);
            happenings.apply(request).forEach(one -> add(handle, Optional.empty(), request, one));
            return request;
        });
    }

    /**
     * Writes a transition.
     *
     * @throws RequestRefusal.Stale if somebody else made one meanwhile
     */
    AccessRequest move(AccessRequest before, AccessRequest after, Happening happening) {
        store.inTransaction(handle -> {
            store.update(handle, after);
            add(handle, Optional.of(before), after, happening);
            return after;
        });
        return after;
    }

    /** Adds to the history alone. */
    void note(AccessRequest request, Happening happening) {
        store.inTransaction(handle -> {
            store.lock(handle, request.id());
            add(handle, Optional.of(request), request, happening);
            return request;
        });
    }

    private void add(Handle handle, Optional<AccessRequest> before, AccessRequest after, Happening happening) {
        UUID id = after.id();
        long number = store.add(
                handle,
                id,
                new RequestStore.Happening(happening.at(), happening.actor(), happening.kind(), happening.details()));
        notices.add(
                handle,
                new Notices.Notice(Notices.About.REQUEST, id, number, happening.at(), happening.kind()),
                happening.tell());
        Map<String, Object> details = new HashMap<>();
        happening.details().forEach((name, value) -> details.put(name, StoredSentences.inEnglish(value)));
        before.ifPresent(was -> details.put("before", standing(was)));
        details.put("after", standing(after));
        audit.append(new AuditEvent("request." + happening.kind(), happening.actor(), id.toString(), details));
    }

    private static Map<String, Object> standing(AccessRequest request) {
        return Map.of(
                "state", request.state().name(),
                "version", request.version(),
                "scopeHash", request.scope().hash(),
                "scope", RequestJson.plain(request.scope()));
    }

    /** Those whose turn it is, but for who acts. */
    Set<String> approvers(AccessRequest request, String actor) {
        List<String> keys = new ArrayList<>();
        request.open().ifPresent(step -> {
            keys.add(step.approver());
            if (step.escalated()) {
                keys.add(Approvers.ADMINISTRATORS);
            }
        });
        return people(keys, actor);
    }

    /** Who asked and who gets it, but for who acts. */
    Set<String> parties(AccessRequest request, String actor) {
        Set<String> people = people(List.of(request.scope().grantee()), actor);
        if (!request.requester().equals(actor)) {
            people.add(request.requester());
        }
        return people;
    }

    private Set<String> people(Collection<String> keys, String actor) {
        PolicySnapshot now = policies.get();
        Set<String> people = new LinkedHashSet<>();
        keys.forEach(key -> people.addAll(audience.people(key, now)));
        people.remove(actor);
        return people;
    }
}
