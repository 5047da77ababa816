package io.atalaya.policies;

import io.atalaya.policies.code.Binder;
import io.atalaya.policies.code.DriftReport;
import io.atalaya.policies.code.Exporter;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicyDrift;
import io.atalaya.policies.code.PolicyExport;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicyNames;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.code.PolicyTestReport;
import io.atalaya.policies.code.PolicyTests;
import io.atalaya.policies.code.Waiting;
import io.atalaya.policies.code.WorkspaceDifference;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.PolicyHistory;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.store.PolicyRows;
import io.atalaya.policies.store.StateLoader;
import io.atalaya.policies.store.Workspaces;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The policies of the service: what they are now, and every way to change them. Safe for many threads and nodes. */
public final class Policies {
    private static final String ADMINISTRATOR = "administrator";

    private final Jdbi jdbi;
    private final Clock clock;
    private final PolicyChanges changes;
    private final Granting granting;
    private final Emergencies emergencies;

    /** The policies in that database, changed without a record, of users who are all taken to be there. */
    public Policies(Jdbi jdbi) {
        this(jdbi, Clock.systemUTC(), _ -> {}, _ -> true);
    }

    /**
     * The policies in that database.
     *
     * @param clock what the validity of grants is measured by
     * @param recorder called inside the transaction of every change; if it throws, the change does not happen. It must not
     *     write to the same database, which waits for that transaction
     * @param isUser whether there is a user of that name, to whom a grant may be made by hand
     */
    public Policies(Jdbi jdbi, Clock clock, AppliedChange.Recorder recorder, Predicate<String> isUser) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.changes = new PolicyChanges(jdbi, clock, recorder);
        this.granting = new Granting(clock, isUser);
        this.emergencies = new Emergencies(jdbi, clock, recorder, changes);
    }

    /** How somebody in need gets to read a table, and how that is looked at afterwards. */
    public Emergencies emergencies() {
        return emergencies;
    }

    /** The policies as they stand; one cheap query unless they changed since the last call. */
    public PolicySnapshot current() {
        return changes.current();
    }

    /** Begins to keep what the policies were, if that has not begun; the first change does so too. */
    public void keepHistory() {
        if (historyBegan().isPresent()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            long epoch = StateLoader.lock(handle) - 1;
            new PolicyHistory(handle).begin(epoch, clock.instant());
            StateLoader.unlock(handle);
        });
    }

    /** Forgets what the policies were before a moment. */
    public void forgetHistory(Instant before) {
        jdbi.useTransaction(handle -> new PolicyHistory(handle).forget(before));
    }

    /** Since when it is known what the policies were. */
    public Optional<Instant> historyBegan() {
        return jdbi.withHandle(handle -> new PolicyHistory(handle).began());
    }

    /**
     * The policies as they stood at a moment, which decide as they would have then. Only of that table: grants on others are left
     * out.
     *
     * @return empty if the moment is before the history begins
     */
    public Optional<PolicySnapshot> at(Instant moment, GovernedTable table) {
        return jdbi.inTransaction(handle -> {
            PolicyHistory history = new PolicyHistory(handle);
            OptionalLong epoch = history.epochAt(moment);
            return epoch.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new IndexedSnapshot(
                            history.state(epoch.getAsLong(), Optional.of(table)), Clock.fixed(moment, ZoneOffset.UTC)));
        });
    }

    /** The same as the actor, who must be an administrator. */
    public AppliedChange apply(Principal actor, PolicySet desired, PolicyResolver names) {
        changes.checkAdministrator(actor, changes.state());
        return apply(actor.name(), desired, names, changes::finish);
    }

    /**
     * Makes the service's policies of that workspace what its files say, in one transaction. Policies of other sources
     * stay. What speaks of tables that do not exist yet waits: until {@link #bindPending} such a table gives no rows.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if a policy speaks of a column, tag or profile that is not there
     * @throws PolicyException.Conflict if it contradicts policies of another source
     */
    public AppliedChange apply(PolicySet desired, PolicyResolver names) {
        return apply(new Source.PolicyFile(desired.workspace()).text(), desired, names, changes::finish);
    }

    private <T> T apply(String actor, PolicySet desired, PolicyResolver names, PolicyChanges.End<T> end) {
        return changes.transaction((handle, before, epoch) -> {
            Binder.Bound bound = Binder.bind(desired, names, before);
            PolicyEdit edit = new PolicyEdit(handle, clock.instant(), before, bound.names());
            WorkspaceDifference difference = difference(handle, desired, bound, before);
            difference.removed().forEach(item -> edit.replace(Optional.of(item), Optional.empty()));
            difference.written().forEach(pair -> edit.replace(pair.was(), Optional.of(pair.now())));
            Workspaces workspaces = new Workspaces(handle);
            if (!workspaces.pending(desired.workspace()).equals(bound.pending())) {
                edit.pendingChanged();
            }
            workspaces.remember(desired, bound.items(), bound.names(), bound.pending());
            return end.end(handle, actor, edit, epoch, List.copyOf(new TreeSet<>(bound.pending())));
        });
    }

    /**
     * Runs tests on the policies as {@link #apply} would leave them; changes nothing.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if a policy or a test speaks of what is not there
     */
    public PolicyTestReport test(PolicySet desired, PolicyTests tests, PolicyResolver names) {
        Rehearsal rehearsal = rehearse(desired, names);
        return tests.run(rehearsal.after(), Binder.bind(desired, names, rehearsal.before()), names, clock);
    }

    /** What {@link #apply} would do, and what was changed by hand since. */
    public PolicyDifference difference(PolicySet desired, PolicyResolver names) {
        PolicyState state = changes.state();
        Binder.Bound bound = Binder.bind(desired, names, state);
        return jdbi.withHandle(
                handle -> difference(handle, desired, bound, state).shown());
    }

    private static WorkspaceDifference difference(
            Handle handle, PolicySet desired, Binder.Bound bound, PolicyState state) {
        Source source = new Source.PolicyFile(desired.workspace());
        PolicyRows rows = new PolicyRows(handle);
        Stream<PolicyItem> grantsByHand = bound.items().stream()
                .flatMap(item ->
                        item instanceof PolicyItem.OfGrant(var grant) ? Stream.of(grant.grantee()) : Stream.empty())
                .distinct()
                .flatMap(grantee -> state.grantsOf(grantee).stream())
                .filter(grant -> grant.source() instanceof Source.Hand)
                .map(PolicyItem.OfGrant::new);
        return new WorkspaceDifference(
                source,
                bound,
                rows.saidBy(source),
                Stream.of(
                                rows.butGrants(Optional.of(new Source.Lineage())),
                                rows.butGrants(Optional.of(new Source.Hand())),
                                grantsByHand)
                        .flatMap(items -> items)
                        .toList(),
                new Workspaces(handle).applied(desired.workspace()));
    }

    /** The policies as files of workspaces, which {@link #apply} makes the same policies of. */
    public PolicyExport export(PolicyNames names) {
        record Everything(PolicyState state, List<PolicyItem> items, Map<String, List<PolicyFile>> waiting) {}
        Everything all = changes.atOneEpoch((handle, epoch) -> {
            Workspaces workspaces = new Workspaces(handle);
            Map<String, List<PolicyFile>> waiting = new TreeMap<>();
            workspaces
                    .pending()
                    .forEach((workspace, pending) -> waiting.put(
                            workspace, Waiting.of(PolicySet.parse(workspace, workspaces.files(workspace)), pending)));
            return new Everything(changes.load(handle, epoch), new PolicyRows(handle).all(), waiting);
        });
        return Exporter.export(all.state(), all.items(), all.waiting(), names);
    }

    /**
     * In what the service is not as files say: those of {@code desired}, or, without, all workspaces as they were applied last.
     * What was made by hand is held against the files of all workspaces.
     */
    public PolicyDrift drift(Optional<PolicySet> desired, PolicyResolver resolver, PolicyNames names) {
        return changes.atOneEpoch((handle, epoch) -> {
            PolicyState state = changes.load(handle, epoch);
            Workspaces workspaces = new Workspaces(handle);
            DriftReport report = new DriftReport(names);
            List<PolicySet> sets = Stream.concat(
                            desired.stream(),
                            workspaces.names().stream()
                                    .filter(name -> desired.map(
                                                    set -> !set.workspace().equals(name))
                                            .orElse(true))
                                    .map(name -> PolicySet.parse(name, workspaces.files(name))))
                    .toList();
            for (PolicySet set : sets) {
                Binder.Bound bound = Binder.bind(set, resolver, state);
                report.said(bound.items());
                if (desired.isEmpty() || desired.get().equals(set)) {
                    report.add(difference(handle, set, bound, state).shown());
                }
            }
            return report.of(new PolicyRows(handle).all());
        });
    }

    /** Binds what waited for tables that exist now; to be called after tables were created. Cheap if nothing waits. */
    public void bindPending(PolicyResolver names) {
        if (changes.state().pending().isEmpty()) {
            return;
        }
        List<PolicySet> waiting = jdbi.withHandle(handle -> {
            Workspaces workspaces = new Workspaces(handle);
            return workspaces.waiting().stream()
                    .filter(workspace -> workspaces.pending(workspace).stream().anyMatch(name -> exists(names, name)))
                    .map(workspace -> PolicySet.parse(workspace, workspaces.files(workspace)))
                    .toList();
        });
        waiting.forEach(set -> apply(set, names));
    }

    private static boolean exists(PolicyResolver names, String name) {
        int dot = name.indexOf('.');
        return dot < 0
                ? names.database(Namespace.of(name)).isPresent()
                : names.table(TableIdentifier.of(name.substring(0, dot), name.substring(dot + 1)))
                        .isPresent();
    }

    /**
     * Grants, if the actor may; permissions on what was granted alike before are added. The id of the grant is made anew. What
     * somebody who is no administrator grants is passed on: it stands as long as they could pass it on.
     *
     * @throws PolicyException.NotPermitted unless the actor is an administrator or may pass all of it on
     * @throws PolicyException.NotFound if it is to somebody, or on a tag or filter, that is not there
     * @throws PolicyException.Conflict if a right to write would meet a SELECT on only some columns
     */
    public AppliedChange grant(Principal actor, Grant grant) {
        if (grant.source() instanceof Source.PolicyFile) {
            throw new PolicyException.Invalid("grants of a policy file are made by applying its workspace");
        }
        if (grant.source() instanceof Source.BrokenGlass) {
            throw new PolicyException.Invalid("such a grant is made by breaking the glass");
        }
        return changes.change(actor, edit -> granting.grant(edit, actor, grant));
    }

    /**
     * Takes back these permissions on the resource, of an include list also single columns: an administrator whoever granted them,
     * whoever else may pass them on what they passed on themselves, and what they hold themselves.
     *
     * @throws PolicyException.NotFound if nothing of it was granted
     * @throws PolicyException.NotPermitted unless the actor is an administrator or may pass all of it on, and if all of it was
     *     granted by others
     */
    public AppliedChange revoke(Principal actor, Grantee grantee, Resource resource, Set<Permission> permissions) {
        return changes.change(actor, edit -> granting.revoke(edit, actor, grantee, resource.canonical(), permissions));
    }

    /**
     * Takes back exactly this grant, which the actor passed on.
     *
     * @throws PolicyException.NotFound if the actor has passed on no such grant
     */
    public AppliedChange takeBack(Principal actor, Grant passedOn) {
        return changes.change(actor, edit -> Granting.takeBack(edit, actor, passedOn));
    }

    /** What somebody has passed on, in no particular order. */
    public List<Grant> passedOnBy(String user) {
        return jdbi.withHandle(handle -> new PolicyRows(handle).grantsOf(new Source.PassedOn(user)));
    }

    /** The grant of that id. */
    public Optional<Grant> grant(String id) {
        return jdbi.withHandle(handle -> new PolicyRows(handle).grant(id));
    }

    /** What {@link #grant} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseGrant(Principal actor, Grant grant) {
        return changes.rehearse(actor, edit -> granting.grant(edit, actor, grant));
    }

    /** What {@link #revoke} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseRevoke(Principal actor, Grantee grantee, Resource resource, Set<Permission> permissions) {
        return changes.rehearse(
                actor, edit -> granting.revoke(edit, actor, grantee, resource.canonical(), permissions));
    }

    /** What {@link #put} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearsePut(Principal actor, PolicyItem item) {
        return changes.rehearse(actor, edit -> change(edit, actor, item, Optional.of(item)));
    }

    /**
     * What it would do if this one filter or guard were written, in the place of what its source has of that name; nothing is
     * changed.
     *
     * @param rule in the words of a policy file
     */
    public Rehearsal rehearsePut(Principal actor, PolicyFile rule, Source source, PolicyResolver names) {
        return rehearsePut(actor, bound(rule, source, names));
    }

    /**
     * Writes this one filter or guard, in the place of what its source has of that name; the actor must be an administrator.
     *
     * @param rule in the words of a policy file
     */
    public AppliedChange put(Principal actor, PolicyFile rule, Source source, PolicyResolver names) {
        return put(actor, bound(rule, source, names));
    }

    private PolicyItem bound(PolicyFile rule, Source source, PolicyResolver names) {
        var document = new YamlDocument<>("rule", "", rule, Map.of("", new YamlDocument.Position(0, 0)));
        Binder.Bound bound = Binder.bind(new PolicySet("", List.of(document)), source, names, changes.state());
        if (bound.items().size() != 1) {
            throw new PolicyException.NotFound("there is no {0}", String.join(", ", bound.pending()));
        }
        return bound.items().getFirst();
    }

    /** What {@link #remove} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseRemove(Principal actor, PolicyItem item) {
        return changes.rehearse(actor, edit -> change(edit, actor, item, Optional.empty()));
    }

    /** What {@link #apply} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearse(PolicySet desired, PolicyResolver names) {
        return apply("", desired, names, PolicyChanges::rehearsed);
    }

    /**
     * Puts policies in force for something that is about to be made: what is inherited, and the rights of its creator. The
     * creator need be no administrator.
     *
     * @param inherited tags on the table or its columns, and guards on its columns
     */
    public AppliedChange making(Principal creator, UUID database, UUID table, List<PolicyItem> inherited) {
        return changes.change(creator, edit -> {
            inherited.forEach(edit::put);
            Granting.merge(edit, Creations.ofTable(creator, database, table));
        });
    }

    /** Puts what a table that is made anew under its identity inherits; whoever does that gets no rights by it. */
    public AppliedChange inherit(Principal actor, List<PolicyItem> inherited) {
        return changes.change(actor, edit -> inherited.forEach(edit::put));
    }

    /** Gives a database, not its tables, to whoever made it. */
    public AppliedChange madeDatabase(Principal creator, UUID database) {
        return changes.change(creator, edit -> Granting.merge(edit, Creations.ofDatabase(creator, database)));
    }

    /** Takes back what {@link #making} did. */
    public AppliedChange notMade(Principal creator, UUID database, UUID table, List<PolicyItem> inherited) {
        return changes.change(creator, edit -> Creations.undo(edit, creator, database, table, inherited));
    }

    /**
     * Makes these filters and grants all that an access request says, in one transaction; none takes all of it back, and
     * nothing that another source says. The actor must be an administrator.
     *
     * @throws PolicyException.NotFound if a grant is to a user who is not there
     * @throws PolicyException.Conflict if it contradicts another policy
     */
    public AppliedChange fulfil(Principal actor, Source.Request request, List<PolicyItem> items) {
        return changes.change(actor, edit -> fulfil(edit, actor, request, items));
    }

    /** What {@link #fulfil} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseFulfil(Principal actor, Source.Request request, List<PolicyItem> items) {
        return changes.rehearse(actor, edit -> fulfil(edit, actor, request, items));
    }

    private void fulfil(PolicyEdit edit, Principal actor, Source.Request request, List<PolicyItem> items) {
        changes.checkAdministrator(actor, edit.before());
        granting.fulfil(edit, request, items);
    }

    /**
     * Puts in the place of one grant what is left of it: nothing, or grants and the filters they are on, of the same
     * source. Doing it again changes nothing. The actor must be an administrator.
     *
     * @throws PolicyException.Conflict if the grant is not as it was, or what is left contradicts another policy
     */
    public AppliedChange reduce(Principal actor, Grant held, List<PolicyItem> left) {
        return changes.change(actor, edit -> {
            changes.checkAdministrator(actor, edit.before());
            Granting.reduce(edit, held, left);
        });
    }

    /**
     * Puts a tag on a column, by hand.
     *
     * @throws PolicyException.NotPermitted unless the actor is an administrator or has ASSOCIATE on the whole table
     * @throws PolicyException.NotFound if the tag may not have that value
     * @throws PolicyException.Conflict if another source says otherwise
     */
    public AppliedChange classify(Principal actor, GovernedTable table, int fieldId, LfTag tag) {
        return changes.change(actor, edit -> classify(edit, actor, table, fieldId, tag));
    }

    /** What {@link #classify} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseClassify(Principal actor, GovernedTable table, int fieldId, LfTag tag) {
        return changes.rehearse(actor, edit -> classify(edit, actor, table, fieldId, tag));
    }

    private void classify(PolicyEdit edit, Principal actor, GovernedTable table, int fieldId, LfTag tag) {
        if (!new IndexedSnapshot(edit.before(), clock).mayClassify(actor, table)) {
            throw new PolicyException.NotPermitted(
                    "{0} may not classify this: that takes ASSOCIATE on all of it", actor.name());
        }
        if (!edit.before()
                .tagValues()
                .getOrDefault(tag.key(), Collections.emptySortedSet())
                .contains(tag.value())) {
            throw new PolicyException.NotFound("there is no tag {0}", tag);
        }
        edit.put(new PolicyItem.OfAssignment(new TagAssignment(
                new TagTarget.OfColumn(table.databaseUuid(), table.uuid(), fieldId), tag, new Source.Hand())));
    }

    /** Gives the user the profile, by hand; the actor must be an administrator. */
    public AppliedChange addMember(Principal actor, String user, String profile) {
        return put(actor, new PolicyItem.OfMembership(new Membership(user, profile, new Source.Hand())));
    }

    /** Takes back the profile that the user was given by hand; the actor must be an administrator. */
    public AppliedChange removeMember(Principal actor, String user, String profile) {
        return remove(actor, new PolicyItem.OfMembership(new Membership(user, profile, new Source.Hand())));
    }

    /**
     * Makes a profile, membership, attribute, tag, assignment, filter or guard of a source other than a policy file be
     * there, in the place of what has its key and source; the actor must be an administrator.
     *
     * @throws PolicyException.Conflict if it contradicts another policy
     */
    public AppliedChange put(Principal actor, PolicyItem item) {
        checkIsNoFiles(item);
        return changes.change(actor, edit -> change(edit, actor, item, Optional.of(item)));
    }

    /**
     * Takes it away again, or the tag by lineage that it would be in the place of.
     *
     * @throws PolicyException.NotFound if nothing with its key and source is there
     * @throws PolicyException.Conflict if another policy needs it, as a guard needs its tags
     */
    public AppliedChange remove(Principal actor, PolicyItem item) {
        checkIsNoFiles(item);
        return changes.change(actor, edit -> change(edit, actor, item, Optional.empty()));
    }

    private static void checkIsNoFiles(PolicyItem item) {
        if (item.source() instanceof Source.PolicyFile(var workspace)) {
            throw new PolicyException.Invalid(
                    "this {0} belongs to workspace '{1}'; change its files and apply them",
                    Sentence.of(item.kind()), workspace);
        }
    }

    private void change(PolicyEdit edit, Principal actor, PolicyItem item, Optional<PolicyItem> now) {
        if (item instanceof PolicyItem.OfGrant) {
            throw new PolicyException.Invalid("a grant is changed in another way");
        }
        changes.checkAdministrator(actor, edit.before());
        if (item instanceof PolicyItem.OfMembership(var membership)
                && edit.before().profiles().stream()
                        .noneMatch(profile -> profile.name().equals(membership.profile()))) {
            throw new PolicyException.NotFound("there is no profile '{0}'", membership.profile());
        }
        PolicyRows rows = new PolicyRows(edit.handle());
        Optional<PolicyItem> was = rows.find(item).or(() -> rows.givingWay(item));
        if (was.isEmpty() && now.isEmpty()) {
            throw new PolicyException.NotFound("there is no such {0}: {1}", Sentence.of(item.kind()), item.key());
        }
        if (!was.equals(now)) {
            edit.replace(was, now);
        }
    }

    /** Gives the user the built-in profile {@code administrator}, if nobody administers yet; else does nothing. */
    public void makeFirstAdministrator(String user) {
        changes.change(
                user,
                edit -> {
                    PolicyState before = edit.before();
                    IndexedSnapshot snapshot = new IndexedSnapshot(before, clock);
                    if (before.people().values().stream().noneMatch(snapshot::isAdministrator)) {
                        Membership first = new Membership(user, ADMINISTRATOR, new Source.Hand());
                        edit.replace(Optional.empty(), Optional.of(new PolicyItem.OfMembership(first)));
                    }
                },
                changes::finish);
    }
}
