package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.atalaya.catalog.dataset.SavedViews;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Searches of the catalog that people keep. Each has their own; those of others do not exist for anybody. */
public final class SavedViewRoutes {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_VALUE = 400;
    private static final int MOST_TAGS = 10;

    private final SavedViews views;
    private final Recorder recorder;

    public SavedViewRoutes(SavedViews views, Recorder recorder) {
        this.views = views;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/views", this::list),
                Route.put("/views/{name}", this::keep),
                Route.delete("/views/{name}", this::forget));
    }

    /** What is searched for, as {@code GET /datasets} takes it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Conditions(
            @Nullable String q,
            @Nullable String zone,
            @Nullable String database,
            @Nullable String owner,
            @Nullable List<String> tag,
            @Nullable String access,
            @Nullable String certified,
            @Nullable String sort) {
        /** Itself, unless something in it is longer than any search. */
        Conditions checked() {
            List<String> tags = Objects.requireNonNullElse(tag, List.<String>of());
            if (tags.size() > MOST_TAGS || tags.stream().anyMatch(Objects::isNull)) {
                throw new RequestException.BadRequest("'tag' has at most {0} texts", MOST_TAGS);
            }
            if (Stream.concat(Stream.of(q, zone, database, owner, access, certified, sort), tags.stream())
                    .anyMatch(text -> text != null && text.length() > LONGEST_VALUE)) {
                throw new RequestException.BadRequest("Each condition has at most {0} characters", LONGEST_VALUE);
            }
            return this;
        }
    }

    private record KeepRequest(@Nullable Conditions conditions) {}

    private record View(String name, Conditions conditions, Instant savedAt) {
        static View of(SavedViews.View view) {
            try {
                return new View(view.name(), Body.JSON.readValue(view.conditions(), Conditions.class), view.savedAt());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("conditions of a saved view cannot be read", e);
            }
        }
    }

    private void list(Context ctx) {
        Body.write(
                ctx,
                Page.of(views.of(Caller.of(ctx).principal().name()).stream()
                        .map(View::of)
                        .toList()));
    }

    private void keep(Context ctx) {
        Caller caller = Caller.of(ctx);
        String owner = caller.principal().name();
        String name = ctx.pathParam("name").strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new RequestException.BadRequest("The name of a view has 1 to {0} characters", LONGEST_NAME);
        }
        Conditions wanted = Body.read(ctx, KeepRequest.class).conditions();
        if (wanted == null) {
            throw RequestException.BadRequest.missing("conditions");
        }
        String conditions = Body.JSON.valueToTree(wanted.checked()).toString();
        boolean kept = recorder.change(caller, "view.save", name, Map.of(), () -> views.keep(owner, name, conditions));
        if (!kept) {
            throw new RequestException.Conflict("You keep {0} views; forget one first", SavedViews.MOST);
        }
        Body.write(
                ctx,
                views.of(owner).stream()
                        .filter(view -> view.name().equals(name))
                        .map(View::of)
                        .findFirst()
                        .orElseThrow());
    }

    private void forget(Context ctx) {
        Caller caller = Caller.of(ctx);
        String owner = caller.principal().name();
        String name = ctx.pathParam("name").strip();
        if (!views.has(owner, name)) {
            throw new RequestException.NotFound("View '{0}'", name);
        }
        recorder.run(caller, "view.delete", name, Map.of(), () -> views.forget(owner, name));
        ctx.status(204);
    }
}
