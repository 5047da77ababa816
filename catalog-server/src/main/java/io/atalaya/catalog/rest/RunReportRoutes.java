package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.maintain.MaintenanceStore;
import io.atalaya.ingestion.maintain.TableReport;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.maintenance.TableShape;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What runs have done to tables, of the tables that the caller may know of. */
public final class RunReportRoutes {
    private final Runs runs;
    private final MaintenanceStore maintained;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Supplier<PolicySnapshot> policies;

    public RunReportRoutes(
            Runs runs,
            MaintenanceStore maintained,
            LakeCatalog catalog,
            TableAccess tables,
            Supplier<PolicySnapshot> policies) {
        this.runs = runs;
        this.maintained = maintained;
        this.catalog = catalog;
        this.tables = tables;
        this.policies = policies;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/runs/{id}/maintenance", this::maintenance));
    }

    private record Shape(long files, long bytes, long manifests, long snapshots) {
        static Shape of(TableShape shape) {
            return new Shape(shape.files(), shape.bytes(), shape.manifests(), shape.snapshots());
        }
    }

    private record TableView(
            String stage,
            String table,
            Shape before,
            Shape after,
            long snapshotsHeld,
            long removedFiles,
            long removedBytes,
            long orphanFiles,
            long orphanBytes,
            Optional<String> message) {
        static TableView of(TableReport report) {
            return new TableView(
                    report.stage(),
                    report.name().toString(),
                    Shape.of(report.before()),
                    Shape.of(report.after()),
                    report.held(),
                    report.expired().files(),
                    report.expired().bytes(),
                    report.orphans().files(),
                    report.orphans().bytes(),
                    report.message());
        }
    }

    private void maintenance(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Run run = runs.get(principal, Parameters.id(ctx, "id", "Run"));
        PolicySnapshot now = policies.get();
        Body.write(
                ctx,
                Page.of(maintained.of(run.id()).stream()
                        .filter(report -> isKnown(now, principal, report))
                        .map(TableView::of)
                        .toList()));
    }

    /** A pattern in a pipeline reaches tables that whoever operates it need not know of. */
    private boolean isKnown(PolicySnapshot now, Principal principal, TableReport report) {
        return catalog.nameOf(report.table())
                .flatMap(tables::table)
                .filter(table -> now.mayDescribe(principal, table))
                .isPresent();
    }
}
