package io.atalaya.policies.code;

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
    private final Binder.Bound desired;
    private final Map<String, PolicyItem> present;
    private final Map<String, Workspaces.Applied> applied;

    /** Of what the workspace says, what is stored of it, and what was remembered when it was applied, by kind and key. */
    public WorkspaceDifference(
            Binder.Bound desired, List<PolicyItem> present, Map<String, Workspaces.Applied> applied) {
        this.desired = desired;
        this.present = byKey(present);
        this.applied = applied;
    }

    /** Something to be written, in the place of what was. */
    public record Pair(Optional<PolicyItem> was, PolicyItem now) {}

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
                pairs.add(new Pair(Optional.ofNullable(was), item));
            }
        }
        return pairs;
    }

    /** All of it for people. */
    public PolicyDifference shown() {
        Naming names = desired.names();
        List<Change> changes = new ArrayList<>();
        removed()
                .forEach(item -> changes.add(new Change(
                        item.kind(), subject(item, names), Optional.of(item.shown(names)), Optional.empty())));
        written()
                .forEach(pair -> changes.add(new Change(
                        pair.now().kind(),
                        pair.now().subject(names),
                        pair.was().map(item -> item.shown(names)),
                        Optional.of(pair.now().shown(names)))));
        return new PolicyDifference(
                changes, drift(names), desired.pending().stream().sorted().toList());
    }

    private List<Change> drift(Naming names) {
        List<Change> drift = new ArrayList<>();
        applied.forEach((key, was) -> {
            PolicyItem now = present.get(key);
            if (now == null || !now.content().equals(was.content())) {
                drift.add(new Change(
                        was.kind(),
                        was.subject(),
                        Optional.of(was.content()),
                        Optional.ofNullable(now).map(PolicyItem::content)));
            }
        });
        present.forEach((key, now) -> {
            if (!applied.containsKey(key)) {
                drift.add(new Change(now.kind(), now.subject(names), Optional.empty(), Optional.of(now.content())));
            }
        });
        return drift;
    }

    private String subject(PolicyItem item, Naming names) {
        Workspaces.Applied remembered = applied.get(key(item));
        return remembered == null ? item.subject(names) : remembered.subject();
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
