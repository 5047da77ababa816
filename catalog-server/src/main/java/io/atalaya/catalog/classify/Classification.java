package io.atalaya.catalog.classify;

import io.atalaya.catalog.config.ClassificationConfig;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.query.lineage.Origin;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposals of what columns hold: made by scans and by lineage, confirmed or dismissed by those who may classify the table,
 * and only known to them.
 */
public final class Classification implements AutoCloseable {
    /** How many tables are scanned in one turn, by itself or for somebody. */
    public static final int AT_ONCE = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Classification.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final int BATCH = 500;

    private final DatasetIndex datasets;
    private final Policies policies;
    private final AuditLog audit;
    private final ClassificationConfig rules;
    private final Clock clock;
    private final ProposalStore store;
    private final Scanner scanner;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("classification").daemon().factory());

    /** One that scans nothing by itself until it is started. */
    public Classification(
            Jdbi jdbi,
            Lakehouse lake,
            DatasetIndex datasets,
            Policies policies,
            AuditLog audit,
            ClassificationConfig rules,
            Clock clock) {
        this.datasets = datasets;
        this.policies = policies;
        this.audit = audit;
        this.rules = rules;
        this.clock = clock;
        this.store = new ProposalStore(jdbi);
        this.scanner = new Scanner(lake, store, rules, audit, policies::current, clock);
    }

    /** Looks again and again for datasets to scan, until it is closed. */
    public void start(Duration every) {
        if (rules.automatic()) {
            Future<?> _ = thread.scheduleWithFixedDelay(
                    this::sweep, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Scans a few of the datasets that are new, have other columns, or other rows and were not scanned for long. */
    public void sweep() {
        try {
            Map<UUID, ProposalStore.Scanned> scans = store.scans();
            Instant before = clock.instant().minus(rules.again());
            datasets.datasets().stream()
                    .filter(dataset -> {
                        ProposalStore.Scanned last = scans.get(dataset.table().uuid());
                        return last == null
                                || (!last.version().equals(dataset.version())
                                        && (last.schemaId()
                                                        != dataset.table()
                                                                .schema()
                                                                .schemaId()
                                                || last.at().isBefore(before)));
                    })
                    .limit(AT_ONCE)
                    .toList()
                    .forEach(this::scanQuietly);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("datasets not classified; tried again next time");
        }
    }

    private void scanQuietly(Dataset dataset) {
        try {
            scanner.scan(dataset, Scanner.SELF);
        } catch (SQLException | NoSuchTableException e) {
            LOG.atWarn()
                    .addKeyValue("table", dataset.table().name())
                    .setCause(e)
                    .log("table not classified");
            store.scanned(
                    dataset.table().uuid(),
                    new ProposalStore.Scanned(
                            dataset.version(), dataset.table().schema().schemaId(), now()));
        }
    }

    /**
     * Scans a table for somebody who may classify it, and answers with its open proposals.
     *
     * @throws SQLException if the engine cannot read it
     */
    public List<Proposal> scan(Principal actor, Dataset dataset) throws SQLException {
        requireClassifier(actor, dataset.table());
        return scanner.scan(dataset, actor.name());
    }

    /** Proposes for a new table's columns what is proposed for those they are made from. */
    public void derived(UUID table, Map<Integer, Set<Origin>> origins) {
        scanner.derive(table, origins);
    }

    /** The proposals in that state on tables that somebody may classify and on columns that are still there, by table. */
    public Map<UUID, Dataset> classifiable(Principal principal, List<Proposal> proposals) {
        PolicySnapshot now = policies.current();
        Map<UUID, Dataset> seen = new HashMap<>();
        for (UUID table : proposals.stream().map(Proposal::table).distinct().toList()) {
            datasets.find(table)
                    .filter(dataset -> now.mayClassify(principal, dataset.table()))
                    .ifPresent(dataset -> seen.put(table, dataset));
        }
        return seen;
    }

    /**
     * Proposals, the surest first.
     *
     * @param datasets of the tables they are for
     * @param next where the rest begins
     * @param total how many there are on all pages
     */
    public record Page(
            List<Proposal> proposals, Map<UUID, Dataset> datasets, Optional<Proposal.Position> next, int total) {}

    /**
     * Some of the proposals in that state on tables that somebody may classify and on columns that are still there. However many
     * there are of others, no more than a batch is in memory.
     */
    public Page page(
            Principal principal,
            Proposal.State state,
            Optional<UUID> table,
            Optional<Proposal.Position> after,
            int limit) {
        List<ProposalStore.Count> counts = store.counts(state, table);
        DatasetIndex.Contents contents = datasets.contents();
        PolicySnapshot now = policies.current();
        Map<UUID, Dataset> seen = new HashMap<>();
        counts.stream()
                .map(ProposalStore.Count::table)
                .distinct()
                .forEach(one -> contents.find(one)
                        .filter(dataset -> now.mayClassify(principal, dataset.table()))
                        .ifPresent(dataset -> seen.put(one, dataset)));
        int total = counts.stream()
                .filter(count -> isThere(seen, count.table(), count.fieldId()))
                .mapToInt(ProposalStore.Count::proposals)
                .sum();
        List<Proposal> page = new ArrayList<>();
        Optional<Proposal.Position> from = after;
        boolean more = total > 0;
        while (more && page.size() <= limit) {
            List<Proposal> batch = store.in(state, table, from, BATCH);
            batch.stream()
                    .filter(one -> isThere(seen, one.table(), one.fieldId()))
                    .forEach(page::add);
            more = batch.size() == BATCH;
            from = batch.isEmpty() ? from : Optional.of(batch.getLast().position());
        }
        List<Proposal> shown = List.copyOf(page.subList(0, Math.min(limit, page.size())));
        return new Page(
                shown, seen, page.size() > limit ? Optional.of(shown.getLast().position()) : Optional.empty(), total);
    }

    private static boolean isThere(Map<UUID, Dataset> seen, UUID table, int fieldId) {
        Dataset dataset = seen.get(table);
        return dataset != null && dataset.table().schema().findField(fieldId) != null;
    }

    /** Every proposal for a table, whoever may know of it. */
    public List<Proposal> of(UUID table) {
        return store.of(table);
    }

    /** The proposal of that id, whoever may know of it. */
    public Optional<Proposal> find(UUID id) {
        return store.find(id);
    }

    /** What confirming it would change. */
    public Rehearsal rehearse(Principal actor, Dataset dataset, Proposal proposal) {
        return policies.rehearseClassify(actor, dataset.table(), proposal.fieldId(), proposal.tag());
    }

    /**
     * Puts the proposed tag on the column.
     *
     * @throws PolicyException.NotPermitted if the actor may not classify it, or proposed it
     * @throws PolicyException.Conflict if it was decided already, or another source of policies says otherwise
     */
    public Proposal confirm(Principal actor, Dataset dataset, Proposal proposal, String reason) {
        requireClassifier(actor, dataset.table());
        if (proposal.proposedBy().equals(actor.name())) {
            throw new PolicyException.NotPermitted("nobody confirms what they proposed themselves");
        }
        decide(actor, proposal, Proposal.State.CONFIRMED, reason, "classification.confirm");
        try {
            policies.classify(actor, dataset.table(), proposal.fieldId(), proposal.tag());
        } catch (RuntimeException e) {
            store.reopen(proposal.id(), Proposal.State.CONFIRMED);
            audit.append(new AuditEvent(
                    "classification.confirm.failed",
                    actor.name(),
                    proposal.id().toString(),
                    Map.of("proposal", Scanner.describe(proposal))));
            throw e;
        }
        return store.find(proposal.id()).orElseThrow();
    }

    /**
     * Leaves the column as it is; the same is not proposed for it again.
     *
     * @throws PolicyException.NotPermitted if the actor may not classify it
     * @throws PolicyException.Conflict if it was decided already
     */
    public Proposal dismiss(Principal actor, Dataset dataset, Proposal proposal, String reason) {
        requireClassifier(actor, dataset.table());
        decide(actor, proposal, Proposal.State.DISMISSED, reason, "classification.dismiss");
        return store.find(proposal.id()).orElseThrow();
    }

    private void decide(Principal actor, Proposal proposal, Proposal.State state, String reason, String kind) {
        if (proposal.state() != Proposal.State.OPEN) {
            throw new PolicyException.Conflict("this proposal was decided already");
        }
        audit.append(new AuditEvent(
                kind,
                actor.name(),
                proposal.id().toString(),
                Map.of("proposal", Scanner.describe(proposal), "reason", reason)));
        if (!store.decide(proposal.id(), state, new Proposal.Ruling(actor.name(), now(), reason))) {
            throw new PolicyException.Conflict("this proposal was decided already");
        }
    }

    /**
     * Proposes that a column be shown to more people, which somebody else who may classify it decides.
     *
     * @throws PolicyException.NotPermitted unless the actor may alter or classify the table
     * @throws PolicyException.NotFound if there is no such tag
     * @throws PolicyException.Invalid if the column's tag would not be lower
     */
    public Proposal lower(Principal actor, GovernedTable table, int fieldId, LfTag tag, String reason) {
        PolicySnapshot now = policies.current();
        if (!now.mayClassify(actor, table)
                && !(now.decide(actor, Permission.ALTER, table) instanceof Decision.Allowed)) {
            throw new PolicyException.NotPermitted(
                    "{0} may not propose this: that takes ALTER on the table", actor.name());
        }
        if (!now.tagValues().containsKey(tag.key())
                || !now.tagValues().get(tag.key()).contains(tag.value())) {
            throw new PolicyException.NotFound("there is no tag {0}", tag);
        }
        var held = now.tags(table, fieldId).get(tag.key());
        if (held == null || !rules.isLower(held.tag().value(), tag.value())) {
            throw new PolicyException.Invalid(
                    held == null
                            ? "this lowers nothing: the column has no tag {0}"
                            : "this lowers nothing: the column is tagged {0}",
                    held == null ? tag.key() : held.tag());
        }
        Proposal proposal = new Proposal(
                UUID.randomUUID(),
                table.uuid(),
                fieldId,
                Proposal.Source.LOWERING,
                Optional.empty(),
                tag,
                100,
                0,
                0,
                Proposal.State.OPEN,
                actor.name(),
                now(),
                reason,
                Optional.empty());
        audit.append(new AuditEvent(
                "classification.lower",
                actor.name(),
                proposal.id().toString(),
                Map.of("proposal", Scanner.describe(proposal), "reason", reason)));
        store.put(proposal);
        return proposal;
    }

    private void requireClassifier(Principal actor, GovernedTable table) {
        if (!policies.current().mayClassify(actor, table)) {
            throw new PolicyException.NotPermitted(
                    "{0} may not classify {1}: that takes ASSOCIATE on all of it", actor.name(), table.name());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("datasets are still classified while the service stops");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
