package io.atalaya.lakehouse.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;

/**
 * What must be known of files other engines wrote: whether they carry field ids, and which identity-partitioned columns
 * they leave out because the value is in their partition. Each file is looked at once.
 */
final class ForeignFiles {
    private final WriterInstance engine;
    private final Cache<String, Map<String, Integer>> topLevel =
            Caffeine.newBuilder().maximumSize(100_000).build();

    ForeignFiles(WriterInstance engine) {
        this.engine = engine;
    }

    /**
     * How the columns of a file are found.
     *
     * @param constants texts of values for columns the file does not have, by field id
     * @param names the file's column names by field id; if it is empty they are found by field id
     */
    record Columns(Map<Integer, String> constants, Map<Integer, String> names) {
        static final Columns BY_FIELD_ID = new Columns(Map.of(), Map.of());

        Columns byFieldId() {
            return new Columns(constants, Map.of());
        }
    }

    /** Reads the top-level columns of the files not seen before, in one query. */
    void look(Table table, List<PlannedFile> files) {
        List<String> unseen = files.stream()
                .map(PlannedFile::path)
                .filter(path -> topLevel.getIfPresent(path) == null)
                .toList();
        if (unseen.isEmpty()) {
            return;
        }
        Map<String, Map<String, Integer>> found = new HashMap<>();
        unseen.forEach(path -> found.put(path, new HashMap<>()));
        // How many parts of the column before are still to come; a file begins with one that all others are parts of.
        Map<String, Integer> parts = new HashMap<>();
        String sql = "SELECT file_name, name, coalesce(field_id, -1), coalesce(num_children, 0) FROM parquet_schema("
                + DuckSql.texts(unseen) + ")";
        try (var connection = engine.connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String file = rows.getString(1);
                Integer left = parts.get(file);
                if (left == null) {
                    parts.put(file, 0);
                    continue;
                }
                if (left == 0) {
                    found.computeIfAbsent(file, _ -> new HashMap<>()).put(rows.getString(2), rows.getInt(3));
                }
                parts.put(file, Math.max(0, left - 1) + rows.getInt(4));
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "cannot read the columns of files of table %s", table.name());
        }
        topLevel.putAll(found);
    }

    /** Whether a file has field ids. */
    boolean hasIds(PlannedFile planned) {
        return topLevel.get(planned.path(), _ -> Map.of()).values().stream().anyMatch(id -> id >= 0);
    }

    Columns columns(Table table, PlannedFile planned) {
        Map<String, Integer> columns = topLevel.get(planned.path(), _ -> Map.of());
        if (!hasIds(planned)) {
            return new Columns(Map.of(), mapped(table, columns));
        }
        Map<Integer, String> names = new HashMap<>();
        columns.forEach((name, id) -> names.put(id, name));
        return new Columns(constants(table, planned, columns), Map.copyOf(names));
    }

    private static Map<Integer, String> mapped(Table table, Map<String, Integer> columns) {
        String json = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
        if (json == null) {
            throw new LakehouseException.NotSupported(
                    "table %s has files without field ids; set its property %s",
                    table.name(), TableProperties.DEFAULT_NAME_MAPPING);
        }
        NameMapping mapping = NameMappingParser.fromJson(json);
        Map<Integer, String> names = new HashMap<>();
        for (String column : columns.keySet()) {
            MappedField field = mapping.find(column);
            if (field != null && field.id() != null) {
                names.put(field.id(), column);
            }
        }
        return Map.copyOf(names);
    }

    private static Map<Integer, String> constants(Table table, PlannedFile planned, Map<String, Integer> columns) {
        PartitionSpec spec = table.specs().get(planned.file().specId());
        if (spec == null || spec.isUnpartitioned()) {
            return Map.of();
        }
        Map<Integer, String> constants = new HashMap<>();
        List<PartitionField> fields = spec.fields();
        for (int i = 0; i < fields.size(); i++) {
            PartitionField field = fields.get(i);
            Types.NestedField source = spec.schema().findField(field.sourceId());
            if (field.transform().isIdentity() && source != null && !columns.containsValue(field.sourceId())) {
                Object value = planned.file().partition().get(i, Object.class);
                if (value != null) {
                    constants.put(field.sourceId(), DuckLiterals.text(source.type(), value));
                }
            }
        }
        return Map.copyOf(constants);
    }
}
