package io.atalaya.policies.code;

import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyItem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Policies with one rule changed, as a mistake might.
 *
 * @param text what is changed, for people, and where it is written
 */
record Mutant(String text, PolicyState state) {
    /** The policies with one thing less or weaker, for each thing that the workspace says; made one after the other. */
    static Stream<Mutant> of(PolicyState state, Binder.Bound own) {
        return own.items().stream()
                .flatMap(item -> of(state, item, own.names())
                        .map(mutant -> new Mutant(mutant.text() + " (" + own.place(item) + ")", mutant.state())));
    }

    private static Stream<Mutant> of(PolicyState state, PolicyItem item, Naming names) {
        String without = "without " + item.kind() + " " + item.subject(names);
        return switch (item) {
            case PolicyItem.OfGrant(var grant) ->
                grants(state, grant, without, item.subject(names).toString());
            case PolicyItem.OfGuard(var guard) -> guards(state, guard, without);
            case PolicyItem.OfFilter(var filter) ->
                filters(state, filter, item.subject(names).toString());
            case PolicyItem.OfAssignment(var assignment) ->
                Stream.of(new Mutant(
                        without + " (" + assignment.tag().value() + ")", state.withoutAssignment(assignment)));
            case PolicyItem.OfMembership(var membership) ->
                Stream.of(new Mutant(without, person(state, membership.user(), who -> left(state, who, membership))));
            case PolicyItem.OfAttribute(var attribute) ->
                Stream.of(new Mutant(without, person(state, attribute.user(), who -> forgotten(who, attribute))));
            case PolicyItem.OfProfile _,
                    PolicyItem.OfInclusion _,
                    PolicyItem.OfPurpose _,
                    PolicyItem.OfTag _,
                    PolicyItem.OfTagExpression _ -> Stream.empty();
        };
    }

    private static Stream<Mutant> grants(PolicyState state, Grant grant, String without, String subject) {
        Stream<Mutant> whole = Stream.of(new Mutant(without, replaced(state, grant, Optional.empty())));
        Stream<Mutant> parts = grant.permissions().stream().sorted().map(one -> {
            Set<Permission> left = EnumSet.copyOf(grant.permissions());
            left.remove(one);
            Set<Permission> grantable = EnumSet.noneOf(Permission.class);
            grantable.addAll(grant.grantable());
            grantable.remove(one);
            return new Mutant(
                    "without " + one + " in grant " + subject,
                    replaced(state, grant, Optional.of(grant.with(left, grantable))));
        });
        Stream<Mutant> laxer = laxer(grant.terms()).entrySet().stream()
                .map(terms -> new Mutant(
                        "without " + terms.getKey() + " of grant " + subject,
                        replaced(state, grant, Optional.of(grant.on(terms.getValue())))));
        return Stream.of(whole, grant.permissions().size() > 1 ? parts : Stream.<Mutant>empty(), laxer)
                .flatMap(some -> some);
    }

    /** Terms with one thing less that must be so, by that thing. */
    private static Map<String, Terms> laxer(Terms terms) {
        Map<String, Terms> laxer = new LinkedHashMap<>();
        Validity validity = terms.validity();
        if (validity.from().isPresent()) {
            laxer.put(
                    "the beginning",
                    new Terms(new Validity(Optional.empty(), validity.until()), terms.condition(), terms.purpose()));
        }
        if (validity.until().isPresent()) {
            laxer.put(
                    "the end",
                    new Terms(new Validity(validity.from(), Optional.empty()), terms.condition(), terms.purpose()));
        }
        if (!terms.condition().isNone()) {
            laxer.put("the condition", new Terms(validity, Condition.NONE, terms.purpose()));
        }
        if (!terms.purpose().isEmpty()) {
            laxer.put("the purpose", new Terms(validity, terms.condition(), ""));
        }
        return laxer;
    }

    private static PolicyState replaced(PolicyState state, Grant grant, Optional<Grant> by) {
        List<Grant> held = new ArrayList<>(state.grantsOf(grant.grantee()));
        held.removeIf(one -> one.id().equals(grant.id()));
        by.ifPresent(held::add);
        return state.withGrantsOf(Map.of(grant.grantee(), held));
    }

    private static Stream<Mutant> guards(PolicyState state, Guard guard, String without) {
        Stream<Mutant> none = Stream.of(new Mutant(without, replaced(state, guard, List.of())));
        Stream<Mutant> stricter = guard.exempt().stream().sorted().map(profile -> {
            Set<String> exempt = new HashSet<>(guard.exempt());
            exempt.remove(profile);
            return new Mutant(
                    "without the exception of " + profile + " in guard " + guard.name(),
                    replaced(
                            state,
                            guard,
                            List.of(new Guard(
                                    guard.id(),
                                    guard.name(),
                                    guard.description(),
                                    guard.on(),
                                    guard.effect(),
                                    exempt,
                                    guard.source()))));
        });
        return Stream.concat(none, stricter);
    }

    private static PolicyState replaced(PolicyState state, Guard guard, List<Guard> by) {
        List<Guard> guards = new ArrayList<>(state.guards());
        guards.removeIf(one -> one.id().equals(guard.id()));
        guards.addAll(by);
        return state.withRules(List.copyOf(state.filters().values()), guards, state.pending());
    }

    private static Stream<Mutant> filters(PolicyState state, DataCellsFilter filter, String subject) {
        Stream.Builder<Mutant> wider = Stream.builder();
        if (!(filter.rows() instanceof Predicate.Always)) {
            wider.add(new Mutant(
                    "with all rows in filter " + subject,
                    replaced(state, filter, filter.columns(), new Predicate.Always())));
        }
        if (!filter.columns().equals(ColumnSelection.all())) {
            wider.add(new Mutant(
                    "with all columns in filter " + subject,
                    replaced(state, filter, ColumnSelection.all(), filter.rows())));
        }
        return wider.build();
    }

    private static PolicyState replaced(
            PolicyState state, DataCellsFilter filter, ColumnSelection columns, Predicate rows) {
        Map<UUID, DataCellsFilter> filters = new HashMap<>(state.filters());
        filters.put(
                filter.id(),
                new DataCellsFilter(
                        filter.id(), filter.database(), filter.table(), filter.name(), columns, rows, filter.source()));
        return state.withRules(List.copyOf(filters.values()), state.guards(), state.pending());
    }

    private static PolicyState person(PolicyState state, String user, UnaryOperator<Principal> change) {
        Map<String, Principal> people = new HashMap<>(state.people());
        people.computeIfPresent(user, (_, who) -> change.apply(who));
        return state.withPeople(state.profiles(), people, state.inclusions(), state.purposes());
    }

    /** Without the profile and what only it brings along. */
    private static Principal left(PolicyState state, Principal who, Membership membership) {
        Set<String> held = who.profiles();
        Set<String> profiles = held.stream()
                .filter(profile -> held.stream().noneMatch(other -> brings(state, other, profile)))
                .filter(profile -> !profile.equals(membership.profile()))
                .collect(Collectors.toSet());
        return new Principal(who.name(), profiles, who.attributes());
    }

    private static boolean brings(PolicyState state, String from, String profile) {
        return !from.equals(profile) && state.inclusions().with(Set.of(from)).contains(profile);
    }

    private static Principal forgotten(Principal who, UserAttribute attribute) {
        Map<String, String> attributes = new HashMap<>(who.attributes());
        attributes.remove(attribute.name());
        return new Principal(who.name(), who.profiles(), attributes);
    }
}
