package io.atalaya.policies.grant;

import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
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
 * @param terms what must be so for it to count
 * @param reason why, for people; may be empty
 */
public record Grant(
        String id,
        Grantee grantee,
        Resource resource,
        Set<Permission> permissions,
        Set<Permission> grantable,
        Terms terms,
        String reason,
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
                throw new PolicyException.Invalid(
                        "{0} cannot be granted on {1}; possible are {2}",
                        permission, kind(resource), new TreeSet<>(resource.grantable()));
            }
        }
        if (!permissions.containsAll(grantable)) {
            throw new PolicyException.Invalid(
                    "the grant option {0} must be among the permissions {1}", grantable, permissions);
        }
        if (!grantable.isEmpty() && !terms.condition().isNone()) {
            throw new PolicyException.Invalid("a grant with a condition cannot have the grant option");
        }
        if (!grantable.isEmpty() && resource instanceof Resource.OfColumns(var _, var _, ColumnSelection.Exclude _)) {
            throw new PolicyException.Invalid("with grant option, name the columns to include, not those to exclude");
        }
    }

    /** A grant for whoever holds it, on no condition but time and purpose, without a reason. */
    public Grant(
            String id,
            Grantee grantee,
            Resource resource,
            Set<Permission> permissions,
            Set<Permission> grantable,
            Validity validity,
            String purpose,
            Source source) {
        this(id, grantee, resource, permissions, grantable, new Terms(validity, Condition.NONE, purpose), "", source);
    }

    /** A grant for ever, without grant option, made by hand. */
    public static Grant of(String id, Grantee grantee, Resource resource, Permission first, Permission... rest) {
        return new Grant(id, grantee, resource, EnumSet.of(first, rest), Set.of(), Terms.NONE, "", new Source.Hand());
    }

    /** The same with other permissions. */
    public Grant with(Set<Permission> otherPermissions, Set<Permission> otherGrantable) {
        return new Grant(id, grantee, resource, otherPermissions, otherGrantable, terms, reason, source);
    }

    /** The same on other terms. */
    public Grant on(Terms otherTerms) {
        return new Grant(id, grantee, resource, permissions, grantable, otherTerms, reason, source);
    }

    /** The same under another id. */
    public Grant called(String otherId) {
        return new Grant(otherId, grantee, resource, permissions, grantable, terms, reason, source);
    }

    /** The same on another resource. */
    public Grant on(Resource other) {
        return new Grant(id, grantee, other, permissions, grantable, terms, reason, source);
    }

    /** The same from another source. */
    public Grant from(Source other) {
        return new Grant(id, grantee, resource, permissions, grantable, terms, reason, other);
    }

    /** When it holds. */
    public Validity validity() {
        return terms.validity();
    }

    /** To what end data must be asked for; empty for any. */
    public String purpose() {
        return terms.purpose();
    }

    /** Whether it gives this permission, itself or by ALL, which is all but BREAK_GLASS. */
    public boolean gives(Permission permission) {
        return permissions.contains(permission)
                || (permissions.contains(Permission.ALL)
                        && permission != Permission.BREAK_GLASS
                        && resource.grantable().contains(permission));
    }

    /** Whether its holder may pass this permission on. */
    public boolean passesOn(Permission permission) {
        return grantable.contains(permission)
                || (grantable.contains(Permission.ALL)
                        && permission != Permission.BREAK_GLASS
                        && resource.grantable().contains(permission));
    }

    private static Set<Permission> ordered(Set<Permission> permissions) {
        return permissions.isEmpty()
                ? Set.of()
                : KNOWN_SETS.computeIfAbsent(EnumSet.copyOf(permissions), Collections::unmodifiableSet);
    }

    private static Sentence kind(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> Sentence.of("a catalog");
            case Resource.OfDatabase _ -> Sentence.of("a database");
            case Resource.AllTables _ -> Sentence.of("all tables of a database");
            case Resource.OfTable _ -> Sentence.of("a table");
            case Resource.OfColumns _ -> Sentence.of("columns");
            case Resource.OfCells _ -> Sentence.of("a data-cells filter");
            case Resource.Tagged(var kind, var _) -> kind.sentence();
            case Resource.TaggedAs(var kind, var _) -> kind.sentence();
            case Resource.OfLocation _ -> Sentence.of("a data location");
        };
    }
}
