package io.atalaya.query.compile;

import java.util.List;
import java.util.stream.Collectors;

/** A plan in the language of Graphviz, as Trino writes it. Not for use by several threads. */
final class Graph {
    private final StringBuilder nodes = new StringBuilder();
    private final StringBuilder edges = new StringBuilder();
    private int count;

    /** The whole graph. */
    String of(PlanNode root) {
        add(root);
        return "digraph logical_plan {\nsubgraph cluster_0 {\nlabel = \"SINGLE\"\n" + nodes + "}\n" + edges + "}\n";
    }

    private int add(PlanNode node) {
        int id = count++;
        String title = node.descriptor().entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining(", ", node.name() + "[", "]"));
        nodes.append("plannode_%d[label=\"{%s|%s}\", style=\"rounded, filled\", shape=record, fillcolor=white];%n"
                .formatted(id, escaped(List.of(title)), escaped(node.details())));
        for (PlanNode child : node.children()) {
            edges.append("plannode_%d -> plannode_%d;%n".formatted(id, add(child)));
        }
        return id;
    }

    private static String escaped(List<String> lines) {
        return String.join(
                "\\n",
                lines.stream()
                        .map(line -> line.replaceAll("([\\\\\"{}|<>])", "\\\\$1"))
                        .toList());
    }
}
