package io.atalaya.query.execution;

import io.atalaya.lakehouse.duckdb.FailedStream;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryException;
import io.atalaya.query.engine.EngineErrors;
import io.atalaya.query.result.AthenaText;
import io.atalaya.query.result.ExactText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one compiled statement through the engine to a result file, row by row. */
final class StatementRun {
    private static final Logger LOG = LoggerFactory.getLogger(StatementRun.class);
    private static final int ROWS_BETWEEN_LOOKS = 4096;

    private final Engine engine;
    private final long maxResultBytes;

    StatementRun(Engine engine, long maxResultBytes) {
        this.engine = engine;
        this.maxResultBytes = maxResultBytes;
    }

    /** How large the result became. */
    record Written(long rows, long bytes) {}

    /**
     * Writes the result to {@code file}, which is complete when this returns and absent when it throws.
     *
     * @throws QueryException if the engine fails, a limit is met or the execution is stopped
     */
    Written run(Execution execution, CompiledQuery query, Path file) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            Written written = write(execution, query, unfinished);
            Files.move(unfinished, file);
            return written;
        } catch (SQLException e) {
            throw execution.stopReason().orElseGet(() -> failure(execution, e));
        } catch (IOException e) {
            LOG.error("The result of {} could not be written", execution.known().id(), e);
            throw new QueryException.LimitExceeded(
                    "RESULT_STORAGE_FAILED", "The result could not be stored; the disk may be full");
        } finally {
            deleteIfExists(unfinished);
        }
    }

    /** Runs a statement whose rows nobody gets, and writes its plan with what it took. */
    Written measure(Execution execution, CompiledQuery query, CompiledQuery plan, Path file) {
        Path scratch = file.resolveSibling(file.getFileName() + ".measured.unfinished");
        long from = System.nanoTime();
        try {
            Written result = write(execution, query, scratch);
            long millis = (System.nanoTime() - from) / 1_000_000;
            List<List<@Nullable String>> lines = new ArrayList<>();
            lines.addAll(plan.rows().orElse(List.of()));
            boolean json = !lines.isEmpty() && lines.getFirst().equals(List.of("{"));
            String took = json
                    ? "  \"run\" : { \"millis\" : %d, \"rows\" : %d, \"resultBytes\" : %d, \"bytesScanned\" : %d },"
                    : "Run: %d ms, %d rows, %d bytes of text; %d bytes scanned";
            lines.add(
                    json ? 1 : 0, List.of(took.formatted(millis, result.rows(), result.bytes(), query.bytesPlanned())));
            return run(execution, plan.withRows(lines), file);
        } catch (SQLException e) {
            throw execution.stopReason().orElseGet(() -> failure(execution, e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deleteIfExists(scratch);
        }
    }

    /** Writes names, one a row. */
    void list(List<String> names, Path file) {
        try (ResultFile.Writer writer = new ResultFile.Writer(file, 0)) {
            for (String name : names) {
                writer.add(List.of(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What fails for having been quick alone is written anew, exactly. */
    private Written write(Execution execution, CompiledQuery query, Path file) throws SQLException, IOException {
        try {
            return writeOnce(execution, query, file);
        } catch (SQLException e) {
            if (query.exact().isEmpty() || execution.stopReason().isPresent()) {
                throw e;
            }
            return writeOnce(execution, query.exact().get().get(), file);
        }
    }

    private Written writeOnce(Execution execution, CompiledQuery query, Path file) throws SQLException, IOException {
        List<Integer> exact = query.rows().isPresent() ? List.of() : ExactText.columns(query.types());
        try (ResultFile.Writer writer = new ResultFile.Writer(file, exact.size())) {
            if (query.rows().isPresent()) {
                for (var row : query.rows().get()) {
                    writer.add(row);
                }
            } else {
                stream(execution, query, exact, writer);
            }
            return new Written(writer.rows(), writer.bytes());
        }
    }

    private void stream(Execution execution, CompiledQuery query, List<Integer> exact, ResultFile.Writer writer)
            throws SQLException, IOException {
        try (Connection connection = engine.connect()) {
            try {
                stream(execution, query, connection, exact, writer);
            } catch (SQLException e) {
                if (execution.stopReason().isPresent()) {
                    throw e;
                }
                throw query.exact().isPresent()
                        ? e
                        : FailedStream.reason(e, connection, query.duckSql(), execution::running);
            } finally {
                execution.running(null);
            }
        }
        execution.checkpoint();
    }

    private void stream(
            Execution execution,
            CompiledQuery query,
            Connection connection,
            List<Integer> exact,
            ResultFile.Writer writer)
            throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            execution.running(statement);
            try (ResultSet rows = statement.executeQuery(query.duckSql())) {
                while (rows.next()) {
                    List<@Nullable String> cells = AthenaText.row(rows, query.types());
                    for (int column : exact) {
                        cells.add(ExactText.cell(rows, column + 1, query.types().get(column)));
                    }
                    writer.add(cells);
                    if (writer.rows() % ROWS_BETWEEN_LOOKS == 0) {
                        execution.checkpoint();
                    }
                    if (writer.bytes() > maxResultBytes) {
                        throw new QueryException.LimitExceeded(
                                "RESULT_TOO_LARGE", "The result is larger than {0} bytes", maxResultBytes);
                    }
                }
            }
        }
    }

    private static QueryException failure(Execution execution, SQLException error) {
        QueryException words = EngineErrors.translate(error);
        if (words instanceof QueryException.EngineFailed && words.code().equals("INTERNAL_ERROR")) {
            // The engine's text may quote data, so only its kind is logged.
            String text = String.valueOf(error.getMessage());
            LOG.error(
                    "The engine failed on {}: {}",
                    execution.known().id(),
                    text.substring(0, Math.max(0, Math.min(text.indexOf(':'), 60))));
        }
        return words;
    }

    private static void deleteIfExists(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
