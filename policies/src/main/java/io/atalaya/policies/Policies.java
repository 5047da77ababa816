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
import io.atalaya.policies.grant.GrantCheck;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.BrokenGlasses;
import io.atalaya.policies.store.Naming;
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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The policies of the service: what they are now, and every way to change them. Safe for many threads and nodes. */
public final class Policies {
    private static final int OPTIMISTIC_LOADS = 3;
    private static final String ADMINISTRATOR = "administrator";

    private final Jdbi jdbi;
    private final Clock clock;
    private final AppliedChange.Recorder recorder;
    private final Predicate<String> isUser;
    private volatile IndexedSnapshot known;

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
        this.recorder = recorder;
        this.isUser = isUser;
        this.known = new IndexedSnapshot(PolicyState.EMPTY, clock);
    }

    /** The policies as they stand; one cheap query unless they changed since the last call. */
    public PolicySnapshot current() {
        long epoch = jdbi.withHandle(StateLoader::epoch);
        IndexedSnapshot last = known;
        return last.epoch() == epoch ? last : reload(epoch);
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

    private PolicyState state() {
        long epoch = jdbi.withHandle(StateLoader::epoch);
        IndexedSnapshot last = known;
        return (last.epoch() == epoch ? last : reload(epoch)).state();
    }

    private synchronized IndexedSnapshot reload(long wanted) {
        if (known.epoch() == wanted) {
            return known;
        }
        known = new IndexedSnapshot(read(known.state()), clock);
        return known;
    }

    private PolicyState read(PolicyState last) {
        return atOneEpoch((handle, epoch) -> StateLoader.load(handle, last, epoch));
    }

    /** Every change moves the epoch in its own transaction: what is read between two equal epochs is of one moment. */
    private <T> T atOneEpoch(BiFunction<Handle, Long, T> reading) {
        for (int attempt = 0; attempt < OPTIMISTIC_LOADS; attempt++) {
            Optional<T> read = jdbi.withHandle(handle -> {
                long epoch = StateLoader.epoch(handle);
                T found = reading.apply(handle, epoch);
                return StateLoader.epoch(handle) == epoch ? Optional.of(found) : Optional.empty();
            });
            if (read.isPresent()) {
                return read.get();
            }
        }
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle) - 1;
            T found = reading.apply(handle, epoch);
            StateLoader.unlock(handle);
            return found;
        });
    }

    /** The same as the actor, who must be an administrator. */
    public AppliedChange apply(Principal actor, PolicySet desired, PolicyResolver names) {
        checkAdministrator(actor, state());
        return apply(actor.name(), desired, names, this::finish);
    }

    /**
     * Makes the service's policies of that workspace what its files say, in one transaction. Policies of other sources
     * stay. What speaks of tables that do not exist yet waits: until {@link #bindPending} such a table gives no rows.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if a policy speaks of a column, tag or profile that is not there
     * @throws PolicyException.Conflict if it contradicts policies of another source
     */
    public AppliedChange apply(PolicySet desired, PolicyResolver names) {
        return apply(new Source.PolicyFile(desired.workspace()).text(), desired, names, this::finish);
    }

    /** How a transaction ends: with the change made, or with nothing changed. */
    @FunctionalInterface
    private interface End<T> {
        T end(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending);
    }

    private <T> T apply(String actor, PolicySet desired, PolicyResolver names, End<T> end) {
        PolicyState recent = state();
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            PolicyState before = StateLoader.load(handle, recent, epoch - 1);
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
        PolicyState state = state();
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
        Everything all = atOneEpoch((handle, epoch) -> {
            Workspaces workspaces = new Workspaces(handle);
            Map<String, List<PolicyFile>> waiting = new TreeMap<>();
            workspaces
                    .pending()
                    .forEach((workspace, pending) -> waiting.put(
                            workspace, Waiting.of(PolicySet.parse(workspace, workspaces.files(workspace)), pending)));
            return new Everything(
                    StateLoader.load(handle, known.state(), epoch), new PolicyRows(handle).all(), waiting);
        });
        return Exporter.export(all.state(), all.items(), all.waiting(), names);
    }

    /**
     * In what the service is not as files say: those of {@code desired}, or, without, all workspaces as they were applied last.
     * What was made by hand is held against the files of all workspaces.
     */
    public PolicyDrift drift(Optional<PolicySet> desired, PolicyResolver resolver, PolicyNames names) {
        return atOneEpoch((handle, epoch) -> {
            PolicyState state = StateLoader.load(handle, known.state(), epoch);
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
        if (state().pending().isEmpty()) {
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
        return change(actor, granting(actor, grant), this::finish);
    }

    private Consumer<PolicyEdit> granting(Principal actor, Grant grant) {
        return edit -> {
            Grant made = grant;
            if (!administers(actor, edit.before())) {
                checkPassedOn(actor, edit.before(), grant);
                made = grant.from(new Source.PassedOn(actor.name()));
            }
            if (grant.grantee() instanceof Grantee.User(var name) && !isUser.test(name)) {
                throw new PolicyException.NotFound(
                        "there is no user '{0}', and a grant would wait for whoever gets that name", name);
            }
            checkKnown(grant.resource(), edit.before());
            merge(edit, made);
        };
    }

    private static void checkKnown(Resource resource, PolicyState state) {
        switch (resource) {
            case Resource.OfCells(var _, var table, var id) -> {
                var filter = state.filters().get(id);
                if (filter == null || !filter.table().equals(table)) {
                    throw new PolicyException.NotFound("the table has no such filter");
                }
            }
            case Resource.Tagged(var _, var expression) ->
                expression.values().forEach((key, values) -> {
                    Set<String> defined = state.tagValues().get(key);
                    if (defined == null || !defined.containsAll(values)) {
                        throw new PolicyException.NotFound(
                                "there is no tag {0} with all of the values {1}", key, values);
                    }
                });
            case Resource.TaggedAs(var _, var name) -> {
                if (!state.tagExpressions().containsKey(name)) {
                    throw new PolicyException.NotFound("there is no tag expression '{0}'", name);
                }
            }
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.OfLocation _ -> {}
        }
    }

    private static void merge(PolicyEdit edit, Grant grant) {
        String id = PolicyItem.grantId(grant);
        Optional<Grant> existing = edit.before().grantsOf(grant.grantee()).stream()
                .filter(held -> held.id().equals(id))
                .findFirst();
        Set<Permission> permissions = EnumSet.copyOf(grant.permissions());
        Set<Permission> grantable = EnumSet.noneOf(Permission.class);
        grantable.addAll(grant.grantable());
        existing.ifPresent(held -> {
            permissions.addAll(held.permissions());
            grantable.addAll(held.grantable());
        });
        Grant merged = grant.called(id).with(permissions, grantable);
        if (!existing.equals(Optional.of(merged))) {
            edit.replace(existing.map(PolicyItem.OfGrant::new), Optional.of(new PolicyItem.OfGrant(merged)));
        }
    }

    /**
     * Takes back these permissions on the resource, whoever granted them; of an include list also single columns.
     *
     * @throws PolicyException.NotFound if nothing of it was granted
     * @throws PolicyException.NotPermitted unless the actor is an administrator or may pass all of it on
     */
    public AppliedChange revoke(Principal actor, Grantee grantee, Resource resource, Set<Permission> permissions) {
        return change(actor, revoking(actor, grantee, resource.canonical(), permissions), this::finish);
    }

    private Consumer<PolicyEdit> revoking(
            Principal actor, Grantee grantee, Resource canonical, Set<Permission> permissions) {
        return edit -> {
            if (!administers(actor, edit.before())) {
                Grant asked = new Grant(
                        "", grantee, canonical, permissions, Set.of(), Validity.ALWAYS, "", new Source.Hand());
                checkPassedOn(actor, edit.before(), asked);
            }
            for (Grant held : edit.before().grantsOf(grantee)) {
                List<Grant> left = GrantCheck.without(held, canonical, permissions);
                if (!left.equals(List.of(held))) {
                    edit.replace(
                            Optional.of(new PolicyItem.OfGrant(held)),
                            left.stream()
                                    .filter(rest -> rest.resource().equals(held.resource()))
                                    .<PolicyItem>map(PolicyItem.OfGrant::new)
                                    .findFirst());
                    left.stream()
                            .filter(rest -> !rest.resource().equals(held.resource()))
                            .forEach(rest -> merge(edit, rest));
                }
            }
            if (edit.isEmpty()) {
                throw new PolicyException.NotFound(
                        "{0} was not granted {1} on exactly this", grantee.sentence(), permissions);
            }
        };
    }

    /**
     * Takes back exactly this grant, which the actor passed on.
     *
     * @throws PolicyException.NotFound if the actor has passed on no such grant
     */
    public AppliedChange takeBack(Principal actor, Grant passedOn) {
        return change(
                actor,
                edit -> edit.replace(
                        Optional.of(new PolicyItem.OfGrant(edit.before().grantsOf(passedOn.grantee()).stream()
                                .filter(grant -> grant.id().equals(passedOn.id())
                                        && grant.source().equals(new Source.PassedOn(actor.name())))
                                .findFirst()
                                .orElseThrow(() -> new PolicyException.NotFound(
                                        "{0} has not passed on such a grant", actor.name())))),
                        Optional.empty()));
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
        return change(actor, granting(actor, grant), Policies::rehearsed);
    }

    /** What {@link #revoke} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseRevoke(Principal actor, Grantee grantee, Resource resource, Set<Permission> permissions) {
        return change(actor, revoking(actor, grantee, resource.canonical(), permissions), Policies::rehearsed);
    }

    /** What {@link #put} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearsePut(Principal actor, PolicyItem item) {
        return changeItem(actor, item, Optional.of(item), Policies::rehearsed);
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
        Binder.Bound bound = Binder.bind(new PolicySet("", List.of(document)), source, names, state());
        if (bound.items().size() != 1) {
            throw new PolicyException.NotFound("there is no {0}", String.join(", ", bound.pending()));
        }
        return bound.items().getFirst();
    }

    /** What {@link #remove} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseRemove(Principal actor, PolicyItem item) {
        return changeItem(actor, item, Optional.empty(), Policies::rehearsed);
    }

    /** What {@link #apply} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearse(PolicySet desired, PolicyResolver names) {
        return apply("", desired, names, Policies::rehearsed);
    }

    private static Rehearsal rehearsed(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending) {
        PolicyState after = edit.isEmpty() ? edit.before() : edit.finish(epoch);
        handle.rollback();
        return new Rehearsal(edit.before(), after, edit.touched());
    }

    /**
     * Puts policies in force for something that is about to be made: what is inherited, and the rights of its creator. The
     * creator need be no administrator.
     *
     * @param inherited tags on the table or its columns, and guards on its columns
     */
    public AppliedChange making(Principal creator, UUID database, UUID table, List<PolicyItem> inherited) {
        return change(creator, edit -> {
            inherited.forEach(edit::put);
            merge(edit, Creations.ofTable(creator, database, table));
        });
    }

    /** Puts what a table that is made anew under its identity inherits; whoever does that gets no rights by it. */
    public AppliedChange inherit(Principal actor, List<PolicyItem> inherited) {
        return change(actor, edit -> inherited.forEach(edit::put));
    }

    /** Gives a database, not its tables, to whoever made it. */
    public AppliedChange madeDatabase(Principal creator, UUID database) {
        return change(creator, edit -> merge(edit, Creations.ofDatabase(creator, database)));
    }

    /** Takes back what {@link #making} did. */
    public AppliedChange notMade(Principal creator, UUID database, UUID table, List<PolicyItem> inherited) {
        return change(creator, edit -> Creations.undo(edit, creator, database, table, inherited));
    }

    /**
     * Gives the actor SELECT on the table for a few hours. That takes BREAK_GLASS on it; guards hold as ever.
     *
     * @throws PolicyException.NotPermitted unless the actor has BREAK_GLASS on the whole table
     */
    public BrokenGlass breakGlass(Principal actor, GovernedTable table, String reason, Duration time) {
        BrokenGlass glass = BreakingGlass.of(actor, table, reason, time, clock.instant());
        change(actor, edit -> merge(edit, BreakingGlass.breaking(edit, actor, table, glass, clock)));
        return glass;
    }

    /** The broken glasses, those that nobody has looked at first, then the latest. */
    public List<BrokenGlass> brokenGlasses(int most) {
        return jdbi.withHandle(handle -> new BrokenGlasses(handle).last(most));
    }

    /**
     * Puts on record what the actor, an administrator and not the one who did it, makes of a broken glass.
     *
     * @throws PolicyException.Conflict if somebody did before
     */
    public BrokenGlass review(Principal actor, String id, String verdict) {
        BrokenGlass.Review review =
                new BrokenGlass.Review(actor.name(), clock.instant().truncatedTo(ChronoUnit.MICROS), verdict.strip());
        if (review.verdict().isEmpty()) {
            throw new PolicyException.Invalid("a review needs a verdict");
        }
        return jdbi.inTransaction(handle -> {
            checkAdministrator(actor, StateLoader.load(handle, known.state(), StateLoader.epoch(handle)));
            PolicyDifference.Change change = BreakingGlass.review(handle, id, review);
            recorder.record(new AppliedChange(actor.name(), StateLoader.epoch(handle), List.of(change), List.of()));
            return BreakingGlass.find(handle, id);
        });
    }

    /**
     * Makes these filters and grants all that an access request says, in one transaction; none takes all of it back, and
     * nothing that another source says. The actor must be an administrator.
     *
     * @throws PolicyException.NotFound if a grant is to a user who is not there
     * @throws PolicyException.Conflict if it contradicts another policy
     */
    public AppliedChange fulfil(Principal actor, Source.Request request, List<PolicyItem> items) {
        return fulfil(actor, request, items, this::finish);
    }

    /** What {@link #fulfil} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseFulfil(Principal actor, Source.Request request, List<PolicyItem> items) {
        return fulfil(actor, request, items, Policies::rehearsed);
    }

    private <T> T fulfil(Principal actor, Source.Request request, List<PolicyItem> items, End<T> end) {
        PolicyState recent = state();
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            PolicyState before = StateLoader.load(handle, recent, epoch - 1);
            checkAdministrator(actor, before);
            PolicyEdit edit = new PolicyEdit(handle, clock.instant(), before, new Naming());
            List<PolicyItem> said = new PolicyRows(handle).saidBy(request);
            // Grants name filters, so they go first and come last.
            said.reversed().stream()
                    .filter(item -> !items.contains(item))
                    .forEach(item -> edit.replace(Optional.of(item), Optional.empty()));
            for (PolicyItem item : items) {
                if (item instanceof PolicyItem.OfGrant(var grant)
                        && grant.grantee() instanceof Grantee.User(var name)
                        && !isUser.test(name)) {
                    throw new PolicyException.NotFound("there is no user '{0}'", name);
                }
                if (!item.source().equals(request)) {
                    throw new PolicyException.Invalid(
                            "a {0} of another source than {1}", Sentence.of(item.kind()), request.text());
                }
                if (!said.contains(item)) {
                    edit.replace(Optional.empty(), Optional.of(item));
                }
            }
            return end.end(handle, actor.name(), edit, epoch, List.of());
        });
    }

    /**
     * Puts in the place of one grant what is left of it: nothing, or grants and the filters they are on, of the same
     * source. Doing it again changes nothing. The actor must be an administrator.
     *
     * @throws PolicyException.Conflict if the grant is not as it was, or what is left contradicts another policy
     */
    public AppliedChange reduce(Principal actor, Grant held, List<PolicyItem> left) {
        return change(actor, edit -> {
            checkAdministrator(actor, edit.before());
            Optional<Grant> now = edit.before().grantsOf(held.grantee()).stream()
                    .filter(grant -> grant.id().equals(held.id()))
                    .findFirst();
            if (now.isPresent() && !now.get().equals(held)) {
                throw new PolicyException.Conflict("the grant was changed meanwhile");
            }
            if (now.isPresent()) {
                left.stream()
                        .filter(item -> !(item instanceof PolicyItem.OfGrant))
                        .forEach(edit::put);
                List<Grant> grants = left.stream()
                        .flatMap(item ->
                                item instanceof PolicyItem.OfGrant(var grant) ? Stream.of(grant) : Stream.empty())
                        .map(grant -> grant.called(PolicyItem.grantId(grant)))
                        .toList();
                edit.replace(
                        Optional.of(new PolicyItem.OfGrant(held)),
                        grants.stream()
                                .filter(grant -> grant.id().equals(held.id()))
                                .<PolicyItem>map(PolicyItem.OfGrant::new)
                                .findFirst());
                grants.stream().filter(grant -> !grant.id().equals(held.id())).forEach(grant -> merge(edit, grant));
            }
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
        return change(actor, classifying(actor, table, fieldId, tag), this::finish);
    }

    /** What {@link #classify} would do, with all its checks; nothing is changed. */
    public Rehearsal rehearseClassify(Principal actor, GovernedTable table, int fieldId, LfTag tag) {
        return change(actor, classifying(actor, table, fieldId, tag), Policies::rehearsed);
    }

    private Consumer<PolicyEdit> classifying(Principal actor, GovernedTable table, int fieldId, LfTag tag) {
        return edit -> {
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
        };
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
        return changeItem(actor, item, Optional.of(item), this::finish);
    }

    /**
     * Takes it away again, or the tag by lineage that it would be in the place of.
     *
     * @throws PolicyException.NotFound if nothing with its key and source is there
     * @throws PolicyException.Conflict if another policy needs it, as a guard needs its tags
     */
    public AppliedChange remove(Principal actor, PolicyItem item) {
        checkIsNoFiles(item);
        return changeItem(actor, item, Optional.empty(), this::finish);
    }

    private static void checkIsNoFiles(PolicyItem item) {
        if (item.source() instanceof Source.PolicyFile(var workspace)) {
            throw new PolicyException.Invalid(
                    "this {0} belongs to workspace '{1}'; change its files and apply them",
                    Sentence.of(item.kind()), workspace);
        }
    }

    private <T> T changeItem(Principal actor, PolicyItem item, Optional<PolicyItem> now, End<T> end) {
        if (item instanceof PolicyItem.OfGrant) {
            throw new PolicyException.Invalid("a grant is changed in another way");
        }
        PolicyState recent = state();
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            PolicyState before = StateLoader.load(handle, recent, epoch - 1);
            checkAdministrator(actor, before);
            PolicyEdit edit = new PolicyEdit(handle, clock.instant(), before, new Naming());
            if (item instanceof PolicyItem.OfMembership(var membership)
                    && before.profiles().stream()
                            .noneMatch(profile -> profile.name().equals(membership.profile()))) {
                throw new PolicyException.NotFound("there is no profile '{0}'", membership.profile());
            }
            PolicyRows rows = new PolicyRows(handle);
            Optional<PolicyItem> was = rows.find(item).or(() -> rows.givingWay(item));
            if (was.isEmpty() && now.isEmpty()) {
                throw new PolicyException.NotFound("there is no such {0}: {1}", Sentence.of(item.kind()), item.key());
            }
            if (!was.equals(now)) {
                edit.replace(was, now);
            }
            return end.end(handle, actor.name(), edit, epoch, List.of());
        });
    }

    /** Gives the user the built-in profile {@code administrator}, if nobody administers yet; else does nothing. */
    public void makeFirstAdministrator(String user) {
        PolicyState recent = state();
        jdbi.useTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            PolicyState before = StateLoader.load(handle, recent, epoch - 1);
            IndexedSnapshot snapshot = new IndexedSnapshot(before, clock);
            PolicyEdit edit = new PolicyEdit(handle, clock.instant(), before, new Naming());
            if (before.people().values().stream().noneMatch(snapshot::isAdministrator)) {
                Membership first = new Membership(user, ADMINISTRATOR, new Source.Hand());
                edit.replace(Optional.empty(), Optional.of(new PolicyItem.OfMembership(first)));
            }
            finish(handle, user, edit, epoch, List.of());
        });
    }

    private AppliedChange change(Principal actor, Consumer<PolicyEdit> work) {
        return change(actor, work, this::finish);
    }

    private <T> T change(Principal actor, Consumer<PolicyEdit> work, End<T> end) {
        PolicyState recent = state();
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            PolicyEdit edit =
                    new PolicyEdit(handle, clock.instant(), StateLoader.load(handle, recent, epoch - 1), new Naming());
            work.accept(edit);
            return end.end(handle, actor.name(), edit, epoch, List.of());
        });
    }

    private AppliedChange finish(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending) {
        if (edit.isEmpty()) {
            StateLoader.unlock(handle);
            return new AppliedChange(actor, epoch - 1, List.of(), pending);
        }
        edit.finish(epoch);
        AppliedChange change = new AppliedChange(actor, epoch, edit.changes(), pending);
        recorder.record(change);
        return change;
    }

    private void checkPassedOn(Principal actor, PolicyState state, Grant grant) {
        List<Grant> held = state.grantsOf(actor).stream()
                .filter(own -> own.validity().includes(clock.instant()))
                .toList();
        GrantCheck.passedOn(
                actor.name(),
                held,
                grant,
                id -> Optional.ofNullable(state.filters().get(id)));
    }

    private void checkAdministrator(Principal actor, PolicyState state) {
        if (!administers(actor, state)) {
            throw new PolicyException.NotPermitted("{0} is no administrator", actor.name());
        }
    }

    private boolean administers(Principal actor, PolicyState state) {
        return new IndexedSnapshot(state, clock).isAdministrator(actor);
    }
}
