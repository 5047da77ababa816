package io.atalaya.lakehouse.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Views, each a row. */
interface ViewStore {
    @SqlUpdate("""
            INSERT INTO lake_view (uuid, namespace_uuid, name, query, columns, default_database, security, owner, comment)
            VALUES (:uuid, :namespaceUuid, :name, :query, :columns, :defaultDatabase, :security, :owner, :comment)
            """)
    void insert(
            String uuid,
            String namespaceUuid,
            String name,
            String query,
            String columns,
            @Nullable String defaultDatabase,
            String security,
            String owner,
            @Nullable String comment);

    @SqlUpdate("DELETE FROM lake_view WHERE uuid = :uuid")
    int delete(String uuid);

    @SqlQuery("""
            SELECT v.uuid, v.namespace_uuid, n.name AS namespace, v.name, v.query, v.columns, v.default_database, v.security,
                v.owner, v.comment
            FROM lake_view v JOIN namespace n ON n.uuid = v.namespace_uuid
            WHERE n.name = :namespace AND v.name = :name
            """)
    @RegisterRowMapper(Mapper.class)
    Optional<ViewEntry> view(String namespace, String name);

    @SqlQuery("""
            SELECT v.uuid, v.namespace_uuid, n.name AS namespace, v.name, v.query, v.columns, v.default_database, v.security,
                v.owner, v.comment
            FROM lake_view v JOIN namespace n ON n.uuid = v.namespace_uuid
            WHERE n.name = :namespace
            ORDER BY v.name
            """)
    @RegisterRowMapper(Mapper.class)
    List<ViewEntry> views(String namespace);

    /** A row of {@code lake_view} with the name of its namespace. */
    final class Mapper implements RowMapper<ViewEntry> {
        @Override
        public ViewEntry map(ResultSet row, StatementContext context) throws SQLException {
            return new ViewEntry(
                    UUID.fromString(row.getString("uuid")),
                    UUID.fromString(row.getString("namespace_uuid")),
                    TableIdentifier.of(row.getString("namespace"), row.getString("name")),
                    row.getString("query"),
                    SchemaParser.fromJson(row.getString("columns")),
                    Optional.ofNullable(row.getString("default_database")).map(Namespace::of),
                    row.getString("security").equals("DEFINER"),
                    row.getString("owner"),
                    Optional.ofNullable(row.getString("comment")));
        }
    }
}
