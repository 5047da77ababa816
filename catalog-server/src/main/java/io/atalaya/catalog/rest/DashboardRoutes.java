package io.atalaya.catalog.rest;

import io.atalaya.catalog.chart.ChartSight.Sight;
import io.atalaya.catalog.chart.ChartSpec;
import io.atalaya.catalog.chart.Dashboard;
import io.atalaya.catalog.chart.Dashboards;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** Pages of charts, as far as they are there for the caller. */
public final class DashboardRoutes {
    private final Dashboards dashboards;

    public DashboardRoutes(Dashboards dashboards) {
        this.dashboards = dashboards;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/dashboards", this::list), Route.get("/dashboards/{name}", this::get));
    }

    private record Item(String name, Dashboard.Words title, Optional<Dashboard.Words> description, int charts) {}

    private record View(
            String name, Dashboard.Words title, Optional<Dashboard.Words> description, List<ChartView> charts) {}

    /** A chart; {@code sql} and {@code chart} are null unless the caller could run it. */
    private record ChartView(
            Dashboard.Words title,
            ChartRoutes.State state,
            Optional<String> sql,
            Optional<ChartSpec> chart,
            List<String> ask) {
        static ChartView of(Dashboards.Seen seen) {
            boolean open = seen.sight() instanceof Sight.Open;
            return new ChartView(
                    seen.chart().title(),
                    ChartRoutes.State.of(seen.sight()),
                    open ? Optional.of(seen.chart().sql()) : Optional.empty(),
                    open ? Optional.of(seen.chart().chart()) : Optional.empty(),
                    ChartRoutes.State.ask(seen.sight()));
        }
    }

    private void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        Body.write(
                ctx,
                Page.of(dashboards.list(caller.principal()).stream()
                        .map(dashboard -> new Item(
                                dashboard.name(),
                                dashboard.title(),
                                dashboard.description(),
                                dashboard.charts().size()))
                        .toList()));
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        String name = ctx.pathParam("name");
        Dashboard dashboard = dashboards
                .find(caller.principal(), name)
                .orElseThrow(() -> new RequestException.NotFound("Dashboard '{0}'", name));
        Body.write(
                ctx,
                new View(
                        dashboard.name(),
                        dashboard.title(),
                        dashboard.description(),
                        dashboards.charts(caller.principal(), dashboard).stream()
                                .map(ChartView::of)
                                .toList()));
    }
}
