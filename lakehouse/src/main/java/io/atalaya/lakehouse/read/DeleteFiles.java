package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.storage.Warehouse;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.SeekableInputStream;

/** Reads position delete files (v2) and deletion vectors (v3). */
public final class DeleteFiles {
    private final FileIO io;
    private final WriterInstance engine;

    /** Vectors are read through {@code io}, Parquet files through {@code engine}. */
    public DeleteFiles(FileIO io, WriterInstance engine) {
        this.io = io;
        this.engine = engine;
    }

    /** The deleted positions of a data file, named as its table names it. */
    PositionDeleteIndex read(String dataFile, List<DeleteFile> deletes) {
        // A vector replaces whatever position delete files said of its data file.
        return deletes.stream()
                .filter(delete -> delete.format() == FileFormat.PUFFIN)
                .findFirst()
                .map(this::vector)
                .orElseGet(() -> positions(dataFile, deletes));
    }

    private PositionDeleteIndex vector(DeleteFile delete) {
        byte[] blob = new byte[Math.toIntExact(Objects.requireNonNull(delete.contentSizeInBytes()))];
        try (SeekableInputStream stream = io.newInputFile(delete.location()).newStream()) {
            stream.seek(Objects.requireNonNull(delete.contentOffset()));
            IOUtil.readFully(stream, blob, 0, blob.length);
        } catch (IOException e) {
            throw new LakehouseException.Failed(e, "cannot read the deletion vector in %s", delete.location());
        }
        return PositionDeleteIndex.deserialize(blob, delete);
    }

    private PositionDeleteIndex positions(String dataFile, List<DeleteFile> deletes) {
        List<String> paths = deletes.stream()
                .map(delete -> Warehouse.plain(delete.location()).toString())
                .toList();
        String sql = "SELECT pos FROM read_parquet(" + DuckSql.texts(paths)
                + ", hive_partitioning := false, schema := MAP{"
                + MetadataColumns.DELETE_FILE_PATH.fieldId()
                + ": {name: 'file_path', type: 'VARCHAR', default_value: NULL::VARCHAR}, "
                + MetadataColumns.DELETE_FILE_POS.fieldId()
                + ": {name: 'pos', type: 'BIGINT', default_value: NULL::VARCHAR}}) WHERE file_path = "
                + DuckSql.text(dataFile) + " ORDER BY pos";
        List<Long> positions = new ArrayList<>();
        try (var connection = engine.connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                positions.add(rows.getLong(1));
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "cannot read the position deletes of %s", dataFile);
        }
        return Deletes.toPositionIndex(CloseableIterable.withNoopClose(positions));
    }
}
