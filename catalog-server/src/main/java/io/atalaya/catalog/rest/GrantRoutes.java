package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** Grants by hand. Who may not administer sees and makes only what the grants it holds allow. */
public final class GrantRoutes {
    private static final String GONE = "a database that is gone";
    private static final String GONE_TABLE = "a table that is gone";

    private final Policies policies;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Cursors cursors;
    private final GrantRequests requests;

    public GrantRoutes(Policies policies, LakeCatalog catalog, TableAccess tables, Cursors cursors) {
        this.policies = policies;
        this.catalog = catalog;
        this.tables = tables;
        this.cursors = cursors;
        this.requests = new GrantRequests(catalog, tables);
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/purposes", this::purposes),
                Route.get("/grants", this::list),
                Route.post("/grants", this::create),
                Route.delete("/grants/{id}", this::revoke));
    }

    private record GrantView(
            String id,
            GrantRequests.GranteePart grantee,
            String resource,
            Optional<GrantRequests.ResourcePart> on,
            List<Permission> permissions,
            List<Permission> grantable,
            Optional<Instant> from,
            Optional<Instant> until,
            Map<String, Set<String>> when,
            String purpose,
            String reason,
            String source) {}

    private record PurposeView(String name, String description) {}

    /** What data may be asked for; the same for everybody. */
    private void purposes(Context ctx) {
        Caller.of(ctx);
        Map<String, PurposeView> purposes = new TreeMap<>();
        policies.current()
                .purposes()
                .forEach(purpose ->
                        purposes.putIfAbsent(purpose.name(), new PurposeView(purpose.name(), purpose.description())));
        Body.write(ctx, Map.of("items", List.copyOf(purposes.values())));
    }

    private void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.current();
        Optional<String> principal = Parameters.text(ctx, "principal");
        Optional<UUID> table = Parameters.text(ctx, "table")
                .map(name -> requests.table(name, caller.principal(), now).uuid());
        if (!caller.administrator()
                && principal
                        .filter(name -> !name.equals(caller.principal().name()))
                        .isPresent()) {
            throw RequestException.Forbidden.administratorsOnly();
        }
        Optional<GovernedTable> reached =
                Parameters.text(ctx, "reaching").map(name -> requests.table(name, caller.principal(), now));
        boolean passedOn =
                Parameters.text(ctx, "passedOn").filter("true"::equals).isPresent();
        int limit = Parameters.integer(ctx, "limit", 100, 1, 1000);
        String list = "grants " + principal + " " + table + " " + reached.map(GovernedTable::uuid) + passedOn;
        Supplier<Stream<Grant>> all = () -> passedOn ? passedOn(caller, now) : grants(caller, principal, now);
        Optional<Grant> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(list, caller.principal(), now.epoch(), cursor))
                .flatMap(id -> all.get().filter(grant -> grant.id().equals(id)).findFirst());
        List<Grant> page = all.get()
                .dropWhile(grant -> after.isPresent() && !grant.equals(after.get()))
                .skip(after.isPresent() ? 1 : 0)
                .filter(grant -> table.isEmpty() || grant.resource().oneTable().equals(table))
                .filter(grant -> reached.isEmpty() || reaches(grant.resource(), reached.get(), now))
                .limit(limit + 1L)
                .toList();
        Map<UUID, String> databases = databaseNames();
        Body.write(
                ctx,
                new Page<>(
                        page.stream()
                                .limit(limit)
                                .map(grant -> view(grant, caller.principal(), now, databases))
                                .toList(),
                        page.size() > limit
                                ? Optional.of(cursors.write(
                                        list,
                                        caller.principal(),
                                        now.epoch(),
                                        page.get(limit - 1).id()))
                                : Optional.empty()));
    }

    /** All that the caller may see, by who holds them; those to names that nobody has are among them. */
    private static Stream<Grant> grants(Caller caller, Optional<String> principal, PolicySnapshot now) {
        Stream<Grantee> grantees;
        if (caller.administrator() && principal.isEmpty()) {
            grantees = now.grantees().stream();
        } else {
            Principal who = principal.map(now::principal).orElse(caller.principal());
            grantees = Stream.concat(
                    Stream.of(new Grantee.User(who.name())),
                    who.profiles().stream().sorted().map(Grantee.Profile::new));
        }
        return grantees.flatMap(grantee -> now.grants(grantee).stream());
    }

    /** What the caller has passed on, of what it may know of, by who got it. */
    private Stream<Grant> passedOn(Caller caller, PolicySnapshot now) {
        return policies.passedOnBy(caller.principal().name()).stream()
                .filter(grant -> grant.resource()
                        .oneTable()
                        .map(table -> known(table, caller.principal(), now).isPresent())
                        .orElse(true))
                .sorted(Comparator.comparing((Grant grant) -> grant.grantee().text())
                        .thenComparing(Grant::id));
    }

    /** Whether a grant on {@code resource} may give something of that table. */
    private static boolean reaches(Resource resource, GovernedTable table, PolicySnapshot now) {
        return switch (resource) {
            case Resource.OfTable(var _, var uuid) -> uuid.equals(table.uuid());
            case Resource.OfColumns(var _, var uuid, var _) -> uuid.equals(table.uuid());
            case Resource.OfCells(var _, var uuid, var _) -> uuid.equals(table.uuid());
            case Resource.AllTables(var database) -> database.equals(table.databaseUuid());
            case Resource.Tagged(var kind, var _) ->
                kind == Resource.Tagged.Kind.TABLE && carries(table, resource, now);
            case Resource.TaggedAs(var kind, var _) ->
                kind == Resource.Tagged.Kind.TABLE && carries(table, resource, now);
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> false;
        };
    }

    private static boolean carries(GovernedTable table, Resource resource, PolicySnapshot now) {
        return now.tagExpression(resource)
                .filter(expression -> table.schema().columns().stream()
                        .anyMatch(column -> expression.matches(now.tags(table, column.fieldId()).entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        tag -> tag.getValue().tag().value())))))
                .isPresent();
    }

    private Optional<GovernedTable> known(UUID table, Principal principal, PolicySnapshot now) {
        return catalog.nameOf(table).flatMap(tables::table).filter(one -> now.mayDescribe(principal, one));
    }

    private void create(Context ctx) {
        Caller caller = Caller.of(ctx);
        Grant grant =
                requests.grant(Body.read(ctx, GrantRequests.NewGrant.class), caller.principal(), policies.current());
        policies.grant(caller.principal(), grant);
        Body.write(
                ctx,
                201,
                view(made(grant, caller).orElse(grant), caller.principal(), policies.current(), databaseNames()));
    }

    /** A grant that adds to one that is there already is kept under the older one's id. */
    private Optional<Grant> made(Grant grant, Caller caller) {
        List<Source> sources =
                List.of(grant.source(), new Source.PassedOn(caller.principal().name()));
        return policies.current().grants(grant.grantee()).stream()
                .filter(held -> held.id().equals(grant.id())
                        || (held.resource().equals(grant.resource())
                                && sources.contains(held.source())
                                && held.terms().equals(grant.terms())
                                && held.permissions().containsAll(grant.permissions())))
                .findFirst();
    }

    private void revoke(Context ctx) {
        Caller caller = Caller.of(ctx);
        String id = ctx.pathParam("id");
        PolicySnapshot now = policies.current();
        Optional<Grant> passedOn =
                passedOn(caller, now).filter(one -> one.id().equals(id)).findFirst();
        if (passedOn.isPresent()) {
            policies.takeBack(caller.principal(), passedOn.get());
            ctx.status(204);
            return;
        }
        Optional<Grant> known = caller.administrator()
                ? policies.grant(id)
                : grants(caller, Optional.empty(), now)
                        .filter(one -> one.id().equals(id))
                        .findFirst();
        Grant grant = known.orElseThrow(() -> new RequestException.NotFound("Grant '{0}'", id));
        policies.revoke(caller.principal(), grant.grantee(), grant.resource(), grant.permissions());
        ctx.status(204);
    }

    private GrantView view(Grant grant, Principal principal, PolicySnapshot now, Map<UUID, String> databases) {
        return new GrantView(
                grant.id(),
                GrantRequests.GranteePart.of(grant.grantee()),
                text(grant.resource(), principal, now, databases),
                part(grant.resource(), principal, now, databases),
                List.copyOf(grant.permissions()),
                List.copyOf(grant.grantable()),
                grant.validity().from(),
                grant.validity().until(),
                Map.copyOf(grant.terms().condition().values()),
                grant.purpose(),
                grant.reason(),
                grant.source().text());
    }

    /** What the grant is on as a new one would say it; empty if that cannot be said, or is of what the caller may not know of. */
    private Optional<GrantRequests.ResourcePart> part(
            Resource resource, Principal principal, PolicySnapshot now, Map<UUID, String> databases) {
        return switch (resource) {
            case Resource.OfCatalog _ -> Optional.of(GrantRequests.ResourcePart.ofCatalog());
            case Resource.OfDatabase(var database) ->
                Optional.ofNullable(databases.get(database)).map(GrantRequests.ResourcePart::ofDatabase);
            case Resource.AllTables(var database) ->
                Optional.ofNullable(databases.get(database)).map(GrantRequests.ResourcePart::ofTables);
            case Resource.OfTable(var _, var table) ->
                known(table, principal, now)
                        .map(one ->
                                GrantRequests.ResourcePart.ofTable(one.name().toString(), null, null));
            case Resource.OfColumns(var _, var table, var columns) ->
                columns instanceof ColumnSelection.Include
                        ? known(table, principal, now)
                                .map(one -> GrantRequests.ResourcePart.ofTable(
                                        one.name().toString(), columns(table, columns, principal, now), null))
                        : Optional.empty();
            case Resource.OfCells(var _, var table, var filter) ->
                known(table, principal, now)
                        .flatMap(one -> now.filter(filter)
                                .map(cells -> GrantRequests.ResourcePart.ofTable(
                                        one.name().toString(), null, cells.name())));
            case Resource.Tagged(var kind, var expression) ->
                Optional.of(GrantRequests.ResourcePart.tagged(kind, expression));
            case Resource.TaggedAs(var kind, var name) -> Optional.of(GrantRequests.ResourcePart.taggedAs(kind, name));
            case Resource.OfLocation(var uri) -> Optional.of(GrantRequests.ResourcePart.ofLocation(uri));
        };
    }

    private String text(Resource resource, Principal principal, PolicySnapshot now, Map<UUID, String> databases) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "catalog";
            case Resource.OfDatabase(var database) ->
                databases.containsKey(database) ? "database " + databases.get(database) : GONE;
            case Resource.AllTables(var database) -> "all tables of " + databases.getOrDefault(database, GONE);
            case Resource.OfTable(var _, var table) ->
                tableName(table).map(name -> "table " + name).orElse(GONE_TABLE);
            case Resource.OfColumns(var _, var table, var columns) ->
                tableName(table)
                        .map(name ->
                                "columns " + String.join(", ", columns(table, columns, principal, now)) + " of " + name)
                        .orElse("columns of " + GONE_TABLE);
            case Resource.OfCells(var _, var table, var filter) ->
                "cells "
                        + policies.current()
                                .filter(filter)
                                .map(one -> one.name())
                                .orElse("") + " of " + tableName(table).orElse(GONE_TABLE);
            case Resource.Tagged(var kind, var expression) ->
                kind.name().toLowerCase(Locale.ROOT) + "s tagged " + expression;
            case Resource.TaggedAs(var kind, var name) -> kind.name().toLowerCase(Locale.ROOT) + "s tagged as " + name;
            case Resource.OfLocation(var uri) -> "location " + uri;
        };
    }

    /** Those that the caller may know of. */
    private List<String> columns(UUID table, ColumnSelection columns, Principal principal, PolicySnapshot now) {
        return catalog
                .nameOf(table)
                .flatMap(tables::table)
                .flatMap(one -> Knowledge.of(one, principal, now))
                .map(Knowledge::columns)
                .orElse(List.of())
                .stream()
                .filter(column -> columns.contains(column.fieldId()))
                .map(Types.NestedField::name)
                .toList();
    }

    private Map<UUID, String> databaseNames() {
        return catalog.namespaces().stream()
                .collect(Collectors.toMap(
                        NamespaceEntry::uuid, entry -> entry.namespace().toString()));
    }

    private Optional<String> tableName(UUID table) {
        return catalog.nameOf(table).map(TableIdentifier::toString);
    }
}
