package io.atalaya.query.workgroup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The workgroups as stored. */
@RegisterRowMapper(WorkgroupStore.Mapper.class)
public interface WorkgroupStore {
    /** A row; the time in microseconds. */
    record Row(
            String name,
            boolean enabled,
            @Nullable String description,
            @Nullable String outputLocation,
            boolean enforced,
            @Nullable Long bytesScannedCutoff,
            @Nullable Long concurrency,
            @Nullable Long queueLimit,
            long createdAt) {}

    /** Every statement asks for its workgroup, so this goes without a proxy. */
    static Optional<Row> find(Jdbi jdbi, String name) {
        return jdbi.withHandle(handle -> handle.select("SELECT * FROM workgroup WHERE name = ?", name)
                .map(new Mapper())
                .findOne());
    }

    /** In name order, after a name. */
    @SqlQuery("SELECT * FROM workgroup WHERE name > :after ORDER BY name LIMIT :max")
    List<Row> list(@Bind("after") String after, @Bind("max") int max);

    /** Nothing happens if the name is taken: zero is returned. */
    @SqlUpdate("""
            INSERT INTO workgroup (
                name, enabled, description, output_location, enforced, bytes_scanned_cutoff, concurrency, queue_limit,
                created_at)
            VALUES (:name, :enabled, :description, :outputLocation, :enforced, :bytesScannedCutoff, :concurrency, :queueLimit,
                :createdAt)
            ON CONFLICT (name) DO NOTHING
            """)
    int add(@BindMethods Row row);

    @SqlUpdate("""
            UPDATE workgroup
            SET enabled = :enabled, description = :description, output_location = :outputLocation,
                enforced = :enforced, bytes_scanned_cutoff = :bytesScannedCutoff,
                concurrency = :concurrency, queue_limit = :queueLimit
            WHERE name = :name
            """)
    int replace(@BindMethods Row row);

    @SqlUpdate("DELETE FROM workgroup WHERE name = :name")
    int remove(@Bind("name") String name);

    /** By hand, as reflection would take longer than the query. */
    final class Mapper implements RowMapper<Row> {
        @Override
        public Row map(ResultSet row, StatementContext context) throws SQLException {
            return new Row(
                    row.getString("name"),
                    row.getBoolean("enabled"),
                    row.getString("description"),
                    row.getString("output_location"),
                    row.getBoolean("enforced"),
                    number(row, "bytes_scanned_cutoff"),
                    number(row, "concurrency"),
                    number(row, "queue_limit"),
                    row.getLong("created_at"));
        }

        private static @Nullable Long number(ResultSet row, String column) throws SQLException {
            long value = row.getLong(column);
            return row.wasNull() ? null : value;
        }
    }
}
