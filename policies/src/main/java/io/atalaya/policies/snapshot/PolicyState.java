package io.atalaya.policies.snapshot;

import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.tag.TagAssignment;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All policies of one epoch, indexed. Its parts are never changed, so that the next epoch can share them.
 *
 * @param people profiles and attributes by user
 * @param grants by grantee, then by what they are on
 * @param filters by id
 * @param pending names of databases and of tables ({@code database.table}) that policies wait for
 */
public record PolicyState(
        long epoch,
        List<Profile> profiles,
        Map<String, Principal> people,
        SortedMap<String, SortedSet<String>> tagValues,
        TagIndex tags,
        Map<UUID, DataCellsFilter> filters,
        Map<UUID, List<DataCellsFilter>> filtersByTable,
        List<Guard> guards,
        Map<Grantee, GranteeGrants> grants,
        Set<String> pending) {
    /** No policies at all. */
    public static final PolicyState EMPTY = new PolicyState(
            -1,
            List.of(),
            Map.of(),
            java.util.Collections.emptySortedMap(),
            TagIndex.NONE,
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Set.of());

    /** The same at another epoch. */
    public PolicyState at(long otherEpoch) {
        return new PolicyState(
                otherEpoch, profiles, people, tagValues, tags, filters, filtersByTable, guards, grants, pending);
    }

    /** With these people and profiles instead. */
    public PolicyState withPeople(List<Profile> newProfiles, Map<String, Principal> newPeople) {
        return new PolicyState(
                epoch,
                List.copyOf(newProfiles),
                Map.copyOf(newPeople),
                tagValues,
                tags,
                filters,
                filtersByTable,
                guards,
                grants,
                pending);
    }

    /** With these tags instead. */
    public PolicyState withTags(SortedMap<String, SortedSet<String>> newValues, Collection<TagAssignment> assignments) {
        return new PolicyState(
                epoch,
                profiles,
                people,
                newValues,
                TagIndex.of(assignments),
                filters,
                filtersByTable,
                guards,
                grants,
                pending);
    }

    /** With these filters, guards and names waited for instead. */
    public PolicyState withRules(List<DataCellsFilter> newFilters, List<Guard> newGuards, Set<String> newPending) {
        Map<UUID, DataCellsFilter> byId = new LinkedHashMap<>();
        newFilters.forEach(filter -> byId.put(filter.id(), filter));
        Map<UUID, List<DataCellsFilter>> byTable =
                newFilters.stream().collect(Collectors.groupingBy(DataCellsFilter::table));
        return new PolicyState(
                epoch,
                profiles,
                people,
                tagValues,
                tags,
                byId,
                byTable,
                List.copyOf(newGuards),
                grants,
                Set.copyOf(newPending));
    }

    /** With these as all the grants. */
    public PolicyState withGrants(Collection<Grant> newGrants) {
        return withGrantsOf(new HashMap<>(), newGrants.stream().collect(Collectors.groupingBy(Grant::grantee)));
    }

    /** With these as all the grants of some grantees, and the same of the others. */
    public PolicyState withGrantsOf(Map<Grantee, List<Grant>> changed) {
        return withGrantsOf(new HashMap<>(grants), changed);
    }

    private PolicyState withGrantsOf(Map<Grantee, GranteeGrants> index, Map<Grantee, List<Grant>> changed) {
        changed.forEach((grantee, some) -> {
            if (some.isEmpty()) {
                index.remove(grantee);
            } else {
                index.put(grantee, GranteeGrants.of(some));
            }
        });
        return new PolicyState(
                epoch, profiles, people, tagValues, tags, filters, filtersByTable, guards, index, pending);
    }

    /** The grants that one grantee holds itself. */
    public List<Grant> grantsOf(Grantee grantee) {
        return grants.getOrDefault(grantee, GranteeGrants.NONE).all();
    }

    /** The valid and the other grants that the principal holds itself and through its profiles. */
    public List<Grant> grantsOf(Principal principal) {
        return heldBy(principal).flatMap(held -> held.all().stream()).toList();
    }

    /** What the principal holds itself and through its profiles. */
    Stream<GranteeGrants> heldBy(Principal principal) {
        return Stream.concat(
                        Stream.of((Grantee) new Grantee.User(principal.name())),
                        principal.profiles().stream().sorted().map(Grantee.Profile::new))
                .map(grantee -> grants.getOrDefault(grantee, GranteeGrants.NONE));
    }
}
