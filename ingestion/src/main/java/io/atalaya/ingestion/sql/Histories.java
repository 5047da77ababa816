package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.policies.Sentence;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Keeps tables in which a key has a row for each version it has had, with the time it was valid. */
final class Histories {
    /** From when a version is valid, this moment included. */
    static final String FROM = "valid_from";

    /** Until when, this moment not included; null while it is. */
    static final String TO = "valid_to";

    /** Whether it is. */
    static final String CURRENT = "is_current";

    private final Lakehouse lakehouse;
    private final Clock clock;

    Histories(Lakehouse lakehouse, Clock clock) {
        this.lakehouse = lakehouse;
        this.clock = clock;
    }

    /** The columns of the table: those of the rows, and when they are valid. */
    static List<Types.NestedField> columns(Stage.Sql stage, Stage.Mode.History history, List<Types.NestedField> rows) {
        for (String own : List.of(FROM, TO, CURRENT)) {
            if (rows.stream().anyMatch(field -> field.name().equalsIgnoreCase(own))) {
                throw new IngestionException.BadStage(
                        "The SELECT of stage '{0}' has a column '{1}', which mode HISTORY makes itself; give it another name",
                        stage.name(), own);
            }
        }
        history.key().forEach(column -> require(stage, "key", column, rows));
        history.tracked().forEach(column -> require(stage, "tracked", column, rows));
        Type time = history.order()
                .map(order -> require(stage, "order", order, rows).type())
                .orElse(Types.TimestampType.withoutZone());
        if (time.typeId() != Type.TypeID.DATE && time.typeId() != Type.TypeID.TIMESTAMP) {
            throw new IngestionException.BadStage(
                    "The 'order' of stage '{0}' says from when a version is valid, so it must be a date or a timestamp; CAST it",
                    stage.name());
        }
        List<Types.NestedField> columns = new ArrayList<>(rows);
        columns.add(Types.NestedField.optional(1, FROM, time));
        columns.add(Types.NestedField.optional(1, TO, time));
        columns.add(Types.NestedField.optional(1, CURRENT, Types.BooleanType.get()));
        return columns;
    }

    private static Types.NestedField require(Stage.Sql stage, String key, String column, List<Types.NestedField> rows) {
        return rows.stream()
                .filter(field -> field.name().equalsIgnoreCase(column))
                .findFirst()
                .orElseThrow(() -> new IngestionException.BadStage(
                        "The SELECT of stage '{0}' has no column '{1}', which its '{2}' names; its columns are {3}",
                        stage.name(),
                        column,
                        key,
                        rows.stream().map(Types.NestedField::name).collect(Collectors.joining(", "))));
    }

    /** Adds the changes that these rows make to the batch. */
    void write(
            WriteBatch batch,
            Stage.Sql stage,
            Stage.Mode.History history,
            String select,
            List<Types.NestedField> fields,
            CommitProperties properties) {
        Table target = lakehouse.catalog().loadTable(stage.target());
        Versions versions = new Versions(target.schema(), history, fields);
        String now = "CAST("
                + DuckLiterals.literal(
                        Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                + " AS " + DuckTypes.of(versions.time()) + ")";
        batch.prepare(stage.target(), versions.given(select, now));
        long nulls = number(batch, versions.withoutKey());
        if (nulls > 0) {
            throw new IngestionException.BadStage(
                    "{0} rows of stage '{1}' have no value in {2}",
                    Sentence.count(nulls),
                    stage.name(),
                    Stream.<Object>concat(history.key().stream(), history.order().stream())
                            .reduce((one, other) -> Sentence.of("{0} or {1}", one, other))
                            .orElseThrow());
        }
        long twice = number(batch, versions.ambiguous());
        if (twice > 0) {
            throw new IngestionException.BadStage(
                    history.order().isPresent()
                            ? "Stage '{0}' gives {1} keys at the same time more than one row, and they differ; order them by a column that tells them apart"
                            : "Stage '{0}' gives {1} keys more than one row, and they differ; say in 'order' from when each is valid, or SELECT one of them",
                    stage.name(),
                    Sentence.count(twice));
        }
        batch.prepare(stage.target(), versions.distinct());
        batch.edit(stage.target(), table -> versions.changes(table, lakehouse.scans(), now), properties);
    }

    private static long number(WriteBatch batch, String sql) {
        try (Statement statement = batch.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine could not compare the rows of a history", e);
        }
    }

    /** Names as the engine's SQL writes them, each from {@code alias}. */
    static String names(List<Types.NestedField> fields, String alias) {
        return fields.stream()
                .map(field -> alias + "." + DuckSql.name(field.name()))
                .collect(Collectors.joining(", "));
    }
}
