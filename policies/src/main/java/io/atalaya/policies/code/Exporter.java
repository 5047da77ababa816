package io.atalaya.policies.code;

import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the policies of all sources as workspaces. */
public final class Exporter {
    /** The workspace of what was made by hand; a number is added if there is one of that name. */
    private static final String BY_HAND = "by-hand";

    private final SortedMap<String, List<PolicyItem>> items = new TreeMap<>();
    private final Map<String, Set<String>> definers = new HashMap<>();
    private final Map<String, List<PolicyFile>> waiting;
    private final Unbinder unbinder;
    private final Naming naming = new Naming();
    private final List<String> leftOut = new ArrayList<>();
    private final String byHand;
    private long fromRequests;
    private long fromBrokenGlass;
    private long passedOn;

    private Exporter(
            PolicyState state, List<PolicyItem> all, Map<String, List<PolicyFile>> waiting, PolicyNames names) {
        this.unbinder =
                new Unbinder(names, id -> Optional.ofNullable(state.filters().get(id)));
        this.waiting = waiting;
        this.byHand = free(all, waiting.keySet());
        all.forEach(this::sort);
        waiting.keySet().forEach(workspace -> items.computeIfAbsent(workspace, _ -> new ArrayList<>()));
    }

    /**
     * The policies as files.
     *
     * @param all policies, of every source
     * @param waiting what workspaces say of tables that are not there yet, by workspace
     */
    public static PolicyExport export(
            PolicyState state, List<PolicyItem> all, Map<String, List<PolicyFile>> waiting, PolicyNames names) {
        return new Exporter(state, all, waiting, names).export();
    }

    private static String free(List<PolicyItem> all, Set<String> waiting) {
        Set<String> taken = new TreeSet<>(waiting);
        all.forEach(item -> {
            if (item.source() instanceof Source.PolicyFile(var workspace)) {
                taken.add(workspace);
            }
        });
        String name = BY_HAND;
        for (int number = 2; taken.contains(name); number++) {
            name = BY_HAND + "-" + number;
        }
        return name;
    }

    private void sort(PolicyItem item) {
        switch (item.source()) {
            case Source.PolicyFile(var workspace) -> take(workspace, item);
            case Source.Hand _, Source.Lineage _ -> take(byHand, item);
            case Source.Request _ -> fromRequests++;
            case Source.BrokenGlass _ -> fromBrokenGlass++;
            case Source.PassedOn _ -> passedOn++;
            case Source.BuiltIn _ ->
                References.defined(item).ifPresent(word -> definers.computeIfAbsent(word, _ -> new TreeSet<>()));
        }
    }

    private void take(String workspace, PolicyItem item) {
        items.computeIfAbsent(workspace, _ -> new ArrayList<>()).add(item);
        if (!(item instanceof PolicyItem.OfFilter(var filter)) || canBeWritten(filter)) {
            References.defined(item)
                    .ifPresent(word ->
                            definers.computeIfAbsent(word, _ -> new TreeSet<>()).add(workspace));
        }
    }

    private boolean canBeWritten(DataCellsFilter filter) {
        try {
            unbinder.filter(filter);
            return true;
        } catch (Unbinder.Unnamed _) {
            return false;
        }
    }

    private PolicyExport export() {
        List<PolicyExport.Folder> folders = new ArrayList<>();
        items.forEach((workspace, own) -> folders.add(folder(workspace, own)));
        return new PolicyExport(inOrder(folders), fromRequests, fromBrokenGlass, passedOn, leftOut);
    }

    private PolicyExport.Folder folder(String workspace, List<PolicyItem> own) {
        SortedSet<String> needs = new TreeSet<>();
        FileWriter files = new FileWriter(workspace, unbinder);
        for (PolicyItem item : own) {
            try {
                Set<String> missing = missing(workspace, item, needs);
                if (item instanceof PolicyItem.OfGuard(var guard)) {
                    // A guard that is left out would open what it guards; one that spares nobody who is not there does
                    // not.
                    files.add(new PolicyItem.OfGuard(without(guard, missing)));
                    continue;
                }
                if (!missing.isEmpty()) {
                    throw new Unbinder.Unnamed("no file defines " + String.join(", ", missing));
                }
                files.add(item);
            } catch (Unbinder.Unnamed e) {
                leftOut.add("the " + item.kind() + " " + item.subject(naming) + " of `" + workspace + "`, as "
                        + e.getMessage());
            }
        }
        return new PolicyExport.Folder(
                workspace, List.copyOf(needs), files.written(waiting.getOrDefault(workspace, List.of())));
    }

    private static Guard without(Guard guard, Set<String> missing) {
        Set<String> exempt = new TreeSet<>(guard.exempt());
        exempt.removeIf(profile -> missing.contains(References.profile(profile)));
        return new Guard(
                guard.id(), guard.name(), guard.description(), guard.on(), guard.effect(), exempt, guard.source());
    }

    /** What it speaks of and nobody defines; others than the workspace that do are added to {@code needs}. */
    private Set<String> missing(String workspace, PolicyItem item, SortedSet<String> needs) {
        Set<String> missing = new LinkedHashSet<>();
        for (String word : References.of(item)) {
            Set<String> there = definers.get(word);
            if (there == null) {
                missing.add(word);
            } else if (!there.isEmpty() && !there.contains(workspace)) {
                needs.add(there.iterator().next());
            }
        }
        return missing;
    }

    /** What is needed first; of workspaces that need each other, in the order of their names. */
    private static List<PolicyExport.Folder> inOrder(List<PolicyExport.Folder> folders) {
        List<PolicyExport.Folder> left = new ArrayList<>(folders);
        List<PolicyExport.Folder> ordered = new ArrayList<>();
        Set<String> done = new TreeSet<>();
        while (!left.isEmpty()) {
            PolicyExport.Folder next = left.stream()
                    .filter(folder -> done.containsAll(folder.needs()))
                    .findFirst()
                    .orElse(left.getFirst());
            left.remove(next);
            ordered.add(next);
            done.add(next.name());
        }
        return ordered;
    }
}
