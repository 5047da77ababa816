package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.ingestion.pipeline.PipelineFile.DialectPart;
import io.atalaya.ingestion.pipeline.PipelineFile.ExtractPart;
import io.atalaya.ingestion.pipeline.PipelineFile.TypedPart;
import io.atalaya.lakehouse.catalog.ColumnTypes;
import io.atalaya.policies.yaml.YamlDocument;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Makes a file drop of what is written. */
final class FileDropBuilder {
    private static final Pattern DECIMAL = Pattern.compile("decimal\\(\\s*(\\d{1,2})\\s*,\\s*(\\d{1,2})\\s*\\)");
    private static final List<String> TYPES = List.of(
            "date", "timestamp", "bigint", "decimal(p,s)", "double", "boolean", "array(…)", "map(…, …)", "row(…)");

    private final YamlDocument<?> document;
    private final Parts parts;
    private final Path workspace;

    FileDropBuilder(YamlDocument<?> document, Path workspace) {
        this.document = document;
        this.parts = new Parts(document);
        this.workspace = workspace;
    }

    FileDrop build(String path, ExtractPart part) {
        TableIdentifier target = parts.table(path + ".target", part.target());
        TableIdentifier quarantine = parts.quarantine(path + ".quarantine", part.quarantine(), target);
        FileDrop.Format format = parts.present(path + ".format", part.format());
        List<String> columns = isJson(format)
                ? parts.some(path + ".columns", part.columns())
                : Objects.requireNonNullElse(part.columns(), List.of());
        Set<String> distinct = new HashSet<>();
        columns.forEach(column -> distinct.add(column(path + ".columns", column, distinct)));
        return new FileDrop(
                place(path, part),
                glob(path + ".files", part.files()),
                format,
                target,
                quarantine,
                parts.limit(path + ".maxRejects", part.maxRejects(), "1%"),
                Objects.requireNonNullElse(part.settle(), Duration.ofSeconds(1)),
                columns,
                typed(path + ".typed", part.typed(), columns, distinct),
                required(path + ".required", part.required(), distinct, format),
                dialects(path + ".dialects", part.dialects(), columns, format),
                Objects.requireNonNullElse(part.partitioning(), List.of()),
                inside(path, part, format, columns),
                perRun(path + ".perRun", part.perRun()));
    }

    private int perRun(String path, @Nullable Integer given) {
        if (given != null && given < 1) {
            throw document.problem(path, "'" + given + "' is no number of files, 1 or more");
        }
        return Objects.requireNonNullElse(given, Integer.MAX_VALUE);
    }

    private FileDrop.Inside inside(String path, ExtractPart part, FileDrop.Format format, List<String> columns) {
        if (part.records() != null && format != FileDrop.Format.JSON) {
            throw document.problem(path + ".records", "only says where records are in files of format JSON");
        }
        if (part.sheet() != null && format != FileDrop.Format.XLSX) {
            throw document.problem(path + ".sheet", "only says which sheet is meant in files of format XLSX");
        }
        if ((part.table() != null) != (format == FileDrop.Format.SQL)) {
            throw document.problem(
                    path + ".table",
                    part.table() == null
                            ? "is missing; of a dump one table is read"
                            : "only says which table is meant in files of format SQL");
        }
        return new FileDrop.Inside(
                Optional.ofNullable(part.members()).map(members -> glob(path + ".members", members)),
                part.records() == null ? JsonPath.ROOT : json(path + ".records", part.records()),
                Optional.ofNullable(part.sheet()),
                Optional.ofNullable(part.table()),
                Optional.ofNullable(part.product()),
                fromName(path + ".fromName", part.fromName(), columns, format));
    }

    private Map<String, String> fromName(
            String path, @Nullable Map<String, String> given, List<String> columns, FileDrop.Format format) {
        Map<String, String> patterns = Objects.requireNonNullElse(given, Map.of());
        if (!patterns.isEmpty()
                && format != FileDrop.Format.CSV
                && format != FileDrop.Format.TSV
                && format != FileDrop.Format.XLSX) {
            throw document.problem(path, "is for files with a header: CSV, TSV and XLSX");
        }
        patterns.forEach((column, pattern) -> {
            known(path, column, columns);
            try {
                if (Pattern.compile(pattern).matcher("").groupCount() == 0) {
                    throw document.problem(
                            path + "." + column, "'" + pattern + "' has no group, in parentheses, that is the value");
                }
            } catch (PatternSyntaxException e) {
                throw document.problem(
                        path + "." + column, "'" + pattern + "' is no regular expression: " + e.getDescription());
            }
        });
        return patterns;
    }

    private JsonPath json(String path, String text) {
        try {
            return JsonPath.parse(text);
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    /** A path to one value of a record. */
    private void one(String path, String text) {
        if (text.startsWith("$") && json(path, text).isMany()) {
            throw document.problem(path, "'" + text + "' are many values of a record, and a column has one");
        }
    }

    private static boolean isJson(FileDrop.Format format) {
        return format == FileDrop.Format.JSON || format == FileDrop.Format.JSONL;
    }

    private FileDrop.Place place(String path, ExtractPart part) {
        if (part.bucket() == null) {
            return new FileDrop.Place.Folder(folder(path + ".folder", part.folder()));
        }
        String here = path + ".bucket";
        if (part.settle() != null) {
            throw document.problem(
                    path + ".settle", "is for folders; an object of a bucket is complete when it is there");
        }
        return new FileDrop.Place.Bucket(
                parts.name(here + ".cloud", part.bucket().cloud()),
                parts.present(here + ".name", part.bucket().name()),
                Objects.requireNonNullElse(part.bucket().prefix(), ""));
    }

    private Path folder(String path, @Nullable String given) {
        try {
            return workspace.resolve(parts.present(path, given)).normalize();
        } catch (InvalidPathException _) {
            throw document.problem(path, "'" + given + "' is no folder");
        }
    }

    private String glob(String path, @Nullable String given) {
        String glob = Objects.requireNonNullElse(given, "*");
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + glob);
            return glob;
        } catch (PatternSyntaxException e) {
            throw document.problem(path, "'" + glob + "' is no glob: " + e.getDescription());
        }
    }

    private String column(String path, String name, Set<String> taken) {
        parts.column(path, name);
        if (taken.contains(name)) {
            throw document.problem(path, "column '" + name + "' is there twice");
        }
        return name;
    }

    private List<TypedColumn> typed(
            String path, @Nullable Map<String, TypedPart> given, List<String> columns, Set<String> taken) {
        List<TypedColumn> typed = new ArrayList<>();
        if (given != null) {
            given.forEach((name, part) -> {
                String at = path + "." + name;
                column(at, name, taken);
                List<String> from = parts.some(at + ".from", part.from());
                from.forEach(each -> known(at + ".from", each, columns));
                TypedColumn.Type type = type(at + ".type", parts.present(at + ".type", part.type()));
                if (from.size() > 1 && type instanceof TypedColumn.Type.Nested) {
                    throw document.problem(at + ".from", "is one column where a value is read out of JSON");
                }
                typed.add(new TypedColumn(name, from, type));
                taken.add(name);
            });
        }
        return typed;
    }

    private Set<String> required(String path, @Nullable List<String> given, Set<String> known, FileDrop.Format format) {
        Set<String> required = set(given);
        if (!required.isEmpty() && format == FileDrop.Format.PARQUET) {
            throw document.problem(
                    path, "is for files of text; the columns of a Parquet file say whether they may be null");
        }
        required.forEach(column -> known(path, column, known.stream().sorted().toList()));
        return required;
    }

    private void known(String path, String column, List<String> columns) {
        if (!columns.contains(column)) {
            throw document.problem(path, "'" + column + "' is none of the columns", columns);
        }
    }

    private TypedColumn.Type type(String path, String text) {
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            int precision = Integer.parseInt(decimal.group(1));
            int scale = Integer.parseInt(decimal.group(2));
            if (precision >= 1 && precision <= 38 && scale <= precision) {
                return new TypedColumn.Type.Decimal(precision, scale);
            }
        }
        return switch (text) {
            case "date" -> new TypedColumn.Type.Date();
            case "timestamp" -> new TypedColumn.Type.Timestamp();
            case "bigint" -> new TypedColumn.Type.Whole();
            case "double" -> new TypedColumn.Type.Floating();
            case "boolean" -> new TypedColumn.Type.Truth();
            default -> nested(path, text);
        };
    }

    private TypedColumn.Type nested(String path, String text) {
        try {
            Type type = ColumnTypes.parse(text, 0);
            if (type.isNestedType()) {
                requireReadable(type);
                return TypedColumn.Type.of(type);
            }
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()), TYPES);
        }
        throw document.problem(path, "'" + text + "' is no type for this", TYPES);
    }

    private static void requireReadable(Type type) {
        switch (type) {
            case Types.StructType struct -> struct.fields().forEach(field -> requireReadable(field.type()));
            case Types.ListType list -> requireReadable(list.elementType());
            case Types.MapType map -> {
                if (map.keyType().isNestedType()) {
                    throw new IllegalArgumentException("keys of JSON are no " + map.keyType());
                }
                requireReadable(map.keyType());
                requireReadable(map.valueType());
            }
            case Types.StringType _ -> {}
            default -> {
                var _ = TypedColumn.Type.of(type);
            }
        }
    }

    private List<Dialect> dialects(
            String path, @Nullable List<DialectPart> given, List<String> columns, FileDrop.Format format) {
        if (given == null || given.isEmpty()) {
            return List.of(dialect(
                    path,
                    new DialectPart(
                            "any", null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                            null),
                    columns,
                    format));
        }
        List<Dialect> dialects = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            String at = path + "[" + i + "]";
            Dialect dialect = dialect(at, given.get(i), columns, format);
            if (!names.add(dialect.name())) {
                throw document.problem(at + ".name", "there are two dialects '" + dialect.name() + "'");
            }
            dialects.add(dialect);
        }
        return dialects;
    }

    private Dialect dialect(String path, DialectPart part, List<String> columns, FileDrop.Format format) {
        boolean header = Objects.requireNonNullElse(part.header(), true);
        List<String> names = Objects.requireNonNullElse(part.names(), List.of());
        if (!header && names.isEmpty() && !isJson(format) && format != FileDrop.Format.PARQUET) {
            throw document.problem(path + ".names", "is missing; a file without header needs the names of its columns");
        }
        if (header && !names.isEmpty()) {
            throw document.problem(path + ".names", "the header names the columns; say header: false if there is none");
        }
        Map<String, String> mapping = Objects.requireNonNullElse(part.columns(), Map.of());
        mapping.forEach((from, to) -> {
            if (!columns.isEmpty() && !columns.contains(to)) {
                throw document.problem(path + ".columns." + from, "'" + to + "' is none of the columns", columns);
            }
            if (isJson(format)) {
                one(path + ".columns." + from, from);
            }
        });
        if (isJson(format)) {
            set(part.ignore()).forEach(name -> one(path + ".ignore", name));
        }
        return new Dialect(
                part.name() == null ? "any" : parts.name(path + ".name", part.name()),
                set(part.match()),
                header,
                names,
                preamble(path + ".preamble", part.preamble()),
                encoding(path + ".encoding", part.encoding()),
                format == FileDrop.Format.TSV && part.delimiter() == null
                        ? Optional.of('\t')
                        : character(path + ".delimiter", part.delimiter()),
                part.quote() == null
                        ? Optional.of('"')
                        : part.quote().isEmpty() ? Optional.empty() : character(path + ".quote", part.quote()),
                mapping,
                set(part.ignore()),
                set(part.nulls()),
                Objects.requireNonNullElse(part.ragged(), Dialect.Ragged.QUARANTINE),
                Objects.requireNonNullElse(part.unknown(), Dialect.Unknown.QUARANTINE),
                patterns(path + ".dates", part.dates(), format, "yyyy-MM-dd"),
                patterns(path + ".timestamps", part.timestamps(), format, "yyyy-MM-dd HH:mm:ss[.SSS]"),
                Objects.requireNonNullElse(part.decimalComma(), false));
    }

    private static Set<String> set(@Nullable List<String> values) {
        return values == null ? Set.of() : Set.copyOf(values);
    }

    private OptionalInt preamble(String path, @Nullable String given) {
        if (given == null || given.equals("detect")) {
            return OptionalInt.empty();
        }
        if (!given.matches("\\d{1,4}")) {
            throw document.problem(path, "'" + given + "' is neither a count of lines nor 'detect'");
        }
        return OptionalInt.of(Integer.parseInt(given));
    }

    private Optional<String> encoding(String path, @Nullable String given) {
        if (given == null || given.equals("detect")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(given).name());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            throw document.problem(path, "'" + given + "' is no encoding; write one such as utf-8 or windows-1252");
        }
    }

    private Optional<Character> character(String path, @Nullable String given) {
        if (given == null || given.equals("detect")) {
            return Optional.empty();
        }
        if (given.length() != 1 || given.charAt(0) > 126 || given.charAt(0) == '\n' || given.charAt(0) == '\r') {
            throw document.problem(path, "'" + given + "' is not one ASCII character");
        }
        return Optional.of(given.charAt(0));
    }

    /** Patterns of text; dates that a spreadsheet has as such are written as {@code cells} says. */
    private List<String> patterns(String path, @Nullable List<String> given, FileDrop.Format format, String cells) {
        if (given == null) {
            return List.of();
        }
        given.forEach(pattern -> {
            try {
                var _ = DateTimeFormatter.ofPattern(pattern);
            } catch (IllegalArgumentException e) {
                throw document.problem(path, "'" + pattern + "' is no pattern: " + e.getMessage());
            }
        });
        return format == FileDrop.Format.XLSX
                ? Stream.concat(given.stream(), Stream.of(cells)).toList()
                : given;
    }
}
