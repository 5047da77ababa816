package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.read.PlannedFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;

/** Which rows of a table change and how, said anew for each version of the table that it is tried on. */
@FunctionalInterface
public interface RowChanges {
    /** Which clause a row of the changes belongs to. */
    String CLAUSE_COLUMN = "atalaya_clause";

    /** The new value of a column. */
    static String valueColumn(int fieldId) {
        return "v" + fieldId;
    }

    /** The changes to the table as it is. */
    Planned plan(Table table);

    /**
     * Changes to one version of a table.
     *
     * @param files all that may hold a row that changes
     * @param scope what the changes depend on: if others add or delete such a row meanwhile, they are computed again
     * @param query gives for every row that changes its file and number as {@link io.atalaya.lakehouse.read.ScanPlanner#withFiles}
     *     names them, both null for a new row; the number of the clause; and the new value of each column that some clause sets
     * @param clauses by number
     * @param check a condition over {@code b}, the row as it will be, that is true or stops the write
     */
    record Planned(
            List<PlannedFile> files,
            Expression scope,
            String query,
            Map<Integer, Clause> clauses,
            Optional<String> check) {
        public Planned {
            files = List.copyOf(files);
            clauses = Map.copyOf(clauses);
        }
    }

    /** What becomes of a row. */
    sealed interface Clause {
        /** It goes. */
        record Delete() implements Clause {}

        /** These columns get new values, the others keep theirs. */
        record Set(java.util.Set<Integer> fieldIds) implements Clause {}

        /** It comes, with values in these columns. */
        record Insert(java.util.Set<Integer> fieldIds) implements Clause {}

        /** The columns it gives values. */
        default java.util.Set<Integer> columns() {
            return switch (this) {
                case Delete _ -> java.util.Set.of();
                case Set(var ids) -> ids;
                case Insert(var ids) -> ids;
            };
        }
    }
}
