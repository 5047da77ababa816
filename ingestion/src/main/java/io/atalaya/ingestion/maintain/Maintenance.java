package io.atalaya.ingestion.maintain;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.lakehouse.maintenance.OrphanSweep;
import io.atalaya.lakehouse.maintenance.SnapshotExpiry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tables in shape while others read and write them. Its principal needs ALTER on each: rows are neither read out nor
 * changed, what changes is how they are kept and how far back the table can be read.
 */
public final class Maintenance {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    private final Lakehouse lakehouse;
    private final Targets targets;
    private final MaintenanceStore store;
    private final Clock clock;
    private final TableTasks.Tools tools;

    public Maintenance(
            Lakehouse lakehouse, Targets targets, Readers readers, MaintenanceStore store, Writes writes, Clock clock) {
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.store = store;
        this.clock = clock;
        this.tools = new TableTasks.Tools(
                lakehouse,
                new SnapshotExpiry(lakehouse.warehouse(), clock),
                new OrphanSweep(lakehouse.catalog(), lakehouse.warehouse(), clock),
                readers,
                store,
                writes);
    }

    /**
     * Does what is to be done to each table; what fails for one keeps no other from it.
     *
     * @throws IngestionException.BadStage if something failed for a table
     */
    public Done run(StageWork work, Stage.Maintain stage) {
        List<GovernedTable> tables = tables(work.principal(), stage);
        List<RuntimeException> failures = new ArrayList<>();
        Optional<Instant> until =
                stage.compact().flatMap(Stage.Maintain.Compact::within).map(clock.instant()::plus);
        BooleanSupplier hasTime = () -> until.isEmpty() || clock.instant().isBefore(until.get());
        long done = 0;
        for (GovernedTable table : tables) {
            work.progress(0, 0, 0, (double) done++ / tables.size());
            Principal principal = work.principal();
            if (!targets.allows(principal, table, Permission.ALTER)) {
                continue;
            }
            try {
                new TableTasks(tools, work, principal, table, hasTime).run(stage);
            } catch (IngestionException.Cancelled | IngestionException.TimedOut e) {
                throw e;
            } catch (RuntimeException e) {
                if (work.isOver(e)) {
                    throw e;
                }
                LOG.warn("table not maintained: table={} run={}", table.name(), work.run(), e);
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IngestionException.BadStage(
                    Sentence.of(
                            "{0} of {1} tables could not be maintained as a whole; the report says which. Others were, and nothing is half done",
                            failures.size(), tables.size()),
                    failures.getFirst());
        }
        return new Done(0, 0, 0, gained(work, stage, tables.size()));
    }

    private Sentence gained(StageWork work, Stage.Maintain stage, int tables) {
        List<TableReport> reports = store.of(work.run()).stream()
                .filter(report -> report.stage().equals(stage.name()))
                .toList();
        long before =
                reports.stream().mapToLong(report -> report.before().files()).sum();
        long after =
                reports.stream().mapToLong(report -> report.after().files()).sum();
        long snapshots = reports.stream()
                .mapToLong(report ->
                        Math.max(0, report.before().snapshots() - report.after().snapshots()))
                .sum();
        long files = reports.stream()
                .mapToLong(report -> report.expired().files() + report.orphans().files())
                .sum();
        long bytes = reports.stream()
                .mapToLong(report -> report.expired().bytes() + report.orphans().bytes())
                .sum();
        return Sentence.of(
                "{0} tables: {1} data files are {2} now, {3} snapshots fewer, {4} files of {5} bytes removed",
                Sentence.count(tables),
                Sentence.count(before),
                Sentence.count(after),
                Sentence.count(snapshots),
                Sentence.count(files),
                Sentence.count(bytes));
    }

    /** Tables that are named must be there and open to the principal; a pattern means those that are. */
    private List<GovernedTable> tables(Principal principal, Stage.Maintain stage) {
        Set<String> named =
                stage.tables().stream().filter(name -> !isPattern(name)).collect(Collectors.toSet());
        for (String name : named) {
            GovernedTable table = targets.find(TableIdentifier.parse(name))
                    .orElseThrow(() -> new IngestionException.BadStage(
                            "Stage '{0}' maintains table {1}, and there is none", stage.name(), name));
            targets.require(principal, table, Set.of(Permission.ALTER));
        }
        List<Pattern> patterns = stage.tables().stream()
                .filter(Maintenance::isPattern)
                .map(Maintenance::pattern)
                .toList();
        return lakehouse.catalog().tables().stream()
                .map(TableEntry::identifier)
                .filter(name -> named.contains(name.toString())
                        || patterns.stream()
                                .anyMatch(pattern ->
                                        pattern.matcher(name.toString()).matches()))
                .flatMap(name -> targets.find(name).stream())
                .filter(table -> targets.allows(principal, table, Permission.ALTER))
                .toList();
    }

    private static boolean isPattern(String name) {
        return name.contains("*") || name.contains("?");
    }

    private static Pattern pattern(String glob) {
        return Pattern.compile(glob.replace(".", "\\.").replace("*", "[^.]*").replace("?", "[^.]"));
    }

    /** Why something was not done to a table, for its report. */
    static String reason(RuntimeException e) {
        return switch (e) {
            case IngestionException stopped -> String.valueOf(stopped.getMessage());
            case LakehouseException.Contended _ -> "Others changed the table all the time; left for the next run";
            default -> "Failed; the log of the service says why";
        };
    }
}
