package io.atalaya.policies.snapshot;

import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
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
import java.util.Collections;
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
 * @param grants by grantee, then by what they are on
 * @param passedOn those of them that people passed on, by grantee: a change may end them, and finding them takes no pass over
 *     all. Made of the same rows as {@code grants}, so it is right on every node without being stored
 */
public record PolicyState(
        long epoch,
        Persons persons,
        Tagging tagging,
        Rules rules,
        Map<Grantee, GranteeGrants> grants,
        Map<Grantee, List<Grant>> passedOn) {
    /** No policies at all. */
    public static final PolicyState EMPTY = new PolicyState(
            -1,
            new Persons(List.of(), Map.of(), Inclusions.NONE, List.of()),
            new Tagging(Collections.emptySortedMap(), Map.of(), TagIndex.NONE),
            new Rules(Map.of(), Map.of(), List.of(), Set.of()),
            Map.of(),
            Map.of());

    /**
     * Who there is.
     *
     * @param people profiles, included ones too, and attributes by user
     * @param inclusions which profiles bring others along
     * @param purposes that data may be asked for
     */
    public record Persons(
            List<Profile> profiles, Map<String, Principal> people, Inclusions inclusions, List<Purpose> purposes) {}

    /**
     * What is tagged how.
     *
     * @param values each tag key may have
     * @param expressions by the name grants know them by
     */
    public record Tagging(
            SortedMap<String, SortedSet<String>> values,
            Map<String, NamedTagExpression> expressions,
            TagIndex assignments) {}

    /**
     * What restricts.
     *
     * @param filters by id
     * @param pending names of databases and of tables ({@code database.table}) that policies wait for
     */
    public record Rules(
            Map<UUID, DataCellsFilter> filters,
            Map<UUID, List<DataCellsFilter>> filtersByTable,
            List<Guard> guards,
            Set<String> pending) {}

    public List<Profile> profiles() {
        return persons.profiles();
    }

    /** Users with their profiles, included ones too, and attributes, by name. */
    public Map<String, Principal> people() {
        return persons.people();
    }

    public Inclusions inclusions() {
        return persons.inclusions();
    }

    public List<Purpose> purposes() {
        return persons.purposes();
    }

    public SortedMap<String, SortedSet<String>> tagValues() {
        return tagging.values();
    }

    public Map<String, NamedTagExpression> tagExpressions() {
        return tagging.expressions();
    }

    public TagIndex tags() {
        return tagging.assignments();
    }

    public Map<UUID, DataCellsFilter> filters() {
        return rules.filters();
    }

    public Map<UUID, List<DataCellsFilter>> filtersByTable() {
        return rules.filtersByTable();
    }

    public List<Guard> guards() {
        return rules.guards();
    }

    public Set<String> pending() {
        return rules.pending();
    }

    /** The same at another epoch. */
    public PolicyState at(long otherEpoch) {
        return new PolicyState(otherEpoch, persons, tagging, rules, grants, passedOn);
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
                new Persons(List.copyOf(newProfiles), Map.copyOf(complete), newInclusions, List.copyOf(newPurposes)),
                tagging,
                rules,
                grants,
                passedOn);
    }

    /** With these tags instead. */
    public PolicyState withTags(
            SortedMap<String, SortedSet<String>> newValues,
            Collection<NamedTagExpression> newExpressions,
            Collection<TagAssignment> assignments) {
        Map<String, NamedTagExpression> named = new HashMap<>();
        newExpressions.forEach(one -> named.put(one.name(), one));
        return new PolicyState(
                epoch, persons, new Tagging(newValues, named, TagIndex.of(assignments)), rules, grants, passedOn);
    }

    /** Without that value on that target. */
    public PolicyState withoutAssignment(TagAssignment assignment) {
        Tagging less = new Tagging(tagValues(), tagExpressions(), tags().without(assignment));
        return new PolicyState(epoch, persons, less, rules, grants, passedOn);
    }

    /** With these filters, guards and names waited for instead. */
    public PolicyState withRules(List<DataCellsFilter> newFilters, List<Guard> newGuards, Set<String> newPending) {
        Map<UUID, DataCellsFilter> byId = new LinkedHashMap<>();
        newFilters.forEach(filter -> byId.put(filter.id(), filter));
        Map<UUID, List<DataCellsFilter>> byTable =
                newFilters.stream().collect(Collectors.groupingBy(DataCellsFilter::table));
        Rules changed = new Rules(byId, byTable, List.copyOf(newGuards), Set.copyOf(newPending));
        return new PolicyState(epoch, persons, tagging, changed, grants, passedOn);
    }

    /** With these as all the grants. */
    public PolicyState withGrants(Collection<Grant> newGrants) {
        return withGrantsOf(
                new HashMap<>(), new HashMap<>(), newGrants.stream().collect(Collectors.groupingBy(Grant::grantee)));
    }

    /** With these as all the grants of some grantees, and the same of the others. */
    public PolicyState withGrantsOf(Map<Grantee, List<Grant>> changed) {
        return withGrantsOf(new HashMap<>(grants), new HashMap<>(passedOn), changed);
    }

    private PolicyState withGrantsOf(
            Map<Grantee, GranteeGrants> index, Map<Grantee, List<Grant>> passed, Map<Grantee, List<Grant>> changed) {
        changed.forEach((grantee, some) -> {
            if (some.isEmpty()) {
                index.remove(grantee);
            } else {
                index.put(grantee, GranteeGrants.of(some));
            }
            List<Grant> received = some.stream()
                    .filter(grant -> grant.source() instanceof Source.PassedOn)
                    .toList();
            if (received.isEmpty()) {
                passed.remove(grantee);
            } else {
                passed.put(grantee, received);
            }
        });
        return new PolicyState(epoch, persons, tagging, rules, index, passed);
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
                        ? Optional.ofNullable(tagExpressions().get(name)).map(NamedTagExpression::expression)
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
