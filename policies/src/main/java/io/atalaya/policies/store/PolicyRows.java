package io.atalaya.policies.store;

import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.ResourceText;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The policies in the rows that one handle sees. Words that repeat in many rows are kept once. */
public final class PolicyRows {
    private final Handle handle;
    private final Map<String, Source> sources = new HashMap<>();
    private final Map<String, Grantee> grantees = new HashMap<>();
    private final Map<String, Set<Permission>> permissions = new HashMap<>();
    private final Map<String, Condition> conditions = new HashMap<>();

    /** Of that handle, for one use. */
    public PolicyRows(Handle handle) {
        this.handle = handle;
    }

    /** Everything that a source says. */
    public List<PolicyItem> saidBy(Source source) {
        return Stream.concat(
                        butGrants(Optional.of(source)),
                        grantsOf(source).stream().map(PolicyItem.OfGrant::new))
                .toList();
    }

    /** Everything, whoever says it. */
    public List<PolicyItem> all() {
        return Stream.concat(butGrants(Optional.empty()), grants().stream().map(PolicyItem.OfGrant::new))
                .toList();
    }

    /** Everything that a source says, or that all do, but grants, of which there may be many. */
    public Stream<PolicyItem> butGrants(Optional<Source> source) {
        return Stream.of(
                        profiles(source).stream().map(PolicyItem.OfProfile::new),
                        inclusions(source).stream().map(PolicyItem.OfInclusion::new),
                        purposes(source).stream().map(PolicyItem.OfPurpose::new),
                        memberships(source).stream().map(PolicyItem.OfMembership::new),
                        attributes(source).stream().map(PolicyItem.OfAttribute::new),
                        tags(source).stream(),
                        tagExpressions(source).stream().map(PolicyItem.OfTagExpression::new),
                        assignments(source).stream().map(PolicyItem.OfAssignment::new),
                        filters(source).stream().map(PolicyItem.OfFilter::new),
                        guards(source).stream().map(PolicyItem.OfGuard::new))
                .flatMap(items -> items.map(PolicyItem.class::cast));
    }

    /** What is stored with the kind, key and source of {@code item}; grants are found by id instead. */
    public Optional<PolicyItem> find(PolicyItem item) {
        Optional<Source> source = Optional.of(item.source());
        Stream<? extends PolicyItem> alike = switch (item) {
            case PolicyItem.OfProfile _ -> profiles(source).stream().map(PolicyItem.OfProfile::new);
            case PolicyItem.OfInclusion _ -> inclusions(source).stream().map(PolicyItem.OfInclusion::new);
            case PolicyItem.OfPurpose _ -> purposes(source).stream().map(PolicyItem.OfPurpose::new);
            case PolicyItem.OfMembership _ -> memberships(source).stream().map(PolicyItem.OfMembership::new);
            case PolicyItem.OfAttribute _ -> attributes(source).stream().map(PolicyItem.OfAttribute::new);
            case PolicyItem.OfTag _ -> tags(source).stream();
            case PolicyItem.OfTagExpression _ -> tagExpressions(source).stream().map(PolicyItem.OfTagExpression::new);
            case PolicyItem.OfAssignment(var assignment) ->
                assignments(assignment)
                        .filter(one -> one.source().equals(item.source()))
                        .map(PolicyItem.OfAssignment::new);
            case PolicyItem.OfFilter _ -> filters(source).stream().map(PolicyItem.OfFilter::new);
            case PolicyItem.OfGuard _ -> guards(source).stream().map(PolicyItem.OfGuard::new);
            case PolicyItem.OfGrant _ -> Stream.<PolicyItem>empty();
        };
        return alike.filter(one -> one.key().equals(item.key()))
                .<PolicyItem>map(one -> one)
                .findFirst();
    }

    List<Profile> profiles(Optional<Source> source) {
        return query("SELECT name, source, description, administrator FROM profile", source, "name, source")
                .map((row, _) -> new Profile(
                        row.getString("name"),
                        row.getString("description"),
                        row.getBoolean("administrator"),
                        source(row)))
                .list();
    }

    List<Inclusion> inclusions(Optional<Source> source) {
        return query("SELECT profile, included, source FROM profile_inclusion", source, "profile, included, source")
                .map((row, _) -> new Inclusion(row.getString("profile"), row.getString("included"), source(row)))
                .list();
    }

    List<Purpose> purposes(Optional<Source> source) {
        return query("SELECT name, source, description FROM purpose", source, "name, source")
                .map((row, _) -> new Purpose(row.getString("name"), row.getString("description"), source(row)))
                .list();
    }

    List<NamedTagExpression> tagExpressions(Optional<Source> source) {
        return query("SELECT name, source, expression FROM tag_expression", source, "name, source")
                .map((row, _) -> new NamedTagExpression(
                        row.getString("name"), TagExpression.parse(row.getString("expression")), source(row)))
                .list();
    }

    List<Membership> memberships(Optional<Source> source) {
        return query("SELECT user_name, profile, source FROM membership", source, "user_name, profile, source")
                .map((row, _) -> new Membership(row.getString("user_name"), row.getString("profile"), source(row)))
                .list();
    }

    List<UserAttribute> attributes(Optional<Source> source) {
        return query("SELECT user_name, name, source, value FROM user_attribute", source, "user_name, name, source")
                .map((row, _) -> new UserAttribute(
                        row.getString("user_name"), row.getString("name"), row.getString("value"), source(row)))
                .list();
    }

    /** Every user with its profiles and attributes. */
    Map<String, Principal> people() {
        return people(memberships(Optional.empty()), attributes(Optional.empty()));
    }

    static Map<String, Principal> people(List<Membership> memberships, List<UserAttribute> given) {
        Map<String, Set<String>> profiles = memberships.stream()
                .collect(Collectors.groupingBy(
                        Membership::user, Collectors.mapping(Membership::profile, Collectors.toSet())));
        Map<String, Map<String, String>> attributes = given.stream()
                .collect(Collectors.groupingBy(
                        UserAttribute::user,
                        Collectors.toMap(UserAttribute::name, UserAttribute::value, (first, _) -> first)));
        return Stream.concat(profiles.keySet().stream(), attributes.keySet().stream())
                .distinct()
                .collect(Collectors.toMap(
                        user -> user,
                        user -> new Principal(
                                user, profiles.getOrDefault(user, Set.of()), attributes.getOrDefault(user, Map.of()))));
    }

    List<PolicyItem.OfTag> tags(Optional<Source> source) {
        return query("SELECT tag_key, tag_value, source FROM lf_tag", source, "tag_key, tag_value, source")
                .map((row, _) -> new PolicyItem.OfTag(
                        new LfTag(row.getString("tag_key"), row.getString("tag_value")), source(row)))
                .list();
    }

    List<TagAssignment> assignments(Optional<Source> source) {
        return query("SELECT target, tag_key, source, tag_value FROM tag_assignment", source, "target, tag_key, source")
                .map((row, _) -> assignment(row))
                .list();
    }

    private TagAssignment assignment(ResultSet row) throws SQLException {
        return new TagAssignment(
                TagTarget.parse(row.getString("target")),
                new LfTag(row.getString("tag_key"), row.getString("tag_value")),
                source(row));
    }

    /** Whatever value any source gives the same target for the same key. */
    private Stream<TagAssignment> assignments(TagAssignment alike) {
        return handle
                .createQuery("""
                        SELECT target, tag_key, source, tag_value FROM tag_assignment
                        WHERE target = :target AND tag_key = :key ORDER BY source
                        """)
                .bind("target", alike.target().text())
                .bind("key", alike.tag().key())
                .map((row, _) -> assignment(row))
                .list()
                .stream();
    }

    /** What gives way to {@code item}: a tag by lineage, for the same key of the same target. */
    public Optional<PolicyItem> givingWay(PolicyItem item) {
        return ofLineage(item, true);
    }

    /** What {@code item} gives way to, being by lineage: a tag that somebody gave for the same key of the same target. */
    boolean givesWay(PolicyItem item) {
        return item.source() instanceof Source.Lineage && ofLineage(item, false).isPresent();
    }

    private Optional<PolicyItem> ofLineage(PolicyItem item, boolean lineage) {
        return item instanceof PolicyItem.OfAssignment(var assignment)
                ? assignments(assignment)
                        .filter(one -> one.source() instanceof Source.Lineage == lineage)
                        .<PolicyItem>map(PolicyItem.OfAssignment::new)
                        .findFirst()
                : Optional.empty();
    }

    List<DataCellsFilter> filters(Optional<Source> source) {
        return query("""
                        SELECT id, database_uuid, table_uuid, name, columns_chosen, rows_chosen, source
                        FROM data_cells_filter
                        """, source, "table_uuid, name")
                .map((row, _) -> new DataCellsFilter(
                        UUID.fromString(row.getString("id")),
                        UUID.fromString(row.getString("database_uuid")),
                        UUID.fromString(row.getString("table_uuid")),
                        row.getString("name"),
                        ResourceText.columns(row.getString("columns_chosen")),
                        PredicateParser.parseStored(row.getString("rows_chosen")),
                        source(row)))
                .list();
    }

    List<Guard> guards(Optional<Source> source) {
        return query(
                        "SELECT id, name, description, selector, effect, exempt, source FROM guard",
                        source,
                        "source, name")
                .map((row, _) -> new Guard(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("description"),
                        GuardText.selector(row.getString("selector")),
                        GuardText.effect(row.getString("effect")),
                        words(row.getString("exempt")),
                        source(row)))
                .list();
    }

    List<Grant> grants() {
        return grants("", Map.of());
    }

    /** The grant of that id. */
    public Optional<Grant> grant(String id) {
        return grants("WHERE id = :id", Map.of("id", id)).stream().findFirst();
    }

    /** The grants that a source says, by id. */
    public List<Grant> grantsOf(Source source) {
        return grants("WHERE source = :source", Map.of("source", source.text()));
    }

    List<Grant> grants(Grantee grantee) {
        return grants("WHERE grantee = :grantee", Map.of("grantee", grantee.text()));
    }

    private List<Grant> grants(String where, Map<String, ?> bindings) {
        return handle.createQuery("""
                        SELECT id, grantee, resource, permissions, grantable, valid_from, valid_until, only_when, purpose,
                            reason, source
                        FROM policy_grant
                        """ + where + " ORDER BY id")
                .bindMap(bindings)
                .setFetchSize(10_000)
                .map((row, _) -> new Grant(
                        row.getString("id"),
                        grantees.computeIfAbsent(row.getString("grantee"), Grantee::parse),
                        ResourceText.parse(row.getString("resource")),
                        permissions(row.getString("permissions")),
                        permissions(row.getString("grantable")),
                        terms(row),
                        row.getString("reason"),
                        source(row)))
                .list();
    }

    Set<String> pending() {
        return Set.copyOf(handle.createQuery("SELECT DISTINCT name FROM policy_pending")
                .mapTo(String.class)
                .list());
    }

    /** Makes the item be there. */
    public void insert(PolicyItem item) {
        String source = item.source().text();
        switch (item) {
            case PolicyItem.OfProfile(var profile) ->
                handle.execute(
                        "INSERT INTO profile (name, source, description, administrator) VALUES (?, ?, ?, ?)",
                        profile.name(),
                        source,
                        profile.description(),
                        profile.administrator());
            case PolicyItem.OfInclusion(var inclusion) ->
                handle.execute(
                        "INSERT INTO profile_inclusion (profile, included, source) VALUES (?, ?, ?)",
                        inclusion.profile(),
                        inclusion.included(),
                        source);
            case PolicyItem.OfPurpose(var purpose) ->
                handle.execute(
                        "INSERT INTO purpose (name, source, description) VALUES (?, ?, ?)",
                        purpose.name(),
                        source,
                        purpose.description());
            case PolicyItem.OfTagExpression(var named) ->
                handle.execute(
                        "INSERT INTO tag_expression (name, source, expression) VALUES (?, ?, ?)",
                        named.name(),
                        source,
                        named.expression().text());
            case PolicyItem.OfMembership(var membership) ->
                handle.execute(
                        "INSERT INTO membership (user_name, profile, source) VALUES (?, ?, ?)",
                        membership.user(),
                        membership.profile(),
                        source);
            case PolicyItem.OfAttribute(var attribute) ->
                handle.execute(
                        "INSERT INTO user_attribute (user_name, name, source, value) VALUES (?, ?, ?, ?)",
                        attribute.user(),
                        attribute.name(),
                        source,
                        attribute.value());
            case PolicyItem.OfTag(var tag, var _) ->
                handle.execute(
                        "INSERT INTO lf_tag (tag_key, tag_value, source) VALUES (?, ?, ?)",
                        tag.key(),
                        tag.value(),
                        source);
            case PolicyItem.OfAssignment(var assignment) ->
                handle.execute(
                        "INSERT INTO tag_assignment (target, tag_key, source, tag_value) VALUES (?, ?, ?, ?)",
                        assignment.target().text(),
                        assignment.tag().key(),
                        source,
                        assignment.tag().value());
            case PolicyItem.OfFilter(var filter) -> insert(filter, source);
            case PolicyItem.OfGrant(var grant) -> insert(grant, source);
            case PolicyItem.OfGuard(var guard) -> insert(guard, source);
        }
    }

    private void insert(DataCellsFilter filter, String source) {
        handle.execute(
                """
                INSERT INTO data_cells_filter (id, database_uuid, table_uuid, name, columns_chosen, rows_chosen, source)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                filter.id().toString(),
                filter.database().toString(),
                filter.table().toString(),
                filter.name(),
                ResourceText.print(filter.columns()),
                PredicateText.stored(filter.rows()),
                source);
    }

    private void insert(Grant grant, String source) {
        handle.createUpdate("""
                        INSERT INTO policy_grant (id, grantee, resource, permissions, grantable, valid_from, valid_until,
                            only_when, purpose, reason, source)
                        VALUES (:id, :grantee, :resource, :permissions, :grantable, :from, :until,
                            :when, :purpose, :reason, :source)
                        """)
                .bind("id", grant.id())
                .bind("grantee", grant.grantee().text())
                .bind("resource", grant.resource().text())
                .bind("permissions", text(grant.permissions()))
                .bind("grantable", text(grant.grantable()))
                .bind("from", grant.validity().from().map(PolicyRows::micros))
                .bind("until", grant.validity().until().map(PolicyRows::micros))
                .bind("when", grant.terms().condition().text())
                .bind("purpose", grant.purpose())
                .bind("reason", grant.reason())
                .bind("source", source)
                .execute();
    }

    private void insert(Guard guard, String source) {
        handle.execute(
                """
                INSERT INTO guard (id, name, description, selector, effect, exempt, source)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                guard.id(),
                guard.name(),
                guard.description(),
                GuardText.print(guard.on()),
                GuardText.print(guard.effect()),
                guard.exempt().stream().sorted().collect(Collectors.joining(",")),
                source);
    }

    /** Makes the item not be there. */
    public void delete(PolicyItem item) {
        String source = item.source().text();
        switch (item) {
            case PolicyItem.OfProfile(var profile) ->
                handle.execute("DELETE FROM profile WHERE name = ? AND source = ?", profile.name(), source);
            case PolicyItem.OfInclusion(var inclusion) ->
                handle.execute(
                        "DELETE FROM profile_inclusion WHERE profile = ? AND included = ? AND source = ?",
                        inclusion.profile(),
                        inclusion.included(),
                        source);
            case PolicyItem.OfPurpose(var purpose) ->
                handle.execute("DELETE FROM purpose WHERE name = ? AND source = ?", purpose.name(), source);
            case PolicyItem.OfTagExpression(var named) ->
                handle.execute("DELETE FROM tag_expression WHERE name = ? AND source = ?", named.name(), source);
            case PolicyItem.OfMembership(var membership) ->
                handle.execute(
                        "DELETE FROM membership WHERE user_name = ? AND profile = ? AND source = ?",
                        membership.user(),
                        membership.profile(),
                        source);
            case PolicyItem.OfAttribute(var attribute) ->
                handle.execute(
                        "DELETE FROM user_attribute WHERE user_name = ? AND name = ? AND source = ?",
                        attribute.user(),
                        attribute.name(),
                        source);
            case PolicyItem.OfTag(var tag, var _) ->
                handle.execute(
                        "DELETE FROM lf_tag WHERE tag_key = ? AND tag_value = ? AND source = ?",
                        tag.key(),
                        tag.value(),
                        source);
            case PolicyItem.OfAssignment(var assignment) ->
                handle.execute(
                        "DELETE FROM tag_assignment WHERE target = ? AND tag_key = ? AND source = ?",
                        assignment.target().text(),
                        assignment.tag().key(),
                        source);
            case PolicyItem.OfFilter(var filter) ->
                handle.execute(
                        "DELETE FROM data_cells_filter WHERE id = ?",
                        filter.id().toString());
            case PolicyItem.OfGrant(var grant) -> handle.execute("DELETE FROM policy_grant WHERE id = ?", grant.id());
            case PolicyItem.OfGuard(var guard) -> handle.execute("DELETE FROM guard WHERE id = ?", guard.id());
        }
    }

    private Query query(String select, Optional<Source> source, String order) {
        Query query = handle.createQuery(
                select + (source.isPresent() ? " WHERE source = :source" : "") + " ORDER BY " + order);
        return source.map(some -> query.bind("source", some.text())).orElse(query);
    }

    private Source source(ResultSet row) throws SQLException {
        return sources.computeIfAbsent(row.getString("source"), Source::parse);
    }

    private Set<Permission> permissions(String text) {
        return permissions.computeIfAbsent(text, PolicyRows::parsePermissions);
    }

    private static Set<Permission> parsePermissions(String text) {
        return text.isEmpty()
                ? Set.of()
                : Arrays.stream(text.split(",", -1))
                        .map(Permission::valueOf)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
    }

    private static String text(Collection<Permission> permissions) {
        return permissions.stream().map(Permission::name).collect(Collectors.joining(","));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(",", -1));
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private Terms terms(ResultSet row) throws SQLException {
        Validity validity = validity(row);
        String condition = row.getString("only_when");
        String purpose = row.getString("purpose");
        return validity.equals(Validity.ALWAYS) && condition.isEmpty() && purpose.isEmpty()
                ? Terms.NONE
                : new Terms(validity, conditions.computeIfAbsent(condition, Condition::parse), purpose);
    }

    private static Validity validity(ResultSet row) throws SQLException {
        Optional<Instant> from = instant(row, "valid_from");
        Optional<Instant> until = instant(row, "valid_until");
        return from.isEmpty() && until.isEmpty() ? Validity.ALWAYS : new Validity(from, until);
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
