package io.atalaya.ingestion.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * A place that files are dropped into, and how their text becomes rows.
 *
 * @param place where files are put
 * @param files glob on names; names that end in {@code .tmp} or {@code .part} or begin with a dot never match
 * @param target where the rows go
 * @param quarantine where damaged rows go
 * @param maxRejects how many damaged rows a file may have; with more nothing of it is taken
 * @param settle how long a file must have been unchanged to count as complete
 * @param columns text columns of the target, in its order; empty: those of the first file's header
 * @param typed columns with a type, made from text columns
 * @param required columns, of text or typed, without a value in which a row is damaged
 * @param dialects the first that matches a file's header is used; never empty
 * @param partitioning for a target that does not exist yet
 * @param inside what of a file is meant
 * @param perRun how many files a run takes at most, by name; others wait for the next
 */
public record FileDrop(
        Place place,
        String files,
        Format format,
        TableIdentifier target,
        TableIdentifier quarantine,
        Limit maxRejects,
        Duration settle,
        List<String> columns,
        List<TypedColumn> typed,
        Set<String> required,
        List<Dialect> dialects,
        List<String> partitioning,
        Inside inside,
        int perRun)
        implements Source {
    public FileDrop {
        columns = List.copyOf(columns);
        typed = List.copyOf(typed);
        required = Set.copyOf(required);
        dialects = List.copyOf(dialects);
        partitioning = List.copyOf(partitioning);
    }

    /** The same files in that folder. */
    public FileDrop in(Path where) {
        return copy(new Place.Folder(where), columns, dialects);
    }

    /** The same files of JSON, with more columns, each taken from the key of its name. */
    FileDrop and(List<String> more) {
        Map<String, String> keys = more.stream().collect(Collectors.toMap(name -> "$." + name, name -> name));
        return copy(
                place,
                Stream.concat(columns.stream(), more.stream()).toList(),
                dialects.stream().map(dialect -> dialect.and(keys)).toList());
    }

    private FileDrop copy(Place where, List<String> which, List<Dialect> ways) {
        return new FileDrop(
                where,
                files,
                format,
                target,
                quarantine,
                maxRejects,
                settle,
                which,
                typed,
                required,
                ways,
                partitioning,
                inside,
                perRun);
    }

    /** Where files are put. */
    public sealed interface Place {
        /**
         * A folder of this machine.
         *
         * @param path absolute
         */
        record Folder(Path path) implements Place {}

        /**
         * A bucket of S3, or of what speaks as it does.
         *
         * @param cloud the account it is of, by its name among the server's settings
         * @param prefix what the names of objects begin with, such as {@code sales/}; may be empty
         */
        record Bucket(String cloud, String name, String prefix) implements Place {}
    }

    /** What the files are, once unpacked. */
    public enum Format {
        CSV,
        TSV,
        JSON,
        JSONL,
        PARQUET,
        SQL,
        XLSX
    }

    /**
     * What of a file is meant.
     *
     * @param members glob on the files in an archive; empty: a file is no archive
     * @param records where they are in a JSON document
     * @param sheet name or position of one of a workbook; empty: it has only one
     * @param table of a dump of a database
     * @param product that wrote the dump; empty: what it says itself
     * @param fromName columns that are in the name of a file whose header has them not, as the first group of a regular expression
     */
    public record Inside(
            Optional<String> members,
            JsonPath records,
            Optional<String> sheet,
            Optional<String> table,
            Optional<Product> product,
            Map<String, String> fromName) {
        public Inside {
            fromName = Map.copyOf(fromName);
        }
    }

    /** Whose dumps of databases are like that. */
    public enum Product {
        /** MySQL and MariaDB: a backslash in a text says what the next character means. */
        MYSQL,
        /** PostgreSQL, SQLite and others that keep to the standard there. */
        STANDARD
    }

    /**
     * A column whose value is read out of text columns; the texts stay as delivered beside it.
     *
     * @param from the text columns; of several the texts are taken with a space between them, and all must be there
     */
    public record TypedColumn(String name, List<String> from, Type type) {
        public TypedColumn {
            from = List.copyOf(from);
        }

        /** What the text is read as. */
        public sealed interface Type {
            record Date() implements Type {}

            record Timestamp() implements Type {}

            record Whole() implements Type {}

            record Decimal(int precision, int scale) implements Type {}

            record Floating() implements Type {}

            record Truth() implements Type {}

            /** A struct, an array or a map, out of JSON. */
            record Nested(org.apache.iceberg.types.Type type) implements Type {}

            /**
             * What values of that type are read as.
             *
             * @throws IllegalArgumentException if text is not read as that
             */
            static Type of(org.apache.iceberg.types.Type type) {
                return switch (type) {
                    case Types.DateType _ -> new Date();
                    case Types.TimestampType time when !time.shouldAdjustToUTC() -> new Timestamp();
                    case Types.IntegerType _, Types.LongType _ -> new Whole();
                    case Types.DecimalType decimal -> new Decimal(decimal.precision(), decimal.scale());
                    case Types.FloatType _, Types.DoubleType _ -> new Floating();
                    case Types.BooleanType _ -> new Truth();
                    case Types.StructType _, Types.ListType _, Types.MapType _ -> new Nested(type);
                    default -> throw new IllegalArgumentException("text is not read as " + type);
                };
            }
        }
    }

    /** The dialect of that name, which exists. */
    public Optional<Dialect> dialect(String name) {
        return dialects.stream().filter(dialect -> dialect.name().equals(name)).findFirst();
    }
}
