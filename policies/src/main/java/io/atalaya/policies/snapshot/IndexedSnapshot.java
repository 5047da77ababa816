package io.atalaya.policies.snapshot;

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
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.Tagging;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** Decides on a {@link PolicyState}. A decision looks only at the asking principal's grants near the thing asked for. */
public final class IndexedSnapshot implements PolicySnapshot {
    private static final Set<Permission> ADMINISTRATORS_ON_CATALOG =
            Set.of(Permission.DESCRIBE, Permission.CREATE_DATABASE, Permission.CREATE_LF_TAG);

    private final PolicyState state;
    private final Clock clock;
    private final DecisionCache decided = new DecisionCache();

    /** The policies of that state; {@code clock} says which grants are valid. */
    public IndexedSnapshot(PolicyState state, Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    /** What it decides on. */
    public PolicyState state() {
        return state;
    }

    @Override
    public long epoch() {
        return state.epoch();
    }

    @Override
    public Decision decide(Principal principal, Permission permission, GovernedTable table) {
        return decided.get(principal, permission, table, clock.instant(), this::take);
    }

    private DecisionCache.Answer take(Principal principal, Permission permission, GovernedTable table, Instant now) {
        Span span = new Span(now);
        List<Grant> counting = new ArrayList<>();
        for (Grant grant : near(principal, table).toList()) {
            span.cut(grant.validity());
            if (grant.terms().hold(principal, now)) {
                counting.add(grant);
            }
        }
        return new DecisionCache.Answer(take(principal, permission, table, counting), span.from, span.until);
    }

    private Decision take(Principal principal, Permission permission, GovernedTable table, List<Grant> counting) {
        return switch (permission) {
            case SELECT ->
                new SelectDecision(state, principal, table, counting).decide(known(principal, table, counting));
            case DESCRIBE -> describe(principal, table, counting);
            case ALL, INSERT, DELETE, ALTER, DROP, ASSOCIATE, BREAK_GLASS ->
                change(principal, permission, table, counting);
            case CREATE_DATABASE, CREATE_TABLE, DATA_LOCATION_ACCESS, CREATE_LF_TAG, GRANT_WITH_LF_TAG_EXPRESSION ->
                denied(principal, permission, table, counting);
        };
    }

    private boolean known(Principal principal, GovernedTable table, List<Grant> counting) {
        return isAdministrator(principal)
                || counting.stream().anyMatch(grant -> reaches(grant, table.databaseUuid(), table.uuid()));
    }

    private Decision describe(Principal principal, GovernedTable table, List<Grant> counting) {
        List<Cause> causes = new ArrayList<>();
        Sentences sentences = new Sentences(state, table);
        counting.stream()
                .filter(grant -> reaches(grant, table.databaseUuid(), table.uuid()))
                .forEach(grant -> causes.add(sentences.grant(grant)));
        if (isAdministrator(principal)) {
            causes.add(new Cause(
                    Cause.Kind.IMPLIED, "administrator", Sentence.of("Administrators may describe everything.")));
        }
        return causes.isEmpty()
                ? denied(principal, Permission.DESCRIBE, table, counting)
                : allowed(principal, Permission.DESCRIBE, table, causes);
    }

    private Decision change(Principal principal, Permission permission, GovernedTable table, List<Grant> counting) {
        Sentences sentences = new Sentences(state, table);
        List<Cause> causes = counting.stream()
                .filter(grant -> grant.gives(permission) && reachesWhole(grant, table))
                .map(sentences::grant)
                .toList();
        return causes.isEmpty()
                ? denied(principal, permission, table, counting)
                : allowed(principal, permission, table, causes);
    }

    /** Only SELECT gives something to read: whoever takes another decision for it reads nothing. */
    private Decision allowed(Principal principal, Permission permission, GovernedTable table, List<Cause> causes) {
        Cause nothing = new Cause(Cause.Kind.MISSING, "none", Sentence.of("{0} gives no values to read.", permission));
        Map<Integer, ColumnAccess> columns = new HashMap<>();
        table.schema()
                .columns()
                .forEach(column -> columns.put(column.fieldId(), new ColumnAccess.Hidden(List.of(nothing))));
        return new Decision.Allowed(principal, permission, table, epoch(), new Predicate.Never(), columns, causes);
    }

    private Decision denied(Principal principal, Permission permission, GovernedTable table, List<Grant> counting) {
        Cause missing = new Cause(
                Cause.Kind.MISSING,
                "none",
                Sentence.of("No grant gives {0} {1} on {2}.", principal.name(), permission, table.name()));
        return new Decision.Denied(
                principal, permission, table, epoch(), known(principal, table, counting), List.of(missing));
    }

    /** The grants a decision about the table looks at, whether valid or not. */
    Stream<Grant> near(Principal principal, GovernedTable table) {
        return near(principal, table.databaseUuid(), table.uuid());
    }

    private Stream<Grant> near(Principal principal, UUID database, UUID table) {
        return state.heldBy(principal).flatMap(held -> held.near(table, database));
    }

    private Stream<Grant> counting(Principal principal, Stream<Grant> grants) {
        Instant now = clock.instant();
        return grants.filter(grant -> grant.terms().hold(principal, now));
    }

    /** Whether the grant lets its holder know the table. */
    private boolean reaches(Grant grant, UUID database, UUID table) {
        return switch (grant.resource()) {
            case Resource.OfTable _, Resource.OfColumns _, Resource.OfCells _, Resource.AllTables _ -> true;
            case Resource.Tagged _, Resource.TaggedAs _ ->
                state.tablesTagged(grant.resource())
                        .filter(expression -> state.tags().someOfTableMatches(expression, database, table))
                        .isPresent();
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> false;
        };
    }

    /** Whether the grant is on the table with all its columns. */
    private boolean reachesWhole(Grant grant, GovernedTable table) {
        return switch (grant.resource()) {
            case Resource.OfTable _, Resource.AllTables _ -> true;
            case Resource.Tagged _, Resource.TaggedAs _ ->
                state.tablesTagged(grant.resource())
                        .filter(expression -> !table.schema().columns().isEmpty()
                                && table.schema().columns().stream()
                                        .allMatch(column -> matches(expression, table, column.fieldId())))
                        .isPresent();
            case Resource.OfColumns _,
                    Resource.OfCells _,
                    Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.OfLocation _ -> false;
        };
    }

    private boolean matches(TagExpression expression, GovernedTable table, int fieldId) {
        return state.tags().columnMatches(expression, table.databaseUuid(), table.uuid(), fieldId);
    }

    @Override
    public boolean allows(Principal principal, Permission permission, UUID databaseUuid, Namespace database) {
        if (permission == Permission.DESCRIBE) {
            return mayDescribe(principal, databaseUuid, database);
        }
        return counting(
                        principal,
                        state.heldBy(principal)
                                .flatMap(held -> Stream.concat(
                                        held.databases().getOrDefault(databaseUuid, List.of()).stream(),
                                        held.others().stream().filter(grant -> onDatabase(grant, databaseUuid)))))
                .anyMatch(grant -> grant.gives(permission));
    }

    private boolean onDatabase(Grant grant, UUID database) {
        return state.databasesTagged(grant.resource())
                .filter(expression -> state.tags().databaseMatches(expression, database))
                .isPresent();
    }

    @Override
    public boolean allows(Principal principal, Permission permission) {
        return (isAdministrator(principal) && ADMINISTRATORS_ON_CATALOG.contains(permission))
                || counting(principal, state.heldBy(principal).flatMap(held -> held.others().stream()))
                        .anyMatch(grant -> grant.resource() instanceof Resource.OfCatalog && grant.gives(permission));
    }

    @Override
    public boolean allowsLocation(Principal principal, String uri) {
        return isAdministrator(principal)
                || counting(principal, state.heldBy(principal).flatMap(held -> held.others().stream()))
                        .anyMatch(grant ->
                                grant.resource() instanceof Resource.OfLocation location && location.covers(uri));
    }

    @Override
    public boolean awaits(TableIdentifier table) {
        return state.pending().contains(table.toString());
    }

    @Override
    public boolean mayDescribe(Principal principal, GovernedTable table) {
        return mayDescribe(principal, table.databaseUuid(), table.uuid());
    }

    @Override
    public boolean mayDescribe(Principal principal, UUID databaseUuid, UUID tableUuid) {
        return isAdministrator(principal)
                || counting(principal, near(principal, databaseUuid, tableUuid))
                        .anyMatch(grant -> reaches(grant, databaseUuid, tableUuid));
    }

    @Override
    public Horizon horizon(Principal principal) {
        Instant now = clock.instant();
        Span span = new Span(now);
        if (isAdministrator(principal)) {
            state.heldBy(principal).flatMap(held -> held.all().stream()).forEach(grant -> span.cut(grant.validity()));
            return Horizon.ofEverything(span.from, span.until);
        }
        Set<UUID> tables = new HashSet<>();
        Set<UUID> databases = new HashSet<>();
        Set<TagExpression> tagged = new HashSet<>();
        state.heldBy(principal).flatMap(held -> held.all().stream()).forEach(grant -> {
            span.cut(grant.validity());
            if (grant.terms().hold(principal, now)) {
                switch (grant.resource()) {
                    case Resource.OfTable(var _, var table) -> tables.add(table);
                    case Resource.OfColumns(var _, var table, var _) -> tables.add(table);
                    case Resource.OfCells(var _, var table, var _) -> tables.add(table);
                    case Resource.AllTables(var database) -> databases.add(database);
                    case Resource.Tagged _, Resource.TaggedAs _ ->
                        state.tablesTagged(grant.resource()).ifPresent(tagged::add);
                    case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> {}
                }
            }
        });
        return new Horizon(false, tables, databases, tagged, span.from, span.until);
    }

    @Override
    public Tagging tagging() {
        return state.tags();
    }

    /** The time around an instant in which no grant begins or ends. */
    private static final class Span {
        private final Instant now;
        private Instant from = Instant.MIN;
        private Instant until = Instant.MAX;

        Span(Instant now) {
            this.now = now;
        }

        void cut(Validity validity) {
            for (Instant edge : validity.edges()) {
                if (edge.isAfter(now)) {
                    until = edge.isBefore(until) ? edge : until;
                } else {
                    from = edge.isAfter(from) ? edge : from;
                }
            }
        }
    }

    @Override
    public Set<Integer> knownColumns(Principal principal, GovernedTable table) {
        Set<Integer> known = new HashSet<>();
        table.schema().columns().forEach(column -> known.add(column.fieldId()));
        if (isAdministrator(principal)) {
            return known;
        }
        List<Grant> describing = counting(principal, near(principal, table))
                .filter(grant -> grant.gives(Permission.DESCRIBE))
                .toList();
        Set<Integer> undescribed = new HashSet<>(known);
        undescribed.removeIf(id -> describing.stream().anyMatch(grant -> describes(grant.resource(), table, id)));
        if (!undescribed.isEmpty()) {
            known.removeAll(undescribed);
            if (decide(principal, Permission.SELECT, table) instanceof Decision.Allowed allowed) {
                undescribed.removeIf(id -> allowed.columns().get(id) instanceof ColumnAccess.Hidden);
                known.addAll(undescribed);
            }
        }
        return known;
    }

    private boolean describes(Resource resource, GovernedTable table, int fieldId) {
        return switch (resource) {
            case Resource.OfTable _, Resource.AllTables _ -> true;
            case Resource.Tagged _, Resource.TaggedAs _ ->
                state.tablesTagged(resource)
                        .filter(expression -> matches(expression, table, fieldId))
                        .isPresent();
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.OfColumns _,
                    Resource.OfCells _,
                    Resource.OfLocation _ -> false;
        };
    }

    @Override
    public boolean mayDescribe(Principal principal, UUID databaseUuid, Namespace database) {
        return isAdministrator(principal)
                || counting(principal, onDatabase(principal, databaseUuid))
                        .findAny()
                        .isPresent()
                || counting(principal, state.heldBy(principal).flatMap(held -> held.others().stream()))
                        .anyMatch(grant -> onDatabase(grant, databaseUuid)
                                || (impliesDatabase(grant)
                                        && state.tablesTagged(grant.resource())
                                                .filter(expression ->
                                                        state.tags().someOfDatabaseMatches(expression, databaseUuid))
                                                .isPresent()));
    }

    private Stream<Grant> onDatabase(Principal principal, UUID database) {
        return state.heldBy(principal)
                .flatMap(held -> Stream.concat(
                        held.databases().getOrDefault(database, List.of()).stream(),
                        Stream.of(
                                        held.tablesOf().getOrDefault(database, List.of()),
                                        held.byTableDatabase().getOrDefault(database, List.of()))
                                .flatMap(List::stream)
                                .filter(IndexedSnapshot::impliesDatabase)));
    }

    /** As in Lake Formation, a grant on a table lets the database be known, but not if it is under a condition. */
    private static boolean impliesDatabase(Grant grant) {
        return grant.terms().condition().isNone();
    }

    @Override
    public boolean isAdministrator(Principal principal) {
        return state.profiles().stream()
                .anyMatch(profile ->
                        profile.administrator() && principal.profiles().contains(profile.name()));
    }

    @Override
    public Principal principal(String user) {
        Principal known = state.people().get(user);
        return known == null ? new Principal(user, Set.of(), Map.of()) : known;
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(UUID databaseUuid) {
        return state.tags().ofDatabase(databaseUuid);
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(GovernedTable table) {
        return state.tags().ofTable(table.databaseUuid(), table.uuid());
    }

    @Override
    public SortedMap<String, EffectiveTag> tags(GovernedTable table, int fieldId) {
        return state.tags().ofColumn(table.databaseUuid(), table.uuid(), fieldId);
    }

    @Override
    public SortedSet<String> users() {
        SortedSet<String> users = PolicySnapshot.super.users();
        users.addAll(state.persons().people().keySet());
        return users;
    }

    @Override
    public List<Grantee> grantees() {
        return state.grants().keySet().stream()
                .sorted(Comparator.comparing(Grantee::text))
                .toList();
    }

    @Override
    public List<Grant> grants(Grantee grantee) {
        return state.grantsOf(grantee);
    }

    @Override
    public Optional<DataCellsFilter> filter(UUID id) {
        return Optional.ofNullable(state.filters().get(id));
    }

    @Override
    public List<DataCellsFilter> filters() {
        return List.copyOf(state.filters().values());
    }

    @Override
    public List<DataCellsFilter> filters(UUID tableUuid) {
        return state.filtersByTable().getOrDefault(tableUuid, List.of());
    }

    @Override
    public List<Guard> guards() {
        return state.guards();
    }

    @Override
    public List<Profile> profiles() {
        return state.profiles();
    }

    @Override
    public List<Cause> notCounting(Principal principal, GovernedTable table) {
        Instant now = clock.instant();
        Sentences sentences = new Sentences(state, table);
        return near(principal, table)
                .filter(grant ->
                        !grant.terms().hold(principal, now) && reaches(grant, table.databaseUuid(), table.uuid()))
                .map(grant -> sentences.notCounting(grant, principal, now))
                .toList();
    }

    /** The filters that somebody holds on a table to no effect, as other grants give all that they do in every row. */
    public List<DataCellsFilter> voidFilters(Principal principal, GovernedTable table) {
        List<Grant> counting = counting(principal, near(principal, table))
                .filter(grant -> grant.gives(Permission.SELECT))
                .toList();
        return counting.stream()
                .flatMap(grant -> grant.resource() instanceof Resource.OfCells(var _, var _, var id)
                        ? filter(id).stream()
                        : Stream.empty())
                .filter(filter -> !(filter.rows() instanceof Predicate.Always
                        && filter.columns().isAll()))
                .filter(filter -> table.schema().columns().stream()
                        .filter(column -> filter.columns().contains(column.fieldId()))
                        .allMatch(column -> counting.stream()
                                .anyMatch(grant -> givesEverywhere(grant.resource(), table, column.fieldId()))))
                .distinct()
                .toList();
    }

    private boolean givesEverywhere(Resource resource, GovernedTable table, int fieldId) {
        return resource instanceof Resource.OfColumns(var _, var _, var columns)
                ? columns.contains(fieldId)
                : describes(resource, table, fieldId);
    }

    @Override
    public Principal holder(String profile) {
        return new Principal("profile " + profile, state.inclusions().with(Set.of(profile)), Map.of());
    }

    @Override
    public List<Purpose> purposes() {
        return state.purposes();
    }

    @Override
    public Optional<TagExpression> tagExpression(Resource resource) {
        return state.tablesTagged(resource).or(() -> state.databasesTagged(resource));
    }

    @Override
    public List<NamedTagExpression> tagExpressions() {
        return state.tagExpressions().values().stream()
                .sorted(Comparator.comparing(NamedTagExpression::name))
                .toList();
    }

    @Override
    public SortedMap<String, SortedSet<String>> tagValues() {
        return state.tagValues();
    }
}
