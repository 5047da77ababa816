package io.atalaya.catalog.rest;

import io.atalaya.catalog.chart.ChartSight;
import io.atalaya.catalog.chart.ChartSight.Sight;
import io.atalaya.catalog.chart.ChartSpec;
import io.atalaya.catalog.chart.SavedChart;
import io.atalaya.catalog.chart.SavedCharts;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Charts that people save and share. Whoever opens one runs its query as themselves. */
public final class ChartRoutes {
    private static final int LONGEST_TITLE = 128;
    private static final int LONGEST_DESCRIPTION = 1024;
    private static final int LONGEST_TEXT = 262_144;

    private final SavedCharts charts;
    private final Recorder recorder;

    public ChartRoutes(SavedCharts charts, Recorder recorder) {
        this.charts = charts;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/charts", this::list),
                Route.post("/charts", this::save),
                Route.get("/charts/{id}", this::get),
                Route.put("/charts/{id}", this::replace),
                Route.delete("/charts/{id}", this::delete));
    }

    private record Item(
            String id,
            String title,
            Optional<String> description,
            String owner,
            boolean mine,
            boolean shared,
            ChartSpec.Kind kind,
            Instant createdAt) {
        static Item of(SavedChart chart, Caller caller) {
            return new Item(
                    chart.id(),
                    chart.title(),
                    chart.description(),
                    chart.owner(),
                    chart.owner().equals(caller.principal().name()),
                    chart.shared(),
                    chart.chart().kind(),
                    chart.createdAt());
        }
    }

    /**
     * A chart.
     *
     * @param database and {@code sql} and {@code chart}: null unless the caller could run it, or saved it
     * @param ask datasets to ask for; empty unless some may not be read
     */
    private record View(
            String id,
            String title,
            Optional<String> description,
            String owner,
            boolean mine,
            boolean shared,
            Instant createdAt,
            State state,
            Optional<String> database,
            Optional<String> sql,
            Optional<ChartSpec> chart,
            List<String> ask) {}

    /** What a chart is to the caller. */
    enum State {
        open,
        closed,
        broken;

        static State of(Sight sight) {
            return switch (sight) {
                case Sight.Open _ -> open;
                case Sight.Broken _ -> broken;
                case Sight.Closed _, Sight.Unknown _ -> closed;
            };
        }

        static List<String> ask(Sight sight) {
            return sight instanceof Sight.Closed(var datasets) ? datasets : List.of();
        }
    }

    private record SaveRequest(
            @Nullable String title,
            @Nullable String description,
            @Nullable String database,
            @Nullable String sql,
            @Nullable SpecRequest chart,
            @Nullable Boolean shared) {
        SavedCharts.Draft draft() {
            String text = Fields.required("sql", sql, LONGEST_TEXT);
            String looked = database == null || database.isBlank() ? "default" : database;
            if (!ChartSight.isQuery(text, Optional.of(looked))) {
                throw new RequestException.BadRequest("'sql' is not a query of tables; only that can be drawn");
            }
            if (chart == null) {
                throw RequestException.BadRequest.missing("chart");
            }
            return new SavedCharts.Draft(
                    Fields.required("title", title, LONGEST_TITLE),
                    Optional.ofNullable(description)
                            .filter(words -> !words.isBlank())
                            .map(words -> Fields.atMost("description", words, LONGEST_DESCRIPTION)),
                    looked,
                    text,
                    chart.spec(),
                    Boolean.TRUE.equals(shared));
        }
    }

    private record SpecRequest(
            ChartSpec.@Nullable Kind kind,
            @Nullable String x,
            @Nullable List<String> y) {
        ChartSpec spec() {
            if (kind == null) {
                throw RequestException.BadRequest.missing("chart.kind");
            }
            try {
                return new ChartSpec(kind, Objects.requireNonNullElse(x, ""), Objects.requireNonNullElse(y, List.of()));
            } catch (IllegalArgumentException e) {
                throw new RequestException.BadRequest("Of 'chart', {0}", e.getMessage());
            }
        }
    }

    private void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        Body.write(
                ctx,
                Page.of(charts.list(caller.principal()).stream()
                        .map(chart -> Item.of(chart, caller))
                        .toList()));
    }

    private SavedChart known(Context ctx, Caller caller) {
        String id = ctx.pathParam("id");
        return charts.find(caller.principal(), id).orElseThrow(() -> new RequestException.NotFound("Chart '{0}'", id));
    }

    private SavedChart own(Context ctx, Caller caller) {
        SavedChart chart = known(ctx, caller);
        if (!chart.owner().equals(caller.principal().name())) {
            throw new RequestException.Forbidden("not-yours", "Only who saved a chart may change it");
        }
        return chart;
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        write(ctx, 200, caller, known(ctx, caller));
    }

    private void write(Context ctx, int status, Caller caller, SavedChart chart) {
        Sight sight = charts.sight(caller.principal(), chart);
        boolean mine = chart.owner().equals(caller.principal().name());
        boolean told = mine || sight instanceof Sight.Open;
        Body.write(
                ctx,
                status,
                new View(
                        chart.id(),
                        chart.title(),
                        chart.description(),
                        chart.owner(),
                        mine,
                        chart.shared(),
                        chart.createdAt(),
                        State.of(sight),
                        told ? Optional.of(chart.database()) : Optional.empty(),
                        told ? Optional.of(chart.sql()) : Optional.empty(),
                        told ? Optional.of(chart.chart()) : Optional.empty(),
                        State.ask(sight)));
    }

    private void save(Context ctx) {
        Caller caller = Caller.of(ctx);
        SavedCharts.Draft draft = Body.read(ctx, SaveRequest.class).draft();
        String id = change(caller, "chart.save", draft.title(), draft, () -> charts.save(caller.principal(), draft));
        answer(ctx, 201, caller, id);
    }

    private void replace(Context ctx) {
        Caller caller = Caller.of(ctx);
        SavedChart chart = own(ctx, caller);
        SavedCharts.Draft draft = Body.read(ctx, SaveRequest.class).draft();
        change(caller, "chart.change", chart.id(), draft, () -> {
            charts.replace(caller.principal(), chart.id(), draft);
            return chart.id();
        });
        answer(ctx, 200, caller, chart.id());
    }

    private String change(
            Caller caller, String kind, String subject, SavedCharts.Draft draft, Supplier<String> action) {
        return recorder.change(caller, kind, subject, Map.of("title", draft.title(), "shared", draft.shared()), action);
    }

    private void answer(Context ctx, int status, Caller caller, String id) {
        write(ctx, status, caller, charts.find(caller.principal(), id).orElseThrow());
    }

    private void delete(Context ctx) {
        Caller caller = Caller.of(ctx);
        SavedChart chart = own(ctx, caller);
        recorder.run(
                caller,
                "chart.delete",
                chart.id(),
                Map.of("title", chart.title()),
                () -> charts.delete(caller.principal(), chart.id()));
        ctx.status(204);
    }
}
