package io.atalaya.query.workgroup;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.QueryException;
import io.atalaya.query.execution.ExecutionStore;
import io.atalaya.query.workgroup.WorkgroupStore.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The workgroups; everyone may read and use them, administrators may change them. */
public final class Workgroups {
    /** The lowest cut-off that Athena takes. */
    private static final long LOWEST_CUTOFF = 10_000_000;

    private static final int MOST_TAGS = 50;

    /** The tag by which a workgroup states a purpose for clients that have no way to do it themselves. */
    public static final String PURPOSE_TAG = "atalaya:purpose";

    private final Jdbi jdbi;
    private final WorkgroupStore store;
    private final WorkgroupTagStore tags;
    private final ExecutionStore executions;
    private final NamedQueryStore namedQueries;
    private final PreparedStatementStore prepared;
    private final Supplier<PolicySnapshot> policies;
    private final AuditLog audit;
    private final Clock clock;

    public Workgroups(Jdbi jdbi, Supplier<PolicySnapshot> policies, AuditLog audit, Clock clock) {
        this.jdbi = jdbi;
        this.store = jdbi.onDemand(WorkgroupStore.class);
        this.tags = jdbi.onDemand(WorkgroupTagStore.class);
        this.executions = jdbi.onDemand(ExecutionStore.class);
        this.namedQueries = jdbi.onDemand(NamedQueryStore.class);
        this.prepared = jdbi.onDemand(PreparedStatementStore.class);
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
        store.add(row(Workgroup.of(Workgroup.PRIMARY), clock.instant()));
    }

    /**
     * The workgroup of that name.
     *
     * @throws QueryException.NotFound if there is none
     */
    public Workgroup get(String name) {
        return WorkgroupStore.find(jdbi, name).map(Workgroups::workgroup).orElseThrow(() -> notFound(name));
    }

    /** In name order; the token is the last name shown. */
    public WorkgroupPage list(Optional<String> token, int max) {
        List<Workgroup> found = store.list(token.orElse(""), max + 1).stream()
                .map(Workgroups::workgroup)
                .toList();
        List<Workgroup> page = found.subList(0, Math.min(max, found.size()));
        return new WorkgroupPage(
                page, found.size() > max ? Optional.of(page.getLast().name()) : Optional.empty());
    }

    /**
     * Adds a workgroup; its creation time is now.
     *
     * @throws QueryException.InvalidRequest if the name is taken or a value is out of range
     * @throws QueryException.NotAllowed unless the principal is an administrator
     */
    public Workgroup create(Principal principal, Workgroup workgroup) {
        check(principal, workgroup);
        record(principal, "create", workgroup);
        if (store.add(row(workgroup, clock.instant())) == 0) {
            throw new QueryException.InvalidRequest("WorkGroup '{0}' exists already", workgroup.name());
        }
        return get(workgroup.name());
    }

    /** Replaces what is stored under the name; the creation time stays. */
    public Workgroup update(Principal principal, Workgroup workgroup) {
        check(principal, workgroup);
        get(workgroup.name());
        record(principal, "update", workgroup);
        store.replace(row(workgroup, workgroup.createdAt()));
        return get(workgroup.name());
    }

    /**
     * Removes it; {@code primary} stays. It sees what is stored: where statements run, see
     * {@link io.atalaya.query.QueryService#deleteWorkgroup}.
     *
     * @throws QueryException.InvalidRequest if something is in it and {@code withContents} is false
     */
    public void delete(Principal principal, String name, boolean withContents) {
        requireAdministrator(principal);
        if (name.equals(Workgroup.PRIMARY)) {
            throw new QueryException.InvalidRequest("WorkGroup 'primary' cannot be deleted");
        }
        Workgroup workgroup = get(name);
        if (!withContents && (executions.inUse(name) || namedQueries.inUse(name) || prepared.inUse(name))) {
            throw new QueryException.InvalidRequest(
                    "WorkGroup '{0}' is not empty; delete it with RecursiveDeleteOption", name);
        }
        record(principal, "delete", workgroup);
        executions.forgetWorkgroup(name);
        namedQueries.forgetWorkgroup(name);
        prepared.forgetWorkgroup(name);
        tags.removeAll(name);
        store.remove(name);
    }

    /** To what end queries of that workgroup ask for data, as its tag {@link #PURPOSE_TAG} states. */
    public Optional<String> purpose(String name) {
        return Optional.ofNullable(tags(name).get(PURPOSE_TAG));
    }

    /** Names and values; but for {@link #PURPOSE_TAG} they mean nothing to us. */
    public Map<String, String> tags(String name) {
        get(name);
        return tags.of(name);
    }

    /**
     * Adds tags or gives them new values.
     *
     * @throws QueryException.InvalidRequest if it would have more than 50
     */
    public void tag(Principal principal, String name, Map<String, String> added) {
        requireAdministrator(principal);
        Workgroup workgroup = get(name);
        Map<String, String> all = new HashMap<>(tags.of(name));
        all.putAll(added);
        if (all.size() > MOST_TAGS) {
            throw new QueryException.InvalidRequest("A workgroup has at most {0} tags", MOST_TAGS);
        }
        String purpose = added.get(PURPOSE_TAG);
        if (purpose != null
                && policies.get().purposes().stream()
                        .noneMatch(one -> one.name().equals(purpose))) {
            throw new QueryException.InvalidRequest(
                    "Tag {0} names no purpose: there is no '{1}' in the policies", PURPOSE_TAG, purpose);
        }
        record(principal, "tag", workgroup);
        added.forEach((tag, value) -> tags.set(name, tag, value));
    }

    /** Removes tags; those it has not are no fault. */
    public void untag(Principal principal, String name, Collection<String> removed) {
        requireAdministrator(principal);
        record(principal, "untag", get(name));
        removed.forEach(tag -> tags.remove(name, tag));
    }

    private void check(Principal principal, Workgroup workgroup) {
        requireAdministrator(principal);
        OptionalLong cutoff = workgroup.bytesScannedCutoff();
        if (cutoff.isPresent() && cutoff.getAsLong() < LOWEST_CUTOFF) {
            throw new QueryException.InvalidRequest("BytesScannedCutoffPerQuery must be at least {0}", LOWEST_CUTOFF);
        }
        requireAtLeastOne("concurrency", workgroup.concurrency());
        requireAtLeastOne("queueLimit", workgroup.queueLimit());
    }

    private static void requireAtLeastOne(String what, OptionalInt limit) {
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new QueryException.InvalidRequest("{0} must be at least 1", what);
        }
    }

    private void requireAdministrator(Principal principal) {
        if (!policies.get().isAdministrator(principal)) {
            throw new QueryException.NotAllowed("Only an administrator may change workgroups");
        }
    }

    private void record(Principal principal, String change, Workgroup workgroup) {
        Map<String, Object> details = new HashMap<>();
        details.put("change", change);
        details.put("enabled", workgroup.enabled());
        details.put("enforced", workgroup.enforced());
        workgroup.bytesScannedCutoff().ifPresent(cutoff -> details.put("bytesScannedCutoff", cutoff));
        workgroup.concurrency().ifPresent(limit -> details.put("concurrency", limit));
        workgroup.queueLimit().ifPresent(limit -> details.put("queueLimit", limit));
        audit.append(new AuditEvent("workgroup.change", principal.name(), workgroup.name(), details));
    }

    private static QueryException notFound(String name) {
        return QueryException.NotFound.of("WorkGroup", name);
    }

    private static Row row(Workgroup workgroup, Instant createdAt) {
        OptionalLong cutoff = workgroup.bytesScannedCutoff();
        return new Row(
                workgroup.name(),
                workgroup.enabled(),
                workgroup.description().orElse(null),
                workgroup.outputLocation().orElse(null),
                workgroup.enforced(),
                cutoff.isPresent() ? cutoff.getAsLong() : null,
                boxed(workgroup.concurrency()),
                boxed(workgroup.queueLimit()),
                ChronoUnit.MICROS.between(Instant.EPOCH, createdAt));
    }

    private static @Nullable Long boxed(OptionalInt limit) {
        return limit.isPresent() ? Long.valueOf(limit.getAsInt()) : null;
    }

    private static OptionalInt limit(@Nullable Long stored) {
        return stored == null ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(stored));
    }

    private static Workgroup workgroup(Row row) {
        Long cutoff = row.bytesScannedCutoff();
        return new Workgroup(
                row.name(),
                row.enabled(),
                Optional.ofNullable(row.description()),
                Optional.ofNullable(row.outputLocation()),
                row.enforced(),
                cutoff == null ? OptionalLong.empty() : OptionalLong.of(cutoff),
                limit(row.concurrency()),
                limit(row.queueLimit()),
                Instant.EPOCH.plus(row.createdAt(), ChronoUnit.MICROS));
    }
}
