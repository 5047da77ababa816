package io.atalaya.query.compile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StatementKind;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Explain;
import io.trino.sql.tree.ExplainFormat;
import io.trino.sql.tree.ExplainOption;
import io.trino.sql.tree.ExplainType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code EXPLAIN}: what would be read, behind which policy. It is made from the statement and the policies
 * alone; the only number in it is that of the bytes that a run would report.
 */
final class Explanation {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Principal principal;
    private final Explain explain;
    private final CompiledStatement query;
    private final PlanNode plan;
    private int nextId;

    /**
     * An answer.
     *
     * @param principal who asks
     * @param query the statement that is explained, compiled
     * @param plan of it, without its output
     */
    Explanation(Principal principal, Explain explain, CompiledStatement query, PlanNode plan) {
        this.principal = principal;
        this.explain = explain;
        this.query = query;
        this.plan = plan;
    }

    CompiledQuery answer() {
        ExplainType.Type type = ExplainType.Type.DISTRIBUTED;
        ExplainFormat.Type format = ExplainFormat.Type.TEXT;
        for (ExplainOption option : explain.getOptions()) {
            switch (option) {
                case ExplainType chosen -> type = chosen.getType();
                case ExplainFormat chosen -> format = chosen.getType();
                default -> throw Place.of(option).notSupported("this option of EXPLAIN");
            }
        }
        boolean json = format == ExplainFormat.Type.JSON;
        if (format == ExplainFormat.Type.GRAPHVIZ
                && (type == ExplainType.Type.LOGICAL || type == ExplainType.Type.DISTRIBUTED)) {
            return rows("Query Plan", SqlType.Varchar.ANY, new Graph().of(output()));
        }
        return switch (type) {
            case VALIDATE -> rows("Valid", SqlType.Simple.BOOLEAN, "true");
            case IO -> rows("Query Plan", SqlType.Varchar.ANY, io());
            case LOGICAL -> rows("Query Plan", SqlType.Varchar.ANY, json ? pretty(json(output(), 0)) : text(""));
            case DISTRIBUTED -> {
                ObjectNode fragments = JSON.createObjectNode();
                fragments.set("0", json(output(), 0));
                yield rows(
                        "Query Plan",
                        SqlType.Varchar.ANY,
                        json ? pretty(fragments) : "Fragment 0 [SINGLE]\n" + text("    "));
            }
        };
    }

    private PlanNode output() {
        String names = query.columns().stream().map(ResultColumn::name).collect(Collectors.joining(", ", "[", "]"));
        return new PlanNode("Output", Map.of("columnNames", names), List.of(layout(), estimates()), List.of(plan));
    }

    private String layout() {
        return query.columns().stream()
                .map(column -> column.name() + ":" + column.type())
                .collect(Collectors.joining(", ", "Layout: [", "]"));
    }

    private String estimates() {
        return "Estimates: {bytes: " + query.bytesPlanned() + "}";
    }

    private String text(String indent) {
        StringBuilder text = new StringBuilder();
        print(output(), indent, indent, text);
        return text.toString();
    }

    private static void print(PlanNode node, String first, String rest, StringBuilder text) {
        text.append(first).append(node.name());
        if (!node.descriptor().isEmpty()) {
            text.append(node.descriptor().entrySet().stream()
                    .map(entry -> entry.getKey() + " = " + entry.getValue())
                    .collect(Collectors.joining(", ", "[", "]")));
        }
        text.append('\n');
        String bar = node.children().isEmpty() ? "    " : "│   ";
        node.details()
                .forEach(detail -> text.append(rest).append(bar).append(detail).append('\n'));
        for (int index = 0; index < node.children().size(); index++) {
            boolean last = index == node.children().size() - 1;
            print(node.children().get(index), rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "), text);
        }
    }

    private ObjectNode json(PlanNode node, int depth) {
        ObjectNode shape =
                JSON.createObjectNode().put("id", Integer.toString(nextId++)).put("name", node.name());
        ObjectNode descriptor = shape.putObject("descriptor");
        node.descriptor().forEach(descriptor::put);
        ArrayNode outputs = shape.putArray("outputs");
        ArrayNode details = shape.putArray("details");
        ArrayNode estimates = shape.putArray("estimates");
        if (depth == 0) {
            query.columns()
                    .forEach(column ->
                            outputs.addObject().put("symbol", column.name()).put("type", column.type()));
            estimates.addObject().put("outputSizeInBytes", "NaN").put("inputSizeInBytes", query.bytesPlanned());
        } else {
            node.details().forEach(details::add);
        }
        ArrayNode children = shape.putArray("children");
        node.children().forEach(child -> children.add(json(child, depth + 1)));
        return shape;
    }

    private String io() {
        ObjectNode io = JSON.createObjectNode();
        ArrayNode tables = io.putArray("inputTableColumnInfos");
        query.decisions().stream()
                // What a view reads with its owner's rights is not told.
                .filter(decision -> decision.principal().equals(principal))
                .map(decision -> decision.table().name())
                .distinct()
                .forEach(name -> {
                    ObjectNode table = tables.addObject();
                    ObjectNode named = table.putObject("table");
                    named.put("catalog", "lake")
                            .putObject("schemaTable")
                            .put("schema", name.namespace().toString())
                            .put("table", name.name());
                    table.putObject("constraint").put("none", false).putArray("columnConstraints");
                });
        io.putObject("estimate").put("inputSizeInBytes", query.bytesPlanned());
        return pretty(io);
    }

    private static String pretty(ObjectNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row for each line, as Athena's text files have it. */
    private CompiledQuery rows(String column, SqlType type, String text) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        text.lines().forEach(line -> rows.add(List.of(line)));
        return new CompiledQuery(
                StatementKind.UTILITY,
                "EXPLAIN",
                "",
                Optional.of(rows),
                List.of(StatementCompiler.column(column, type)),
                List.of(type),
                List.of(),
                query.decisions(),
                query.inputs(),
                0,
                query.epoch());
    }
}
