package io.atalaya.query.compile;

import io.atalaya.lakehouse.write.ExportFormat;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.QueryException;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.statement.Command;
import io.atalaya.query.statement.UnloadLocation;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * {@code UNLOAD}: what a query shows to the principal, as files.
 *
 * @see <a href="https://docs.aws.amazon.com/athena/latest/ug/unload.html">Athena UNLOAD</a>
 */
final class Unloading {
    private static final Pattern FOLDER_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,63}");

    /** A folder's name has at most 255 bytes, and what is no letter or digit takes three of them. */
    private static final int LONGEST_PARTITION = 60;

    private final CommandCompiler commands;

    Unloading(CommandCompiler commands) {
        this.commands = commands;
    }

    CompiledCommand compile(Definition.Unload unload) {
        Statement statement = StatementText.parse(unload.query());
        Place place = Place.of(statement);
        if (!(statement instanceof Query query)) {
            throw new QueryException.SyntaxError(place.line(), place.column(), "UNLOAD takes a SELECT");
        }
        UnloadLocation location = UnloadLocation.of(unload.location());
        Queries.Printed printed = commands.lake().printing().queries().query(query, Scope.EMPTY);
        commands.lake().printing().checkParameters();
        List<String> names = RowsInto.names(Optional.empty(), printed, place);
        List<SqlType> types =
                printed.fields().stream().map(Queries.Output::type).toList();
        types.forEach(type -> checkType(type, place));
        int files = names.size() - partitions(unload.partitionedBy(), names, types, place);
        List<String> partitions = names.subList(files, names.size());
        UnloadOptions options = new UnloadOptions(unload.options());
        List<String> outputs = new ArrayList<>();
        ExportFormat format = switch (options.format()) {
            case PARQUET -> {
                outputs.addAll(named(names.subList(0, files), (index, value) -> value));
                yield options.byEngine(ExportFormat.Kind.PARQUET, partitions);
            }
            case JSON -> {
                outputs.addAll(named(names.subList(0, files), (index, value) -> json(value, types.get(index))));
                yield options.byEngine(ExportFormat.Kind.JSON, partitions);
            }
            case TEXTFILE -> {
                outputs.add(line(types.subList(0, files), options.delimiter(), place) + " AS line");
                yield options.byEngine(ExportFormat.Kind.LINES, partitions);
            }
            case AVRO, ORC -> {
                outputs.addAll(
                        named(names.subList(0, files), (index, value) -> UnloadTypes.inUtc(value, types.get(index))));
                UnloadTypes fields = new UnloadTypes(options.format() == UnloadOptions.Format.AVRO, place);
                yield options.byRow(fields.struct(names.subList(0, files), types), partitions);
            }
        };
        for (int index = files; index < names.size(); index++) {
            String value = folder("q.c" + index, types.get(index));
            outputs.add((format instanceof ExportFormat.ByRow ? "CAST(" + value + " AS VARCHAR)" : value) + " AS "
                    + Sql.name(names.get(index)));
        }
        Secured rows = commands.secured("SELECT " + String.join(", ", outputs) + " FROM (" + printed.sql() + ") AS q");
        return CompiledCommand.counting(
                "UNLOAD",
                rows.decisions(),
                rows.inputs(),
                rows.bytesPlanned(),
                commands.policies().epoch(),
                new Command.Unload(location, format, rows.sql()));
    }

    /** How many columns name folders: the last ones, and not all there are. */
    private static int partitions(List<String> wanted, List<String> names, List<SqlType> types, Place place) {
        int from = names.size() - wanted.size();
        if (from < 1 || !names.subList(from, names.size()).equals(lower(wanted))) {
            throw place.semantic(
                    "HIVE_COLUMN_ORDER_MISMATCH",
                    "The columns of partitioned_by are the last ones of the SELECT, in the same order, after at least one other");
        }
        for (int index = from; index < names.size(); index++) {
            if (!FOLDER_NAME.matcher(names.get(index)).matches()) {
                throw place.notSupported("a partition column whose name is more than letters, digits and _");
            }
            if (!namesFolders(types.get(index))) {
                throw place.notSupported(
                        "a partition column of type {0}", types.get(index).trino());
            }
        }
        return wanted.size();
    }

    private static List<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    private static boolean namesFolders(SqlType type) {
        return switch (type) {
            case SqlType.Varchar _, SqlType.Char _ -> true;
            case SqlType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DATE -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    /** Refuses what Hive has no type for, as Athena does. */
    private static void checkType(SqlType type, Place place) {
        boolean supported = switch (type) {
            case SqlType.Array(var element) -> {
                checkType(element, place);
                yield true;
            }
            case SqlType.Map(var key, var value) -> {
                checkType(key, place);
                checkType(value, place);
                yield true;
            }
            case SqlType.Row row -> {
                row.fields().forEach(field -> checkType(field.type(), place));
                yield true;
            }
            case SqlType.Decimal _, SqlType.Varchar _, SqlType.Char _ -> true;
            case SqlType.Timestamp(int precision) -> precision <= SqlType.MICROS;
            case SqlType.Time _, SqlType.ZonedTime _, SqlType.Instant _ -> false;
            case SqlType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DATE, VARBINARY -> true;
                    case UNKNOWN, JSON, UUID, INTERVAL_DAY, INTERVAL_YEAR -> false;
                };
        };
        if (!supported) {
            throw place.semantic("NOT_SUPPORTED", "Unsupported Hive type: {0}; CAST it", type.trino());
        }
    }

    private static List<String> named(List<String> names, BiFunction<Integer, String, String> print) {
        List<String> outputs = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
            outputs.add(print.apply(index, "q.c" + index) + " AS " + Sql.name(names.get(index)));
        }
        return outputs;
    }

    private static String json(String value, SqlType type) {
        return switch (type) {
            case SqlType.Simple simple when simple == SqlType.Simple.VARBINARY -> "to_base64(" + value + ")";
            case SqlType.Simple simple
            when simple == SqlType.Simple.DOUBLE || simple == SqlType.Simple.REAL ->
                "CASE WHEN isfinite(%1$s) THEN to_json(%1$s) ELSE to_json(CAST(%1$s AS VARCHAR)) END".formatted(value);
            case SqlType.Timestamp _ -> moment(value);
            default -> value;
        };
    }

    private static String moment(String value) {
        return "strftime(" + value + ", '%Y-%m-%d %H:%M:%S.%g')";
    }

    /** The values as Hive's text files have them, {@code \N} for none. */
    private static String line(List<SqlType> types, String delimiter, Place place) {
        List<String> values = new ArrayList<>();
        for (int index = 0; index < types.size(); index++) {
            values.add("coalesce(" + text("q.c" + index, types.get(index), delimiter, place) + ", '\\N')");
        }
        return String.join(" || " + Sql.text(delimiter) + " || ", values);
    }

    private static String text(String value, SqlType type, String delimiter, Place place) {
        return switch (type) {
            case SqlType.Varchar _, SqlType.Char _ ->
                "replace(replace(replace(replace(%s, '\\', '\\\\'), chr(10), '\\n'), chr(13), '\\r'), %s, %s)"
                        .formatted(value, Sql.text(delimiter), Sql.text("\\" + delimiter));
            case SqlType.Simple simple when simple == SqlType.Simple.VARBINARY -> "to_base64(" + value + ")";
            case SqlType.Timestamp _ -> moment(value);
            case SqlType.Decimal decimal -> Decimals.text(value, decimal);
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ ->
                throw place.notSupported("a column of type {0} in format TEXTFILE", type.trino());
            default -> "CAST(" + value + " AS VARCHAR)";
        };
    }

    /** A value that names a folder; a text that is too long for one stops the statement. */
    private static String folder(String value, SqlType type) {
        return type instanceof SqlType.Varchar || type instanceof SqlType.Char
                ? "CASE WHEN octet_length(encode(%1$s)) > %2$d OR contains(%1$s, chr(0)) THEN %3$s ELSE %1$s END"
                        .formatted(
                                value,
                                LONGEST_PARTITION,
                                Sql.error("INVALID_PARTITION_VALUE", "The value of a partition is too long"))
                : value;
    }
}
