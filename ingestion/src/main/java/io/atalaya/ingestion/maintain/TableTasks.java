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
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.lakehouse.write.Rewritten;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
    private final BooleanSupplier hasTime;
    private Optional<String> left = Optional.empty();
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

    /** @param hasTime whether there is time to begin one more portion of a compaction */
    TableTasks(Tools tools, StageWork work, Principal principal, GovernedTable governed, BooleanSupplier hasTime) {
        this.tools = tools;
        this.work = work;
        this.principal = principal;
        this.governed = governed;
        this.name = governed.name();
        this.hasTime = hasTime;
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
        report(left);
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

    /** Each portion is a commit: what was done before the process died, or the time was over, stays done. */
    private void compact(Stage.Maintain.Compact how) {
        if (table().isEmpty()) {
            return;
        }
        List<Portion> portions =
                tools.lakehouse().writer().portions(name, Expressions.alwaysTrue(), how.minFiles(), how.portionBytes());
        for (int i = 0; i < portions.size(); i++) {
            if (i > 0 && !hasTime.getAsBoolean()) {
                left = Optional.of("%,d of %,d portions are compacted; the others are left for the next run"
                        .formatted(i, portions.size()));
                work.log(name + ": " + left.get());
                return;
            }
            Portion portion = portions.get(i);
            AtomicReference<Rewritten> gained = new AtomicReference<>();
            rewrite("compact", "compact/" + portion.identity(), batch -> {
                Rewritten rewritten = batch.compact(name, portion, properties());
                gained.set(rewritten);
                return rewritten.files();
            });
            work.log(gained(i + 1, portions.size(), Objects.requireNonNull(gained.get())));
        }
    }

    private String gained(int number, int all, Rewritten rewritten) {
        return rewritten.files() == 0
                ? "%s, portion %,d of %,d: others have changed its files meanwhile".formatted(name, number, all)
                : "%s, portion %,d of %,d: %,d files of %,d bytes are %,d of %,d bytes now"
                        .formatted(
                                name,
                                number,
                                all,
                                rewritten.files(),
                                rewritten.bytes(),
                                rewritten.newFiles(),
                                rewritten.newBytes());
    }

    private void manifests() {
        rewrite("manifests", "manifests", batch -> batch.rewriteManifests(name, properties()));
    }

    private interface Rewrite {
        /** How much is to be written anew. */
        long in(WriteBatch batch);
    }

    private void rewrite(String how, String what, Rewrite rewrite) {
        work.goOn();
        try (WriteBatch batch = tools.lakehouse().writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            long old = rewrite.in(batch);
            if (old == 0) {
                return;
            }
            work.goOn();
            work.reached(how + "/written");
            tools.writes().intent(work, principal, name, how, id(what));
            work.reached(how + "/intended");
            WriteResult result = batch.commit().getFirst();
            work.reached(how + "/committed");
            done(how, what, Map.of("replaced", old, "snapshot", Long.toString(result.snapshotId())));
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
        done("expire", "expire", Map.of("snapshots", going.size(), "files", expired.files(), "bytes", expired.bytes()));
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
        done("orphans", "orphans", Map.of("files", orphans.files(), "bytes", orphans.bytes()));
    }

    private void done(String how, String what, Map<String, Object> details) {
        tools.writes().outcome(work, principal, name, how, id(what), details);
    }

    private String id(String what) {
        return "%s/%s/%s/%s".formatted(work.pipeline().name(), work.stage(), work.run(), what);
    }

    private CommitProperties properties() {
        return CommitProperties.none()
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", work.stage())
                .with("atalaya.run", work.run().toString());
    }
}
