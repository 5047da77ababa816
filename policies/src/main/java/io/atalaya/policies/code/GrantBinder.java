package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Binds the grants of policy files. */
final class GrantBinder {
    private final Source source;
    private final Scope scope;
    private final Filters filters;
    private final BiConsumer<Place, PolicyItem> sink;

    GrantBinder(Source source, Scope scope, Filters filters, BiConsumer<Place, PolicyItem> sink) {
        this.source = source;
        this.scope = scope;
        this.filters = filters;
        this.sink = sink;
    }

    /** Finds the filter of a table by name, or refuses. */
    @FunctionalInterface
    interface Filters {
        DataCellsFilter named(Place place, GovernedTable table, String name);
    }

    void bind(YamlDocument<PolicyFile> file) {
        List<PolicyFile.Grant> grants = Binder.each(file.value().grants());
        for (int i = 0; i < grants.size(); i++) {
            Place place = new Place(file, "grants[" + i + "]");
            PolicyFile.Grant grant = grants.get(i);
            Grantee grantee = grantee(place.at("to"), place.present("to", grant.to()));
            resource(place.at("on"), place.present("on", grant.on()))
                    .ifPresent(resource -> sink.accept(
                            place, place.check(() -> new PolicyItem.OfGrant(grant(place, grant, grantee, resource)))));
        }
    }

    private Grant grant(Place place, PolicyFile.Grant grant, Grantee grantee, Resource resource) {
        Grant bound = new Grant(
                "",
                grantee,
                resource,
                place.present("allow", grant.allow()),
                grant.grantable() == null ? Set.of() : grant.grantable(),
                new Terms(
                        new Validity(
                                Moments.parse(place.at("from"), grant.from()),
                                Moments.parse(place.at("until"), grant.until())),
                        place.at("when").check(() -> Condition.of(Binder.each(grant.when()))),
                        grant.purpose() == null ? "" : scope.purpose(place.at("purpose"), grant.purpose())),
                grant.reason() == null ? "" : grant.reason().strip(),
                source);
        return bound.called(PolicyItem.grantId(bound));
    }

    private Grantee grantee(Place place, PolicyFile.To to) {
        place.exactlyOne(Map.of("profile", Optional.ofNullable(to.profile()), "user", Optional.ofNullable(to.user())));
        if (to.profile() != null) {
            scope.checkProfile(place.at("profile"), to.profile());
            return new Grantee.Profile(to.profile());
        }
        return new Grantee.User(place.check(() -> Profile.checkName("user", place.present("user", to.user()))));
    }

    private Optional<Resource> resource(Place place, PolicyFile.On on) {
        String given = place.exactlyOne(Map.of(
                "catalog", Optional.ofNullable(on.catalog()),
                "database", Optional.ofNullable(on.database()),
                "tablesOf", Optional.ofNullable(on.tablesOf()),
                "table", Optional.ofNullable(on.table()),
                "tablesTagged", Optional.ofNullable(on.tablesTagged()),
                "databasesTagged", Optional.ofNullable(on.databasesTagged()),
                "tablesTaggedAs", Optional.ofNullable(on.tablesTaggedAs()),
                "databasesTaggedAs", Optional.ofNullable(on.databasesTaggedAs()),
                "location", Optional.ofNullable(on.location())));
        if (!given.equals("table")
                && Stream.of(on.columns(), on.except(), on.filter()).anyMatch(part -> part != null)) {
            throw place.problem("columns, except and filter go with table");
        }
        Place at = place.at(given);
        return switch (given) {
            case "catalog" -> {
                at.isTrue(on.catalog());
                yield Optional.of(new Resource.OfCatalog());
            }
            case "database" ->
                scope.database(at, place.present(given, on.database())).map(Resource.OfDatabase::new);
            case "tablesOf" ->
                scope.database(at, place.present(given, on.tablesOf())).map(Resource.AllTables::new);
            case "table" -> scope.table(at, place.present(given, on.table())).map(table -> table(place, on, table));
            case "tablesTagged" ->
                Optional.of(new Resource.Tagged(
                        Resource.Tagged.Kind.TABLE, scope.expression(at, place.present(given, on.tablesTagged()))));
            case "databasesTagged" ->
                Optional.of(new Resource.Tagged(
                        Resource.Tagged.Kind.DATABASE,
                        scope.expression(at, place.present(given, on.databasesTagged()))));
            case "tablesTaggedAs" ->
                Optional.of(new Resource.TaggedAs(
                        Resource.Tagged.Kind.TABLE,
                        scope.expressionNamed(at, place.present(given, on.tablesTaggedAs()))));
            case "databasesTaggedAs" ->
                Optional.of(new Resource.TaggedAs(
                        Resource.Tagged.Kind.DATABASE,
                        scope.expressionNamed(at, place.present(given, on.databasesTaggedAs()))));
            default -> Optional.of(new Resource.OfLocation(place.present(given, on.location())));
        };
    }

    private Resource table(Place place, PolicyFile.On on, GovernedTable table) {
        if (on.filter() == null) {
            return new Resource.OfColumns(
                            table.databaseUuid(),
                            table.uuid(),
                            scope.selection(place, table, on.columns(), on.except()))
                    .canonical();
        }
        if (on.columns() != null || on.except() != null) {
            throw place.problem("the filter already says which columns");
        }
        DataCellsFilter filter = filters.named(place.at("filter"), table, on.filter());
        return new Resource.OfCells(table.databaseUuid(), table.uuid(), filter.id());
    }
}
