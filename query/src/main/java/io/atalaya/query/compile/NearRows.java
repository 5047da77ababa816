package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.vector.VectorColumn;
import io.atalaya.lakehouse.vector.VectorIndex.Row;
import io.atalaya.lakehouse.vector.Vectors;
import io.atalaya.policies.ColumnAccess;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;

/** Where the rows of a scan are that are nearest to what its statement looks for. */
@FunctionalInterface
interface NearRows {
    /** No index says so. */
    NearRows ANYWHERE = (_, _, _, _) -> Optional.empty();

    /**
     * Looks where. Empty if they may be anywhere.
     *
     * @param filter leaves out files that have no row that is shown
     * @param shown the rows that are shown, as a query with their files and numbers; empty: all
     */
    Optional<Found> find(TableScan scan, Table table, Expression filter, Supplier<Optional<String>> shown);

    /**
     * Where they are.
     *
     * @param files in these
     * @param rows these of them, as a relation {@code h} of {@code k}, {@code r} and {@code s}: file, number and score
     * @param whole and any of these others, as a list of paths; empty if there are none
     */
    record Found(List<PlannedFile> files, String rows, String whole) {
        public Found {
            files = List.copyOf(files);
        }

        /** What joins them to {@code b}, all rows of the files. */
        String joined() {
            String join = " JOIN %s ON b.%s = h.k AND b.%s = h.r"
                    .formatted(rows, ScanPlanner.FILE_COLUMN, ScanPlanner.ROW_COLUMN);
            return whole.isEmpty() ? join : " LEFT" + join;
        }

        /** Which rows they are, of those. */
        Optional<String> condition() {
            return whole.isEmpty()
                    ? Optional.empty()
                    : Optional.of("(h.s IS NOT NULL OR b." + ScanPlanner.FILE_COLUMN + " IN (" + whole + "))");
        }
    }

    /**
     * What an index of the column says. It knows the values as they are, so it is not asked by whom they are masked for.
     *
     * @param to the vector that is looked for
     */
    record ByIndex(Vectors vectors, ScanPlanner planner, TableScan.Nearest nearest, Supplier<float[]> to)
            implements NearRows {
        @Override
        public Optional<Found> find(TableScan scan, Table table, Expression filter, Supplier<Optional<String>> shown) {
            if (scan.snapshotId().isPresent() || !showsItsValues(scan.access(nearest.fieldId()))) {
                return Optional.empty();
            }
            return VectorColumn.declared(table, nearest.fieldId())
                    .filter(column -> column.metric() == nearest.wanted().metric())
                    .flatMap(column -> {
                        List<PlannedFile> files = planner.files(table, filter);
                        return vectors.candidates(table, column, files, shown.get(), to.get(), nearest.k())
                                .map(candidates -> found(files, candidates));
                    });
        }

        static boolean showsItsValues(ColumnAccess access) {
            return switch (access) {
                case ColumnAccess.Visible _, ColumnAccess.VisibleWhere _ -> true;
                case ColumnAccess.Masked _, ColumnAccess.Hidden _ -> false;
            };
        }

        private static Found found(List<PlannedFile> files, Vectors.Candidates candidates) {
            Set<String> paths = candidates.rows().stream().map(Row::path).collect(Collectors.toSet());
            String rows = candidates.rows().stream()
                    .map(row -> "(%s, %d, CAST('%s' AS DOUBLE))"
                            .formatted(Sql.text(row.path()), row.number(), Double.toString(row.score())))
                    .collect(Collectors.joining(", "));
            return new Found(
                    files.stream()
                            .filter(file -> paths.contains(file.path())
                                    || candidates.whole().contains(file))
                            .toList(),
                    rows.isEmpty()
                            ? "(SELECT '' AS k, 0 AS r, CAST(0 AS DOUBLE) AS s WHERE false) AS h"
                            : "(VALUES " + rows + ") AS h(k, r, s)",
                    candidates.whole().stream()
                            .map(file -> Sql.text(file.path()))
                            .collect(Collectors.joining(", ")));
        }
    }
}
