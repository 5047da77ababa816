package io.atalaya.catalog.lineage;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.lineage.Edge;
import io.atalaya.query.lineage.LineageStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * What a table is made of and what is made of it, as far as one principal may know. Tables and columns that it may not know
 * of are not there, and nothing is followed through them: what is behind looks as if it came from nowhere.
 */
public final class LineageGraph {
    /** So many tables are shown at most. */
    static final int MOST = 200;

    private final DatasetIndex.Contents datasets;
    private final Principal principal;
    private final PolicySnapshot policies;
    private final Map<UUID, Optional<Node>> known = new HashMap<>();
    private final Map<UUID, Node> nodes = new LinkedHashMap<>();
    private final Set<Edge> edges = new LinkedHashSet<>();
    private boolean cut;

    private LineageGraph(DatasetIndex.Contents datasets, Principal principal, PolicySnapshot policies) {
        this.datasets = datasets;
        this.principal = principal;
        this.policies = policies;
    }

    /** A table of the graph. */
    public record Node(Dataset dataset, Knowledge knowledge) {
        /** The name of a column, if it may be known. */
        public Optional<String> column(int field) {
            return knowledge.columns().stream()
                    .filter(column -> column.fieldId() == field)
                    .map(column -> column.name())
                    .findFirst();
        }

        UUID table() {
            return dataset.table().uuid();
        }
    }

    /**
     * Part of the graph.
     *
     * @param nodes the table asked about first, then by how far they are from it
     * @param edges between them
     * @param cut whether there is more of it than was to be shown
     */
    public record Part(List<Node> nodes, List<Edge> edges, boolean cut) {}

    /** Which way to follow. */
    public enum Direction {
        UP,
        DOWN,
        BOTH
    }

    /**
     * The part of the graph around a table.
     *
     * @param column the column whose values are followed; without, tables are
     * @param depth how many steps
     */
    public static Part around(
            LineageStore store,
            DatasetIndex.Contents datasets,
            Principal principal,
            PolicySnapshot policies,
            Node start,
            Optional<Integer> column,
            Direction direction,
            int depth) {
        LineageGraph graph = new LineageGraph(datasets, principal, policies);
        graph.nodes.put(start.table(), start);
        graph.known.put(start.table(), Optional.of(start));
        if (direction != Direction.DOWN) {
            graph.follow(
                    start,
                    column,
                    depth,
                    store::into,
                    Edge::target,
                    Edge::targetField,
                    Edge::source,
                    Edge::sourceField);
        }
        if (direction != Direction.UP) {
            graph.follow(
                    start,
                    column,
                    depth,
                    store::outOf,
                    Edge::source,
                    Edge::sourceField,
                    Edge::target,
                    Edge::targetField);
        }
        graph.edges.removeIf(
                edge -> !graph.nodes.containsKey(edge.source()) || !graph.nodes.containsKey(edge.target()));
        return new Part(List.copyOf(graph.nodes.values()), List.copyOf(graph.edges), graph.cut);
    }

    private void follow(
            Node start,
            Optional<Integer> column,
            int depth,
            Function<Collection<UUID>, List<Edge>> next,
            Function<Edge, UUID> near,
            Function<Edge, Integer> nearField,
            Function<Edge, UUID> far,
            Function<Edge, Integer> farField) {
        Map<UUID, Set<Integer>> frontier =
                Map.of(start.table(), column.map(Set::of).orElse(Set.of()));
        Set<List<Object>> seen = new HashSet<>();
        for (int step = 0; !frontier.isEmpty(); step++) {
            Map<UUID, Set<Integer>> beyond = new LinkedHashMap<>();
            for (Edge edge : next.apply(frontier.keySet())) {
                Set<Integer> wanted = Objects.requireNonNull(frontier.get(near.apply(edge)));
                boolean followed = column.isEmpty() || (edge.ofColumns() && wanted.contains(nearField.apply(edge)));
                if (!followed || !mayKnow(edge)) {
                    continue;
                }
                if (step == depth || !add(far.apply(edge))) {
                    cut = cut || !nodes.containsKey(far.apply(edge));
                    continue;
                }
                edges.add(edge);
                Object place = column.isEmpty() ? 0 : farField.apply(edge);
                if (seen.add(List.of(far.apply(edge), place))) {
                    beyond.computeIfAbsent(far.apply(edge), _ -> new HashSet<>())
                            .add(farField.apply(edge));
                }
            }
            frontier = beyond;
        }
    }

    private boolean add(UUID table) {
        if (!nodes.containsKey(table) && nodes.size() == MOST) {
            return false;
        }
        node(table).ifPresent(node -> nodes.putIfAbsent(table, node));
        return true;
    }

    private boolean mayKnow(Edge edge) {
        return node(edge.source())
                        .filter(node -> !edge.ofColumns()
                                || node.column(edge.sourceField()).isPresent())
                        .isPresent()
                && node(edge.target())
                        .filter(node -> !edge.ofColumns()
                                || node.column(edge.targetField()).isPresent())
                        .isPresent();
    }

    private Optional<Node> node(UUID table) {
        return known.computeIfAbsent(
                table,
                uuid -> datasets.find(uuid)
                        .flatMap(dataset -> Knowledge.of(dataset.table(), principal, policies)
                                .map(knowledge -> new Node(dataset, knowledge))));
    }

    /** The edges of a part by the tables they connect, in order. */
    public static Map<List<UUID>, List<Edge>> byTables(List<Edge> edges) {
        Map<List<UUID>, List<Edge>> byTables = new LinkedHashMap<>();
        edges.forEach(edge -> byTables.computeIfAbsent(List.of(edge.source(), edge.target()), _ -> new ArrayList<>())
                .add(edge));
        return byTables;
    }
}
