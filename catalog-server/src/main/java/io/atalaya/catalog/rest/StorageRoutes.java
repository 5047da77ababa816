package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.maintain.TableReport;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Run;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;

/** What tables take, and what maintenance does about it, for administrators; of the tables that they may know of. */
public final class StorageRoutes {
    private static final int MOST = 100;

    private final DatasetIndex index;
    private final LakeCatalog catalog;
    private final Ingestion ingestion;
    private final Supplier<PolicySnapshot> policies;
    private final Cursors cursors;

    /** Over that catalog and those runs. */
    public StorageRoutes(
            DatasetIndex index,
            LakeCatalog catalog,
            Ingestion ingestion,
            Supplier<PolicySnapshot> policies,
            Cursors cursors) {
        this.index = index;
        this.catalog = catalog;
        this.ingestion = ingestion;
        this.policies = policies;
        this.cursors = cursors;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/administration/storage", this::storage),
                Route.get("/administration/maintenance", this::maintenance));
    }

    /** Of the current snapshot; null where a writer did not say, or the table cannot be read. */
    private record TableView(
            String database,
            String name,
            String zone,
            Optional<Long> files,
            Optional<Long> bytes,
            Optional<Long> deleteFiles,
            Optional<Integer> snapshots,
            Optional<Instant> updatedAt) {}

    private void storage(Context ctx) {
        Principal principal = Caller.administrator(ctx).principal();
        PolicySnapshot now = policies.get();
        Optional<String> zone = Parameters.text(ctx, "zone");
        int limit = Parameters.integer(ctx, "limit", 50, 1, MOST);
        String list = "storage " + zone.orElse("");
        String after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(list, principal, now.epoch(), cursor))
                .orElse("");
        List<Dataset> found = index.datasets().stream()
                .filter(one -> one.sortKey().compareTo(after) > 0)
                .filter(one -> zone.map(one.zone()::equals).orElse(true))
                .filter(one -> now.mayDescribe(principal, one.table()))
                .limit(limit + 1L)
                .toList();
        List<Dataset> page = found.subList(0, Math.min(limit, found.size()));
        Body.write(
                ctx,
                new Page<>(
                        page.stream().map(this::view).toList(),
                        found.size() > limit
                                ? Optional.of(cursors.write(
                                        list,
                                        principal,
                                        now.epoch(),
                                        page.getLast().sortKey()))
                                : Optional.empty()));
    }

    private TableView view(Dataset one) {
        Optional<Table> table = table(one);
        Optional<Map<String, String>> summary = table.flatMap(loaded -> Optional.ofNullable(loaded.currentSnapshot()))
                .map(Snapshot::summary);
        // A table without a snapshot has nothing in it.
        Optional<Long> none = table.isPresent() && summary.isEmpty() ? Optional.of(0L) : Optional.empty();
        return new TableView(
                one.databaseName(),
                one.name(),
                one.zone(),
                summary.flatMap(told -> number(told, SnapshotSummary.TOTAL_DATA_FILES_PROP))
                        .or(() -> none),
                summary.flatMap(told -> number(told, SnapshotSummary.TOTAL_FILE_SIZE_PROP))
                        .or(() -> none),
                summary.flatMap(told -> number(told, SnapshotSummary.TOTAL_DELETE_FILES_PROP))
                        .or(() -> none),
                table.map(StorageRoutes::snapshots),
                one.updatedAt());
    }

    private Optional<Table> table(Dataset one) {
        try {
            return Optional.of(catalog.loadTable(one.table().name()));
        } catch (NoSuchTableException | NotFoundException _) {
            return Optional.empty();
        }
    }

    private static int snapshots(Table table) {
        int count = 0;
        for (Snapshot _ : table.snapshots()) {
            count++;
        }
        return count;
    }

    private static Optional<Long> number(Map<String, String> summary, String name) {
        return Optional.ofNullable(summary.get(name)).map(Long::parseLong);
    }

    /** What the last run that was maintained did, in all its tables. */
    private record Gained(
            UUID run,
            int tables,
            long filesBefore,
            long filesAfter,
            long removedFiles,
            long removedBytes,
            long problems) {}

    private record LastRun(UUID id, String state, Optional<Instant> endedAt) {}

    private record MaintainingView(
            String pipeline,
            List<String> stages,
            boolean paused,
            Optional<Instant> nextDue,
            Optional<LastRun> lastRun,
            Optional<Gained> gained) {}

    private void maintenance(Context ctx) {
        Principal principal = Caller.administrator(ctx).principal();
        List<Pipeline> all = ingestion.runs().pipelines(principal).stream()
                .filter(pipeline -> pipeline.stages().stream().anyMatch(Stage.Maintain.class::isInstance))
                .toList();
        Set<String> paused = ingestion.pipelines().paused();
        Map<String, Run> last = ingestion.runs().last(all);
        List<MaintainingView> views = new ArrayList<>();
        for (Pipeline pipeline : all) {
            Optional<Run> run = Optional.ofNullable(last.get(pipeline.name()));
            views.add(new MaintainingView(
                    pipeline.name(),
                    pipeline.stages().stream()
                            .filter(Stage.Maintain.class::isInstance)
                            .map(Stage::name)
                            .toList(),
                    paused.contains(pipeline.name()),
                    ingestion.pipelines().nextDue(pipeline.name()),
                    run.map(one -> new LastRun(one.id(), one.state().name(), one.endedAt())),
                    run.flatMap(one -> gained(one.id()))));
        }
        Body.write(ctx, Page.of(views));
    }

    private Optional<Gained> gained(UUID run) {
        List<TableReport> reports = ingestion.maintained().of(run);
        return reports.isEmpty()
                ? Optional.empty()
                : Optional.of(new Gained(
                        run,
                        reports.size(),
                        reports.stream().mapToLong(one -> one.before().files()).sum(),
                        reports.stream().mapToLong(one -> one.after().files()).sum(),
                        reports.stream()
                                .mapToLong(one ->
                                        one.expired().files() + one.orphans().files())
                                .sum(),
                        reports.stream()
                                .mapToLong(one ->
                                        one.expired().bytes() + one.orphans().bytes())
                                .sum(),
                        reports.stream()
                                .filter(one -> one.message().isPresent())
                                .count()));
    }
}
