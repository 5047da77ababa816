package io.atalaya.policies.impact;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * People who are one to all policies.
 *
 * @param before one of them before a change
 * @param after the same one after it
 */
record Audience(List<Grantee> who, Principal before, Principal after) {
    private record Likeness(
            Set<String> profilesBefore,
            Set<String> profilesAfter,
            Map<String, String> attributesBefore,
            Map<String, String> attributesAfter) {}

    /** Everybody that the change can touch: each user who has grants of its own, the others with those they are like. */
    static List<Audience> of(Rehearsal rehearsal, Reach reach) {
        IndexedSnapshot before = new IndexedSnapshot(rehearsal.before(), Clock.systemUTC());
        IndexedSnapshot after = new IndexedSnapshot(rehearsal.after(), Clock.systemUTC());
        List<Audience> audiences = new ArrayList<>();
        for (String profile : profiles(rehearsal)) {
            Grantee grantee = new Grantee.Profile(profile);
            Audience holder = new Audience(List.of(grantee), before.holder(profile), after.holder(profile));
            if (reach.includes(grantee, holder.before(), holder.after())) {
                audiences.add(holder);
            }
        }
        Map<Likeness, List<Grantee>> alike = new LinkedHashMap<>();
        Map<Likeness, Audience> examples = new LinkedHashMap<>();
        for (String user : users(rehearsal)) {
            Grantee grantee = new Grantee.User(user);
            Audience one = new Audience(List.of(grantee), before.principal(user), after.principal(user));
            if (!reach.includes(grantee, one.before(), one.after())) {
                continue;
            }
            if (own(rehearsal, grantee).findAny().isPresent()) {
                audiences.add(one);
            } else {
                alike.computeIfAbsent(one.likeness(), _ -> new ArrayList<>()).add(grantee);
                examples.putIfAbsent(one.likeness(), one);
            }
        }
        examples.forEach((likeness, example) -> audiences.add(
                new Audience(alike.getOrDefault(likeness, List.of()), example.before(), example.after())));
        return audiences;
    }

    /** Equal for those who are one to the policies of that table. */
    Object on(GovernedTable table, Rehearsal rehearsal) {
        boolean alone = who.getFirst() instanceof Grantee.Profile
                || own(rehearsal, who.getFirst()).anyMatch(grant -> isNear(grant.resource(), table));
        return alone ? who.getFirst() : likeness();
    }

    /** Both as one. */
    Audience together(Audience other) {
        Set<Grantee> all = new HashSet<>(who);
        all.addAll(other.who);
        return new Audience(Comparison.sorted(all), before, after);
    }

    private Likeness likeness() {
        return new Likeness(before.profiles(), after.profiles(), before.attributes(), after.attributes());
    }

    private static Stream<Grant> own(Rehearsal rehearsal, Grantee grantee) {
        return Stream.of(rehearsal.before(), rehearsal.after()).flatMap(state -> state.grantsOf(grantee).stream());
    }

    private static boolean isNear(Resource resource, GovernedTable table) {
        return switch (resource) {
            case Resource.OfTable(var _, var uuid) -> uuid.equals(table.uuid());
            case Resource.OfColumns(var _, var uuid, var _) -> uuid.equals(table.uuid());
            case Resource.OfCells(var _, var uuid, var _) -> uuid.equals(table.uuid());
            case Resource.AllTables(var database) -> database.equals(table.databaseUuid());
            case Resource.Tagged _, Resource.TaggedAs _ -> true;
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> false;
        };
    }

    private static Set<String> users(Rehearsal rehearsal) {
        Set<String> users = new TreeSet<>(rehearsal.before().people().keySet());
        users.addAll(rehearsal.after().people().keySet());
        for (PolicyState state : List.of(rehearsal.before(), rehearsal.after())) {
            state.grants().keySet().forEach(grantee -> {
                if (grantee instanceof Grantee.User(var name)) {
                    users.add(name);
                }
            });
        }
        return users;
    }

    private static Set<String> profiles(Rehearsal rehearsal) {
        Set<String> profiles = new TreeSet<>();
        rehearsal.before().profiles().forEach(profile -> profiles.add(profile.name()));
        rehearsal.after().profiles().forEach(profile -> profiles.add(profile.name()));
        return profiles;
    }
}
