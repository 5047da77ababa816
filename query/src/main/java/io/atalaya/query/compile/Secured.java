package io.atalaya.query.compile;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.lineage.Derivation;
import io.atalaya.query.lineage.Lineage;
import io.atalaya.query.lineage.Origin;
import io.atalaya.query.lineage.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * A printed query with every table behind its policy.
 *
 * @param sql for DuckDB
 * @param tree of the query without its scans
 * @param consulted what was read already, to know what to look for
 */
record Secured(
        String sql,
        Supplier<JsonNode> tree,
        List<TableScan> scans,
        List<CompiledQuery> consulted,
        List<CompiledQuery.Input> inputs,
        long bytesPlanned) {
    List<Decision.Allowed> decisions() {
        return Stream.concat(
                        scans.stream().map(TableScan::decision),
                        consulted.stream().flatMap(query -> query.decisions().stream()))
                .toList();
    }

    /** The tables it reads. */
    Set<GovernedTable> tables() {
        return decisions().stream().map(Decision.Allowed::table).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What its rows are made of. */
    Derivation derivation() {
        return new Derivation(origins(), tables());
    }

    /**
     * Where the values of some of its columns come from, by field id.
     *
     * @param columns that get the values of its columns from {@code first} on
     */
    Map<Integer, Set<Origin>> origins(List<Types.NestedField> columns, int first) {
        List<Set<Origin>> found = origins();
        Map<Integer, Set<Origin>> byField = new HashMap<>();
        for (int index = 0; index < columns.size() && first + index < found.size(); index++) {
            byField.put(columns.get(index).fieldId(), found.get(first + index));
        }
        return byField;
    }

    /** Where the values of each of its columns come from, in order. */
    List<Set<Origin>> origins() {
        Set<String> names = scans.stream().map(TableScan::name).collect(Collectors.toUnmodifiableSet());
        List<Set<Origin>> origins = new ArrayList<>();
        for (Set<Source> sources : Lineage.of(tree.get(), names)) {
            Set<Origin> column = new LinkedHashSet<>();
            sources.forEach(source -> scans.stream()
                    .filter(scan -> scan.name().equals(source.scan()))
                    .forEach(scan -> column.add(new Origin(scan.decision().table(), source.fieldId()))));
            origins.add(column);
        }
        return origins;
    }
}
