package io.atalaya.lakehouse;

import io.atalaya.lakehouse.catalog.Zone;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** A lakehouse in a temporary folder, with a namespace to make tables in. */
public final class TestLake implements AutoCloseable {
    public static final Namespace SALES = Namespace.of("sales_raw");

    private final MetadataDatabase database;
    private final Lakehouse lakehouse;

    public TestLake(Path folder) {
        this(SqliteFiles.open(folder.resolve("metadata.db")), folder);
    }

    public TestLake(MetadataDatabase database, Path folder) {
        this.database = database;
        this.lakehouse = Lakehouse.open(database.jdbi(), config(folder));
        if (!lakehouse.catalog().namespaceExists(SALES)) {
            lakehouse.catalog().createNamespace(SALES, Map.of(Zone.PROPERTY, "raw"));
        }
    }

    public static LakehouseConfig config(Path folder) {
        return new LakehouseConfig(
                folder.resolve("warehouse"),
                folder.resolve("vectors"),
                folder.resolve("temp"),
                2,
                512L << 20,
                1L << 30,
                LakehouseConfig.TRINO_SETTINGS);
    }

    public static TableIdentifier named(String table) {
        return TableIdentifier.of(SALES, table);
    }

    public Lakehouse lakehouse() {
        return lakehouse;
    }

    public MetadataDatabase database() {
        return database;
    }

    public Table create(String name, Schema schema) {
        return create(name, schema, PartitionSpec.unpartitioned(), Map.of());
    }

    public Table create(String name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
        return lakehouse.catalog().createTable(named(name), schema, spec, properties);
    }

    /** All rows of the table as the reader gives them, each as one text, sorted. */
    public List<String> rows(String table) {
        Table loaded = lakehouse.catalog().loadTable(named(table));
        return rows(loaded, ScanRequest.all(loaded.schema()));
    }

    public List<String> rows(Table table, ScanRequest request) {
        return query(lakehouse.scans().plan(table, request).sql()).stream()
                .sorted()
                .toList();
    }

    /** The answer of the locked reader, each row as one text. */
    public List<String> query(String sql) {
        try (Connection connection = lakehouse.reader().connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                found.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        lakehouse.close();
        database.close();
    }
}
