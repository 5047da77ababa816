package io.atalaya.policies.snapshot;

import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All policies of one epoch, indexed. Its parts are never changed, so that the next epoch can share them.
 *
 * @param people profiles, included ones too, and attributes by user
 * @param inclusions which profiles bring others along
 * @param purposes that data may be asked for
 * @param tagExpressions by the name grants know them by
 * @param grants by grantee, then by what they are on
 * @param filters by id
 * @param pending names of databases and of tables ({@code database.table}) that policies wait for
 */
public record PolicyState(
        long epoch,
        List<Profile> profiles,
        Map<String, Principal> people,
        Inclusions inclusions,
        List<Purpose> purposes,
        SortedMap<String, SortedSet<String>> tagValues,
        Map<String, NamedTagExpression> tagExpressions,
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
            Inclusions.NONE,
            List.of(),
            java.util.Collections.emptySortedMap(),
            Map.of(),
            TagIndex.NONE,
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Set.of());

    /** The same at another epoch. */
    public PolicyState at(long otherEpoch) {
        return new PolicyState(
                otherEpoch,
                profiles,
                people,
                inclusions,
                purposes,
                tagValues,
                tagExpressions,
                tags,
                filters,
                filtersByTable,
                guards,
                grants,
                pending);
    }

    /** With these people, profiles and purposes instead; what profiles people have by inclusion is added to them here. */
    public PolicyState withPeople(
            List<Profile> newProfiles,
            Map<String, Principal> newPeople,
            Inclusions newInclusions,
            List<Purpose> newPurposes) {
        Map<String, Principal> complete = new HashMap<>();
        newPeople.forEach((name, user) ->
                complete.put(name, new Principal(name, newInclusions.with(user.profiles()), user.attributes())));
        return new PolicyState(
                epoch,
                List.copyOf(newProfiles),
                Map.copyOf(complete),
                newInclusions,
                List.copyOf(newPurposes),
                tagValues,
                tagExpressions,
                tags,
                filters,
                filtersByTable,
                guards,
                grants,
                pending);
    }

    /** With these tags instead. */
    public PolicyState withTags(
            SortedMap<String, SortedSet<String>> newValues,
            Collection<NamedTagExpression> newExpressions,
            Collection<TagAssignment> assignments) {
        Map<String, NamedTagExpression> named = new HashMap<>();
        newExpressions.forEach(one -> named.put(one.name(), one));
        return new PolicyState(
                epoch,
                profiles,
                people,
                inclusions,
                purposes,
                newValues,
                named,
                TagIndex.of(assignments),
                filters,
                filtersByTable,
                guards,
                grants,
                pending);
    }

    /** Without that value on that target. */
    public PolicyState withoutAssignment(TagAssignment assignment) {
        return new PolicyState(
                epoch,
                profiles,
                people,
                inclusions,
                purposes,
                tagValues,
                tagExpressions,
                tags.without(assignment),
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
                inclusions,
                purposes,
                tagValues,
                tagExpressions,
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
                epoch,
                profiles,
                people,
                inclusions,
                purposes,
                tagValues,
                tagExpressions,
                tags,
                filters,
                filtersByTable,
                guards,
                index,
                pending);
    }

    /** The choice of tags of tables that a grant on {@code resource} is on, if it is on one that is there. */
    Optional<TagExpression> tablesTagged(Resource resource) {
        return tagged(resource, Resource.Tagged.Kind.TABLE);
    }

    /** The choice of tags of databases that a grant on {@code resource} is on, if it is on one that is there. */
    Optional<TagExpression> databasesTagged(Resource resource) {
        return tagged(resource, Resource.Tagged.Kind.DATABASE);
    }

    private Optional<TagExpression> tagged(Resource resource, Resource.Tagged.Kind wanted) {
        return switch (resource) {
            case Resource.Tagged(var kind, var expression) ->
                kind == wanted ? Optional.of(expression) : Optional.empty();
            case Resource.TaggedAs(var kind, var name) ->
                kind == wanted
                        ? Optional.ofNullable(tagExpressions.get(name)).map(NamedTagExpression::expression)
                        : Optional.empty();
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.OfCells _,
                    Resource.OfLocation _ -> Optional.empty();
        };
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
