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

/** The named queries as stored. Every read names the owner. */
@RegisterConstructorMapper(NamedQueryStore.Row.class)
public interface NamedQueryStore {
    /** A row; the time in microseconds. */
    record Row(
            String id,
            String principal,
            String workgroup,
            String name,
            @Nullable String description,
            String databaseName,
            String statement,
            @Nullable String clientRequestToken,
            long createdAt) {
        @JdbiConstructor
        public Row {}
    }

    @SqlQuery("SELECT * FROM named_query WHERE id = :id AND principal = :principal")
    Optional<Row> find(@Bind("principal") String principal, @Bind("id") String id);

    @SqlQuery("SELECT * FROM named_query WHERE principal = :principal AND client_request_token = :token")
    Optional<Row> withToken(@Bind("principal") String principal, @Bind("token") String token);

    /** Ids in their order, after one. */
    @SqlQuery("""
            SELECT id FROM named_query
            WHERE principal = :principal AND workgroup = :workgroup AND id > :after
            ORDER BY id
            LIMIT :max
            """)
    List<String> ids(
            @Bind("principal") String principal,
            @Bind("workgroup") String workgroup,
            @Bind("after") String after,
            @Bind("max") int max);

    @SqlQuery("SELECT count(*) FROM named_query WHERE principal = :principal")
    long count(@Bind("principal") String principal);

    @SqlUpdate("""
            INSERT INTO named_query (
                id, principal, workgroup, name, description, database_name, statement, client_request_token, created_at)
            VALUES (
                :id, :principal, :workgroup, :name, :description, :databaseName, :statement, :clientRequestToken,
                :createdAt)
            """)
    void add(@BindMethods Row row);

    @SqlUpdate("""
            UPDATE named_query SET name = :name, description = :description, statement = :statement
            WHERE id = :id AND principal = :principal
            """)
    int replace(
            @Bind("principal") String principal,
            @Bind("id") String id,
            @Bind("name") String name,
            @Bind("description") @Nullable String description,
            @Bind("statement") String statement);

    @SqlUpdate("DELETE FROM named_query WHERE id = :id AND principal = :principal")
    int remove(@Bind("principal") String principal, @Bind("id") String id);

    /** Whether the workgroup has any, of anybody. */
    @SqlQuery(
            "SELECT count(*) > 0 FROM (SELECT 1 AS one FROM named_query WHERE workgroup = :workgroup LIMIT 1) AS some")
    boolean inUse(@Bind("workgroup") String workgroup);

    @SqlUpdate("DELETE FROM named_query WHERE workgroup = :workgroup")
    int forgetWorkgroup(@Bind("workgroup") String workgroup);
}
