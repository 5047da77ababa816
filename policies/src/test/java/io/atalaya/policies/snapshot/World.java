package io.atalaya.policies.snapshot;

import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Policies in the making, for tests that need no database. */
public final class World {
    private final List<Grant> grants = new ArrayList<>();
    private final List<DataCellsFilter> filters = new ArrayList<>();
    private final List<TagAssignment> tags = new ArrayList<>();
    private final List<Guard> guards = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();
    private final List<Inclusion> inclusions = new ArrayList<>();
    private final List<NamedTagExpression> named = new ArrayList<>();
    private final Map<String, Principal> people = new HashMap<>();

    public World grant(String profile, Resource resource, Permission first, Permission... rest) {
        return grant(Grant.of("g" + grants.size(), new Grantee.Profile(profile), resource, first, rest));
    }

    public World grant(Grant grant) {
        grants.add(grant);
        return this;
    }

    public World filter(DataCellsFilter... some) {
        filters.addAll(Arrays.asList(some));
        return this;
    }

    public World tag(TagAssignment... some) {
        tags.addAll(Arrays.asList(some));
        return this;
    }

    public World guard(Guard.Selector on, Guard.Effect effect, String... exempt) {
        String name = "guard" + guards.size();
        guards.add(new Guard(name, name, "", on, effect, Set.of(exempt), new Source.Hand()));
        return this;
    }

    public World include(String profile, String included) {
        inclusions.add(new Inclusion(profile, included, new Source.Hand()));
        return this;
    }

    public World name(String name, TagExpression expression) {
        named.add(new NamedTagExpression(name, expression, new Source.Hand()));
        return this;
    }

    public World user(Principal user) {
        people.put(user.name(), user);
        return this;
    }

    public World waitFor(String name) {
        pending.add(name);
        return this;
    }

    public PolicySnapshot snapshot() {
        return snapshot(Clock.systemUTC());
    }

    public PolicySnapshot snapshot(Clock clock) {
        return new IndexedSnapshot(state(), clock);
    }

    public PolicyState state() {
        return PolicyState.EMPTY
                .withPeople(
                        List.of(new Profile("administrator", "", true, new Source.BuiltIn())),
                        people,
                        Inclusions.of(inclusions),
                        List.of())
                .withTags(Collections.emptySortedMap(), named, tags)
                .withRules(filters, guards, Set.copyOf(pending))
                .withGrants(grants)
                .at(7);
    }

    public static Resource tagged(String key, String... values) {
        return new Resource.Tagged(Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of(key, List.of(values))));
    }
}
