package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.workbench.QueryTabs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts that people have open in the console. Each has their own; those of others do not exist for anybody. They are saved
 * while one types, so this is not on record; what is run is.
 */
public final class QueryTabRoutes {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int LONGEST_TEXT = 262_144;
    private static final int LONGEST_SEARCH = 2_000;

    private final QueryTabs tabs;

    public QueryTabRoutes(QueryTabs tabs) {
        this.tabs = tabs;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/query-tabs", this::list),
                Route.put("/query-tabs/{id}", this::keep),
                Route.delete("/query-tabs/{id}", this::close));
    }

    private record View(
            String id, long position, String sql, Optional<String> execution, String search, Instant savedAt) {
        static View of(QueryTabs.Tab tab) {
            return new View(tab.id(), tab.position(), tab.sql(), tab.execution(), tab.search(), tab.savedAt());
        }
    }

    private record KeepRequest(
            @Nullable Long position,
            @Nullable String sql,
            @Nullable String execution,
            @Nullable String search,
            @Nullable String was) {
        QueryTabs.Tab tab(String id) {
            if (!ID.matcher(id).matches()) {
                throw new RequestException.BadRequest("The id of a tab is 1 to 64 letters, digits and '-'");
            }
            if (execution != null && !ID.matcher(execution).matches()) {
                throw new RequestException.BadRequest("'execution' is not the id of one");
            }
            return new QueryTabs.Tab(
                    id,
                    Objects.requireNonNullElse(position, 0L),
                    Fields.atMost("sql", Objects.requireNonNullElse(sql, ""), LONGEST_TEXT),
                    Optional.ofNullable(execution),
                    Fields.atMost("search", Objects.requireNonNullElse(search, ""), LONGEST_SEARCH),
                    Instant.EPOCH);
        }
    }

    private void list(Context ctx) {
        Body.write(
                ctx,
                Page.of(tabs.of(Caller.of(ctx).principal().name()).stream()
                        .map(View::of)
                        .toList()));
    }

    private void keep(Context ctx) {
        String owner = Caller.of(ctx).principal().name();
        KeepRequest request = Body.read(ctx, KeepRequest.class);
        switch (tabs.keep(owner, request.tab(ctx.pathParam("id")), Optional.ofNullable(request.was()))) {
            case YES -> {}
            case TOO_MANY ->
                throw new RequestException.Conflict("You have {0} tabs open; close one first", QueryTabs.MOST);
            case CHANGED_ELSEWHERE ->
                throw RequestException.Conflict.changedElsewhere(
                        "The text is another one since; GET /query-tabs has it");
        }
        ctx.status(204);
    }

    private void close(Context ctx) {
        String id = ctx.pathParam("id");
        if (!tabs.close(Caller.of(ctx).principal().name(), id)) {
            throw new RequestException.NotFound("Tab '{0}'", id);
        }
        ctx.status(204);
    }
}
