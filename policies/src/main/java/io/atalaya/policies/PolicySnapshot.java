package io.atalaya.policies;

import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.Tagging;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * All policies as they stood at one epoch, immutable, so that everything one request asks is decided at one moment.
 * Whatever no grant allows is denied.
 */
public interface PolicySnapshot {
    /** Grows by at least one with every change of grants, tags, guards, filters or memberships. */
    long epoch();

    /** Decides and explains; does no I/O. For {@code SELECT} the decision holds a row filter and each column's access. */
    Decision decide(Principal principal, Permission permission, GovernedTable table);

    /** The grants on the table that the principal holds and that do not count for what it asks now, each with the reason. */
    default List<Cause> notCounting(Principal principal, GovernedTable table) {
        return List.of();
    }

    /** Whether the principal may do this to the database itself. */
    boolean allows(Principal principal, Permission permission, UUID databaseUuid, Namespace database);

    /** Whether policy files speak of a table of that name, which is not there yet. */
    default boolean awaits(TableIdentifier table) {
        return false;
    }

    /** Whether the principal may know that the table exists; which of its columns do, says {@link #knownColumns}. */
    boolean mayDescribe(Principal principal, GovernedTable table);

    /**
     * The top-level columns, by field id, that the principal may know of: those it may read something of, and those that a
     * grant describes to it expressly. That somebody may read some columns does not tell them what the others are called.
     */
    Set<Integer> knownColumns(Principal principal, GovernedTable table);

    /** Whether the principal may know that the database exists. */
    boolean mayDescribe(Principal principal, UUID databaseUuid, Namespace database);

    /** Whether the principal may say what the columns of the table hold. */
    default boolean mayClassify(Principal principal, GovernedTable table) {
        return isAdministrator(principal) || decide(principal, Permission.ASSOCIATE, table) instanceof Decision.Allowed;
    }

    /** Whether the principal may administer the service: users, workgroups, policies. Gives no access to data. */
    boolean isAdministrator(Principal principal);

    /** Whether the principal may know that the table exists; needs no schema, so that long lists can ask for each. */
    boolean mayDescribe(Principal principal, UUID databaseUuid, UUID tableUuid);

    /** All tables of which {@link #mayDescribe(Principal, UUID, UUID)} holds, found without asking for each. */
    Horizon horizon(Principal principal);

    /** What carries which tags; with it the tags of a {@link Horizon} are looked up. */
    Tagging tagging();

    /** The user with the profiles and attributes it has at this epoch; a user nobody spoke of has none. */
    Principal principal(String user);

    /** Somebody without a name who has that profile and those it includes, and nothing else; holds no grants of its own. */
    default Principal holder(String profile) {
        return new Principal("profile " + profile, Set.of(profile), Map.of());
    }

    /** Whether the principal may do this to the catalog itself, such as {@code CREATE_DATABASE}. */
    boolean allows(Principal principal, Permission permission);

    /** Whether the principal has access to the storage at that URI. */
    boolean allowsLocation(Principal principal, String uri);

    /** The tags of a database, by key. */
    SortedMap<String, EffectiveTag> tags(UUID databaseUuid);

    /** The tags of a table, by key, with those it inherits. */
    SortedMap<String, EffectiveTag> tags(GovernedTable table);

    /** The tags of a top-level column, by key, with those it inherits. */
    SortedMap<String, EffectiveTag> tags(GovernedTable table, int fieldId);

    /** The users that policies speak of: who has a profile, an attribute or a grant of its own; in order. */
    default SortedSet<String> users() {
        return grantees().stream()
                .flatMap(grantee -> grantee instanceof Grantee.User(var name) ? Stream.of(name) : Stream.empty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Who holds grants of its own, users and profiles that are not there any more too; ordered by {@link Grantee#text}. */
    List<Grantee> grantees();

    /** The grants one grantee holds itself, whether valid now or not. */
    List<Grant> grants(Grantee grantee);

    /** The data-cells filter of that id. */
    Optional<DataCellsFilter> filter(UUID id);

    /** The data-cells filters of a table, by name. */
    List<DataCellsFilter> filters(UUID tableUuid);

    /** Every data-cells filter. */
    default List<DataCellsFilter> filters() {
        return List.of();
    }

    /** Every guard. */
    List<Guard> guards();

    /** Every profile; one that several sources define appears once for each. */
    List<Profile> profiles();

    /** The purposes that data may be asked for; one that several sources define appears once for each. */
    default List<Purpose> purposes() {
        return List.of();
    }

    /** The tag expressions with a name, by it. */
    default List<NamedTagExpression> tagExpressions() {
        return List.of();
    }

    /** The choice of tags that a resource is, itself or by the name of one that is there. */
    default Optional<TagExpression> tagExpression(Resource resource) {
        return resource instanceof Resource.Tagged(var _, var expression) ? Optional.of(expression) : Optional.empty();
    }

    /** The values each tag key may have. */
    SortedMap<String, SortedSet<String>> tagValues();
}
