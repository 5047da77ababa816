package io.atalaya.policies.grant;

import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Source;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Something allowed. Grants only add: what one allows no other takes away.
 *
 * @param id stable for as long as the grant stands
 * @param resource in canonical form
 * @param permissions never empty; each can be granted on the resource
 * @param grantable those of {@code permissions} that the grantee may pass on
 * @param purpose why, or empty
 */
public record Grant(
        String id,
        Grantee grantee,
        Resource resource,
        Set<Permission> permissions,
        Set<Permission> grantable,
        Validity validity,
        String purpose,
        Source source) {
    /** A million grants hold few different sets. */
    private static final Map<Set<Permission>, Set<Permission>> KNOWN_SETS = new ConcurrentHashMap<>();

    public Grant {
        resource = resource.canonical();
        permissions = ordered(permissions);
        grantable = ordered(grantable);
        if (permissions.isEmpty()) {
            throw new PolicyException.Invalid("a grant needs at least one permission");
        }
        for (Permission permission : permissions) {
            if (!resource.grantable().contains(permission)) {
                throw new PolicyException.Invalid(permission + " cannot be granted on " + kind(resource)
                        + "; possible are " + new TreeSet<>(resource.grantable()));
            }
        }
        if (!permissions.containsAll(grantable)) {
            throw new PolicyException.Invalid(
                    "the grant option " + grantable + " must be among the permissions " + permissions);
        }
        if (!grantable.isEmpty() && resource instanceof Resource.OfColumns(var _, var _, ColumnSelection.Exclude _)) {
            throw new PolicyException.Invalid("with grant option, name the columns to include, not those to exclude");
        }
    }

    /** A grant for ever, without grant option, made by hand. */
    public static Grant of(String id, Grantee grantee, Resource resource, Permission first, Permission... rest) {
        return new Grant(
                id, grantee, resource, EnumSet.of(first, rest), Set.of(), Validity.ALWAYS, "", new Source.Hand());
    }

    /** The same with other permissions. */
    public Grant with(Set<Permission> otherPermissions, Set<Permission> otherGrantable) {
        return new Grant(id, grantee, resource, otherPermissions, otherGrantable, validity, purpose, source);
    }

    /** The same for all or single permissions: whether it gives this one. */
    public boolean gives(Permission permission) {
        return permissions.contains(permission)
                || (permissions.contains(Permission.ALL) && resource.grantable().contains(permission));
    }

    /** Whether its holder may pass this permission on. */
    public boolean passesOn(Permission permission) {
        return grantable.contains(permission)
                || (grantable.contains(Permission.ALL) && resource.grantable().contains(permission));
    }

    private static Set<Permission> ordered(Set<Permission> permissions) {
        return permissions.isEmpty()
                ? Set.of()
                : KNOWN_SETS.computeIfAbsent(EnumSet.copyOf(permissions), Collections::unmodifiableSet);
    }

    private static String kind(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "a catalog";
            case Resource.OfDatabase _ -> "a database";
            case Resource.AllTables _ -> "all tables of a database";
            case Resource.OfTable _ -> "a table";
            case Resource.OfColumns _ -> "columns";
            case Resource.OfCells _ -> "a data-cells filter";
            case Resource.Tagged(var kind, var _) ->
                kind == Resource.Tagged.Kind.DATABASE ? "tagged databases" : "tagged tables";
            case Resource.OfLocation _ -> "a data location";
        };
    }
}
