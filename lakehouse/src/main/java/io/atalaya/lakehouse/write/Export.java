package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.arrow.ArrowFile;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.feed.ArrowFeed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.duckdb.DuckDBConnection;

/** The rows of a query as files outside the tables, in a folder that appears whole or not at all. One thread uses it, once. */
public final class Export implements AutoCloseable {
    /** Athena's own limit; each is a folder. */
    private static final int MAX_PARTITIONS = 100;

    private final Session session;

    Export(DuckDBConnection connection) {
        this.session = new Session(connection);
    }

    /**
     * What was written.
     *
     * @param files below the folder, in the engine's order
     */
    public record Written(long rows, List<Path> files) {
        public Written {
            files = List.copyOf(files);
        }
    }

    /**
     * Writes the rows of a query.
     *
     * @param name begins the name of each file
     * @param staging a folder on the same disk, that nobody reads
     * @param folder which must not exist
     * @throws LakehouseException.RowsDoNotFit if there are more partitions than there may be
     * @throws FileAlreadyExistsException if the folder is there
     */
    public Written write(String select, ExportFormat format, String name, Path staging, Path folder)
            throws IOException {
        Path scratch =
                Files.createDirectories(staging).resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(scratch);
            Written written = switch (format) {
                case ExportFormat.ByEngine engine -> copy(select, engine, name, scratch);
                case ExportFormat.ByRow rows -> stream(select, rows, name, scratch);
            };
            Files.createDirectories(folder.resolveSibling(""));
            if (Files.exists(folder)) {
                throw new FileAlreadyExistsException(folder.toString());
            }
            Files.move(scratch, folder, StandardCopyOption.ATOMIC_MOVE);
            return written;
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the files cannot be written");
        } finally {
            FileCopy.removeFolder(scratch);
        }
    }

    /**
     * Writes rows as one Parquet file, in their order.
     *
     * @param file which must not exist; what there is of it when this throws is not whole
     */
    public void parquet(RowSource rows, Path file) throws IOException {
        fed(
                rows,
                statement -> statement.execute("COPY (" + rows.select() + ") TO " + DuckSql.text(file.toString())
                        + " (FORMAT parquet, COMPRESSION zstd)"));
    }

    /** The same as an Arrow file. */
    public void arrow(RowSource rows, Path file) throws IOException {
        fed(rows, statement -> {
            try (ResultSet result = statement.executeQuery(rows.select())) {
                ArrowFile.write(result, file);
            }
        });
    }

    /** What is done with rows that come from outside. */
    private interface Work {
        void on(Statement statement) throws SQLException, IOException;
    }

    private void fed(RowSource rows, Work work) throws IOException {
        List<ArrowFeed> feeds = new ArrayList<>();
        try (session) {
            rows.feeds().forEach((name, feed) -> feeds.add(ArrowFeed.open(session.connection(), name, feed)));
            try (var statement = session.statement()) {
                work.on(statement);
            } catch (SQLException e) {
                feeds.forEach(ArrowFeed::rethrow);
                throw new LakehouseException.Failed(e, "the file cannot be written");
            }
        } finally {
            feeds.forEach(ArrowFeed::close);
        }
    }

    private void checkPartitions(String select, ExportFormat.ByEngine format) throws SQLException {
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM (SELECT DISTINCT " + format.partitions()
                        + " FROM (" + select + ") LIMIT " + (MAX_PARTITIONS + 1) + ")")) {
            rows.next();
            if (rows.getLong(1) > MAX_PARTITIONS) {
                throw tooManyPartitions();
            }
        }
    }

    private static LakehouseException tooManyPartitions() {
        return new LakehouseException.RowsDoNotFit("more than %s partitions", MAX_PARTITIONS);
    }

    private Written copy(String select, ExportFormat.ByEngine format, String name, Path scratch) throws SQLException {
        if (!format.partitionedBy().isEmpty()) {
            checkPartitions(select, format);
        }
        try (var statement = session.statement();
                ResultSet result = statement.executeQuery("COPY (" + select + ") TO "
                        + DuckSql.text(scratch.toString()) + " (" + format.options(name)
                        + ", OVERWRITE_OR_IGNORE true)")) {
            result.next();
            List<Path> files = new ArrayList<>();
            if (result.getArray(2).getArray() instanceof Object[] paths) {
                for (Object path : paths) {
                    files.add(scratch.relativize(Path.of(String.valueOf(path))));
                }
            }
            return new Written(result.getLong(1), files);
        }
    }

    private Written stream(String select, ExportFormat.ByRow format, String name, Path scratch)
            throws SQLException, IOException {
        try (PartitionedRows files = new PartitionedRows(format, name, scratch)) {
            read(select, files);
            return files.written();
        }
    }

    private void read(String select, PartitionedRows files) throws SQLException, IOException {
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                if (!files.add(rows, MAX_PARTITIONS)) {
                    throw tooManyPartitions();
                }
            }
        } catch (SQLException e) {
            throw session.reason(e, select);
        }
    }

    /** Stops what the engine is doing, from another thread. */
    public void cancel() {
        session.cancel();
    }

    @Override
    public void close() {
        session.close();
    }
}
