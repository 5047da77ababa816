package io.atalaya.ingestion.maintain;

import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.maintenance.OrphanSweep;
import io.atalaya.lakehouse.maintenance.Removed;
import io.atalaya.lakehouse.maintenance.SnapshotExpiry;
import io.atalaya.lakehouse.maintenance.TableShape;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileInfo;

/**
 * What is done to one table. Each task can be done again, also after the process has died in the middle of it: then it finds
 * less to do, or nothing.
 */
final class TableTasks {
    private final Tools tools;
    private final StageWork work;
    private final Principal principal;
    private final GovernedTable governed;
    private final TableIdentifier name;
    private final MaintenanceStore.Key key;
    private long held;
    private Removed expired = Removed.NONE;
    private Removed orphans = Removed.NONE;

    /** What it is done with. */
    record Tools(
            Lakehouse lakehouse,
            SnapshotExpiry expiry,
            OrphanSweep sweep,
            Readers readers,
            MaintenanceStore store,
            Writes writes) {}

    TableTasks(Tools tools, StageWork work, Principal principal, GovernedTable governed) {
        this.tools = tools;
        this.work = work;
        this.principal = principal;
        this.governed = governed;
        this.name = governed.name();
        this.key = new MaintenanceStore.Key(work.run(), work.stage(), governed.uuid());
    }

    /** Does them in the order in which each gains from those before. */
    void run(Stage.Maintain stage) {
        Optional<Table> before = table();
        if (before.isEmpty()) {
            return;
        }
        tools.store()
                .begin(key, name, TableShape.of(before.get(), tools.lakehouse().scans()));
        try {
            stage.compact().ifPresent(this::compact);
            if (stage.manifests()) {
                manifests();
            }
            stage.expire().ifPresent(this::expire);
            stage.orphans().ifPresent(this::orphans);
        } catch (RuntimeException e) {
            report(Optional.of(Maintenance.reason(e)));
            throw e;
        }
        report(Optional.empty());
    }

    private void report(Optional<String> message) {
        table().ifPresent(after -> tools.store()
                .done(key, TableShape.of(after, tools.lakehouse().scans()), held, expired, orphans, message));
    }

    /** The table as it is now, unless it was dropped. */
    private Optional<Table> table() {
        return tools.lakehouse()
                .catalog()
                .nameOf(governed.uuid())
                .filter(name::equals)
                .map(tools.lakehouse().catalog()::loadTable);
    }

    private void compact(Stage.Maintain.Compact how) {
        rewrite("compact", batch -> batch.compact(name, Expressions.alwaysTrue(), how.minFiles(), properties()));
    }

    private void manifests() {
        rewrite("manifests", batch -> batch.rewriteManifests(name, properties()));
    }

    private interface Rewrite {
        /** How much is to be written anew. */
        long in(WriteBatch batch);
    }

    private void rewrite(String how, Rewrite rewrite) {
        work.goOn();
        try (WriteBatch batch = tools.lakehouse().writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            long old = rewrite.in(batch);
            if (old == 0) {
                return;
            }
            work.goOn();
            work.reached(how + "/written");
            tools.writes().intent(work, principal, name, how, id(how));
            work.reached(how + "/intended");
            WriteResult result = batch.commit().getFirst();
            work.reached(how + "/committed");
            done(how, Map.of("replaced", old, "snapshot", Long.toString(result.snapshotId())));
        }
    }

    private void expire(Stage.Maintain.Expire how) {
        work.goOn();
        Optional<Table> table = table();
        if (table.isEmpty()) {
            return;
        }
        Set<Long> old = tools.expiry().expirable(table.get(), how.olderThan(), how.keep(), Set.of());
        Set<Long> needed = old.isEmpty() ? Set.of() : tools.readers().needed(governed.uuid());
        Set<Long> going = new HashSet<>(old);
        going.removeAll(needed);
        held = (long) old.size() - going.size();
        if (going.isEmpty()) {
            return;
        }
        tools.writes().intent(work, principal, name, "expire", id("expire"));
        work.reached("expire/intended");
        expired = tools.expiry().expire(table.get(), going, () -> work.reached("expire/committed"));
        work.reached("expire/removed");
        done("expire", Map.of("snapshots", going.size(), "files", expired.files(), "bytes", expired.bytes()));
    }

    private void orphans(Duration age) {
        work.goOn();
        Optional<Table> table = table();
        List<FileInfo> found = table.map(now -> tools.sweep().orphans(now, age)).orElse(List.of());
        if (found.isEmpty()) {
            return;
        }
        tools.writes().intent(work, principal, name, "orphans", id("orphans"));
        work.reached("orphans/intended");
        orphans = tools.sweep().remove(found);
        work.reached("orphans/removed");
        done("orphans", Map.of("files", orphans.files(), "bytes", orphans.bytes()));
    }

    private void done(String how, Map<String, Object> details) {
        tools.writes().outcome(work, principal, name, how, id(how), details);
    }

    private String id(String how) {
        return "%s/%s/%s/%s".formatted(work.pipeline().name(), work.stage(), work.run(), how);
    }

    private CommitProperties properties() {
        return CommitProperties.none()
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", work.stage())
                .with("atalaya.run", work.run().toString());
    }
}
