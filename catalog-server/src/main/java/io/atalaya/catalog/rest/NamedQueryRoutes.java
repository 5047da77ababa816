package io.atalaya.catalog.rest;

import io.atalaya.catalog.chart.ChartSight;
import io.atalaya.catalog.chart.ChartSight.Sight;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.workbench.KeptQueries;
import io.atalaya.catalog.workbench.KeptQuery;
import io.atalaya.query.workgroup.Workgroup;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Queries that people keep under a name and share. What is shared is the text; whoever runs it runs it as themselves. */
public final class NamedQueryRoutes {
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_DESCRIPTION = 1024;
    private static final int LONGEST_TEXT = 262_144;

    private final KeptQueries queries;
    private final Recorder recorder;

    public NamedQueryRoutes(KeptQueries queries, Recorder recorder) {
        this.queries = queries;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/named-queries", this::list),
                Route.post("/named-queries", this::save),
                Route.get("/named-queries/{id}", this::get),
                Route.put("/named-queries/{id}", this::replace),
                Route.delete("/named-queries/{id}", this::delete));
    }

    private record Item(
            String id,
            String name,
            Optional<String> description,
            String owner,
            boolean mine,
            boolean shared,
            Instant createdAt) {
        static Item of(KeptQuery query, Caller caller) {
            return new Item(
                    query.id(),
                    query.name(),
                    query.description(),
                    query.owner(),
                    isOf(caller, query),
                    query.shared(),
                    query.createdAt());
        }
    }

    /**
     * A query.
     *
     * @param workgroup and {@code database} and {@code sql}: null unless the caller could run it, or saved it
     * @param ask datasets to ask for; empty unless some may not be read
     */
    private record View(
            String id,
            String name,
            Optional<String> description,
            String owner,
            boolean mine,
            boolean shared,
            Instant createdAt,
            ChartRoutes.State state,
            Optional<String> workgroup,
            Optional<String> database,
            Optional<String> sql,
            List<String> ask) {}

    private record SaveRequest(
            @Nullable String name,
            @Nullable String description,
            @Nullable String database,
            @Nullable String workgroup,
            @Nullable String sql,
            @Nullable Boolean shared) {
        KeptQueries.Draft draft() {
            String text = Fields.required("sql", sql, LONGEST_TEXT);
            String looked = database == null || database.isBlank() ? "default" : database;
            boolean share = Boolean.TRUE.equals(shared);
            if (share && !ChartSight.isQuery(text, Optional.of(looked))) {
                throw new RequestException.BadRequest(
                        "'sql' is not a query of tables; only that can be shared, because who may see it is said by its tables");
            }
            return new KeptQueries.Draft(
                    Fields.required("name", name, LONGEST_NAME).strip(),
                    Optional.ofNullable(description)
                            .filter(words -> !words.isBlank())
                            .map(words -> Fields.atMost("description", words, LONGEST_DESCRIPTION)),
                    looked,
                    text,
                    workgroup == null || workgroup.isBlank() ? Workgroup.PRIMARY : workgroup,
                    share);
        }
    }

    private void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        Body.write(
                ctx,
                Page.of(queries.list(caller.principal()).stream()
                        .map(query -> Item.of(query, caller))
                        .toList()));
    }

    private static boolean isOf(Caller caller, KeptQuery query) {
        return query.owner().equals(caller.principal().name());
    }

    private KeptQuery known(Context ctx, Caller caller) {
        String id = ctx.pathParam("id");
        return queries.find(caller.principal(), id).orElseThrow(() -> new RequestException.NotFound("Query '{0}'", id));
    }

    private KeptQuery own(Context ctx, Caller caller) {
        KeptQuery query = known(ctx, caller);
        if (!isOf(caller, query)) {
            throw new RequestException.Forbidden("not-yours", "Only who saved a query may change it");
        }
        return query;
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        write(ctx, 200, caller, known(ctx, caller));
    }

    private void write(Context ctx, int status, Caller caller, KeptQuery query) {
        Sight sight = queries.sight(caller.principal(), query);
        Optional<KeptQuery> told = Optional.of(query).filter(_ -> sight instanceof Sight.Open);
        Body.write(
                ctx,
                status,
                new View(
                        query.id(),
                        query.name(),
                        query.description(),
                        query.owner(),
                        isOf(caller, query),
                        query.shared(),
                        query.createdAt(),
                        ChartRoutes.State.of(sight),
                        told.map(KeptQuery::workgroup),
                        told.map(KeptQuery::database),
                        told.map(KeptQuery::sql),
                        ChartRoutes.State.ask(sight)));
    }

    private static Map<String, Object> told(KeptQueries.Draft draft) {
        return Map.of("name", draft.name(), "shared", draft.shared());
    }

    private void save(Context ctx) {
        Caller caller = Caller.of(ctx);
        KeptQueries.Draft draft = Body.read(ctx, SaveRequest.class).draft();
        String id = recorder.change(
                caller, "named-query.save", draft.name(), told(draft), () -> queries.save(caller.principal(), draft));
        write(ctx, 201, caller, queries.find(caller.principal(), id).orElseThrow());
    }

    private void replace(Context ctx) {
        Caller caller = Caller.of(ctx);
        KeptQuery query = own(ctx, caller);
        KeptQueries.Draft draft = Body.read(ctx, SaveRequest.class).draft();
        recorder.run(
                caller,
                "named-query.change",
                query.id(),
                told(draft),
                () -> queries.replace(caller.principal(), query.id(), draft));
        write(ctx, 200, caller, queries.find(caller.principal(), query.id()).orElseThrow());
    }

    private void delete(Context ctx) {
        Caller caller = Caller.of(ctx);
        KeptQuery query = own(ctx, caller);
        recorder.run(
                caller,
                "named-query.delete",
                query.id(),
                Map.of("name", query.name()),
                () -> queries.delete(caller.principal(), query.id()));
        ctx.status(204);
    }
}
