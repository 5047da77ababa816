package io.atalaya.query.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which columns of tables the values of each column of a printed statement are made from, read from the statement's tree.
 * Conditions and orders are no part of it: they choose rows, they make no values. Nor are tests of a column for null, and
 * counts of it: they tell that there are values, and not which. Where the tree has something unforeseen,
 * every column that is read counts.
 */
public final class Lineage {
    private static final Pattern FIELD = Pattern.compile("[fv](\\d+)");

    private final Set<Source> everything = new LinkedHashSet<>();
    private final Map<String, List<Output>> relations = new HashMap<>();
    private final Map<String, String> scans = new HashMap<>();
    private final Map<String, List<Output>> named = new HashMap<>();
    private final Set<String> scanNames;

    private record Output(String name, Set<Source> sources) {}

    private Lineage(Set<String> scanNames) {
        this.scanNames = scanNames;
    }

    /**
     * The sources of each column, in order.
     *
     * @param statement as DuckDB's parser serialises it
     * @param scans names that stand for tables; the columns of one are called {@code f} and their field id
     */
    public static List<Set<Source>> of(JsonNode statement, Set<String> scans) {
        Lineage lineage = new Lineage(scans);
        JsonNode node = statement.path("node");
        lineage.collect(statement);
        return lineage.query(node).stream().map(Output::sources).toList();
    }

    /** Every mention of a column of a table, for what cannot be told apart. */
    private void collect(JsonNode node) {
        aliases(node);
        mentions(node);
    }

    private void aliases(JsonNode node) {
        if (node.path("type").asText().equals("BASE_TABLE")) {
            String name = node.path("table_name").asText();
            if (scanNames.contains(name)) {
                String alias = node.path("alias").asText();
                scans.put(alias.isEmpty() ? name : alias, name);
            }
        }
        node.forEach(this::aliases);
    }

    private void mentions(JsonNode node) {
        if (isColumn(node)) {
            scanColumn(node.path("column_names")).ifPresent(everything::add);
        }
        node.forEach(this::mentions);
    }

    private static boolean isColumn(JsonNode node) {
        return node.path("class").asText().equals("COLUMN_REF");
    }

    private Optional<Source> scanColumn(JsonNode names) {
        if (names.size() != 2) {
            return Optional.empty();
        }
        String scan = scans.get(names.get(0).asText());
        Matcher field = FIELD.matcher(names.get(1).asText());
        return scan != null && field.matches()
                ? Optional.of(new Source(scan, Integer.parseInt(field.group(1))))
                : Optional.empty();
    }

    private List<Output> query(JsonNode node) {
        for (JsonNode entry : node.path("cte_map").path("map")) {
            JsonNode cte = entry.path("value");
            String name = entry.path("key").asText();
            List<Output> outputs = query(
                    cte.has("query_node")
                            ? cte.path("query_node")
                            : cte.path("query").path("node"));
            named.put(name, renamed(outputs, cte.path("aliases")));
        }
        return switch (node.path("type").asText()) {
            case "SELECT_NODE" -> select(node);
            case "SET_OPERATION_NODE" -> set(node);
            case "RECURSIVE_CTE_NODE" -> recursive(node);
            case "CTE_NODE" -> {
                named.put(node.path("ctename").asText(), query(node.path("query")));
                yield query(node.path("child"));
            }
            default -> List.of();
        };
    }

    private List<Output> set(JsonNode node) {
        List<JsonNode> sides = new ArrayList<>();
        if (node.path("children").isArray() && !node.path("children").isEmpty()) {
            node.path("children").forEach(sides::add);
        } else {
            sides.add(node.path("left"));
            sides.add(node.path("right"));
        }
        List<Output> outputs = List.of();
        for (JsonNode side : sides) {
            List<Output> one = query(side);
            outputs = outputs.isEmpty() ? one : united(outputs, one);
        }
        return outputs;
    }

    private List<Output> recursive(JsonNode node) {
        List<Output> outputs = renamed(query(node.path("left")), node.path("aliases"));
        String name = node.path("cte_name").asText(node.path("ctename").asText());
        List<Output> before;
        do {
            before = outputs;
            named.put(name, outputs);
            outputs = united(outputs, query(node.path("right")));
        } while (!outputs.equals(before));
        return outputs;
    }

    private static List<Output> united(List<Output> one, List<Output> other) {
        List<Output> both = new ArrayList<>();
        for (int index = 0; index < one.size(); index++) {
            Set<Source> sources = new LinkedHashSet<>(one.get(index).sources());
            if (index < other.size()) {
                sources.addAll(other.get(index).sources());
            }
            both.add(new Output(one.get(index).name(), sources));
        }
        return both;
    }

    private List<Output> select(JsonNode node) {
        List<Output> from = relation(node.path("from_table"));
        List<Output> outputs = new ArrayList<>();
        for (JsonNode item : node.path("select_list")) {
            if (item.path("class").asText().equals("STAR")) {
                outputs.addAll(from);
                continue;
            }
            String name = item.path("alias").asText();
            if (name.isEmpty() && isColumn(item)) {
                JsonNode names = item.path("column_names");
                name = names.get(names.size() - 1).asText();
            }
            outputs.add(new Output(name, sources(item)));
        }
        return outputs;
    }

    /** Registers what the relation brings into scope; returns its columns in order. */
    private List<Output> relation(JsonNode node) {
        String alias = node.path("alias").asText();
        List<Output> outputs = switch (node.path("type").asText()) {
            case "JOIN" -> {
                List<Output> both = new ArrayList<>(relation(node.path("left")));
                both.addAll(relation(node.path("right")));
                yield both;
            }
            case "SUBQUERY" -> query(node.path("subquery").path("node"));
            case "BASE_TABLE" -> named.getOrDefault(node.path("table_name").asText(), List.of());
            case "EXPRESSION_LIST" -> values(node.path("values"));
            default -> List.of();
        };
        List<Output> renamed = renamed(outputs, node.path("column_name_alias"));
        if (!alias.isEmpty()) {
            relations.put(alias, renamed);
        }
        return renamed;
    }

    private static List<Output> renamed(List<Output> outputs, JsonNode names) {
        List<Output> renamed = new ArrayList<>();
        for (int index = 0; index < outputs.size(); index++) {
            renamed.add(
                    index < names.size()
                            ? new Output(
                                    names.get(index).asText(),
                                    outputs.get(index).sources())
                            : outputs.get(index));
        }
        return renamed;
    }

    private List<Output> values(JsonNode rows) {
        List<Output> outputs = new ArrayList<>();
        for (JsonNode row : rows) {
            for (int index = 0; index < row.size(); index++) {
                if (index == outputs.size()) {
                    outputs.add(new Output("col" + index, new LinkedHashSet<>()));
                }
                outputs.get(index).sources().addAll(sources(row.get(index)));
            }
        }
        return outputs;
    }

    private Set<Source> sources(JsonNode expression) {
        Set<Source> sources = new LinkedHashSet<>();
        gather(expression, sources);
        return sources;
    }

    private void gather(JsonNode node, Set<Source> to) {
        if (isColumn(node)) {
            to.addAll(column(node.path("column_names")));
            return;
        }
        if (node.path("class").asText().equals("SUBQUERY")) {
            JsonNode subquery = node.path("subquery");
            query(subquery.has("node") ? subquery.path("node") : subquery)
                    .forEach(output -> to.addAll(output.sources()));
            gather(node.path("child"), to);
            return;
        }
        if (onlyTellsWhetherThereIsOne(node)) {
            return;
        }
        node.forEach(child -> gather(child, to));
    }

    /** A test for null or a count, of a column as it is: a mask keeps nulls too. What is computed in it would count. */
    private static boolean onlyTellsWhetherThereIsOne(JsonNode node) {
        JsonNode operands = switch (node.path("type").asText()) {
            case "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL" -> node.path("children");
            case "FUNCTION" ->
                node.path("function_name").asText().equals("count")
                                && !node.path("filter").isObject()
                        ? node.path("arguments")
                        : MissingNode.getInstance();
            default -> MissingNode.getInstance();
        };
        return operands.size() == 1
                && (isColumn(operands.get(0)) || isColumn(operands.get(0).path("expression")));
    }

    private Set<Source> column(JsonNode names) {
        if (names.size() == 1) {
            // The argument of a lambda: what it ranges over stands beside it.
            return Set.of();
        }
        Optional<Source> direct = scanColumn(names);
        if (direct.isPresent()) {
            return Set.of(direct.orElseThrow());
        }
        if (scans.containsKey(names.get(0).asText())) {
            // Where a row is, which is no value of it.
            return Set.of();
        }
        List<Output> relation = relations.get(names.get(0).asText());
        if (relation == null || names.size() != 2) {
            return everything;
        }
        String wanted = names.get(1).asText();
        return relation.stream()
                .filter(output -> output.name().equals(wanted))
                .map(Output::sources)
                .findFirst()
                .orElse(everything);
    }
}
