package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.query.access.TableAccess;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Grants as clients write them, turned into grants; tables and databases that the caller may not know of are not found. */
final class GrantRequests {
    private final LakeCatalog catalog;
    private final TableAccess tables;

    GrantRequests(LakeCatalog catalog, TableAccess tables) {
        this.catalog = catalog;
        this.tables = tables;
    }

    record GranteePart(@Nullable String user, @Nullable String profile) {
        Grantee grantee() {
            if ((user == null) == (profile == null)) {
                throw new RequestException.BadRequest("'grantee' needs either 'user' or 'profile'");
            }
            return user == null ? new Grantee.Profile(Objects.requireNonNull(profile)) : new Grantee.User(user);
        }

        static GranteePart of(Grantee grantee) {
            return switch (grantee) {
                case Grantee.User(var name) -> new GranteePart(name, null);
                case Grantee.Profile(var name) -> new GranteePart(null, name);
            };
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ResourcePart(
            @Nullable Boolean catalog,
            @Nullable String database,
            @Nullable String tablesOf,
            @Nullable String table,
            @Nullable List<String> columns,
            @Nullable String filter,
            @Nullable Map<String, List<String>> tablesTagged,
            @Nullable Map<String, List<String>> databasesTagged,
            @Nullable String tablesTaggedAs,
            @Nullable String databasesTaggedAs,
            @Nullable String location) {
        static ResourcePart ofCatalog() {
            return new ResourcePart(true, null, null, null, null, null, null, null, null, null, null);
        }

        static ResourcePart ofDatabase(String name) {
            return new ResourcePart(null, name, null, null, null, null, null, null, null, null, null);
        }

        static ResourcePart ofTables(String database) {
            return new ResourcePart(null, null, database, null, null, null, null, null, null, null, null);
        }

        static ResourcePart ofTable(String name, @Nullable List<String> columns, @Nullable String filter) {
            return new ResourcePart(null, null, null, name, columns, filter, null, null, null, null, null);
        }

        static ResourcePart tagged(Resource.Tagged.Kind kind, TagExpression expression) {
            Map<String, List<String>> tags = new TreeMap<>();
            expression
                    .values()
                    .forEach((key, values) ->
                            tags.put(key, values.stream().sorted().toList()));
            return switch (kind) {
                case TABLE -> new ResourcePart(null, null, null, null, null, null, tags, null, null, null, null);
                case DATABASE -> new ResourcePart(null, null, null, null, null, null, null, tags, null, null, null);
            };
        }

        static ResourcePart taggedAs(Resource.Tagged.Kind kind, String name) {
            return switch (kind) {
                case TABLE -> new ResourcePart(null, null, null, null, null, null, null, null, name, null, null);
                case DATABASE -> new ResourcePart(null, null, null, null, null, null, null, null, null, name, null);
            };
        }

        static ResourcePart ofLocation(String uri) {
            return new ResourcePart(null, null, null, null, null, null, null, null, null, null, uri);
        }
    }

    record NewGrant(
            @Nullable GranteePart grantee,
            @Nullable ResourcePart resource,
            @Nullable List<String> permissions,
            @Nullable Boolean grantOption,
            @Nullable Instant until,
            @Nullable Map<String, List<String>> when,
            @Nullable String purpose,
            @Nullable String reason) {}

    /** The grant that is asked for. */
    Grant grant(NewGrant request, Principal principal, PolicySnapshot now) {
        if (request.grantee() == null) {
            throw RequestException.BadRequest.missing("grantee");
        }
        if (request.resource() == null) {
            throw RequestException.BadRequest.missing("resource");
        }
        Set<Permission> permissions = permissions(request.permissions());
        return new Grant(
                UUID.randomUUID().toString(),
                request.grantee().grantee(),
                resource(request.resource(), principal, now),
                permissions,
                Boolean.TRUE.equals(request.grantOption()) ? permissions : Set.of(),
                new Terms(
                        new Validity(Optional.empty(), Optional.ofNullable(request.until())),
                        Condition.of(Objects.requireNonNullElse(request.when(), Map.of())),
                        Objects.requireNonNullElse(request.purpose(), "")),
                Objects.requireNonNullElse(request.reason(), "").strip(),
                new Source.Hand());
    }

    private static Set<Permission> permissions(@Nullable List<String> names) {
        if (names == null || names.isEmpty()) {
            throw RequestException.BadRequest.missing("permissions");
        }
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (String name : names) {
            try {
                permissions.add(Permission.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                throw new RequestException.BadRequest(
                        "'permissions' has '{0}'; possible: {1}", name, EnumSet.allOf(Permission.class));
            }
        }
        return permissions;
    }

    private Resource resource(ResourcePart part, Principal principal, PolicySnapshot now) {
        if (part.table() != null) {
            GovernedTable table = table(part.table(), principal, now);
            if (part.filter() != null) {
                return filter(table, part, principal, now);
            }
            return part.columns() == null || part.columns().isEmpty()
                    ? new Resource.OfTable(table.databaseUuid(), table.uuid())
                    : new Resource.OfColumns(
                            table.databaseUuid(),
                            table.uuid(),
                            new ColumnSelection.Include(
                                    fieldIds(table, part.columns(), now.knownColumns(principal, table))));
        }
        if (part.columns() != null || part.filter() != null) {
            throw new RequestException.BadRequest("'resource.columns' and 'resource.filter' need 'resource.table'");
        }
        if (part.tablesOf() != null) {
            return new Resource.AllTables(
                    database(part.tablesOf(), principal, now).uuid());
        }
        if (part.database() != null) {
            return new Resource.OfDatabase(
                    database(part.database(), principal, now).uuid());
        }
        if (Boolean.TRUE.equals(part.catalog())) {
            return new Resource.OfCatalog();
        }
        return unbound(part)
                .orElseThrow(() -> new RequestException.BadRequest("'resource' needs one of 'catalog', 'database', "
                        + "'tablesOf', 'table', 'tablesTagged', 'databasesTagged', 'tablesTaggedAs', "
                        + "'databasesTaggedAs' and 'location'"));
    }

    private static Optional<Resource> unbound(ResourcePart part) {
        if (part.tablesTagged() != null) {
            return Optional.of(new Resource.Tagged(Resource.Tagged.Kind.TABLE, TagExpression.of(part.tablesTagged())));
        }
        if (part.databasesTagged() != null) {
            return Optional.of(
                    new Resource.Tagged(Resource.Tagged.Kind.DATABASE, TagExpression.of(part.databasesTagged())));
        }
        if (part.tablesTaggedAs() != null) {
            return Optional.of(new Resource.TaggedAs(Resource.Tagged.Kind.TABLE, part.tablesTaggedAs()));
        }
        if (part.databasesTaggedAs() != null) {
            return Optional.of(new Resource.TaggedAs(Resource.Tagged.Kind.DATABASE, part.databasesTaggedAs()));
        }
        return Optional.ofNullable(part.location()).map(Resource.OfLocation::new);
    }

    /** A filter is known to whoever may know of all that it shows and looks at. */
    private static Resource filter(GovernedTable table, ResourcePart part, Principal principal, PolicySnapshot now) {
        if (part.columns() != null) {
            throw new RequestException.BadRequest("'resource.filter' already says which columns");
        }
        Set<Integer> known = now.knownColumns(principal, table);
        return now.filters(table.uuid()).stream()
                .filter(filter -> filter.name().equals(part.filter())
                        && (now.isAdministrator(principal)
                                || (known.containsAll(filter.rows().fields())
                                        && table.schema().columns().stream()
                                                .map(Types.NestedField::fieldId)
                                                .filter(filter.columns()::contains)
                                                .allMatch(known::contains))))
                .findFirst()
                .map(filter -> (Resource) new Resource.OfCells(table.databaseUuid(), table.uuid(), filter.id()))
                .orElseThrow(() -> new RequestException.NotFound("Filter '{0}' of {1}", part.filter(), table.name()));
    }

    /** A column that the caller may not know of is none. */
    private static Set<Integer> fieldIds(GovernedTable table, List<String> names, Set<Integer> known) {
        Set<Integer> ids = new HashSet<>();
        for (String name : names) {
            Types.NestedField column = table.schema().columns().stream()
                    .filter(one -> one.name().equals(name) && known.contains(one.fieldId()))
                    .findFirst()
                    .orElseThrow(() -> new RequestException.NotFound("Column '{0}' of {1}", name, table.name()));
            ids.add(column.fieldId());
        }
        return ids;
    }

    GovernedTable table(String name, Principal principal, PolicySnapshot now) {
        int dot = name.indexOf('.');
        if (dot < 1) {
            throw new RequestException.BadRequest("'table' is written database.name");
        }
        return tables.table(TableIdentifier.of(name.substring(0, dot), name.substring(dot + 1)))
                .filter(table -> now.mayDescribe(principal, table))
                .orElseThrow(() -> new RequestException.NotFound("Table '{0}'", name));
    }

    NamespaceEntry database(String name, Principal principal, PolicySnapshot now) {
        return catalog.namespace(Namespace.of(name))
                .filter(entry -> now.mayDescribe(principal, entry.uuid(), entry.namespace()))
                .orElseThrow(() -> new RequestException.NotFound("Database '{0}'", name));
    }
}
