package io.atalaya.catalog.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.model.ModelVersions;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryService;
import io.atalaya.query.ResultPage;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Models: the tables whose rows are versions. What is told of a version are the cells of its row, asked for in a query of the
 * caller; the artifact itself is told by SQL alone.
 */
public final class ModelRoutes {
    private static final String ARTIFACT = "artifact";
    private static final String VERSION = "version";
    private static final String SNAPSHOTS = "training_snapshots";

    private final DatasetIndex index;
    private final ModelVersions models;
    private final Answers answers;
    private final Supplier<PolicySnapshot> policies;
    private final Cursors cursors;
    private final Recorder recorder;

    public ModelRoutes(
            DatasetIndex index,
            ModelVersions models,
            QueryService queries,
            Supplier<PolicySnapshot> policies,
            Cursors cursors,
            Recorder recorder) {
        this.index = index;
        this.models = models;
        this.answers = new Answers(queries);
        this.policies = policies;
        this.cursors = cursors;
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

    /**
     * A model and some of its versions, newest first.
     *
     * @param trainedOn names of the tables in {@code training_snapshots} that the caller may know of, by identity
     */
    private record Model(
            UUID uuid,
            String database,
            String name,
            boolean select,
            boolean mayPromote,
            List<ObjectNode> versions,
            Map<String, String> trainedOn,
            Optional<String> nextCursor) {}

    private record Versions(List<ObjectNode> rows, Optional<String> next) {}

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
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        Optional<String> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read("models", caller.principal(), now.epoch(), cursor));
        List<Item> rest = items.stream()
                .filter(item -> after.isEmpty() || position(item).compareTo(after.get()) > 0)
                .toList();
        List<Item> page = rest.subList(0, Math.min(limit, rest.size()));
        Body.write(
                ctx,
                new Page<>(
                        page,
                        rest.size() > limit
                                ? Optional.of(cursors.write(
                                        "models", caller.principal(), now.epoch(), position(page.getLast())))
                                : Optional.empty()));
    }

    /** Ordered like database and name, which have no letter before a space. */
    private static String position(Item item) {
        return item.database() + " " + item.name();
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
        TableIdentifier name = KnownDataset.name(ctx);
        return index.find(name)
                .flatMap(dataset -> Knowledge.of(dataset.table(), caller.principal(), policies.get()))
                .filter(knowledge -> models.isModel(knowledge.table().name()))
                .orElseThrow(() -> new RequestException.NotFound("Model '{0}'", name));
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        Knowledge knowledge = known(ctx, caller);
        Item item = item(caller, knowledge);
        PolicySnapshot now = policies.get();
        String list = "models/" + item.uuid();
        Optional<String> before = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(list, caller.principal(), now.epoch(), cursor));
        Versions versions = knowledge.mayRead()
                ? versions(caller, knowledge, before, Parameters.integer(ctx, "limit", 50, 1, 200))
                : new Versions(List.of(), Optional.empty());
        Body.write(
                ctx,
                new Model(
                        item.uuid(),
                        item.database(),
                        item.name(),
                        item.select(),
                        item.mayPromote(),
                        versions.rows(),
                        trainedOn(caller, versions.rows(), now),
                        versions.next()
                                .map(position -> cursors.write(list, caller.principal(), now.epoch(), position))));
    }

    /**
     * The newest versions below one, as a query of the caller gives them. Whoever may not see their numbers is given the first that are
     * found, and no more.
     */
    private Versions versions(Caller caller, Knowledge knowledge, Optional<String> below, int limit) {
        List<String> columns = knowledge.columns().stream()
                .filter(column ->
                        !column.name().equals(ARTIFACT) && !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                .map(column -> column.name())
                .toList();
        if (columns.isEmpty()) {
            return new Versions(List.of(), Optional.empty());
        }
        boolean numbered = knowledge.columns().stream()
                .anyMatch(column ->
                        column.name().equals(VERSION) && knowledge.access(column) instanceof ColumnAccess.Visible);
        TableIdentifier name = knowledge.table().name();
        String sql = "SELECT %s FROM %s.%s%s%s LIMIT %d"
                .formatted(
                        columns.stream().map(Answers::quoted).collect(Collectors.joining(", ")),
                        Answers.quoted(name.namespace().level(0)),
                        Answers.quoted(name.name()),
                        numbered && below.isPresent() ? " WHERE " + VERSION + " < " + Long.parseLong(below.get()) : "",
                        numbered ? " ORDER BY " + VERSION + " DESC" : "",
                        limit + 1);
        Answers.Answer answer = answers.of(caller.principal(), "model", sql, List.of(), limit + 1);
        ResultPage found = answer.rows()
                .orElseThrow(() -> QueryException.EngineFailed.internal(
                        "{0}",
                        answer.execution()
                                .error()
                                .map(QueryError::sentence)
                                .orElse(Sentence.of("The query was cancelled"))));
        List<ObjectNode> versions = new ArrayList<>();
        for (List<@Nullable String> row :
                found.rows().subList(0, Math.min(limit, found.rows().size()))) {
            ObjectNode version = Body.JSON.createObjectNode();
            for (int i = 0; i < row.size(); i++) {
                version.put(found.columns().get(i).name(), row.get(i));
            }
            versions.add(version);
        }
        boolean more = numbered && found.rows().size() > limit;
        return new Versions(
                versions, more ? Optional.of(versions.getLast().path(VERSION).asText()) : Optional.empty());
    }

    /** What a masked cell has in it is no identity of a table, and passed over. */
    private Map<String, String> trainedOn(Caller caller, List<ObjectNode> versions, PolicySnapshot now) {
        Map<String, String> names = new TreeMap<>();
        for (ObjectNode version : versions) {
            JsonNode tables;
            try {
                tables = Body.JSON.readTree(version.path(SNAPSHOTS).asText());
            } catch (JsonProcessingException _) {
                continue;
            }
            tables.fieldNames()
                    .forEachRemaining(identity -> uuid(identity)
                            .flatMap(index::find)
                            .flatMap(dataset -> Knowledge.of(dataset.table(), caller.principal(), now))
                            .ifPresent(table ->
                                    names.put(identity, table.table().name().toString())));
        }
        return names;
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
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
            throw new RequestException.NotFound("Version '{0}'", version);
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
