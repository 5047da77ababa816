package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import java.time.LocalDate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The rows of a table that are of one day.
 *
 * @param column which says the day
 */
record OneDay(String column, LocalDate day, boolean isDate, String zone) {
    /**
     * Those of that day.
     *
     * @throws IngestionException.BadStage if the table has no such column, or it is no date or timestamp
     */
    static OneDay of(Table table, String column, LocalDate day) {
        Types.NestedField field = table.schema().caseInsensitiveFindField(column);
        Type type = field == null ? null : field.type();
        if (field == null || type == null) {
            throw new IngestionException.BadStage(
                    "'dateColumn' names column '{0}', which {1} has not", column, table.name());
        }
        return switch (type) {
            case Types.DateType _ -> new OneDay(field.name(), day, true, "");
            case Types.TimestampType timestamp ->
                new OneDay(field.name(), day, false, timestamp.shouldAdjustToUTC() ? "+00:00" : "");
            default ->
                throw new IngestionException.BadStage(
                        "'dateColumn' names column '{0}', which is a {1} and no date or timestamp", column, type);
        };
    }

    private Expression rows() {
        return isDate
                ? Expressions.equal(column, day.toString())
                : Expressions.and(
                        Expressions.greaterThanOrEqual(column, day + "T00:00:00" + zone),
                        Expressions.lessThan(column, day.plusDays(1) + "T00:00:00" + zone));
    }

    /** Replaces them by the rows of a query; a row of another day, which would be there twice after a second run, stops it. */
    void overwrite(WriteBatch batch, TableIdentifier table, String sql, CommitProperties properties) {
        String name = DuckSql.name(column);
        String checked =
                "SELECT * REPLACE (CASE WHEN CAST(%s AS DATE) = DATE '%s' THEN %s ELSE error('%s') END AS %s) FROM (%s) AS of_day"
                        .formatted(
                                name,
                                day,
                                name,
                                "a row is not of " + day + " by its " + column.replace("'", "''"),
                                name,
                                sql);
        batch.overwrite(table, rows(), RowSource.of(checked), properties);
    }
}
