package io.atalaya.policies.store;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.code.PolicyDifference.Change;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.GrantCheck;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.ResourceText;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.snapshot.PassedOn;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jdbi.v3.core.Handle;

/** The changes of one transaction, written as they come and checked together at the end. */
public final class PolicyEdit {
    private final Handle handle;
    private final PolicyRows rows;
    private final PolicyHistory history;
    private final Instant now;
    private final PolicyState before;
    private final Naming names;
    private final List<PolicyItem> touched = new ArrayList<>();
    private final List<Grant> granted = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private boolean pendingChanged;
    private boolean mayBePassedOnLess;

    /** In the transaction of that handle, at that time, of policies that were {@code before}. */
    public PolicyEdit(Handle handle, Instant now, PolicyState before, Naming names) {
        this.handle = handle;
        this.rows = new PolicyRows(handle);
        this.history = new PolicyHistory(handle);
        this.now = now;
        history.begin(before.epoch(), now);
        this.before = before;
        this.names = names;
    }

    /** The policies before the first change. */
    public PolicyState before() {
        return before;
    }

    /** What was changed so far. */
    public List<Change> changes() {
        return changes;
    }

    /** What was taken away and what was put there, one after the other. */
    public List<PolicyItem> touched() {
        return List.copyOf(touched);
    }

    /** Whether anything was changed that a decision may depend on. */
    public boolean isEmpty() {
        return touched.isEmpty() && !pendingChanged;
    }

    /**
     * Puts {@code wanted} in the place of {@code present}, or of what gives way to it; at least one of them is there. What is by
     * lineage and would have to give way itself is not put.
     */
    public void replace(Optional<PolicyItem> present, Optional<PolicyItem> wanted) {
        Optional<PolicyItem> now = wanted.filter(item -> !rows.givesWay(item));
        Optional<PolicyItem> was = present.or(() -> now.flatMap(rows::givingWay));
        if (was.isEmpty() && now.isEmpty()) {
            return;
        }
        was.ifPresent(item -> {
            rows.delete(item);
            history.ended(item, before.epoch() + 1);
            touched.add(item);
            mayBePassedOnLess |= letsPassOn(item);
        });
        now.ifPresent(item -> {
            if (item instanceof PolicyItem.OfFilter(var filter)) {
                unique(filter);
            }
            rows.insert(item);
            history.made(item, before.epoch() + 1);
            touched.add(item);
            if (item instanceof PolicyItem.OfGrant(var grant)) {
                granted.add(grant);
            }
        });
        PolicyItem either = now.or(() -> was).orElseThrow();
        changes.add(new Change(
                either.kind(),
                either.subject(names),
                was.map(item -> item.shown(names)),
                now.map(item -> item.shown(names)),
                Optional.of(either.named(was))));
    }

    /** Makes the item be there, in the place of what has its key and source. */
    public void put(PolicyItem item) {
        Optional<PolicyItem> was = rows.find(item);
        if (!was.equals(Optional.of(item))) {
            replace(was, Optional.of(item));
        }
    }

    /** Puts something else on record that happened in this transaction. */
    public void note(Change change) {
        changes.add(change);
    }

    /** The database that is changed. */
    public Handle handle() {
        return handle;
    }

    /** Notes that other names are waited for than before. */
    public void pendingChanged() {
        pendingChanged = true;
    }

    /**
     * Checks what was changed against everything else, and makes it known to readers of earlier epochs.
     *
     * @return the policies as they are now
     * @throws PolicyException.Conflict if policies contradict each other now
     */
    public PolicyState finish(long epoch) {
        StateLoader.note(handle, epoch, touched, pendingChanged);
        PolicyState after = StateLoader.load(handle, before, epoch);
        if (mayBePassedOnLess) {
            after = withoutFallen(after, epoch);
        }
        history.pending(before.rules().pending(), after.rules().pending(), epoch);
        history.begun(epoch, now);
        checkGrants(after);
        if (touched.stream().anyMatch(item -> Part.of(item).kind() != Part.Kind.GRANTS)) {
            checkTags(after);
            checkExpressions(after);
            checkSources();
        }
        return after;
    }

    /** Whether somebody may pass something on because of it. */
    private static boolean letsPassOn(PolicyItem item) {
        return switch (item) {
            case PolicyItem.OfGrant(var grant) -> !grant.grantable().isEmpty();
            case PolicyItem.OfProfile _,
                    PolicyItem.OfInclusion _,
                    PolicyItem.OfMembership _,
                    PolicyItem.OfFilter _,
                    PolicyItem.OfTagExpression _ -> true;
            case PolicyItem.OfPurpose _,
                    PolicyItem.OfAttribute _,
                    PolicyItem.OfTag _,
                    PolicyItem.OfAssignment _,
                    PolicyItem.OfGuard _ -> false;
        };
    }

    /** Takes back what was passed on by whoever could not pass it on now. */
    private PolicyState withoutFallen(PolicyState after, long epoch) {
        Map<Grant, Optional<Grant>> fallen = PassedOn.fallen(after);
        if (fallen.isEmpty()) {
            return after;
        }
        fallen.forEach((grant, left) -> {
            Optional<PolicyItem> wanted =
                    left.map(rest -> new PolicyItem.OfGrant(rest.called(PolicyItem.grantId(rest))));
            boolean ofTheSameName = left.filter(rest -> PolicyItem.grantId(rest).equals(grant.id()))
                    .isPresent();
            replace(Optional.of(new PolicyItem.OfGrant(grant)), ofTheSameName ? wanted : Optional.empty());
            if (!ofTheSameName) {
                wanted.filter(item -> rows.find(item).isEmpty())
                        .ifPresent(item -> replace(Optional.empty(), Optional.of(item)));
            }
        });
        StateLoader.note(handle, epoch, touched, pendingChanged);
        return StateLoader.load(handle, before, epoch);
    }

    private void unique(DataCellsFilter filter) {
        boolean taken =
                handle.createQuery("SELECT count(*) FROM data_cells_filter WHERE table_uuid = :table AND name = :name")
                                .bind("table", filter.table().toString())
                                .bind("name", filter.name())
                                .mapTo(Long.class)
                                .one()
                        > 0;
        if (taken) {
            throw new PolicyException.Conflict(
                    "{0} has a filter '{1}' from another source already", names.table(filter.table()), filter.name());
        }
    }

    private void checkGrants(PolicyState after) {
        for (Grant grant : granted) {
            if (grant.grantee() instanceof Grantee.Profile(var name)
                    && after.profiles().stream()
                            .noneMatch(profile -> profile.name().equals(name))) {
                throw new PolicyException.NotFound("there is no profile '{0}'", name);
            }
            if (!grant.purpose().isEmpty()
                    && after.purposes().stream()
                            .noneMatch(purpose -> purpose.name().equals(grant.purpose()))) {
                throw new PolicyException.NotFound("there is no purpose '{0}'", grant.purpose());
            }
            GrantCheck.compatible(
                    grant,
                    after.grantsOf(grant.grantee()),
                    cells -> Optional.ofNullable(after.filters().get(cells.filter()))
                            .map(DataCellsFilter::columns));
        }
    }

    private void checkTags(PolicyState after) {
        for (Guard guard : after.guards()) {
            if (guard.on() instanceof Guard.Selector.Tagged(var expression)) {
                checkDefined(after, expression, Sentence.of("guard '{0}'", guard.name()));
            }
        }
        handle.createQuery("""
                        SELECT a.tag_key, a.tag_value, a.target FROM tag_assignment a
                        LEFT JOIN lf_tag t ON t.tag_key = a.tag_key AND t.tag_value = a.tag_value
                        WHERE t.tag_key IS NULL ORDER BY a.tag_key, a.tag_value, a.target LIMIT 1
                        """)
                .map((row, _) -> Sentence.of(
                        "{0}={1} is still assigned to {2}",
                        row.getString("tag_key"),
                        row.getString("tag_value"),
                        names.target(TagTarget.parse(row.getString("target")))))
                .findOne()
                .ifPresent(PolicyEdit::conflict);
    }

    private static void checkDefined(PolicyState after, TagExpression expression, Sentence user) {
        expression.values().forEach((key, values) -> {
            SortedSet<String> defined = after.tagValues().get(key);
            for (String value : values) {
                if (defined == null || !defined.contains(value)) {
                    conflict(Sentence.of("tag {0} is needed by {1}", key + "=" + value, user));
                }
            }
        });
    }

    /** A grant or guard must not come to mean nothing because what it names goes away. */
    private void checkExpressions(PolicyState after) {
        for (NamedTagExpression named : after.tagExpressions().values()) {
            checkDefined(after, named.expression(), Sentence.of("tag expression '{0}'", named.name()));
        }
        if (touched.stream().anyMatch(PolicyItem.OfTagExpression.class::isInstance)) {
            handle.createQuery("SELECT DISTINCT resource FROM policy_grant WHERE resource LIKE 'tagged-as/%'")
                    .mapTo(String.class)
                    .list()
                    .forEach(resource -> checkNamed(after, ResourceText.parse(resource)));
        }
        if (touched.stream().anyMatch(PolicyItem.OfPurpose.class::isInstance)) {
            handle.createQuery("""
                            SELECT g.purpose FROM policy_grant g LEFT JOIN purpose p ON p.name = g.purpose
                            WHERE g.purpose <> '' AND p.name IS NULL LIMIT 1
                            """)
                    .mapTo(String.class)
                    .findOne()
                    .ifPresent(name -> conflict(Sentence.of("purpose '{0}' is needed by a grant", name)));
        }
    }

    private static void checkNamed(PolicyState after, Resource resource) {
        if (resource instanceof Resource.TaggedAs(var _, var name)
                && !after.tagExpressions().containsKey(name)) {
            conflict(Sentence.of("tag expression '{0}' is needed by a grant", name));
        }
    }

    /** Where only one value can hold, two sources must not give different ones. */
    private void checkSources() {
        handle.createQuery("""
                        SELECT target, tag_key FROM tag_assignment
                        GROUP BY target, tag_key HAVING count(DISTINCT tag_value) > 1 LIMIT 1
                        """)
                .map((row, _) -> Sentence.of(
                        "two sources give {0} different values of tag {1}",
                        names.target(TagTarget.parse(row.getString("target"))), row.getString("tag_key")))
                .findOne()
                .ifPresent(PolicyEdit::conflict);
        handle.createQuery("""
                        SELECT user_name, name FROM user_attribute
                        GROUP BY user_name, name HAVING count(DISTINCT value) > 1 LIMIT 1
                        """)
                .map((row, _) -> Sentence.of(
                        "two sources give user {0} different values of attribute {1}",
                        row.getString("user_name"), row.getString("name")))
                .findOne()
                .ifPresent(PolicyEdit::conflict);
        handle.createQuery("""
                        SELECT name FROM tag_expression
                        GROUP BY name HAVING count(DISTINCT expression) > 1 LIMIT 1
                        """)
                .mapTo(String.class)
                .findOne()
                .ifPresent(name ->
                        conflict(Sentence.of("two sources give tag expression '{0}' different meanings", name)));
        handle.createQuery(
                        "SELECT target FROM tag_assignment GROUP BY target HAVING count(DISTINCT tag_key) > :most LIMIT 1")
                .bind("most", LfTag.MAX_PER_RESOURCE)
                .map((row, _) -> Sentence.of(
                        "{0} would have more than {1} tags",
                        names.target(TagTarget.parse(row.getString("target"))), LfTag.MAX_PER_RESOURCE))
                .findOne()
                .ifPresent(PolicyEdit::conflict);
    }

    private static void conflict(Sentence sentence) {
        throw new PolicyException.Conflict("{0}", sentence);
    }
}
