package io.atalaya.query;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Horizon;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.Tagging;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;

/** Policies written by hand for tests: for a principal and a table, the rows and what differs from visible. */
public final class HandPolicies implements PolicySnapshot {
    public static final List<Cause> BECAUSE =
            List.of(new Cause(Cause.Kind.GRANT, "g1", Sentence.of("a grant for the test")));

    private record Key(String principal, String table) {}

    private record Rule(Predicate rows, Map<Integer, ColumnAccess> columns) {}

    private final Map<Key, Rule> rules = new HashMap<>();
    private final Map<UUID, String> names = new HashMap<>();
    private boolean columnsKnown = true;
    private long epoch = 1;

    public HandPolicies allow(String principal, String table) {
        return allow(principal, table, new Predicate.Always(), Map.of());
    }

    public HandPolicies allow(String principal, String table, Predicate rows, Map<Integer, ColumnAccess> columns) {
        rules.put(new Key(principal, table), new Rule(rows, Map.copyOf(columns)));
        epoch++;
        return this;
    }

    public HandPolicies revoke(String principal, String table) {
        rules.remove(new Key(principal, table));
        epoch++;
        return this;
    }

    public HandPolicies columnsUnknown() {
        columnsKnown = false;
        return this;
    }

    public static ColumnAccess hidden() {
        return new ColumnAccess.Hidden(BECAUSE);
    }

    public static ColumnAccess masked(Mask mask) {
        return new ColumnAccess.Masked(mask, new Predicate.Always(), BECAUSE);
    }

    public static ColumnAccess where(Predicate where) {
        return new ColumnAccess.VisibleWhere(where, BECAUSE);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Decision decide(Principal principal, Permission permission, GovernedTable table) {
        Rule rule = rules.get(new Key(principal.name(), table.name().toString()));
        if (rule == null || permission != Permission.SELECT) {
            return new Decision.Denied(principal, permission, table, epoch, false, BECAUSE);
        }
        Map<Integer, ColumnAccess> columns = new HashMap<>();
        table.schema()
                .columns()
                .forEach(column -> columns.put(
                        column.fieldId(),
                        rule.columns().getOrDefault(column.fieldId(), new ColumnAccess.Visible(BECAUSE))));
        return new Decision.Allowed(principal, permission, table, epoch, rule.rows(), columns, BECAUSE);
    }

    @Override
    public boolean allows(Principal principal, Permission permission, UUID databaseUuid, Namespace database) {
        return false;
    }

    @Override
    public boolean mayDescribe(Principal principal, GovernedTable table) {
        return columnsKnown
                && rules.containsKey(new Key(principal.name(), table.name().toString()));
    }

    @Override
    public boolean mayDescribe(Principal principal, UUID databaseUuid, Namespace database) {
        return rules.keySet().stream()
                .anyMatch(key ->
                        key.principal().equals(principal.name()) && key.table().startsWith(database.toString() + "."));
    }

    @Override
    public boolean isAdministrator(Principal principal) {
        return principal.name().equals("admin");
    }

    @Override
    public boolean mayDescribe(Principal principal, UUID databaseUuid, UUID tableUuid) {
        String name = names.get(tableUuid);
        return name != null && rules.containsKey(new Key(principal.name(), name));
    }

    @Override
    public Horizon horizon(Principal principal) {
        return new Horizon(
                false,
                names.entrySet().stream()
                        .filter(name -> rules.containsKey(new Key(principal.name(), name.getValue())))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()),
                Set.of(),
                Set.of(),
                java.time.Instant.MIN,
                java.time.Instant.MAX);
    }

    @Override
    public Tagging tagging() {
        return (expression, database, table) -> false;
    }

    @Override
    public Principal principal(String user) {
        return person(user);
    }

    @Override
    public boolean allows(Principal principal, Permission permission) {
        return false;
    }

    @Override
    public boolean allowsLocation(Principal principal, String uri) {
        return false;
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(UUID databaseUuid) {
        return new TreeMap<>();
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(GovernedTable table) {
        return new TreeMap<>();
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(GovernedTable table, int fieldId) {
        return new TreeMap<>();
    }

    @Override
    public Set<Integer> knownColumns(Principal principal, GovernedTable table) {
        boolean all = mayDescribe(principal, table);
        Decision select = decide(principal, Permission.SELECT, table);
        return table.schema().columns().stream()
                .map(Types.NestedField::fieldId)
                .filter(id -> all
                        || (select instanceof Decision.Allowed allowed
                                && !(allowed.columns().get(id) instanceof ColumnAccess.Hidden)))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Grantee> grantees() {
        return List.of();
    }

    @Override
    public List<Grant> grants(Grantee grantee) {
        return List.of();
    }

    @Override
    public Optional<DataCellsFilter> filter(UUID id) {
        return Optional.empty();
    }

    @Override
    public List<DataCellsFilter> filters(UUID tableUuid) {
        return List.of();
    }

    @Override
    public List<Guard> guards() {
        return List.of();
    }

    @Override
    public List<Profile> profiles() {
        return List.of();
    }

    @Override
    public SortedMap<String, SortedSet<String>> tagValues() {
        return new TreeMap<>();
    }

    /** What a table is called, for those who ask by its identity. */
    public void named(UUID table, String name) {
        names.put(table, name);
    }

    public static Principal person(String name) {
        return new Principal(name, Set.of(), Map.of());
    }
}
