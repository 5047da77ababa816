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

/** The prepared statements as stored. Every read names the owner; the stored name is in lower case beside the given one. */
@RegisterConstructorMapper(PreparedStatementStore.Row.class)
public interface PreparedStatementStore {
    /** A row; the time in microseconds. */
    record Row(
            String principal,
            String workgroup,
            String name,
            String givenName,
            @Nullable String description,
            String statement,
            long modifiedAt) {
        @JdbiConstructor
        public Row {}
    }

    @SqlQuery("""
            SELECT * FROM prepared_statement
            WHERE principal = :principal AND workgroup = :workgroup AND name = :name
            """)
    Optional<Row> find(
            @Bind("principal") String principal, @Bind("workgroup") String workgroup, @Bind("name") String name);

    /** In name order, after a name. */
    @SqlQuery("""
            SELECT * FROM prepared_statement
            WHERE principal = :principal AND workgroup = :workgroup AND name > :after
            ORDER BY name
            LIMIT :max
            """)
    List<Row> list(
            @Bind("principal") String principal,
            @Bind("workgroup") String workgroup,
            @Bind("after") String after,
            @Bind("max") int max);

    @SqlQuery("SELECT count(*) FROM prepared_statement WHERE principal = :principal AND workgroup = :workgroup")
    long count(@Bind("principal") String principal, @Bind("workgroup") String workgroup);

    /** Nothing happens if the name is taken: zero is returned. */
    @SqlUpdate("""
            INSERT INTO prepared_statement (
                principal, workgroup, name, given_name, description, statement, modified_at)
            VALUES (:principal, :workgroup, :name, :givenName, :description, :statement, :modifiedAt)
            ON CONFLICT (principal, workgroup, name) DO NOTHING
            """)
    int add(@BindMethods Row row);

    @SqlUpdate("""
            UPDATE prepared_statement
            SET description = :description, statement = :statement, modified_at = :modifiedAt
            WHERE principal = :principal AND workgroup = :workgroup AND name = :name
            """)
    int replace(@BindMethods Row row);

    @SqlUpdate("""
            DELETE FROM prepared_statement
            WHERE principal = :principal AND workgroup = :workgroup AND name = :name
            """)
    int remove(@Bind("principal") String principal, @Bind("workgroup") String workgroup, @Bind("name") String name);

    /** Whether the workgroup has any, of anybody. */
    @SqlQuery(
            "SELECT count(*) > 0 FROM (SELECT 1 AS one FROM prepared_statement WHERE workgroup = :workgroup LIMIT 1) AS some")
    boolean inUse(@Bind("workgroup") String workgroup);

    @SqlUpdate("DELETE FROM prepared_statement WHERE workgroup = :workgroup")
    int forgetWorkgroup(@Bind("workgroup") String workgroup);
}
