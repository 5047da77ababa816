package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.http.Caller;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.access.TableAccess;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one caller may know of the policies about others, at one moment. Administrators and auditors watch over whatever they may
 * know of; stewards over the tables they may classify; owners over those they are registered for, or whose reading they may pass on.
 * For one use.
 */
final class Oversight {
    private final Caller caller;
    private final PolicySnapshot now;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final DatasetOwners owners;
    private final Map<UUID, Optional<GovernedTable>> watched = new HashMap<>();
    private final Map<UUID, NamespaceEntry> databases;

    Oversight(Caller caller, PolicySnapshot now, LakeCatalog catalog, TableAccess tables, DatasetOwners owners) {
        this.caller = caller;
        this.now = now;
        this.catalog = catalog;
        this.tables = tables;
        this.owners = owners;
        this.databases =
                catalog.namespaces().stream().collect(Collectors.toMap(NamespaceEntry::uuid, Function.identity()));
    }

    /** Whether there is anything to watch over for somebody: else the pages about policies are not for them. */
    static boolean has(Principal principal, boolean administrator, PolicySnapshot now, DatasetOwners owners) {
        return Capabilities.mayReadAudit(principal, administrator)
                || grants(principal, now)
                        .anyMatch(grant ->
                                grant.permissions().contains(Permission.ASSOCIATE) || grant.passesOn(Permission.SELECT))
                || owners.include(principal);
    }

    /** Whether the caller watches over the table, which it may know of. */
    static boolean of(Caller caller, GovernedTable table, PolicySnapshot now, DatasetOwners owners) {
        return Capabilities.mayReadAudit(caller.principal(), caller.administrator())
                || now.decide(caller.principal(), Permission.ASSOCIATE, table) instanceof Decision.Allowed
                || owners.include(caller.principal(), table)
                || mayPassOn(caller.principal(), table, now);
    }

    private static boolean mayPassOn(Principal principal, GovernedTable table, PolicySnapshot now) {
        Set<String> reasons = new HashSet<>();
        now.decide(principal, Permission.SELECT, table).because().forEach(cause -> reasons.add(cause.id()));
        return grants(principal, now)
                .filter(grant -> reasons.contains(grant.id()) && grant.passesOn(Permission.SELECT))
                .anyMatch(grant ->
                        grant.resource() instanceof Resource.OfTable || grant.resource() instanceof Resource.AllTables);
    }

    private static Stream<Grant> grants(Principal principal, PolicySnapshot now) {
        return Stream.concat(
                        Stream.of(new Grantee.User(principal.name())),
                        principal.profiles().stream().map(Grantee.Profile::new))
                .flatMap(grantee -> now.grants(grantee).stream());
    }

    /** Whether everything is the caller's to watch over, as far as it may know of it: people and locations too. */
    boolean isWhole() {
        return Capabilities.mayReadAudit(caller.principal(), caller.administrator());
    }

    /** The table, if it is there and the caller watches over it. */
    Optional<GovernedTable> table(UUID uuid) {
        return watched.computeIfAbsent(
                uuid,
                id -> catalog.nameOf(id)
                        .flatMap(tables::table)
                        .filter(table -> table.uuid().equals(id)
                                && now.mayDescribe(caller.principal(), table)
                                && of(caller, table, now, owners)));
    }

    /** The name of the database, if it is there and the caller may know of it. */
    Optional<String> database(UUID uuid) {
        return Optional.ofNullable(databases.get(uuid))
                .filter(entry -> now.mayDescribe(caller.principal(), entry.uuid(), entry.namespace()))
                .map(entry -> entry.namespace().toString());
    }

    /** The columns of such a table that the caller may know of, by field id. */
    Set<Integer> columns(GovernedTable table) {
        return now.knownColumns(caller.principal(), table);
    }

    /** Whether the caller may know what is on that. */
    boolean sees(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _, Resource.OfLocation _ -> isWhole();
            case Resource.OfDatabase(var database) -> database(database).isPresent();
            case Resource.AllTables(var database) -> database(database).isPresent();
            case Resource.OfTable(var _, var table) -> table(table).isPresent();
            case Resource.OfColumns(var _, var table, var _) -> table(table).isPresent();
            case Resource.OfCells(var _, var table, var _) -> table(table).isPresent();
            case Resource.Tagged _, Resource.TaggedAs _ -> true;
        };
    }
}
