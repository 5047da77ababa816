package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * From a table and what is wanted of it to the query that reads it. Iceberg decides which files and deletes, columns
 * are found by field id, and what was parsed once is kept.
 */
public final class ScanPlanner {
    /** The column that {@link #withFiles} adds: the path of the file a row is in. */
    public static final String FILE_COLUMN = RelationSql.FILE_COLUMN;

    /** The column that {@link #withFiles} adds: the number of a row in its file, from 0. */
    public static final String ROW_COLUMN = RelationSql.ROW_COLUMN;

    private final SnapshotFiles snapshots;
    private final PlanCache plans = new PlanCache();
    private final DeletedRows deletedRows;
    private final ForeignFiles foreignFiles;
    private final Map<UUID, Long> since;

    /** Plans queries for engines that know the functions of {@code deletedRows}. */
    public ScanPlanner(DeletedRows deletedRows, WriterInstance engine) {
        this(new SnapshotFiles(), deletedRows, new ForeignFiles(engine), Map.of());
    }

    private ScanPlanner(
            SnapshotFiles snapshots, DeletedRows deletedRows, ForeignFiles foreignFiles, Map<UUID, Long> since) {
        this.snapshots = snapshots;
        this.deletedRows = deletedRows;
        this.foreignFiles = foreignFiles;
        this.since = since;
    }

    /**
     * A planner to which the current snapshot of one table has only the rows that an older one does not have. What was
     * only written anew in between, by a removal of other rows or to have fewer files, is not among them.
     */
    public ScanPlanner since(UUID table, long snapshotId) {
        return new ScanPlanner(snapshots, deletedRows, foreignFiles, Map.of(table, snapshotId));
    }

    /**
     * The query for a part of {@code table}.
     *
     * @throws ValidationException if the table has no such snapshot, or the filter names no column
     */
    public ScanRelation plan(Table table, ScanRequest request) {
        Long older = since.get(table.uuid());
        if (older != null && request.snapshotId().isEmpty()) {
            return added(table, older, request.fieldIds());
        }
        Optional<PlanCache.Key> key = PlanCache.keyOf(table, request);
        return key.flatMap(plans::get).orElseGet(() -> {
            ScanRelation relation = planned(table, request);
            key.ifPresent(name -> plans.put(name, relation));
            return relation;
        });
    }

    private ScanRelation planned(Table table, ScanRequest request) {
        Schema schema = schemaOf(table, request.snapshotId());
        Snapshot snapshot = snapshotOf(table, request.snapshotId());
        List<PlannedFile> files =
                snapshot == null ? List.of() : snapshots.matching(table, snapshot, schema, request.filter());
        return relation(table, schema, request.fieldIds(), files, false);
    }

    /**
     * The query for the rows that an older snapshot of {@code table} has and a newer one has not, each as often as it is
     * missing; empty if all files of the older are files of the newer.
     *
     * @throws ValidationException if the table has one of the snapshots no more
     */
    public Optional<String> removed(Table table, long older, long newer) {
        Difference difference = difference(table, older, OptionalLong.of(newer));
        if (difference.gone().isEmpty()) {
            return Optional.empty();
        }
        ScanRelation now = relation(table, table.schema(), ids(table.schema()), difference.come(), false);
        ScanRelation old = relation(table, table.schema(), ids(table.schema()), difference.gone(), false);
        return Optional.of("(" + old.sql() + ") EXCEPT ALL (" + now.sql() + ")");
    }

    /** The files that only one of two snapshots has. */
    private record Difference(List<PlannedFile> gone, List<PlannedFile> come) {}

    private Difference difference(Table table, long older, OptionalLong newer) {
        Map<String, PlannedFile> before = new HashMap<>();
        Snapshot then = snapshotOf(table, OptionalLong.of(older));
        if (then != null) {
            snapshots
                    .matching(table, then, table.schema(), Expressions.alwaysTrue())
                    .forEach(file -> before.put(file.identity(), file));
        }
        List<PlannedFile> after = new ArrayList<>();
        Snapshot now = snapshotOf(table, newer);
        if (now != null) {
            for (PlannedFile file : snapshots.matching(table, now, table.schema(), Expressions.alwaysTrue())) {
                if (before.remove(file.identity()) == null) {
                    after.add(file);
                }
            }
        }
        return new Difference(List.copyOf(before.values()), after);
    }

    private ScanRelation added(Table table, long older, Set<Integer> fieldIds) {
        Difference difference = difference(table, older, OptionalLong.empty());
        if (difference.gone().isEmpty()) {
            return relation(table, table.schema(), fieldIds, difference.come(), false);
        }
        // Rows are told apart by all their columns, not only by those that are wanted.
        ScanRelation now = relation(table, table.schema(), ids(table.schema()), difference.come(), false);
        ScanRelation old = relation(table, table.schema(), ids(table.schema()), difference.gone(), false);
        List<Types.NestedField> wanted = table.schema().columns().stream()
                .filter(field -> fieldIds.contains(field.fieldId()))
                .toList();
        String names = wanted.stream().map(field -> DuckSql.name(field.name())).collect(Collectors.joining(", "));
        return new ScanRelation(
                "SELECT " + (names.isEmpty() ? "1 AS nothing" : names) + " FROM ((" + now.sql() + ") EXCEPT ALL ("
                        + old.sql() + ")) added",
                new Schema(wanted),
                Stream.concat(now.sources().stream(), old.sources().stream()).toList(),
                now.bytes() + old.bytes(),
                now.records(),
                now.columns());
    }

    /** The schema that reading {@code snapshotId} gives: the snapshot's own, or the table's current one if empty. */
    public static Schema schemaOf(Table table, OptionalLong snapshotId) {
        Snapshot snapshot = snapshotOf(table, snapshotId);
        if (snapshotId.isEmpty() || snapshot == null || snapshot.schemaId() == null) {
            return table.schema();
        }
        return Objects.requireNonNullElse(table.schemas().get(snapshot.schemaId()), table.schema());
    }

    /** The files of the current snapshot that can hold a row matching {@code filter}. */
    public List<PlannedFile> files(Table table, Expression filter) {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null ? List.of() : snapshots.matching(table, snapshot, table.schema(), filter);
    }

    /** The query for all rows of some files, in the table's current schema. */
    public ScanRelation of(Table table, List<PlannedFile> files) {
        return relation(table, table.schema(), ids(table.schema()), files, false);
    }

    /** The query for columns of some files, with {@link #FILE_COLUMN} and {@link #ROW_COLUMN} after them. */
    public ScanRelation withFiles(Table table, Set<Integer> fieldIds, List<PlannedFile> files) {
        return relation(table, table.schema(), fieldIds, files, true);
    }

    private ScanRelation relation(
            Table table, Schema schema, Set<Integer> fieldIds, List<PlannedFile> files, boolean withFile) {
        List<Types.NestedField> columns = schema.columns().stream()
                .filter(field -> fieldIds.contains(field.fieldId()))
                .toList();
        String sql = new RelationSql(table, schema, columns, withFile, deletedRows, foreignFiles).of(files);
        return new ScanRelation(
                sql,
                new Schema(columns),
                files,
                files.stream()
                        .mapToLong(planned -> planned.file().fileSizeInBytes())
                        .sum(),
                files.stream()
                        .mapToLong(planned -> planned.file().recordCount())
                        .sum(),
                new ColumnBytes(schema, files));
    }

    private static Set<Integer> ids(Schema schema) {
        return ScanRequest.all(schema).fieldIds();
    }

    private static @Nullable Snapshot snapshotOf(Table table, OptionalLong snapshotId) {
        if (snapshotId.isEmpty()) {
            return table.currentSnapshot();
        }
        Snapshot snapshot = table.snapshot(snapshotId.getAsLong());
        if (snapshot == null) {
            throw new ValidationException("table %s has no snapshot %s", table.name(), snapshotId.getAsLong());
        }
        return snapshot;
    }
}
