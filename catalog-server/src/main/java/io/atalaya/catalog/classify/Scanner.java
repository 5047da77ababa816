package io.atalaya.catalog.classify;

import io.atalaya.catalog.config.ClassificationConfig;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.query.lineage.Origin;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;

/**
 * Reads a little of a table as the service itself, which no policy keeps from anything, and proposes what its columns are. What
 * it read is gone afterwards; that it read is on record before.
 */
final class Scanner {
    /** Who proposes what nobody said. */
    static final String SELF = "classification";

    private final Lakehouse lake;
    private final ProposalStore store;
    private final ClassificationConfig rules;
    private final AuditLog audit;
    private final Supplier<PolicySnapshot> policies;
    private final Clock clock;

    Scanner(
            Lakehouse lake,
            ProposalStore store,
            ClassificationConfig rules,
            AuditLog audit,
            Supplier<PolicySnapshot> policies,
            Clock clock) {
        this.lake = lake;
        this.store = store;
        this.rules = rules;
        this.audit = audit;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * Scans one table.
     *
     * @param actor who asked for it, or {@link #SELF}
     * @return the proposals that are open now
     * @throws NoSuchTableException if it has gone
     * @throws SQLException if the engine cannot read it
     */
    List<Proposal> scan(Dataset dataset, String actor) throws SQLException {
        Table table = lake.catalog().loadTable(dataset.table().name());
        UUID uuid = dataset.table().uuid();
        audit.append(new AuditEvent(
                "classification.scan",
                actor,
                dataset.table().name().toString(),
                Map.of("columns", table.schema().columns().size(), "rowsAtMost", TableSample.ROWS)));
        TableSample sample = TableSample.of(lake, table);
        List<Proposal> known = store.of(uuid);
        for (Types.NestedField column : table.schema().columns()) {
            List<Proposal> before = known.stream()
                    .filter(one ->
                            one.fieldId() == column.fieldId() && one.kind().isPresent())
                    .toList();
            Optional<Finding> finding = Classifier.classify(column.name(), column.type(), sample.of(column.fieldId()));
            replace(dataset, column, before, finding);
        }
        store.scanned(
                uuid,
                new ProposalStore.Scanned(dataset.version(), table.schema().schemaId(), now()));
        List<Proposal> open = store.of(uuid).stream()
                .filter(one -> one.state() == Proposal.State.OPEN)
                .toList();
        List<Proposal> added = open.stream()
                .filter(one -> known.stream().noneMatch(was -> was.id().equals(one.id())))
                .toList();
        if (!added.isEmpty()) {
            audit.append(new AuditEvent(
                    "classification.propose",
                    actor,
                    dataset.table().name().toString(),
                    Map.of("proposals", describe(added))));
        }
        return open;
    }

    /** Proposals with their ids, in the words of the log. */
    static List<Map<String, Object>> describe(List<Proposal> proposals) {
        return proposals.stream().map(Scanner::describe).toList();
    }

    static Map<String, Object> describe(Proposal one) {
        return Map.of(
                "id", one.id().toString(),
                "table", one.table().toString(),
                "field", one.fieldId(),
                "kind", one.kind().map(Kind::text).orElse("lowering"),
                "tag", one.tag().toString());
    }

    private void replace(Dataset dataset, Types.NestedField column, List<Proposal> before, Optional<Finding> finding) {
        Optional<Kind> kind = finding.map(Finding::kind);
        for (Proposal one : before) {
            if (one.state() == Proposal.State.OPEN
                    && one.source() != Proposal.Source.LINEAGE
                    && !one.kind().equals(kind)) {
                store.decide(
                        one.id(),
                        Proposal.State.SUPERSEDED,
                        new Proposal.Ruling(SELF, now(), "it holds something else"));
            }
        }
        finding.ifPresent(found -> {
            Optional<Proposal> alike = before.stream()
                    .filter(one -> one.kind().equals(kind) && one.state() != Proposal.State.SUPERSEDED)
                    .findFirst();
            if (alike.isEmpty() ? isNews(dataset, column, found.kind()) : isOpen(alike.get())) {
                store.put(proposal(
                        dataset.table().uuid(),
                        column,
                        found,
                        alike.map(Proposal::id).orElseGet(UUID::randomUUID)));
            }
        });
    }

    private static boolean isOpen(Proposal proposal) {
        return proposal.state() == Proposal.State.OPEN;
    }

    /** Whether the tag is there to be given, and the column has none yet that is as high. */
    private boolean isNews(Dataset dataset, Types.NestedField column, Kind kind) {
        PolicySnapshot now = policies.get();
        LfTag tag = tag(kind);
        var held = now.tags(dataset.table(), column.fieldId()).get(tag.key());
        return now.tagValues().getOrDefault(tag.key(), new TreeSet<>()).contains(tag.value())
                && (held == null
                        || (!held.tag().equals(tag)
                                && rules.isLower(tag.value(), held.tag().value())));
    }

    private Proposal proposal(UUID table, Types.NestedField column, Finding found, UUID id) {
        return new Proposal(
                id,
                table,
                column.fieldId(),
                found.sampled() == 0 ? Proposal.Source.NAME : Proposal.Source.VALUES,
                Optional.of(found.kind()),
                tag(found.kind()),
                found.confidence(),
                found.matched(),
                found.sampled(),
                Proposal.State.OPEN,
                SELF,
                now(),
                "",
                Optional.empty());
    }

    /**
     * Proposes for columns that are made from others what is proposed for those.
     *
     * @param origins of each column, by its field id
     */
    void derive(UUID table, Map<Integer, Set<Origin>> origins) {
        Map<UUID, List<Proposal>> open = new HashMap<>();
        List<Proposal> derived = new ArrayList<>();
        origins.forEach((field, sources) -> sources.stream()
                .flatMap(source -> open.computeIfAbsent(source.table().uuid(), store::of).stream()
                        .filter(one -> isOpen(one)
                                && one.fieldId() == source.fieldId()
                                && one.kind().isPresent()))
                .collect(Collectors.toMap(Proposal::kind, one -> one, (one, _) -> one))
                .values()
                .forEach(one -> derived.add(new Proposal(
                        UUID.randomUUID(),
                        table,
                        field,
                        Proposal.Source.LINEAGE,
                        one.kind(),
                        one.tag(),
                        one.confidence(),
                        0,
                        0,
                        Proposal.State.OPEN,
                        SELF,
                        now(),
                        "",
                        Optional.empty()))));
        if (!derived.isEmpty()) {
            audit.append(new AuditEvent(
                    "classification.propose", SELF, table.toString(), Map.of("proposals", describe(derived))));
            derived.forEach(store::put);
        }
    }

    private LfTag tag(Kind kind) {
        return Objects.requireNonNull(rules.tags().get(kind));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
