package io.atalaya.policies.store;

import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.snapshot.PolicyState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Reads the policies into memory, only the parts that changed since an earlier epoch where that is known. */
public final class StateLoader {
    /** From so many changed grantees on, reading all grants at once is faster. */
    private static final int MANY_GRANTEES = 1_000;

    /** For how many epochs the changes are kept. */
    private static final long KEPT_EPOCHS = 10_000;

    private StateLoader() {}

    /** The epoch of the policies that the handle sees. */
    public static long epoch(Handle handle) {
        return handle.createQuery("SELECT epoch FROM policy_epoch WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** Keeps other changes out until the transaction ends, and returns the epoch that this one will make. */
    public static long lock(Handle handle) {
        handle.execute("UPDATE policy_epoch SET epoch = epoch + 1 WHERE id = 1");
        return epoch(handle);
    }

    /** Takes {@link #lock} back: nothing changed. */
    public static void unlock(Handle handle) {
        handle.execute("UPDATE policy_epoch SET epoch = epoch - 1 WHERE id = 1");
    }

    /** Notes for readers of earlier epochs what this one changed, all of it. */
    public static void note(Handle handle, long epoch, List<PolicyItem> changed, boolean pendingChanged) {
        Set<Part> parts = new HashSet<>();
        changed.forEach(item -> parts.add(Part.of(item)));
        if (pendingChanged) {
            parts.add(new Part(Part.Kind.RULES, ""));
        }
        handle.execute("DELETE FROM policy_change WHERE epoch = ?", epoch);
        for (Part part : parts) {
            handle.execute(
                    "INSERT INTO policy_change (epoch, part, item) VALUES (?, ?, ?)",
                    epoch,
                    part.kind().name(),
                    part.item());
        }
        handle.execute("DELETE FROM policy_change WHERE epoch < ?", epoch - KEPT_EPOCHS);
    }

    /**
     * The policies as the handle sees them.
     *
     * @param known as they were at an earlier epoch; its unchanged parts are shared
     * @param epoch the one to be read, which must not move meanwhile
     */
    public static PolicyState load(Handle handle, PolicyState known, long epoch) {
        if (known.epoch() == epoch) {
            return known;
        }
        PolicyRows rows = new PolicyRows(handle);
        if (known.epoch() < 0 || known.epoch() > epoch || known.epoch() < epoch - KEPT_EPOCHS) {
            return rules(rows, tags(rows, people(rows, PolicyState.EMPTY.withGrants(rows.grants()))))
                    .at(epoch);
        }
        Set<Part> changed = changes(handle, known.epoch());
        PolicyState state = known;
        if (changed.contains(new Part(Part.Kind.PEOPLE, ""))) {
            state = people(rows, state);
        }
        if (changed.contains(new Part(Part.Kind.TAGS, ""))) {
            state = tags(rows, state);
        }
        if (changed.contains(new Part(Part.Kind.RULES, ""))) {
            state = rules(rows, state);
        }
        return grants(rows, state, changed).at(epoch);
    }

    private static PolicyState people(PolicyRows rows, PolicyState state) {
        return state.withPeople(
                rows.profiles(Optional.empty()),
                rows.people(),
                Inclusions.of(rows.inclusions(Optional.empty())),
                rows.purposes(Optional.empty()));
    }

    private static PolicyState tags(PolicyRows rows, PolicyState state) {
        SortedMap<String, SortedSet<String>> values = new TreeMap<>();
        rows.tags(Optional.empty())
                .forEach(tag -> values.computeIfAbsent(tag.tag().key(), _ -> new TreeSet<>())
                        .add(tag.tag().value()));
        return state.withTags(values, rows.tagExpressions(Optional.empty()), rows.assignments(Optional.empty()));
    }

    private static PolicyState rules(PolicyRows rows, PolicyState state) {
        return state.withRules(rows.filters(Optional.empty()), rows.guards(Optional.empty()), rows.pending());
    }

    private static PolicyState grants(PolicyRows rows, PolicyState state, Set<Part> changed) {
        List<Grantee> grantees = changed.stream()
                .filter(part -> part.kind() == Part.Kind.GRANTS)
                .map(Part::grantee)
                .toList();
        if (grantees.size() >= MANY_GRANTEES) {
            return state.withGrants(rows.grants());
        }
        Map<Grantee, List<Grant>> grants = new HashMap<>();
        grantees.forEach(grantee -> grants.put(grantee, rows.grants(grantee)));
        return grants.isEmpty() ? state : state.withGrantsOf(grants);
    }

    private static Set<Part> changes(Handle handle, long since) {
        return new HashSet<>(handle.createQuery("SELECT part, item FROM policy_change WHERE epoch > :since")
                .bind("since", since)
                .map((row, _) -> new Part(Part.Kind.valueOf(row.getString("part")), row.getString("item")))
                .list());
    }
}
