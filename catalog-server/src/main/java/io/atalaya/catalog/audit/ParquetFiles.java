package io.atalaya.catalog.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Lines of JSON made into Parquet by an engine of its own, with little memory, that lives as long as that takes. */
final class ParquetFiles {
    private ParquetFiles() {}

    /**
     * Writes a file.
     *
     * @param columns of a line, as a struct of DuckDB's types
     * @param selected what the file is to have of them
     */
    static void ofJsonLines(Path lines, String columns, String selected, Path target) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (String setting : List.of(
                    "SET threads = 1",
                    "SET memory_limit = '256MiB'",
                    "SET autoinstall_known_extensions = false",
                    "SET autoload_known_extensions = false",
                    "SET TimeZone = 'UTC'")) {
                statement.execute(setting);
            }
            statement.execute("COPY (SELECT " + selected + " FROM read_json(" + AuditProjection.quoted(lines)
                    + ", format = 'newline_delimited', maximum_object_size = 33554432, columns = " + columns
                    + ")) TO " + AuditProjection.quoted(target) + " (FORMAT parquet, COMPRESSION zstd)");
        } catch (SQLException e) {
            throw new IOException("audit records cannot be written as Parquet", e);
        }
    }
}
