package io.atalaya.ingestion.table;

import io.atalaya.policies.GovernedTable;
import io.atalaya.query.lineage.Derivation;
import io.atalaya.query.lineage.Origin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/** What the columns are made of that a stage puts into a table; columns that come to be inherit the policies of these. */
public sealed interface Heritage {
    /** What the columns of a table are made of, by field id. */
    Map<Integer, Set<Origin>> byField(List<Types.NestedField> columns);

    /** All tables that were read. */
    Set<GovernedTable> read();

    /** Nothing that is governed: they come from outside. */
    record None() implements Heritage {
        @Override
        public Map<Integer, Set<Origin>> byField(List<Types.NestedField> columns) {
            return Map.of();
        }

        @Override
        public Set<GovernedTable> read() {
            return Set.of();
        }
    }

    /**
     * The columns of a SELECT.
     *
     * @param origins by name of the column, in lower case
     */
    record Selected(Map<String, Set<Origin>> origins, Set<GovernedTable> read) implements Heritage {
        /** Of the columns of those names, which are in the same order. */
        public static Selected of(List<Types.NestedField> columns, Derivation derivation) {
            Map<String, Set<Origin>> origins = new HashMap<>();
            for (int index = 0; index < columns.size(); index++) {
                origins.put(
                        columns.get(index).name().toLowerCase(Locale.ROOT),
                        derivation.columns().get(index));
            }
            return new Selected(origins, derivation.tables());
        }

        /** With columns more, whose values are made of a column that is there. */
        public Selected with(List<String> names, String column) {
            Map<String, Set<Origin>> more = new HashMap<>(origins);
            names.forEach(name -> more.put(name, origins.getOrDefault(column.toLowerCase(Locale.ROOT), Set.of())));
            return new Selected(more, read);
        }

        /** With columns more, whose values are made of all that are there, and of these. */
        public Selected with(List<Types.NestedField> columns, Set<Origin> others) {
            Map<String, Set<Origin>> more = new HashMap<>(origins);
            Set<Origin> all = new HashSet<>(others);
            Set<GovernedTable> tables = new HashSet<>(read);
            if (!columns.isEmpty()) {
                origins.values().forEach(all::addAll);
                others.forEach(other -> tables.add(other.table()));
            }
            columns.forEach(column -> more.put(column.name().toLowerCase(Locale.ROOT), all));
            return new Selected(more, tables);
        }

        @Override
        public Map<Integer, Set<Origin>> byField(List<Types.NestedField> columns) {
            Map<Integer, Set<Origin>> byField = new HashMap<>();
            columns.forEach(column -> byField.put(
                    column.fieldId(), origins.getOrDefault(column.name().toLowerCase(Locale.ROOT), Set.of())));
            return byField;
        }
    }

    /** Rows of a table as they are, all in one column. */
    record Rows(GovernedTable of) implements Heritage {
        @Override
        public Map<Integer, Set<Origin>> byField(List<Types.NestedField> columns) {
            Set<Origin> all = of.schema().columns().stream()
                    .map(column -> new Origin(of, column.fieldId()))
                    .collect(Collectors.toUnmodifiableSet());
            return holding(columns).stream().collect(Collectors.toMap(Types.NestedField::fieldId, _ -> all));
        }

        @Override
        public Set<GovernedTable> read() {
            return Set.of(of);
        }

        /** Those columns of a quarantine that hold values. */
        static List<Types.NestedField> holding(List<Types.NestedField> columns) {
            return columns.stream()
                    .filter(column -> QuarantineTable.HOLDING_VALUES.contains(column.name()))
                    .toList();
        }
    }
}
