package io.atalaya.query.compile;

import io.atalaya.lakehouse.rowfile.FieldType;
import io.atalaya.lakehouse.rowfile.RowFile;
import io.atalaya.lakehouse.write.ExportFormat;
import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The properties of an {@code UNLOAD}. */
record UnloadOptions(Map<String, String> given) {
    private static final Set<String> NAMES = Set.of("format", "compression", "compression_level", "field_delimiter");

    /** The formats, each with its compressions, the usual one first. */
    enum Format {
        PARQUET("gzip snappy zstd lz4 none"),
        ORC("zlib snappy zstd lz4 none"),
        AVRO("deflate none"),
        JSON("gzip zstd none"),
        TEXTFILE("gzip zstd none");

        private final String compressions;

        Format(String compressions) {
            this.compressions = compressions;
        }

        private List<String> compressions() {
            return List.of(compressions.split(" "));
        }
    }

    UnloadOptions {
        given.keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw invalid("UNLOAD has no property '%s'".formatted(name));
                });
        if (given.containsKey("field_delimiter") && !"textfile".equalsIgnoreCase(given.get("format"))) {
            throw invalid("Only format TEXTFILE has a field_delimiter");
        }
    }

    private static QueryException invalid(String why) {
        return new QueryException.SemanticError("INVALID_PROPERTY", 0, 0, why);
    }

    Format format() {
        String name = given.getOrDefault("format", "").toUpperCase(Locale.ROOT);
        for (Format format : Format.values()) {
            if (format.name().equals(name)) {
                return format;
            }
        }
        throw invalid("UNLOAD needs a property 'format': PARQUET, ORC, AVRO, JSON or TEXTFILE");
    }

    private String compression() {
        Format format = format();
        String compression = given.getOrDefault(
                        "compression", format.compressions().getFirst())
                .toLowerCase(Locale.ROOT);
        if (!format.compressions().contains(compression)) {
            throw new QueryException.NotSupported(
                    Sentence.of("compression {0} of format {1}", compression.toUpperCase(Locale.ROOT), format), 0, 0);
        }
        return compression;
    }

    private OptionalInt level() {
        String level = given.get("compression_level");
        if (level == null) {
            return OptionalInt.empty();
        }
        if (format() != Format.PARQUET || !compression().equals("zstd")) {
            throw new QueryException.NotSupported("compression_level other than of ZSTD in PARQUET", 0, 0);
        }
        if (!level.matches("[1-9]|1\\d|2[0-2]")) {
            throw invalid("The compression_level of ZSTD is from 1 to 22");
        }
        return OptionalInt.of(Integer.parseInt(level));
    }

    /** What stands between the values of a line. */
    String delimiter() {
        String delimiter = given.getOrDefault("field_delimiter", "\u0001");
        if (delimiter.length() != 1 || delimiter.charAt(0) > 127 || "\0\n\r\\".contains(delimiter)) {
            throw invalid("The field_delimiter is one ASCII character, and no line end or backslash");
        }
        return delimiter;
    }

    ExportFormat byEngine(ExportFormat.Kind kind, List<String> partitions) {
        String compression = compression();
        return new ExportFormat.ByEngine(
                kind, compression.equals("none") ? "uncompressed" : compression, level(), partitions);
    }

    ExportFormat byRow(FieldType.Struct row, List<String> partitions) {
        level();
        return new ExportFormat.ByRow(RowFile.Format.valueOf(format().name()), row, compression(), partitions);
    }
}
