package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Audience;
import io.atalaya.catalog.request.Notices;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.grant.Grantee;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Writes transitions: the campaign or item, its history, who is told, and the audit record, in one transaction in which the
 * record comes last, as those of requests are written.
 */
final class ReviewJournal {
    private final ReviewStore store;
    private final Notices notices;
    private final Audience audience;
    private final AuditLog audit;
    private final Supplier<PolicySnapshot> policies;

    ReviewJournal(
            ReviewStore store, Notices notices, Audience audience, AuditLog audit, Supplier<PolicySnapshot> policies) {
        this.store = store;
        this.notices = notices;
        this.audience = audience;
        this.audit = audit;
        this.policies = policies;
    }

    /**
     * Something that happened, and who should hear of it.
     *
     * @param told what the history keeps of it
     * @param recorded what the audit log has besides
     */
    record Happening(
            Instant at,
            String actor,
            String kind,
            Map<String, Object> told,
            Map<String, Object> recorded,
            Set<String> tell) {}

    /** Writes a new campaign with its items, which {@code items} writes in the transaction. */
    void open(Campaign campaign, java.util.function.Consumer<Handle> items, Happening happening) {
        store.inTransaction(handle -> {
            store.insert(handle, campaign);
            items.accept(handle);
            add(handle, campaign.id(), 0, happening);
            return campaign;
        });
    }

    /** Writes a transition of a campaign, with its report if that closes it. */
    Campaign move(Campaign after, java.util.function.Consumer<Handle> besides, Happening happening) {
        return store.inTransaction(handle -> {
            store.update(handle, after);
            besides.accept(handle);
            add(handle, after.id(), 0, happening);
            return after;
        });
    }

    /** Writes a transition of an item. */
    ReviewItem move(ReviewItem after, Happening happening) {
        return store.inTransaction(handle -> {
            store.update(handle, after);
            Map<String, Object> recorded = new HashMap<>(happening.recorded());
            recorded.put("item", after.number());
            recorded.put("grant", after.held().id());
            recorded.put("grantee", who(after.held().grantee()));
            recorded.put("version", after.version());
            add(
                    handle,
                    after.campaign(),
                    after.number(),
                    new Happening(
                            happening.at(),
                            happening.actor(),
                            happening.kind(),
                            happening.told(),
                            recorded,
                            happening.tell()));
            return after;
        });
    }

    private void add(Handle handle, UUID campaign, long item, Happening happening) {
        long number = store.add(
                handle,
                campaign,
                new ReviewStore.Event(0, item, happening.at(), happening.actor(), happening.kind(), happening.told()));
        notices.add(
                handle,
                new Notices.Notice(Notices.About.REVIEW, campaign, number, happening.at(), happening.kind()),
                happening.tell());
        Map<String, Object> details = new HashMap<>(happening.told());
        details.putAll(happening.recorded());
        audit.append(new AuditEvent("review." + happening.kind(), happening.actor(), campaign.toString(), details));
    }

    /** A user or profile in a record, where a name that stands alone can be erased. */
    static Map<String, Object> who(String key) {
        return switch (Grantee.parse(key)) {
            case Grantee.User(var name) -> Map.of("user", name);
            case Grantee.Profile(var name) -> Map.of("profile", name);
        };
    }

    /** The people behind these, but for who acts. */
    Set<String> people(Collection<String> keys, String actor) {
        PolicySnapshot now = policies.get();
        Set<String> people = new LinkedHashSet<>();
        keys.forEach(key -> people.addAll(audience.people(key, now)));
        people.remove(actor);
        return people;
    }
}
