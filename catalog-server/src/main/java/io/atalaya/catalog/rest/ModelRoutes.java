package io.atalaya.catalog.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.model.ModelVersions;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Models: the tables whose rows are versions. What is told of a version are the cells of its row, asked for in a query of the
 * caller; the artifact itself is told by SQL alone.
 */
public final class ModelRoutes {
    private static final String ARTIFACT = "artifact";
    private static final int VERSIONS = 500;

    private final DatasetIndex index;
    private final ModelVersions models;
    private final Samples samples;
    private final Supplier<PolicySnapshot> policies;
    private final Recorder recorder;

    public ModelRoutes(
            DatasetIndex index,
            ModelVersions models,
            Samples samples,
            Supplier<PolicySnapshot> policies,
            Recorder recorder) {
        this.index = index;
        this.models = models;
        this.samples = samples;
        this.policies = policies;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/models", this::list),
                Route.get("/models/{database}/{name}", this::get),
                Route.post("/models/{database}/{name}/versions/{version}/stage", this::move));
    }

    private record Item(UUID uuid, String database, String name, boolean select, boolean mayPromote) {}

    private record Model(
            UUID uuid, String database, String name, boolean select, boolean mayPromote, List<ObjectNode> versions) {}

    private record Move(@Nullable String stage, @Nullable String reason) {}

    private void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.get();
        List<Item> items = new ArrayList<>();
        for (UUID uuid : models.all()) {
            index.find(uuid)
                    .map(Dataset::table)
                    .flatMap(table -> Knowledge.of(table, caller.principal(), now))
                    .ifPresent(knowledge -> items.add(item(caller, knowledge)));
        }
        items.sort(Comparator.comparing(Item::database).thenComparing(Item::name));
        Body.write(ctx, Page.of(items));
    }

    private Item item(Caller caller, Knowledge knowledge) {
        GovernedTable table = knowledge.table();
        return new Item(
                table.uuid(),
                table.name().namespace().level(0),
                table.name().name(),
                knowledge.mayRead(),
                models.mayDecide(caller.principal(), table));
    }

    private Knowledge known(Context ctx, Caller caller) {
        TableIdentifier name = TableIdentifier.of(
                ctx.pathParam("database").toLowerCase(Locale.ROOT),
                ctx.pathParam("name").toLowerCase(Locale.ROOT));
        return index.find(name)
                .flatMap(dataset -> Knowledge.of(dataset.table(), caller.principal(), policies.get()))
                .filter(knowledge -> models.isModel(knowledge.table().name()))
                .orElseThrow(() -> new RequestException.NotFound("Model '" + name + "'"));
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        Knowledge knowledge = known(ctx, caller);
        Item item = item(caller, knowledge);
        List<ObjectNode> versions = new ArrayList<>();
        if (knowledge.mayRead()) {
            Knowledge told = new Knowledge(
                    knowledge.table(),
                    knowledge.select(),
                    knowledge.columns().stream()
                            .filter(column -> !column.name().equals(ARTIFACT))
                            .toList());
            Samples.Sample rows = samples.of(caller.principal(), told, VERSIONS);
            for (List<@Nullable String> row : rows.rows()) {
                ObjectNode version = Body.JSON.createObjectNode();
                for (int i = 0; i < row.size(); i++) {
                    version.put(rows.columns().get(i).name(), row.get(i));
                }
                versions.add(version);
            }
            versions.sort(Comparator.comparingLong(ModelRoutes::number).reversed());
        }
        Body.write(
                ctx, new Model(item.uuid(), item.database(), item.name(), item.select(), item.mayPromote(), versions));
    }

    private static long number(ObjectNode version) {
        return version.path("version").asLong();
    }

    private void move(Context ctx) {
        Caller caller = Caller.of(ctx);
        Knowledge knowledge = known(ctx, caller);
        Move move = Body.read(ctx, Move.class);
        String stage = move.stage();
        if (stage == null) {
            throw new RequestException.BadRequest("'stage' is missing: champion or retired");
        }
        String version = ctx.pathParam("version");
        if (!version.matches("[0-9]{1,18}")) {
            throw new RequestException.NotFound("Version '" + version + "'");
        }
        GovernedTable table = knowledge.table();
        long number = Long.parseLong(version);
        models.require(caller.principal(), table, number, stage);
        Map<String, Object> details = new HashMap<>();
        details.put("uuid", table.uuid().toString());
        details.put("version", number);
        details.put("stage", stage);
        if (move.reason() != null) {
            details.put("reason", move.reason());
        }
        recorder.run(caller, "model.stage", table.name().toString(), details, () -> models.move(table, number, stage));
        get(ctx);
    }
}
