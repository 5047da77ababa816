package io.atalaya.policies;

import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.GrantCheck;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.store.PolicyRows;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What giving grants and taking them back does to the policies, and who may. */
final class Granting {
    private final Clock clock;
    private final Predicate<String> isUser;

    Granting(Clock clock, Predicate<String> isUser) {
        this.clock = clock;
        this.isUser = isUser;
    }

    /** Gives it; of somebody who is no administrator, as what they pass on. */
    void grant(PolicyEdit edit, Principal actor, Grant grant) {
        Grant made = grant;
        if (!administers(actor, edit.before())) {
            checkPassedOn(actor, edit.before(), grant);
            made = grant.from(new Source.PassedOn(actor.name()));
        }
        if (grant.grantee() instanceof Grantee.User(var name) && !isUser.test(name)) {
            throw new PolicyException.NotFound(
                    "there is no user '{0}', and a grant would wait for whoever gets that name", name);
        }
        checkKnown(grant.resource(), edit.before());
        merge(edit, made);
    }

    private static void checkKnown(Resource resource, PolicyState state) {
        switch (resource) {
            case Resource.OfCells(var _, var table, var id) -> {
                var filter = state.filters().get(id);
                if (filter == null || !filter.table().equals(table)) {
                    throw new PolicyException.NotFound("the table has no such filter");
                }
            }
            case Resource.Tagged(var _, var expression) ->
                expression.values().forEach((key, values) -> {
                    Set<String> defined = state.tagValues().get(key);
                    if (defined == null || !defined.containsAll(values)) {
                        throw new PolicyException.NotFound(
                                "there is no tag {0} with all of the values {1}", key, values);
                    }
                });
            case Resource.TaggedAs(var _, var name) -> {
                if (!state.tagExpressions().containsKey(name)) {
                    throw new PolicyException.NotFound("there is no tag expression '{0}'", name);
                }
            }
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.OfLocation _ -> {}
        }
    }

    /** Gives it; permissions on what was granted alike before are added. */
    static void merge(PolicyEdit edit, Grant grant) {
        String id = PolicyItem.grantId(grant);
        Optional<Grant> existing = edit.before().grantsOf(grant.grantee()).stream()
                .filter(held -> held.id().equals(id))
                .findFirst();
        Set<Permission> permissions = EnumSet.copyOf(grant.permissions());
        Set<Permission> grantable = EnumSet.noneOf(Permission.class);
        grantable.addAll(grant.grantable());
        existing.ifPresent(held -> {
            permissions.addAll(held.permissions());
            grantable.addAll(held.grantable());
        });
        Grant merged = grant.called(id).with(permissions, grantable);
        if (!existing.equals(Optional.of(merged))) {
            edit.replace(existing.map(PolicyItem.OfGrant::new), Optional.of(new PolicyItem.OfGrant(merged)));
        }
    }

    /** Takes back these permissions on the resource, as far as they are the actor's to take back. */
    void revoke(PolicyEdit edit, Principal actor, Grantee grantee, Resource canonical, Set<Permission> permissions) {
        Predicate<Grant> theirs = _ -> true;
        if (!administers(actor, edit.before())) {
            checkPassedOn(
                    actor,
                    edit.before(),
                    new Grant("", grantee, canonical, permissions, Set.of(), Validity.ALWAYS, "", new Source.Hand()));
            theirs = held -> held.source().equals(new Source.PassedOn(actor.name()))
                    || held.grantee().equals(new Grantee.User(actor.name()));
        }
        boolean others = false;
        for (Grant held : edit.before().grantsOf(grantee)) {
            List<Grant> left = GrantCheck.without(held, canonical, permissions);
            if (left.equals(List.of(held))) {
                continue;
            }
            if (theirs.test(held)) {
                edit.replace(
                        Optional.of(new PolicyItem.OfGrant(held)),
                        left.stream()
                                .filter(rest -> rest.resource().equals(held.resource()))
                                .<PolicyItem>map(PolicyItem.OfGrant::new)
                                .findFirst());
                left.stream()
                        .filter(rest -> !rest.resource().equals(held.resource()))
                        .forEach(rest -> merge(edit, rest));
            } else {
                others = true;
            }
        }
        if (edit.isEmpty() && others) {
            throw new PolicyException.NotPermitted(
                    "{0} takes back only what they passed on: this was granted by others", actor.name());
        }
        if (edit.isEmpty()) {
            throw new PolicyException.NotFound(
                    "{0} was not granted {1} on exactly this", grantee.sentence(), permissions);
        }
    }

    /** Takes back exactly this grant, which the actor passed on. */
    static void takeBack(PolicyEdit edit, Principal actor, Grant passedOn) {
        Grant held = edit.before().grantsOf(passedOn.grantee()).stream()
                .filter(grant ->
                        grant.id().equals(passedOn.id()) && grant.source().equals(new Source.PassedOn(actor.name())))
                .findFirst()
                .orElseThrow(() -> new PolicyException.NotFound("{0} has not passed on such a grant", actor.name()));
        edit.replace(Optional.of(new PolicyItem.OfGrant(held)), Optional.empty());
    }

    /** Puts what is left of it in the place of a grant, if it is still there. */
    static void reduce(PolicyEdit edit, Grant held, List<PolicyItem> left) {
        Optional<Grant> now = edit.before().grantsOf(held.grantee()).stream()
                .filter(grant -> grant.id().equals(held.id()))
                .findFirst();
        if (now.isEmpty()) {
            return;
        }
        if (!now.get().equals(held)) {
            throw new PolicyException.Conflict("the grant was changed meanwhile");
        }
        left.stream().filter(item -> !(item instanceof PolicyItem.OfGrant)).forEach(edit::put);
        List<Grant> grants = left.stream()
                .flatMap(item -> item instanceof PolicyItem.OfGrant(var grant) ? Stream.of(grant) : Stream.empty())
                .map(grant -> grant.called(PolicyItem.grantId(grant)))
                .toList();
        edit.replace(
                Optional.of(new PolicyItem.OfGrant(held)),
                grants.stream()
                        .filter(grant -> grant.id().equals(held.id()))
                        .<PolicyItem>map(PolicyItem.OfGrant::new)
                        .findFirst());
        grants.stream().filter(grant -> !grant.id().equals(held.id())).forEach(grant -> merge(edit, grant));
    }

    /** Makes what an access request says these items and no others; none takes all of it back. */
    void fulfil(PolicyEdit edit, Source.Request request, List<PolicyItem> items) {
        List<PolicyItem> said = new PolicyRows(edit.handle()).saidBy(request);
        // Grants name filters, so they go first and come last.
        said.reversed().stream()
                .filter(item -> !items.contains(item))
                .forEach(item -> edit.replace(Optional.of(item), Optional.empty()));
        for (PolicyItem item : items) {
            if (item instanceof PolicyItem.OfGrant(var grant)
                    && grant.grantee() instanceof Grantee.User(var name)
                    && !isUser.test(name)) {
                throw new PolicyException.NotFound("there is no user '{0}'", name);
            }
            if (!item.source().equals(request)) {
                throw new PolicyException.Invalid(
                        "a {0} of another source than {1}", Sentence.of(item.kind()), request.text());
            }
            if (!said.contains(item)) {
                edit.replace(Optional.empty(), Optional.of(item));
            }
        }
    }

    private void checkPassedOn(Principal actor, PolicyState state, Grant grant) {
        List<Grant> held = state.grantsOf(actor).stream()
                .filter(own -> own.validity().includes(clock.instant()))
                .toList();
        GrantCheck.passedOn(
                actor.name(),
                held,
                grant,
                id -> Optional.ofNullable(state.filters().get(id)));
    }

    private boolean administers(Principal actor, PolicyState state) {
        return new IndexedSnapshot(state, clock).isAdministrator(actor);
    }
}
