package io.atalaya.ingestion.model;

import io.atalaya.ingestion.table.Heritage;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.write.RowChanges;
import io.atalaya.query.lineage.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The table that is a model: a row for each of its versions, of which at most one is in use. */
public final class ModelTable {
    /** The property of a table that says it is one. */
    public static final String KIND = "atalaya.kind";

    /** Its value. */
    public static final String MODEL = "model";

    static final String VERSION = "version";
    static final String STAGE = "stage";
    static final String ARTIFACT = "artifact";
    static final String FEATURES = "features";
    static final String CLASSES = "classes";
    static final String REFERENCE = "reference";
    static final String DOUBTS = "doubts";

    /** What tells the rows and the way it has learned from others. */
    static final String LEARNED = "learned";

    /** The columns that come of what the model was to say, and of nothing else; doubts quote its marks. */
    private static final Set<String> OF_LABEL = Set.of("label", CLASSES, "metrics", "baselines", "evaluation", DOUBTS);

    /** The columns that come of all it has learned from. */
    private static final Set<String> OF_ALL = Set.of(FEATURES, REFERENCE, LEARNED, ARTIFACT);

    /** What a version is to its model. */
    public enum Standing {
        /** It may come to be in use. */
        CANDIDATE,
        /** It is in use. */
        CHAMPION,
        /** It was in use. */
        RETIRED;

        /** The word in the table. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final int ADD = 1;
    private static final int MOVE = 2;

    private ModelTable() {}

    /** Its columns. */
    static List<Types.NestedField> columns() {
        Type text = Types.StringType.get();
        Type whole = Types.LongType.get();
        List<Types.NestedField> columns = new ArrayList<>();
        Map<String, Type> types = new HashMap<>();
        types.put(VERSION, whole);
        types.put("seed", whole);
        types.put("rows", whole);
        types.put("agreement", Types.DoubleType.get());
        types.put("trained_at", Types.TimestampType.withZone());
        types.put(ARTIFACT, Types.BinaryType.get());
        for (String name : List.of(
                VERSION,
                STAGE,
                "task",
                "algorithm",
                "label",
                FEATURES,
                CLASSES,
                "seed",
                "rows",
                "training_snapshots",
                "trained_at",
                "pipeline",
                "run",
                "metrics",
                "baselines",
                "evaluation",
                "agreement",
                DOUBTS,
                LEARNED,
                REFERENCE,
                ARTIFACT)) {
            columns.add(Types.NestedField.optional(columns.size() + 1, name, types.getOrDefault(name, text)));
        }
        return columns;
    }

    /** What its columns are made of: the model of all it was shown, its marks of what it was to say, or of all too. */
    static Heritage.Selected heritage(Heritage.Selected selected, Optional<String> label) {
        Set<Origin> all =
                selected.origins().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        Set<Origin> said = label.map(column -> selected.origins().getOrDefault(column, Set.<Origin>of()))
                .orElse(all);
        Map<String, Set<Origin>> origins = new HashMap<>();
        OF_ALL.forEach(column -> origins.put(column, all));
        OF_LABEL.forEach(column -> origins.put(column, said));
        return new Heritage.Selected(origins, selected.read());
    }

    /** Adds the version that is the one row of a temporary table, as the next one. */
    static RowChanges adding(String row, Standing standing, ScanPlanner scans) {
        return table -> {
            Set<Integer> given = new HashSet<>();
            table.schema().columns().stream()
                    .filter(field -> isOurs(field.name()))
                    .forEach(field -> given.add(field.fieldId()));
            String added = "SELECT NULL AS " + ScanPlanner.FILE_COLUMN + ", NULL AS " + ScanPlanner.ROW_COLUMN + ", "
                    + ADD + " AS " + RowChanges.CLAUSE_COLUMN
                    + values(table, field -> switch (field.name()) {
                        case VERSION -> "(SELECT coalesce(max(k.version), 0) + 1 FROM known k)";
                        case STAGE -> DuckSql.text(standing.word());
                        default -> isOurs(field.name()) ? "r." + DuckSql.name(field.name()) : "NULL";
                    })
                    + " FROM " + row + " r";
            return planned(
                    table,
                    scans,
                    (standing == Standing.CHAMPION ? moved(table, "k.stage = 'champion'") + " UNION ALL " : "") + added,
                    Map.of(
                            ADD,
                            new RowChanges.Clause.Insert(given),
                            MOVE,
                            new RowChanges.Clause.Set(Set.of(id(table, STAGE)))));
        };
    }

    /** Puts a version to that use; one that was in use before is retired. */
    static RowChanges moving(long version, Standing standing, ScanPlanner scans) {
        return table -> planned(
                table,
                scans,
                "SELECT k." + ScanPlanner.FILE_COLUMN + ", k." + ScanPlanner.ROW_COLUMN + ", " + MOVE
                        + " AS " + RowChanges.CLAUSE_COLUMN
                        + values(
                                table,
                                field -> field.name().equals(STAGE)
                                        ? "CASE WHEN k.version = " + version + " THEN " + DuckSql.text(standing.word())
                                                + " ELSE 'retired' END"
                                        : "NULL")
                        + " FROM known k WHERE k.version = " + version
                        + (standing == Standing.CHAMPION ? " OR k.stage = 'champion'" : ""),
                Map.of(MOVE, new RowChanges.Clause.Set(Set.of(id(table, STAGE)))));
    }

    private static String moved(Table table, String where) {
        return "SELECT k." + ScanPlanner.FILE_COLUMN + ", k." + ScanPlanner.ROW_COLUMN + ", " + MOVE + " AS "
                + RowChanges.CLAUSE_COLUMN
                + values(table, field -> field.name().equals(STAGE) ? "'retired'" : "NULL")
                + " FROM known k WHERE " + where;
    }

    private static RowChanges.Planned planned(
            Table table, ScanPlanner scans, String changes, Map<Integer, RowChanges.Clause> clauses) {
        List<PlannedFile> files = scans.files(table, Expressions.alwaysTrue());
        Set<Integer> ids = Set.of(id(table, VERSION), id(table, STAGE));
        return new RowChanges.Planned(
                files,
                Expressions.alwaysTrue(),
                "WITH known AS (" + scans.withFiles(table, ids, files).sql() + ") " + changes,
                clauses,
                Optional.empty());
    }

    private static boolean isOurs(String name) {
        return columns().stream().anyMatch(column -> column.name().equals(name));
    }

    private static int id(Table table, String column) {
        return Objects.requireNonNull(table.schema().findField(column)).fieldId();
    }

    private static String values(Table table, Function<Types.NestedField, String> value) {
        return table.schema().columns().stream()
                .map(field -> ", CAST(" + value.apply(field) + " AS " + DuckTypes.of(field.type()) + ") AS "
                        + RowChanges.valueColumn(field.fieldId()))
                .collect(Collectors.joining());
    }
}
