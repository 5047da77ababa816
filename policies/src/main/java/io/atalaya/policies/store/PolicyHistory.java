package io.atalaya.policies.store;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * What the policies were. Every version of every item is kept with the epochs between which it stood, written in the transaction
 * that makes or ends it: the policies of a moment are one query, however long ago it was.
 */
public final class PolicyHistory {
    private static final String EVERYWHERE = "";
    private static final String PENDING = "pending\n";

    private final Handle handle;

    /** In the transaction of that handle. */
    public PolicyHistory(Handle handle) {
        this.handle = handle;
    }

    /** When it begins; of what was before nothing is known. */
    public Optional<Instant> began() {
        return handle.createQuery("SELECT at FROM policy_moment ORDER BY epoch LIMIT 1")
                .mapTo(Long.class)
                .findOne()
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /** The epoch that stood at a moment; empty if that was before the history. */
    public OptionalLong epochAt(Instant moment) {
        return handle.createQuery(
                        "SELECT epoch FROM policy_moment WHERE at <= :at ORDER BY at DESC, epoch DESC LIMIT 1")
                .bind("at", PolicyRows.micros(moment))
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Forgets what was before a moment: the history begins with what stood then. */
    public void forget(Instant before) {
        OptionalLong epoch = epochAt(before);
        if (epoch.isPresent()) {
            handle.execute("DELETE FROM policy_history WHERE ended_epoch <= ?", epoch.getAsLong());
            handle.execute("DELETE FROM policy_moment WHERE epoch < ?", epoch.getAsLong());
            handle.execute(
                    "UPDATE policy_moment SET at = ? WHERE epoch = ?", PolicyRows.micros(before), epoch.getAsLong());
        }
    }

    /** Begins with what stands, if it has not begun. */
    public void begin(long epoch, Instant now) {
        if (began().isPresent()) {
            return;
        }
        begun(epoch, now);
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO policy_history (item, made_epoch, place, content) VALUES (?, ?, ?, ?)");
        PolicyRows rows = new PolicyRows(handle);
        rows.all().forEach(item -> {
            batch.add(identity(item), epoch, place(item), ItemText.print(item));
            if (batch.size() == 1_000) {
                batch.execute();
            }
        });
        rows.pending().forEach(name -> batch.add(PENDING + name, epoch, EVERYWHERE, name));
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /** Notes when an epoch begins: never before the one before it, whatever the clock says. */
    void begun(long epoch, Instant now) {
        long last = handle.createQuery("SELECT coalesce(max(at), 0) FROM policy_moment")
                .mapTo(Long.class)
                .one();
        handle.execute(
                "INSERT INTO policy_moment (epoch, at) VALUES (?, ?)", epoch, Math.max(last, PolicyRows.micros(now)));
    }

    void made(PolicyItem item, long epoch) {
        made(identity(item), epoch, place(item), ItemText.print(item));
    }

    private void made(String identity, long epoch, String place, String content) {
        handle.execute(
                "INSERT INTO policy_history (item, made_epoch, place, content) VALUES (?, ?, ?, ?)",
                identity,
                epoch,
                place,
                content);
    }

    void ended(PolicyItem item, long epoch) {
        ended(identity(item), epoch);
    }

    private void ended(String identity, long epoch) {
        if (handle.execute("DELETE FROM policy_history WHERE item = ? AND made_epoch = ?", identity, epoch) == 0) {
            handle.execute(
                    "UPDATE policy_history SET ended_epoch = ? WHERE item = ? AND ended_epoch IS NULL",
                    epoch,
                    identity);
        }
    }

    void pending(Set<String> before, Set<String> after, long epoch) {
        before.stream().filter(name -> !after.contains(name)).forEach(name -> ended(PENDING + name, epoch));
        after.stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> made(PENDING + name, epoch, EVERYWHERE, name));
    }

    /** The policies of an epoch, with no grants on other tables than {@code near} if that is named. */
    public PolicyState state(long epoch, Optional<GovernedTable> near) {
        State state = new State();
        handle.createQuery("""
                        SELECT item, content FROM policy_history
                        WHERE made_epoch <= :epoch AND (ended_epoch IS NULL OR ended_epoch > :epoch)
                        """
                        + near.map(_ -> " AND place IN ('', :table, :database)").orElse("") + " ORDER BY item")
                .bind("epoch", epoch)
                .bind("table", near.map(table -> table.uuid().toString()).orElse(""))
                .bind(
                        "database",
                        near.map(table -> table.databaseUuid().toString()).orElse(""))
                .setFetchSize(10_000)
                .map((row, _) -> {
                    if (row.getString("item").startsWith(PENDING)) {
                        state.pending.add(row.getString("content"));
                    } else {
                        state.add(ItemText.parse(row.getString("content")));
                    }
                    return true;
                })
                .forEach(_ -> {});
        return state.complete().at(epoch);
    }

    private static String identity(PolicyItem item) {
        return item instanceof PolicyItem.OfGrant(var grant)
                ? "grant\n" + grant.id()
                : item.kind() + "\n" + item.source().text() + "\n" + item.key();
    }

    private static String place(PolicyItem item) {
        if (!(item instanceof PolicyItem.OfGrant(var grant))) {
            return EVERYWHERE;
        }
        return switch (grant.resource()) {
            case Resource.OfTable(var _, var table) -> table.toString();
            case Resource.OfColumns(var _, var table, var _) -> table.toString();
            case Resource.OfCells(var _, var table, var _) -> table.toString();
            case Resource.AllTables(var database) -> database.toString();
            case Resource.OfDatabase(var database) -> database.toString();
            case Resource.OfCatalog _, Resource.Tagged _, Resource.TaggedAs _, Resource.OfLocation _ -> EVERYWHERE;
        };
    }

    /** What was read so far, put together in the order in which {@link StateLoader} reads it from the tables. */
    private static final class State {
        private final List<Profile> profiles = new ArrayList<>();
        private final List<Inclusion> inclusions = new ArrayList<>();
        private final List<Purpose> purposes = new ArrayList<>();
        private final List<Membership> memberships = new ArrayList<>();
        private final List<UserAttribute> attributes = new ArrayList<>();
        private final SortedMap<String, SortedSet<String>> values = new TreeMap<>();
        private final List<NamedTagExpression> expressions = new ArrayList<>();
        private final List<TagAssignment> assignments = new ArrayList<>();
        private final List<DataCellsFilter> filters = new ArrayList<>();
        private final List<Guard> guards = new ArrayList<>();
        private final List<Grant> grants = new ArrayList<>();
        private final Set<String> pending = new TreeSet<>();

        void add(PolicyItem item) {
            switch (item) {
                case PolicyItem.OfProfile(var profile) -> profiles.add(profile);
                case PolicyItem.OfInclusion(var inclusion) -> inclusions.add(inclusion);
                case PolicyItem.OfPurpose(var purpose) -> purposes.add(purpose);
                case PolicyItem.OfMembership(var membership) -> memberships.add(membership);
                case PolicyItem.OfAttribute(var attribute) -> attributes.add(attribute);
                case PolicyItem.OfTag(var tag, var _) ->
                    values.computeIfAbsent(tag.key(), _ -> new TreeSet<>()).add(tag.value());
                case PolicyItem.OfTagExpression(var named) -> expressions.add(named);
                case PolicyItem.OfAssignment(var assignment) -> assignments.add(assignment);
                case PolicyItem.OfFilter(var filter) -> filters.add(filter);
                case PolicyItem.OfGuard(var guard) -> guards.add(guard);
                case PolicyItem.OfGrant(var grant) -> grants.add(grant);
            }
        }

        PolicyState complete() {
            guards.sort(
                    Comparator.comparing((Guard guard) -> guard.source().text()).thenComparing(Guard::name));
            filters.sort(Comparator.comparing(
                            (DataCellsFilter filter) -> filter.table().toString())
                    .thenComparing(DataCellsFilter::name));
            grants.sort(Comparator.comparing(Grant::id));
            return PolicyState.EMPTY
                    .withGrants(grants)
                    .withPeople(
                            profiles, PolicyRows.people(memberships, attributes), Inclusions.of(inclusions), purposes)
                    .withTags(values, expressions, assignments)
                    .withRules(filters, guards, pending);
        }
    }
}
