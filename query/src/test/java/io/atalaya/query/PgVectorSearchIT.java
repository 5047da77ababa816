package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.vector.PgVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** With pgvector, in a PostgreSQL that is compiled for Node (PGlite), if that was installed in {@code src/test/node}. */
class PgVectorSearchIT extends VectorSearchContract {
    private static final Path FOLDER = Path.of("src/test/node").toAbsolutePath();

    private @Nullable Process server;
    private @Nullable PGSimpleDataSource database;

    @Override
    VectorIndex index(Path folder) {
        Assumptions.assumeTrue(
                Files.isDirectory(FOLDER.resolve("node_modules")),
                "pgvector is not tested: `npm ci` in query/src/test/node makes it");
        try {
            server = new ProcessBuilder("node", "pglite.mjs")
                    .directory(FOLDER.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said = server.inputReader();
            String port = Objects.requireNonNull(said.readLine(), "PGlite does not start");
            database = new PGSimpleDataSource();
            // Its connections share one session, where two statements of one name would meet.
            database.setUrl("jdbc:postgresql://127.0.0.1:" + port.substring("port ".length())
                    + "/postgres?user=postgres&password=postgres&prepareThreshold=0&sslmode=disable");
            return new PgVectorIndex(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void end() {
        if (server != null) {
            server.destroy();
        }
    }

    /** What comes in while one looks at another length or metric is not mixed with it, and all of a table goes with it. */
    @Test
    void nothing_is_kept_of_a_table_that_is_gone() throws SQLException {
        bringAll();
        assertThat(count("SELECT count(*) FROM atalaya_vector_file")).isPositive();
        assertThat(count("SELECT count(*) FROM atalaya_vector_euclidean_8")).isGreaterThan(2_999);
        sweepAll();
        assertThat(count("SELECT count(*) FROM atalaya_vector_file")).isZero();
        assertThat(count("SELECT count(*) FROM atalaya_vector_euclidean_8")).isZero();
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = Objects.requireNonNull(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
