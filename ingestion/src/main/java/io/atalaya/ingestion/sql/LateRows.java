package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Merges the rows of a window, and puts older ones into a table of their own, in one commit. The window ends with the
 * newest time that is known when the rows are read: in the target or among the rows themselves, but not more than a day
 * ahead of the clock, so that one row with a wrong year does not make all others late.
 */
final class LateRows {
    /** From when the window was. */
    static final String FROM = "_window_from";

    private static final Duration AHEAD = Duration.ofDays(1);
    private static final String GIVEN = "given_rows";
    private static final String WINDOW = "merge_window";

    private final Lakehouse lakehouse;
    private final Clock clock;

    LateRows(Lakehouse lakehouse, Clock clock) {
        this.lakehouse = lakehouse;
        this.clock = clock;
    }

    /** The columns of a table for late rows: those of the rows, and where the window began, when and in which run. */
    static List<Types.NestedField> columns(Stage.Sql stage, Stage.Window window, List<Types.NestedField> rows) {
        Type time = rows.stream()
                .filter(field -> field.name().equalsIgnoreCase(window.column()))
                .findFirst()
                .map(Types.NestedField::type)
                .filter(type -> isTime(window, type))
                .orElseThrow(() -> noTime(stage, window));
        List<Types.NestedField> columns = new ArrayList<>(rows);
        columns.add(Types.NestedField.optional(1, FROM, time));
        columns.add(Types.NestedField.optional(1, "_late_at", Types.TimestampType.withoutZone()));
        columns.add(Types.NestedField.optional(1, "_run", Types.StringType.get()));
        return columns;
    }

    private static boolean isTime(Stage.Window window, Type type) {
        return type.typeId() == Type.TypeID.TIMESTAMP || (type.typeId() == Type.TypeID.DATE && window.inDays());
    }

    private static IngestionException noTime(Stage.Sql stage, Stage.Window window) {
        return new IngestionException.BadStage(
                window.inDays()
                        ? "The window of stage '{0}' needs column '{1}' as a date or timestamp in its SELECT and its target; CAST it"
                        : "The window of stage '{0}' needs column '{1}' as a timestamp in its SELECT and its target; CAST it",
                stage.name(),
                window.column());
    }

    /** Adds the two writes to the batch, that of the target first. */
    void write(
            WriteBatch batch,
            StageWork work,
            Stage.Sql stage,
            Stage.Mode.Merge merge,
            Stage.Window window,
            String select,
            CommitProperties properties) {
        Table target = lakehouse.catalog().loadTable(stage.target());
        Types.NestedField column = target.schema().caseInsensitiveFindField(window.column());
        if (column == null || !isTime(window, column.type())) {
            throw noTime(stage, window);
        }
        String given = "CAST(" + DuckSql.name(window.column()) + " AS " + DuckTypes.of(column.type()) + ")";
        List<String> setup =
                List.of("CREATE TEMP TABLE " + GIVEN + " AS " + select, begin(batch, target, column, window, given));
        batch.merge(
                stage.target(),
                merge.key(),
                merge.order(),
                new RowSource(
                        setup,
                        "SELECT g.* FROM " + GIVEN + " g, " + WINDOW + " w WHERE coalesce(" + given
                                + " >= w.begins, true)"),
                properties);
        batch.append(
                window.late(),
                new RowSource(
                        setup,
                        "SELECT g.*, w.begins AS _window_from, "
                                + DuckLiterals.literal(
                                        Types.TimestampType.withoutZone(),
                                        ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                                + " AS _late_at, " + DuckSql.text(work.run().toString()) + " AS _run FROM " + GIVEN
                                + " g, " + WINDOW + " w WHERE " + given + " < w.begins"),
                properties);
    }

    /** Makes a table of one row that says when the window begins; null if no time is known. */
    private String begin(WriteBatch batch, Table target, Types.NestedField column, Stage.Window window, String given) {
        String type = DuckTypes.of(column.type());
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant().plus(AHEAD));
        Object limit = column.type().typeId() == Type.TypeID.DATE
                ? (Object) (int) Duration.of(micros, ChronoUnit.MICROS).toDays()
                : (Object) micros;
        String known = new NewestTime(lakehouse.scans())
                .in(target, column, limit, batch.connection())
                .map(text -> "CAST(" + text + " AS " + type + ")")
                .orElse("CAST(NULL AS " + type + ")");
        String newest = "greatest((SELECT max(" + given + ") FROM " + GIVEN + " WHERE " + given + " <= "
                + DuckLiterals.literal(column.type(), limit) + "), " + known + ")";
        String unit = window.inDays() ? "day" : "hour";
        long steps =
                window.inDays() ? window.length().toDays() : window.length().toHours();
        return "CREATE TEMP TABLE " + WINDOW + " AS SELECT CAST(date_trunc('" + unit + "', " + newest + ") - INTERVAL "
                + (steps - 1) + " " + unit + " AS " + type + ") AS begins";
    }
}
