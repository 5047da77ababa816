package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.policies.Sentence;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The greatest value of a column of dates or timestamps; files that cannot have it are not read. */
final class NewestTime {
    private final ScanPlanner scans;

    NewestTime(ScanPlanner scans) {
        this.scans = scans;
    }

    /**
     * As a literal; empty if there is none.
     *
     * @param limit values beyond it do not count
     */
    Optional<String> in(Table table, Types.NestedField column, Object limit, Connection duck) {
        List<PlannedFile> files = mayHaveIt(scans.files(table, Expressions.notNull(column.name())), column, limit);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        String name = DuckSql.name(column.name());
        String sql = "SELECT CAST(max(" + name + ") AS VARCHAR) FROM ("
                + scans.withFiles(table, Set.of(column.fieldId()), files).sql() + ") t WHERE " + name + " <= "
                + DuckLiterals.literal(column.type(), limit);
        try (Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Optional.ofNullable(row.getString(1)).map(DuckSql::text);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable(
                    Sentence.of("The newest row of {0} cannot be read", table.name()), e);
        }
    }

    private static List<PlannedFile> mayHaveIt(List<PlannedFile> files, Types.NestedField column, Object limit) {
        Object least = null;
        for (PlannedFile file : files) {
            Object lower = bound(file.file().lowerBounds(), column);
            if (file.deletes().isEmpty()
                    && lower != null
                    && compare(lower, limit) <= 0
                    && (least == null || compare(lower, least) > 0)) {
                least = lower;
            }
        }
        Object known = least;
        return files.stream()
                .filter(file -> reaches(file.file(), column, known))
                .toList();
    }

    private static boolean reaches(DataFile file, Types.NestedField column, @Nullable Object known) {
        Object upper = bound(file.upperBounds(), column);
        return known == null || upper == null || compare(upper, known) >= 0;
    }

    private static @Nullable Object bound(@Nullable Map<Integer, ByteBuffer> bounds, Types.NestedField column) {
        ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
        return bound == null ? null : Conversions.fromByteBuffer(column.type(), bound);
    }

    /** Days of a date are whole numbers, microseconds of a timestamp long ones. */
    private static int compare(Object one, Object other) {
        return Long.compare(((Number) one).longValue(), ((Number) other).longValue());
    }
}
