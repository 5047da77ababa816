package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.read.FileLayout;
import io.atalaya.lakehouse.storage.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;

/**
 * Rows into data files. DuckDB writes them to a staging folder that no reader looks at; they are on disk, read-only and
 * under their own names in the table's folder when this returns, and named by no snapshot yet.
 */
final class FileCopy {
    /** Of zstd, unless the table says otherwise: about as small as its standard level, for a fifth less work. */
    private static final int LEVEL = 1;

    /**
     * A column with more different values than that among the 122,880 rows of a row group gets no dictionary there.
     * Those that have one anyway (names, codes, days) stay below; to find out about the others costs less.
     */
    private static final int DICTIONARY = 10_000;

    /** Of more columns than that the engine holds fewer rows and values at once: each takes its part of the memory. */
    private static final int FEW_COLUMNS = 64;

    private static final int ROW_GROUP = 122_880;
    private static final int SMALLEST_GROUP = 2048;
    private static final int SMALLEST_DICTIONARY = 64;

    private final Warehouse warehouse;

    FileCopy(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    /** What DuckDB's COPY says of a file it wrote. */
    record Written(
            Path path,
            long rows,
            long bytes,
            Map<String, Map<String, String>> statistics,
            Map<String, String> partition) {
        /** Notes that a column has that text in all rows. */
        void bound(String column, String text) {
            Map<String, String> known =
                    Map.of("min", text, "min_is_exact", "true", "max", text, "max_is_exact", "true");
            statistics
                    .computeIfAbsent(DuckSql.name(column), _ -> new HashMap<>())
                    .putAll(known);
        }
    }

    /** Writes the rows of a query that already has the table's columns; none for a query without rows. */
    List<DataFile> copy(Session session, Table table, String shaped) {
        return copy(session, table, shaped, Map.of());
    }

    /** The same of a query in which some columns have one text in all rows, and a type the engine gives no bounds of. */
    List<DataFile> copy(Session session, Table table, String shaped, Map<String, String> constant) {
        Staged staged = stage(session, table, shaped, constant);
        try {
            return publish(table, staged);
        } finally {
            discard(staged);
        }
    }

    /** Rows in files of the staging folder. */
    record Staged(Path folder, List<Written> files) {}

    /** Writes the rows of a query to the staging folder only. */
    Staged stage(Session session, Table table, String shaped, Map<String, String> constant) {
        Path staging = warehouse.staging().resolve(UUID.randomUUID().toString());
        Staged staged = new Staged(staging, new ArrayList<>());
        try {
            Files.createDirectories(warehouse.staging());
            staged.files().addAll(run(session, table, shaped, staging));
            staged.files().removeIf(written -> written.rows() == 0);
            staged.files().forEach(written -> constant.forEach(written::bound));
            return staged;
        } catch (IOException e) {
            throw failed(table, e);
        } catch (RuntimeException e) {
            discard(staged);
            throw e;
        }
    }

    /** Puts what was written to the staging folder into the table's. */
    List<DataFile> publish(Table table, Staged staged) {
        List<DataFile> files = new ArrayList<>();
        try {
            for (Written written : staged.files()) {
                files.add(publish(table, written));
            }
            syncFolders(files);
            return files;
        } catch (IOException e) {
            delete(files);
            throw failed(table, e);
        } catch (RuntimeException e) {
            delete(files);
            throw e;
        }
    }

    /** Removes what is left of it in the staging folder. */
    void discard(Staged staged) {
        try {
            removeFolder(staged.folder());
        } catch (IOException e) {
            throw new LakehouseException.Failed(
                    e, "a staging folder cannot be removed: %s", String.valueOf(e.getMessage()));
        }
    }

    private static LakehouseException failed(Table table, IOException e) {
        return new LakehouseException.Failed(
                e, "the files of table %s cannot be written: %s", table.name(), String.valueOf(e.getMessage()));
    }

    /** Removes files that will not be committed. */
    void delete(List<DataFile> files) {
        for (DataFile file : files) {
            try {
                Files.deleteIfExists(warehouse.resolve(file.location()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Written> run(Session session, Table table, String shaped, Path staging) {
        List<Written> written = new ArrayList<>();
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery(copySql(table, shaped, staging))) {
            while (rows.next()) {
                written.add(new Written(
                        Path.of(rows.getString("filename")),
                        rows.getLong("count"),
                        rows.getLong("file_size_bytes"),
                        statistics(rows.getObject("column_statistics")),
                        texts(rows.getObject("partition_keys"))));
            }
        } catch (SQLException e) {
            throw RowShape.failure(table, e);
        }
        return written;
    }

    private static String copySql(Table table, String shaped, Path staging) {
        PartitionColumns partition = new PartitionColumns(table.spec());
        long target = Long.parseLong(table.properties()
                .getOrDefault(
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                        Long.toString(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
        String select = partition.isEmpty()
                ? shaped
                : "SELECT *, " + String.join(", ", partition.expressions()) + " FROM (" + shaped + ")";
        return "COPY (" + select + ") TO " + DuckSql.text(staging.toString())
                + " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL " + level(table)
                + held(table.schema().columns().size())
                + ", RETURN_STATS true, FILENAME_PATTERN '{uuid}', FILE_SIZE_BYTES "
                + target + ", FIELD_IDS " + FieldIds.option(table.schema())
                + (partition.isEmpty() ? "" : ", PARTITION_BY (" + String.join(", ", partition.names()) + ")")
                + ")";
    }

    private static String held(int columns) {
        if (columns <= FEW_COLUMNS) {
            return ", DICTIONARY_SIZE_LIMIT " + DICTIONARY;
        }
        int rows = ROW_GROUP * FEW_COLUMNS / columns;
        return ", DICTIONARY_SIZE_LIMIT " + Math.max(SMALLEST_DICTIONARY, DICTIONARY * FEW_COLUMNS / columns)
                + ", ROW_GROUP_SIZE " + Math.max(SMALLEST_GROUP, rows / SMALLEST_GROUP * SMALLEST_GROUP);
    }

    private static int level(Table table) {
        String level = table.properties().get(TableProperties.PARQUET_COMPRESSION_LEVEL);
        try {
            return level == null ? LEVEL : Math.clamp(Integer.parseInt(level), 1, 22);
        } catch (NumberFormatException _) {
            return LEVEL;
        }
    }

    private static Map<String, Map<String, String>> statistics(Object value) {
        Map<String, Map<String, String>> statistics = new HashMap<>();
        if (value instanceof Map<?, ?> columns) {
            columns.forEach((path, statistic) -> statistics.put(String.valueOf(path), texts(statistic)));
        }
        return statistics;
    }

    private static Map<String, String> texts(Object value) {
        Map<String, String> texts = new HashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, text) -> {
                if (text != null) {
                    texts.put(String.valueOf(key), String.valueOf(text));
                }
            });
        }
        return texts;
    }

    private DataFile publish(Table table, Written written) throws IOException {
        Metrics metrics =
                ColumnMetrics.of(table.schema(), MetricsConfig.forTable(table), written.rows(), written.statistics());
        refuseNulls(table, written);
        Files.setPosixFilePermissions(written.path(), PosixFilePermissions.fromString("r--r--r--"));
        Warehouse.sync(written.path());
        String location = table.locationProvider()
                .newDataLocation(
                        FileLayout.fileName(table.schema(), UUID.randomUUID().toString()));
        Path target = warehouse.resolve(location);
        warehouse.makeFolder(target.resolveSibling(""));
        Files.move(written.path(), target, StandardCopyOption.ATOMIC_MOVE);
        DataFiles.Builder file = DataFiles.builder(table.spec())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(written.bytes())
                .withRecordCount(written.rows())
                .withMetrics(metrics)
                .withSortOrder(org.apache.iceberg.SortOrder.unsorted());
        if (table.spec().isPartitioned()) {
            file.withPartition(new PartitionColumns(table.spec()).partition(written.partition()));
        }
        return file.build();
    }

    private static void refuseNulls(Table table, Written written) {
        FieldIds.measured(table.schema()).forEach((path, field) -> {
            String nulls = written.statistics().getOrDefault(path, Map.of()).get("null_count");
            if (field.isRequired() && isTopLevel(table, field) && nulls != null && !nulls.equals("0")) {
                throw new LakehouseException.RowsDoNotFit(
                        "column %s of table %s is required, but %s rows have no value in it",
                        field.name(), table.name(), nulls);
            }
        });
    }

    private static boolean isTopLevel(Table table, Types.NestedField field) {
        return table.schema().asStruct().field(field.fieldId()) != null;
    }

    private void syncFolders(List<DataFile> files) throws IOException {
        List<Path> folders = files.stream()
                .map(file ->
                        warehouse.resolve(file.location()).resolveSibling("").normalize())
                .distinct()
                .toList();
        for (Path folder : folders) {
            Warehouse.sync(folder);
        }
    }

    static void removeFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }
}
