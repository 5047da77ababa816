package io.atalaya.query.execution;

import io.atalaya.lakehouse.write.Export;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.ResultPage;
import io.atalaya.query.compile.TypeNames;
import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.ResultText;
import io.atalaya.query.result.TypedFile;
import io.atalaya.query.write.Unloads;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What executions that succeeded gave: rows, and files that were unloaded. */
final class ExecutionResults {
    private static final String UNLOAD = "UNLOAD";

    private final ResultFiles files;
    private final Optional<Unloads> unloads;
    private final Optional<Supplier<Export>> exports;

    /**
     * Results in that folder.
     *
     * @param unloads the files that were unloaded
     * @param exports write files of other formats
     */
    ExecutionResults(ResultFiles files, Optional<Unloads> unloads, Optional<Supplier<Export>> exports) {
        this.files = files;
        this.unloads = unloads;
        this.exports = exports;
    }

    /** Rows of an execution, from where a token says. */
    ResultPage page(QueryExecution asked, List<ResultColumn> columns, Optional<String> token, int max) {
        QueryExecution execution = succeeded(asked);
        String id = execution.id().toString();
        long from = token.map(text -> PageToken.parsed(text).of(id)).orElse(0L);
        if (Submissions.changesSomething(execution)) {
            return new ResultPage(
                    columns,
                    List.of(),
                    true,
                    Optional.empty(),
                    columns.isEmpty()
                            ? OptionalLong.empty()
                            : OptionalLong.of(execution.statistics().rows()));
        }
        try {
            List<List<@Nullable String>> rows = ResultFile.read(files.of(execution.id()), columns.size(), from, max);
            long next = from + rows.size();
            return new ResultPage(
                    columns,
                    rows,
                    from == 0,
                    next < execution.statistics().rows()
                            ? Optional.of(new PageToken(next, id).text())
                            : Optional.empty(),
                    OptionalLong.empty());
        } catch (FileNotFoundException e) {
            throw noLongerKept(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static QueryExecution succeeded(QueryExecution execution) {
        return switch (execution.state()) {
            case QUEUED, RUNNING ->
                throw new QueryException.InvalidRequest(
                        "Query has not yet finished. Current state: {0}", execution.state());
            case FAILED, CANCELLED ->
                throw new QueryException.InvalidRequest(
                        "Query did not finish successfully. Final query state: {0}", execution.state());
            case SUCCEEDED -> execution;
        };
    }

    private static QueryException noLongerKept(String id) {
        return new QueryException.InvalidRequest("The result of {0} is no longer kept; run it again", id);
    }

    /** The whole result as the file that Athena would store. */
    ResultDocument document(QueryExecution asked, List<ResultColumn> columns) {
        QueryExecution execution = succeeded(asked);
        // The document of what was unloaded is the list of its files.
        boolean unloaded = execution.substatement().equals(UNLOAD);
        boolean changed = Submissions.changesSomething(execution) && !unloaded;
        if (!changed && !Files.exists(files.of(execution.id()))) {
            throw noLongerKept(execution.id().toString());
        }
        return new ResultDocument(ResultDocument.nameOf(execution), ResultDocument.typeOf(execution), out -> {
            if (!changed) {
                write(execution, unloaded ? 1 : columns.size(), columns, out);
            }
        });
    }

    /** The rows of a query as a file with their types, made when it is first asked for and kept as long as they are. */
    ResultDocument typed(QueryExecution asked, List<ResultColumn> columns, TypedFile format) {
        QueryExecution execution = succeeded(asked);
        if (!ResultDocument.hasHeader(execution) || exports.isEmpty()) {
            throw new QueryException.InvalidRequest("Only the rows of a query can be had as such a file");
        }
        Path rows = files.of(execution.id());
        Path file = files.of(execution.id(), format);
        if (!Files.exists(rows)) {
            throw noLongerKept(execution.id().toString());
        }
        if (!Files.exists(file)) {
            Path unfinished = file.resolveSibling(UUID.randomUUID() + ".unfinished");
            try (Export export = exports.get().get()) {
                RowSource source = ResultRows.of(
                        rows,
                        columns.stream().map(ResultColumn::name).toList(),
                        columns.stream()
                                .map(column -> TypeNames.parse(column.type()))
                                .toList());
                switch (format) {
                    case PARQUET -> export.parquet(source, unfinished);
                    case ARROW -> export.arrow(source, unfinished);
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileNotFoundException e) {
                throw noLongerKept(execution.id().toString());
            } catch (IOException e) {
                throw new QueryException.LimitExceeded(
                        "RESULT_STORAGE_FAILED", "The file could not be stored; the disk may be full");
            } finally {
                ResultFiles.remove(unfinished);
            }
        }
        return new ResultDocument(
                execution.id() + "." + format.extension(), format.contentType(), out -> Files.copy(file, out));
    }

    /** One of the files that an execution unloaded, in the order of its list. */
    ResultDocument unloaded(Principal principal, QueryExecution asked, long number) {
        QueryExecution execution = succeeded(asked);
        if (number < 0 || !execution.substatement().equals(UNLOAD) || unloads.isEmpty()) {
            throw QueryException.NotFound.of("File", Long.toString(number));
        }
        try {
            String name = ResultFile.read(files.of(execution.id()), 1, number, 1).stream()
                    .map(List::getFirst)
                    .findFirst()
                    .orElseThrow(() -> QueryException.NotFound.of("File", Long.toString(number)));
            Path file = unloads.get().file(principal.name(), String.valueOf(name));
            return new ResultDocument(
                    String.valueOf(file.getFileName()), "application/octet-stream", out -> Files.copy(file, out));
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw noLongerKept(execution.id().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(QueryExecution execution, int width, List<ResultColumn> columns, OutputStream out)
            throws IOException {
        boolean csv = ResultDocument.hasHeader(execution);
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        if (csv) {
            writer.append(ResultText.csv(
                            columns.stream().map(ResultColumn::name).toList()))
                    .append('\n');
        }
        long from = 0;
        List<List<@Nullable String>> rows;
        do {
            rows = ResultFile.read(files.of(execution.id()), width, from, ResultFile.STRIDE);
            for (List<@Nullable String> row : rows) {
                writer.append(csv ? ResultText.csv(row) : ResultText.utility(row))
                        .append('\n');
            }
            from += rows.size();
        } while (rows.size() == ResultFile.STRIDE);
        writer.flush();
    }
}
