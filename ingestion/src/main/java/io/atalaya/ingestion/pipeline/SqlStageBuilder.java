package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.PipelineFile.SqlMode;
import io.atalaya.ingestion.pipeline.PipelineFile.SqlPart;
import io.atalaya.ingestion.pipeline.PipelineFile.WindowPart;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Makes a SELECT into a table, or into several, of what is written. */
final class SqlStageBuilder {
    private final YamlDocument<?> document;
    private final Parts parts;
    private final FilesBeside files;

    SqlStageBuilder(YamlDocument<?> document, FilesBeside files) {
        this.document = document;
        this.parts = new Parts(document);
        this.files = files;
    }

    Stage.Sql build(String path, String name, Set<String> needs, Retries retries, SqlPart part) {
        String text = text(path, part.file(), part.text());
        SqlMode mode = parts.present(path + ".mode", part.mode());
        TableIdentifier target = parts.table(path + ".target", part.target());
        onlyOf(path, mode, "key", part.key(), SqlMode.MERGE, SqlMode.HISTORY);
        onlyOf(path, mode, "order", part.order(), SqlMode.MERGE, SqlMode.HISTORY);
        onlyOf(path, mode, "dateColumn", part.dateColumn(), SqlMode.OVERWRITE);
        onlyOf(path, mode, "window", part.window(), SqlMode.MERGE);
        onlyOf(path, mode, "tracked", part.tracked(), SqlMode.HISTORY);
        onlyOf(path, mode, "deletes", part.deletes(), SqlMode.HISTORY);
        onlyOf(path, mode, "newRowsOf", part.newRowsOf(), SqlMode.APPEND, SqlMode.MERGE);
        requireDays(path, mode, part, text);
        return new Stage.Sql(
                name,
                needs,
                retries,
                text,
                Optional.ofNullable(part.database()),
                target,
                mode(path, mode, part, target),
                Objects.requireNonNullElse(part.partitioning(), List.of()));
    }

    private void requireDays(String path, SqlMode mode, SqlPart part, String text) {
        String at = path + (part.file() == null ? ".text" : ".file");
        try {
            if (RunDate.in(text).uses() > 0
                    && (mode == SqlMode.APPEND
                            || mode == SqlMode.HISTORY
                            || part.newRowsOf() != null
                            || part.window() != null)) {
                throw document.problem(
                        at,
                        "asks for %s, and reads only what is new, of whatever day; use MERGE with a key, or OVERWRITE with 'dateColumn'"
                                .formatted(RunDate.NAME));
            }
        } catch (IngestionException e) {
            throw document.problem(at, String.valueOf(e.getMessage()));
        }
    }

    private Stage.Mode mode(String path, SqlMode mode, SqlPart part, TableIdentifier target) {
        Optional<TableIdentifier> newRowsOf =
                Optional.ofNullable(part.newRowsOf()).map(table -> parts.table(path + ".newRowsOf", table));
        return switch (mode) {
            case APPEND -> new Stage.Mode.Append(newRowsOf);
            case OVERWRITE ->
                part.dateColumn() == null
                        ? new Stage.Mode.Overwrite()
                        : new Stage.Mode.Day(parts.column(path + ".dateColumn", part.dateColumn()));
            case HISTORY -> history(path, part);
            case MERGE -> {
                List<String> key = parts.some(path + ".key", part.key());
                yield new Stage.Mode.Merge(
                        key,
                        Optional.ofNullable(part.order()),
                        newRowsOf,
                        Optional.ofNullable(part.window())
                                .map(window -> window(path + ".window", window, key, target)));
            }
        };
    }

    private Stage.Mode.History history(String path, SqlPart part) {
        List<String> key = parts.some(path + ".key", part.key());
        List<String> tracked = Objects.requireNonNullElse(part.tracked(), List.of());
        key.stream().filter(tracked::contains).findFirst().ifPresent(column -> {
            throw document.problem(path + ".tracked", "'" + column + "' is in 'key', so no version can differ in it");
        });
        return new Stage.Mode.History(
                key, Optional.ofNullable(part.order()), tracked, part.deletes() == PipelineFile.Deletes.END);
    }

    private Stage.Window window(String path, WindowPart part, List<String> key, TableIdentifier target) {
        String column = parts.present(path + ".column", part.column());
        if (!key.contains(column)) {
            throw document.problem(
                    path + ".column",
                    "'%s' is not in 'key'; add it there: only if rows of one key are of one time, none outside the window has to be replaced"
                            .formatted(column),
                    key);
        }
        TableIdentifier late = part.late() == null
                ? TableIdentifier.of(target.namespace(), target.name() + "_late")
                : parts.table(path + ".late", part.late());
        if (late.equals(target)) {
            throw document.problem(path + ".late", "is the table that late rows are kept out of; name another");
        }
        try {
            return new Stage.Window(column, parts.present(path + ".length", part.length()), late);
        } catch (IllegalArgumentException e) {
            throw document.problem(path + ".length", String.valueOf(e.getMessage()));
        }
    }

    private void onlyOf(String path, SqlMode given, String key, @Nullable Object value, SqlMode... modes) {
        List<SqlMode> with = List.of(modes);
        if (value != null && !with.contains(given)) {
            throw document.problem(
                    path + "." + key,
                    "mode %s has no '%s'; %s"
                            .formatted(
                                    given,
                                    key,
                                    with.size() == 1
                                            ? "only mode " + with.getFirst() + " has"
                                            : "only modes " + with + " have"));
        }
    }

    Stage.Normalize build(
            String path, String name, Set<String> needs, Retries retries, PipelineFile.NormalizePart part) {
        TableIdentifier target = parts.table(path + ".target", part.target());
        Map<String, TableIdentifier> tables = new HashMap<>();
        Objects.requireNonNullElse(part.tables(), Map.<String, String>of())
                .forEach((list, table) -> tables.put(list, parts.table(path + ".tables." + list, table)));
        return new Stage.Normalize(
                name,
                needs,
                retries,
                text(path, part.file(), part.text()),
                Optional.ofNullable(part.database()),
                parts.some(path + ".key", part.key()),
                target,
                tables,
                Optional.ofNullable(part.newRowsOf()).map(table -> parts.table(path + ".newRowsOf", table)));
    }

    /** The text of a SELECT, or of the file that holds it. */
    String text(String path, @Nullable String file, @Nullable String text) {
        Object source = parts.one(path, new Parts.Choice("file", file), new Parts.Choice("text", text));
        return file == null ? String.valueOf(source) : sqlText(path + ".file", file);
    }

    /** A file that is no text. */
    Register.Artifact artifact(String path, @Nullable String file) {
        String name = parts.present(path, file);
        return read(path, name, files::artifact);
    }

    private String sqlText(String path, String file) {
        return read(path, file, files::text);
    }

    private <T> T read(String path, String file, Function<String, @Nullable T> reading) {
        try {
            T read = reading.apply(file);
            if (read == null) {
                throw document.problem(path, "there is no file '" + file + "'");
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }
}
