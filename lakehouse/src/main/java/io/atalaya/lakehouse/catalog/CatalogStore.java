package io.atalaya.lakehouse.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Namespaces, and the pointer each table is. */
interface CatalogStore {
    /** What {@link TableEntryMapper} reads. */
    String TABLE = """
            SELECT t.uuid, t.namespace_uuid, n.name AS namespace, t.name, t.metadata_location
            FROM iceberg_table t JOIN namespace n ON n.uuid = t.namespace_uuid
            """;

    @SqlUpdate("INSERT INTO namespace (uuid, name, zone) VALUES (:uuid, :name, :zone)")
    void insertNamespace(String uuid, String name, String zone);

    @SqlUpdate("UPDATE namespace SET zone = :zone WHERE uuid = :uuid")
    void setZone(String uuid, String zone);

    @SqlUpdate("DELETE FROM namespace WHERE uuid = :uuid")
    int deleteNamespace(String uuid);

    @SqlUpdate("DELETE FROM namespace_property WHERE namespace_uuid = :uuid AND name = :name")
    int deleteProperty(String uuid, String name);

    @SqlUpdate("INSERT INTO namespace_property (namespace_uuid, name, value) VALUES (:uuid, :name, :value)")
    void insertProperty(String uuid, String name, String value);

    /** One row for each property of each namespace, and one for a namespace without any, in name order. */
    @SqlQuery("""
            SELECT n.uuid, n.name, n.zone, p.name AS property, p.value
            FROM namespace n LEFT JOIN namespace_property p ON p.namespace_uuid = n.uuid
            WHERE :name IS NULL OR n.name = :name
            ORDER BY n.name, p.name
            """)
    @RegisterRowMapper(NamespaceRowMapper.class)
    List<NamespaceRow> namespaces(@Nullable String name);

    @SqlQuery("SELECT uuid FROM namespace WHERE name = :name")
    Optional<String> namespaceUuid(String name);

    @SqlQuery("SELECT count(*) FROM iceberg_table WHERE namespace_uuid = :uuid")
    long tablesIn(String uuid);

    @SqlUpdate("""
            INSERT INTO iceberg_table (uuid, namespace_uuid, name, metadata_location)
            VALUES (:uuid, :namespaceUuid, :name, :metadataLocation)
            """)
    void insertTable(String uuid, String namespaceUuid, String name, String metadataLocation);

    /** Moves the pointer of a table if it still is where {@code from} says; otherwise changes nothing and returns 0. */
    @SqlUpdate("UPDATE iceberg_table SET metadata_location = :to WHERE uuid = :uuid AND metadata_location = :from")
    int movePointer(String uuid, String from, String to);

    @SqlUpdate("UPDATE iceberg_table SET namespace_uuid = :namespaceUuid, name = :name WHERE uuid = :uuid")
    int rename(String uuid, String namespaceUuid, String name);

    @SqlUpdate("DELETE FROM iceberg_table WHERE uuid = :uuid")
    int deleteTable(String uuid);

    @SqlQuery(TABLE + """
            WHERE n.name = :namespace AND t.name = :name
            """)
    @RegisterRowMapper(TableEntryMapper.class)
    Optional<TableEntry> table(String namespace, String name);

    @SqlQuery(TABLE + """
            WHERE t.uuid = :uuid
            """)
    @RegisterRowMapper(TableEntryMapper.class)
    Optional<TableEntry> table(String uuid);

    /** Tables after {@code (afterNamespace, afterName)} in the database's order of namespace and name. */
    @SqlQuery(TABLE + """
            WHERE n.name > :afterNamespace OR (n.name = :afterNamespace AND t.name > :afterName)
            ORDER BY n.name, t.name
            LIMIT :limit
            """)
    @RegisterRowMapper(TableEntryMapper.class)
    List<TableEntry> tables(String afterNamespace, String afterName, int limit);

    @SqlQuery(TABLE + """
            WHERE n.name = :namespace AND t.name > :afterName
            ORDER BY t.name
            LIMIT :limit
            """)
    @RegisterRowMapper(TableEntryMapper.class)
    List<TableEntry> tablesOf(String namespace, String afterName, int limit);

    @SqlUpdate("""
            INSERT INTO table_commit (table_uuid, commit_id, snapshot_id, row_count, file_count, size_bytes,
                position)
            VALUES (:tableUuid, :commitId, :snapshotId, :rowCount, :fileCount, :sizeBytes, :position)
            """)
    void insertCommit(
            String tableUuid,
            String commitId,
            long snapshotId,
            long rowCount,
            long fileCount,
            long sizeBytes,
            @Nullable String position);

    @SqlQuery("""
            SELECT table_uuid, commit_id, snapshot_id, row_count, file_count, size_bytes, position
            FROM table_commit WHERE table_uuid = :tableUuid AND commit_id = :commitId
            """)
    @RegisterRowMapper(RecordedCommitMapper.class)
    Optional<RecordedCommit> commit(String tableUuid, String commitId);

    /** A namespace with one of its properties. */
    record NamespaceRow(
            UUID uuid,
            Namespace namespace,
            String zone,
            @Nullable String property,
            @Nullable String value) {}

    /** Reads {@link NamespaceRow}. */
    final class NamespaceRowMapper implements RowMapper<NamespaceRow> {
        @Override
        public NamespaceRow map(ResultSet row, StatementContext context) throws SQLException {
            return new NamespaceRow(
                    UUID.fromString(row.getString("uuid")),
                    Namespace.of(row.getString("name")),
                    row.getString("zone"),
                    row.getString("property"),
                    row.getString("value"));
        }
    }

    /** Reads {@link TableEntry}. */
    final class TableEntryMapper implements RowMapper<TableEntry> {
        @Override
        public TableEntry map(ResultSet row, StatementContext context) throws SQLException {
            return new TableEntry(
                    UUID.fromString(row.getString("uuid")),
                    UUID.fromString(row.getString("namespace_uuid")),
                    TableIdentifier.of(row.getString("namespace"), row.getString("name")),
                    row.getString("metadata_location"));
        }
    }

    /** Reads {@link RecordedCommit}. */
    final class RecordedCommitMapper implements RowMapper<RecordedCommit> {
        @Override
        public RecordedCommit map(ResultSet row, StatementContext context) throws SQLException {
            return new RecordedCommit(
                    UUID.fromString(row.getString("table_uuid")),
                    row.getString("commit_id"),
                    row.getLong("snapshot_id"),
                    row.getLong("row_count"),
                    row.getLong("file_count"),
                    row.getLong("size_bytes"),
                    Optional.ofNullable(row.getString("position")));
        }
    }
}
