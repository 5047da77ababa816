package io.atalaya.catalog.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.profile.ColumnProfile;
import io.atalaya.ingestion.profile.ProfileStore;
import io.atalaya.policies.Decision;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.predicate.Predicate;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What the values of a dataset look like. A profile is made of all rows and of values as they are: who sees only some
 * rows gets none of it, and of columns that are masked, hidden or shown in some rows only nobody gets anything.
 */
public final class ProfileRoutes {
    private final DatasetIndex index;
    private final ProfileStore profiles;
    private final Supplier<PolicySnapshot> policies;
    private final Recorder recorder;

    public ProfileRoutes(
            DatasetIndex index, ProfileStore profiles, Supplier<PolicySnapshot> policies, Recorder recorder) {
        this.index = index;
        this.profiles = profiles;
        this.policies = policies;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/datasets/{database}/{name}/profile", this::profile));
    }

    /** The columns that are shown, each as it was profiled. */
    record Profile(
            String database,
            String name,
            Optional<Instant> profiledAt,
            Optional<String> snapshotId,
            List<ObjectNode> columns) {}

    private void profile(Context ctx) {
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        Knowledge knowledge = known.knowledge();
        TableIdentifier name = knowledge.table().name();
        String format = Parameters.text(ctx, "format").orElse("json");
        if (!List.of("json", "html").contains(format)) {
            throw new RequestException.BadRequest("'format' is json or html");
        }
        if (!(knowledge.select() instanceof Decision.Allowed allowed)) {
            throw new RequestException.Forbidden(
                    "no-select", "You may know of this dataset but not read it; ask its owner for access");
        }
        if (!(allowed.rows() instanceof Predicate.Always)) {
            throw new RequestException.Forbidden(
                    "no-profile", "A profile is made of all rows, of which you see only some; query those instead");
        }
        List<ColumnProfile> visible = profiles.visible(allowed);
        if (!visible.isEmpty()) {
            recorder.happened(
                    Caller.of(ctx),
                    "data.profile.read",
                    name.toString(),
                    Map.of(
                            "uuid", knowledge.table().uuid().toString(),
                            "snapshot", Long.toString(visible.getFirst().snapshotId()),
                            "fields",
                                    visible.stream().map(ColumnProfile::fieldId).toList(),
                            "epoch", known.now().epoch(),
                            "format", format));
        }
        Profile profile = new Profile(
                name.namespace().level(0),
                name.name(),
                visible.stream().findFirst().map(ColumnProfile::at),
                visible.stream().findFirst().map(column -> Long.toString(column.snapshotId())),
                visible.stream().map(ProfileRoutes::column).toList());
        if (format.equals("json")) {
            Body.write(ctx, profile);
            return;
        }
        ctx.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
        ctx.header("Content-Disposition", "attachment; filename=\"" + name.name() + "-profile.html\"");
        ctx.contentType("text/html; charset=utf-8");
        ctx.result(ProfilePage.of(profile));
    }

    private static ObjectNode column(ColumnProfile profile) {
        try {
            ObjectNode column = Body.JSON.createObjectNode();
            column.put("id", profile.fieldId());
            column.put("name", profile.column());
            column.setAll((ObjectNode) Body.JSON.readTree(profile.json()));
            return column;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("profiles are JSON", e);
        }
    }
}
