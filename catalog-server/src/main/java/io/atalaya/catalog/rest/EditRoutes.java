package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.dataset.DatasetEdits;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Changing in place what is said about a dataset, and what was changed. The record in the audit says what was changed and not the texts,
 * which are for those who may know of the dataset and of the column they are about; they stand in its history.
 */
public final class EditRoutes {
    private static final int LONGEST_TEXT = 4_000;
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(3_660);
    private static final int MOST = 200;

    private final DatasetIndex index;
    private final DatasetEdits edits;
    private final Supplier<PolicySnapshot> policies;
    private final Function<PolicySnapshot, DatasetOwners> owners;
    private final Predicate<String> isUser;
    private final Recorder recorder;

    public EditRoutes(
            DatasetIndex index,
            DatasetEdits edits,
            Supplier<PolicySnapshot> policies,
            Function<PolicySnapshot, DatasetOwners> owners,
            Predicate<String> isUser,
            Recorder recorder) {
        this.index = index;
        this.edits = edits;
        this.policies = policies;
        this.owners = owners;
        this.isUser = isUser;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.patch("/datasets/{database}/{name}", this::edit),
                Route.get("/datasets/{database}/{name}/edits", this::edits));
    }

    /** What is to be said from now on; what is missing stays, an empty text or 0 takes it away. */
    private record EditRequest(
            @Nullable String description,
            @Nullable String owner,
            @Nullable Long freshWithinSeconds,
            @Nullable Map<String, String> columns) {}

    /** What somebody changed; a column as it is called now. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    private record EditView(
            Instant at,
            String person,
            String field,
            Optional<String> column,
            Optional<String> from,
            Optional<String> to) {}

    private void edit(Context ctx) {
        Caller caller = Caller.of(ctx);
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        Editing may = Editing.of(caller, known.dataset().table(), known.now(), owners.apply(known.now()));
        EditRequest request = Body.read(ctx, EditRequest.class);
        if (!may.words() || (request.owner() != null && !may.owner())) {
            throw new RequestException.Forbidden(
                    "no-edit",
                    may.words()
                            ? "Who answers for a dataset is changed by its owner or an administrator"
                            : "What is said about a dataset is changed by its owner, its stewards and those who may alter it");
        }
        List<DatasetEdits.Wanted> wanted = wanted(request, known);
        String seen = Optional.ofNullable(ctx.header("If-Match"))
                .map(value -> value.replace("\"", "").strip())
                .orElseThrow(() -> new RequestException.BadRequest(
                        "The header If-Match is missing: it says which edition of the dataset was edited"));
        boolean done = recorder.change(
                caller,
                "dataset.edit",
                known.dataset().table().name().toString(),
                Map.of(
                        "uuid",
                        known.dataset().table().uuid().toString(),
                        "fields",
                        wanted.stream()
                                .map(one -> one.field().name().toLowerCase(Locale.ROOT)
                                        + (one.column() == 0 ? "" : " " + one.column()))
                                .toList()),
                () -> edits.apply(
                        known.dataset(),
                        caller.principal().name(),
                        wanted,
                        there -> Editing.edition(
                                        known.knowledge(), there.table().schema(), there.registration())
                                .equals(seen)));
        if (!done) {
            throw new RequestException.Conflict(
                    "Somebody changed what is said about this dataset meanwhile; look at it again, nothing of yours was saved");
        }
        ctx.status(204);
    }

    private List<DatasetEdits.Wanted> wanted(EditRequest request, KnownDataset known) {
        List<DatasetEdits.Wanted> wanted = new ArrayList<>();
        if (request.description() != null) {
            wanted.add(new DatasetEdits.Wanted(
                    DatasetEdits.Field.DESCRIPTION, 0, text("description", request.description())));
        }
        if (request.owner() != null) {
            Optional<String> owner = text("owner", request.owner());
            if (owner.filter(name -> !isUser.test(name)
                            && known.now().profiles().stream()
                                    .noneMatch(profile -> profile.name().equals(name)))
                    .isPresent()) {
                throw new RequestException.BadRequest("'owner' is neither a user nor a profile");
            }
            wanted.add(new DatasetEdits.Wanted(DatasetEdits.Field.OWNER, 0, owner));
        }
        if (request.freshWithinSeconds() != null) {
            long seconds = request.freshWithinSeconds();
            if (seconds != 0 && (seconds < SHORTEST.toSeconds() || seconds > LONGEST.toSeconds())) {
                throw new RequestException.BadRequest(
                        "'freshWithinSeconds' is 0, or from {0} to {1}", SHORTEST.toSeconds(), LONGEST.toSeconds());
            }
            wanted.add(new DatasetEdits.Wanted(
                    DatasetEdits.Field.FRESHNESS,
                    0,
                    seconds == 0 ? Optional.empty() : Optional.of(Long.toString(seconds))));
        }
        if (request.columns() != null) {
            request.columns().forEach((name, doc) -> {
                Types.NestedField column = known.knowledge().columns().stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new RequestException.BadRequest("There is no column '{0}'", name));
                wanted.add(new DatasetEdits.Wanted(
                        DatasetEdits.Field.COLUMN, column.fieldId(), text("columns." + name, doc)));
            });
        }
        return wanted;
    }

    private static Optional<String> text(String field, @Nullable String text) {
        return Optional.of(Fields.prose(field, text, LONGEST_TEXT)).filter(some -> !some.isEmpty());
    }

    private void edits(Context ctx) {
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        List<EditView> views = new ArrayList<>();
        for (DatasetEdits.Edit edit : edits.of(known.dataset().table().uuid(), MOST)) {
            Optional<String> column = known.knowledge().columns().stream()
                    .filter(one -> one.fieldId() == edit.column())
                    .map(Types.NestedField::name)
                    .findFirst();
            if (edit.column() == 0 || column.isPresent()) {
                views.add(new EditView(
                        edit.at(),
                        edit.person(),
                        edit.field().name().toLowerCase(Locale.ROOT),
                        column,
                        edit.before(),
                        edit.after()));
            }
        }
        Body.write(ctx, Page.of(views));
    }
}
