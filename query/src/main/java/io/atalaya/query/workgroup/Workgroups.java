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

    private final WorkgroupStore store;
    private final ExecutionStore executions;
    private final Supplier<PolicySnapshot> policies;
    private final AuditLog audit;
    private final Clock clock;

    public Workgroups(Jdbi jdbi, Supplier<PolicySnapshot> policies, AuditLog audit, Clock clock) {
        this.store = jdbi.onDemand(WorkgroupStore.class);
        this.executions = jdbi.onDemand(ExecutionStore.class);
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
        return store.find(name).map(Workgroups::workgroup).orElseThrow(() -> notFound(name));
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
            throw new QueryException.InvalidRequest("WorkGroup '%s' exists already".formatted(workgroup.name()));
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
     * Removes it; {@code primary} stays.
     *
     * @throws QueryException.InvalidRequest if it has executions and {@code withExecutions} is false
     */
    public void delete(Principal principal, String name, boolean withExecutions) {
        requireAdministrator(principal);
        if (name.equals(Workgroup.PRIMARY)) {
            throw new QueryException.InvalidRequest("WorkGroup 'primary' cannot be deleted");
        }
        Workgroup workgroup = get(name);
        if (executions.inUse(name)) {
            if (!withExecutions) {
                throw new QueryException.InvalidRequest(
                        "WorkGroup '%s' is not empty; delete it with RecursiveDeleteOption".formatted(name));
            }
            executions.forgetWorkgroup(name);
        }
        record(principal, "delete", workgroup);
        store.remove(name);
    }

    private void check(Principal principal, Workgroup workgroup) {
        requireAdministrator(principal);
        OptionalLong cutoff = workgroup.bytesScannedCutoff();
        if (cutoff.isPresent() && cutoff.getAsLong() < LOWEST_CUTOFF) {
            throw new QueryException.InvalidRequest(
                    "BytesScannedCutoffPerQuery must be at least %d".formatted(LOWEST_CUTOFF));
        }
        requireAtLeastOne("concurrency", workgroup.concurrency());
        requireAtLeastOne("queueLimit", workgroup.queueLimit());
    }

    private static void requireAtLeastOne(String what, OptionalInt limit) {
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new QueryException.InvalidRequest(what + " must be at least 1");
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
