package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.lineage.LineageGraph;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Source;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.query.lineage.Edge;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.LineageStore;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** What datasets are made of and what is made of them. */
public final class LineageRoutes {
    private static final int DEEPEST = 10;

    private final DatasetIndex index;
    private final LineageStore lineage;
    private final Runs runs;
    private final Supplier<PolicySnapshot> policies;

    public LineageRoutes(DatasetIndex index, LineageStore lineage, Runs runs, Supplier<PolicySnapshot> policies) {
        this.index = index;
        this.lineage = lineage;
        this.runs = runs;
        this.policies = policies;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/datasets/{database}/{name}/lineage", this::lineage));
    }

    /** A source outside, and the stage that takes from it. */
    private record FeedView(String kind, String pipeline, String stage) {}

    private record NodeView(String database, String name, String zone, List<FeedView> feeds) {}

    /** What made values go; the names of a pipeline only for those who may see it. */
    private record ByView(
            String kind,
            @Nullable String statement,
            @Nullable String pipeline,
            @Nullable String stage,
            Instant at) {}

    private record ColumnsView(String from, String to) {}

    private record EdgeView(String from, String to, List<ColumnsView> columns, List<ByView> by) {}

    private record GraphView(List<NodeView> nodes, List<EdgeView> edges, boolean cut) {}

    private void lineage(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.get();
        KnownDataset known = KnownDataset.of(ctx, index, now);
        LineageGraph.Node start = new LineageGraph.Node(known.dataset(), known.knowledge());
        LineageGraph.Part part = LineageGraph.around(
                lineage,
                index.contents(),
                caller.principal(),
                now,
                start,
                Parameters.text(ctx, "column").map(column -> field(start, column)),
                direction(Parameters.text(ctx, "direction").orElse("both")),
                Parameters.integer(ctx, "depth", 3, 1, DEEPEST));
        Map<String, Pipeline> visible = runs.pipelines(caller.principal()).stream()
                .collect(Collectors.toMap(Pipeline::name, pipeline -> pipeline));
        Body.write(ctx, view(part, visible));
    }

    private static int field(LineageGraph.Node start, String column) {
        return start.knowledge().columns().stream()
                .filter(one -> one.name().equalsIgnoreCase(column))
                .findFirst()
                .orElseThrow(() -> new RequestException.NotFound("Column '{0}'", column))
                .fieldId();
    }

    private static LineageGraph.Direction direction(String text) {
        return switch (text) {
            case "up" -> LineageGraph.Direction.UP;
            case "down" -> LineageGraph.Direction.DOWN;
            case "both" -> LineageGraph.Direction.BOTH;
            default -> throw new RequestException.BadRequest("'direction' is up, down or both, not '{0}'", text);
        };
    }

    private static GraphView view(LineageGraph.Part part, Map<String, Pipeline> visible) {
        Map<TableIdentifier, List<FeedView>> feeds = feeds(visible);
        Map<UUID, LineageGraph.Node> byTable = new HashMap<>();
        part.nodes().forEach(node -> byTable.put(node.dataset().table().uuid(), node));
        List<EdgeView> edges = new ArrayList<>();
        LineageGraph.byTables(part.edges()).values().forEach(some -> edges.add(edge(some, byTable, visible.keySet())));
        return new GraphView(
                part.nodes().stream()
                        .map(LineageGraph.Node::dataset)
                        .map(dataset -> node(dataset, feeds))
                        .toList(),
                edges,
                part.cut());
    }

    private static NodeView node(Dataset dataset, Map<TableIdentifier, List<FeedView>> feeds) {
        TableIdentifier name = dataset.table().name();
        return new NodeView(
                name.namespace().level(0), name.name(), dataset.zone(), feeds.getOrDefault(name, List.of()));
    }

    private static EdgeView edge(List<Edge> edges, Map<UUID, LineageGraph.Node> nodes, Set<String> visiblePipelines) {
        LineageGraph.Node from =
                Objects.requireNonNull(nodes.get(edges.getFirst().source()));
        LineageGraph.Node to = Objects.requireNonNull(nodes.get(edges.getFirst().target()));
        List<ColumnsView> columns = edges.stream()
                .filter(Edge::ofColumns)
                .map(edge -> new ColumnsView(
                        from.column(edge.sourceField()).orElseThrow(),
                        to.column(edge.targetField()).orElseThrow()))
                .distinct()
                .sorted(Comparator.comparing(ColumnsView::to).thenComparing(ColumnsView::from))
                .toList();
        List<ByView> by = edges.stream()
                .map(edge -> by(edge, visiblePipelines))
                .distinct()
                .toList();
        return new EdgeView(
                from.dataset().table().name().toString(),
                to.dataset().table().name().toString(),
                columns,
                by);
    }

    private static ByView by(Edge edge, Set<String> visiblePipelines) {
        return switch (edge.by()) {
            case Flow.By.Statement(var kind) -> new ByView("statement", kind, null, null, edge.at());
            case Flow.By.Stage(var pipeline, var stage) ->
                visiblePipelines.contains(pipeline)
                        ? new ByView("pipeline", null, pipeline, stage, edge.at())
                        : new ByView("pipeline", null, null, null, edge.at());
        };
    }

    private static Map<TableIdentifier, List<FeedView>> feeds(Map<String, Pipeline> pipelines) {
        Map<TableIdentifier, List<FeedView>> feeds = new HashMap<>();
        pipelines.values().stream()
                .sorted(Comparator.comparing(Pipeline::name))
                .flatMap(pipeline -> pipeline.stages().stream()
                        .flatMap(stage -> stage instanceof Stage.Extract extract
                                ? Stream.of(Map.entry(
                                        extract.source(),
                                        new FeedView(kind(extract.source()), pipeline.name(), stage.name())))
                                : Stream.<Map.Entry<Source, FeedView>>empty()))
                .forEach(feed -> feeds.computeIfAbsent(feed.getKey().target(), _ -> new ArrayList<>())
                        .add(feed.getValue()));
        return feeds;
    }

    private static String kind(Source source) {
        return switch (source) {
            case FileDrop _ -> "files";
            case DatabaseTable _, CapturedTable _ -> "database";
            case MessageStream _ -> "messages";
            case KafkaTopics _, KinesisStream _ -> "topics";
        };
    }
}
