package io.atalaya.query.workgroup;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The workgroups as stored. */
@RegisterConstructorMapper(WorkgroupStore.Row.class)
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
            long createdAt) {
        @JdbiConstructor
        public Row {}
    }

    @SqlQuery("SELECT * FROM workgroup WHERE name = :name")
    Optional<Row> find(@Bind("name") String name);

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
}
