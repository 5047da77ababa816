package io.atalaya.policies.code;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyDifference.Change;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.store.Workspaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a workspace says now, what the service has of it, and what it said when it was applied last. */
public final class WorkspaceDifference {
    private final Source source;
    private final Binder.Bound desired;
    private final Map<String, PolicyItem> present;
    private final Map<String, PolicyItem> byHand;
    private final Map<String, Workspaces.Applied> applied;

    /**
     * A difference.
     *
     * @param source the workspace
     * @param desired what it says
     * @param present what is stored of it
     * @param byHand what was made by hand or is by lineage, as far as it may be the same
     * @param applied what was remembered when it was applied, by kind and key
     */
    public WorkspaceDifference(
            Source source,
            Binder.Bound desired,
            List<PolicyItem> present,
            List<PolicyItem> byHand,
            Map<String, Workspaces.Applied> applied) {
        this.source = source;
        this.desired = desired;
        this.present = byKey(present);
        this.byHand = byKey(byHand);
        this.applied = applied;
    }

    /** Something to be written, in the place of what was. */
    public record Pair(Optional<PolicyItem> was, PolicyItem now) {
        /** Whether it was there, just so, and becomes the workspace's. */
        boolean isTakenOver() {
            return now.named(was).takenFrom().isPresent();
        }

        Change shown(Naming names) {
            return new Change(
                    now.kind(),
                    now.subject(names),
                    was.map(item -> item.shown(names)),
                    Optional.of(now.shown(names)),
                    Optional.of(now.named(was)));
        }
    }

    /** What the workspace says no more. */
    public List<PolicyItem> removed() {
        Map<String, PolicyItem> wanted = byKey(desired.items());
        return present.entrySet().stream()
                .filter(item -> !wanted.containsKey(item.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What the workspace says that is not so. */
    public List<Pair> written() {
        List<Pair> pairs = new ArrayList<>();
        for (PolicyItem item : desired.items()) {
            PolicyItem was = present.get(key(item));
            if (was == null || !was.content().equals(item.content())) {
                pairs.add(new Pair(Optional.ofNullable(was).or(() -> madeByHand(item)), item));
            }
        }
        return pairs;
    }

    private Optional<PolicyItem> madeByHand(PolicyItem item) {
        return Optional.ofNullable(byHand.get(key(item)))
                .filter(same -> same.content().equals(item.content()));
    }

    /** All of it for people. */
    public PolicyDifference shown() {
        Naming names = desired.names();
        List<Change> changes = new ArrayList<>();
        removed()
                .forEach(item -> changes.add(new Change(
                        item.kind(),
                        subject(item, names),
                        Optional.of(item.shown(names)),
                        Optional.empty(),
                        Optional.of(item.named(Optional.empty())))));
        List<Change> takenOver = new ArrayList<>();
        written().forEach(pair -> (pair.isTakenOver() ? takenOver : changes).add(pair.shown(names)));
        return new PolicyDifference(
                changes,
                takenOver,
                drift(names),
                desired.pending().stream().sorted().toList());
    }

    private List<Change> drift(Naming names) {
        List<Change> drift = new ArrayList<>();
        applied.forEach((key, was) -> {
            PolicyItem now = present.get(key);
            if (now == null || !now.content().equals(was.content())) {
                drift.add(new Change(
                        was.kind(),
                        Sentence.of("{0}", was.subject()),
                        Optional.of(Sentence.of("{0}", was.content())),
                        Optional.ofNullable(now).map(item -> Sentence.of("{0}", item.content())),
                        Optional.of(new PolicyDifference.Item(source, was.item(), Optional.empty()))));
            }
        });
        present.forEach((key, now) -> {
            if (!applied.containsKey(key)) {
                drift.add(new Change(
                        now.kind(),
                        now.subject(names),
                        Optional.empty(),
                        Optional.of(Sentence.of("{0}", now.content())),
                        Optional.of(now.named(Optional.empty()))));
            }
        });
        return drift;
    }

    /** What is said no more may be of a table whose name only the words have with which it was remembered. */
    private Sentence subject(PolicyItem item, Naming names) {
        Workspaces.Applied remembered = applied.get(key(item));
        return remembered == null ? item.subject(names) : Sentence.of("{0}", remembered.subject());
    }

    private static Map<String, PolicyItem> byKey(List<PolicyItem> items) {
        Map<String, PolicyItem> map = new LinkedHashMap<>();
        items.forEach(item -> map.put(key(item), item));
        return map;
    }

    private static String key(PolicyItem item) {
        return item.kind() + " " + item.key();
    }
}
