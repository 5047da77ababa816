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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A printed query with every table behind its policy.
 *
 * @param sql for DuckDB
 * @param tree of the query without its scans
 */
record Secured(
        String sql,
        Supplier<JsonNode> tree,
        List<TableScan> scans,
        List<CompiledQuery.Input> inputs,
        long bytesPlanned) {
    List<Decision.Allowed> decisions() {
        return scans.stream().map(TableScan::decision).toList();
    }

    /** The tables it reads. */
    Set<GovernedTable> tables() {
        return scans.stream().map(scan -> scan.decision().table()).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What its rows are made of. */
    Derivation derivation() {
        return new Derivation(origins(), tables());
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
