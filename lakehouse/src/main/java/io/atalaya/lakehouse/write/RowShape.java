package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Brings rows into the shape of a table: its columns by name, in its order and types. */
final class RowShape {
    private static final Pattern FAILED_CAST = Pattern.compile("source column (\\S+)");
    private static final Pattern TOO_LONG =
            Pattern.compile("a value of partition column (.+) is longer than (\\d+) bytes");

    private RowShape() {}

    /**
     * The query that gives these rows as columns of {@code table}.
     *
     * @param constant columns of the table that have one text in all rows; they come as an enumeration with one member,
     *     which is written without looking at its rows
     * @throws LakehouseException.RowsDoNotFit if the query has a column the table lacks, or lacks a required one
     */
    static String fit(Session session, Table table, RowSource rows, Map<String, String> constant) {
        return fit(session, table, rows, constant, List.of());
    }

    /**
     * The same.
     *
     * @param apart columns of the rows that are none of the table, and come along behind those
     */
    static String fit(Session session, Table table, RowSource rows, Map<String, String> constant, List<String> apart) {
        Schema schema = table.schema();
        if (TypeUtil.find(schema, type -> type.typeId() == Type.TypeID.FIXED) != null) {
            throw new LakehouseException.NotSupported(
                    "table %s has a column of type fixed, which cannot be written; use binary", table.name());
        }
        Map<String, String> given = columns(session, table, rows);
        List<String> extra = given.entrySet().stream()
                .filter(column -> !apart.contains(column.getKey()))
                .filter(column -> schema.caseInsensitiveFindField(column.getKey()) == null
                        || schema.columns().stream()
                                .noneMatch(field -> field.name().equalsIgnoreCase(column.getKey())))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        if (!extra.isEmpty()) {
            throw new LakehouseException.RowsDoNotFit(
                    "table %s has no column %s; its columns are %s",
                    table.name(),
                    String.join(", ", extra),
                    schema.columns().stream().map(Types.NestedField::name).collect(Collectors.joining(", ")));
        }
        return schema.columns().stream()
                .map(field -> item(table, field, given, rows, constant))
                .collect(Collectors.joining(
                        ", ",
                        "SELECT ",
                        apart.stream()
                                        .map(name -> ", source." + DuckSql.name(name))
                                        .collect(Collectors.joining())
                                + " FROM (" + rows.select()
                                + ") source"));
    }

    private static String item(
            Table table,
            Types.NestedField field,
            Map<String, String> given,
            RowSource rows,
            Map<String, String> constant) {
        String name = given.get(field.name().toLowerCase(Locale.ROOT));
        String text = constant.get(field.name());
        if (text != null) {
            return DuckSql.text(text) + "::ENUM(" + DuckSql.text(text) + ") AS " + DuckSql.name(field.name());
        }
        String value;
        if (name != null && rows.constants().containsKey(name)) {
            value = DuckSql.text(rows.constants().get(name));
        } else if (name != null) {
            value = "source." + DuckSql.name(name);
        } else if (field.writeDefault() != null) {
            value = DuckLiterals.literal(field.type(), field.writeDefault());
        } else if (field.isRequired()) {
            throw new LakehouseException.RowsDoNotFit(
                    "the rows lack column %s, which table %s requires", field.name(), table.name());
        } else {
            value = "NULL";
        }
        return "CAST(" + value + " AS " + DuckTypes.of(field.type()) + ") AS " + DuckSql.name(field.name());
    }

    /** The columns of a query, by lower-case name. */
    private static Map<String, String> columns(Session session, Table table, RowSource source) {
        Map<String, String> columns = new HashMap<>();
        source.constants().keySet().forEach(name -> columns.put(name, name));
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery("DESCRIBE " + source.select())) {
            while (rows.next()) {
                String name = rows.getString(1);
                if (columns.put(name.toLowerCase(Locale.ROOT), name) != null) {
                    throw new LakehouseException.RowsDoNotFit(
                            "the rows for table %s have two columns called %s", table.name(), name);
                }
            }
        } catch (SQLException e) {
            throw failure(table, e);
        }
        return columns;
    }

    /** What the engine said, without any value: the values of a failed cast may be personal. */
    static LakehouseException failure(Table table, SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Conversion Error") || message.contains("Invalid Input Error: Could not")) {
            Matcher column = FAILED_CAST.matcher(message);
            return column.find()
                    ? new LakehouseException.RowsDoNotFit(
                            e,
                            "a value of column %s cannot be converted to the type it has in table %s",
                            column.group(1).replaceAll("[^\\w]+$", ""),
                            table.name())
                    : new LakehouseException.RowsDoNotFit(
                            e, "a value of a column cannot be converted to the type it has in table %s", table.name());
        }
        Matcher tooLong = TOO_LONG.matcher(message);
        if (tooLong.find()) {
            return new LakehouseException.RowsDoNotFit(
                    e,
                    "a value of partition column %s is longer than %s bytes in table %s",
                    tooLong.group(1),
                    tooLong.group(2),
                    table.name());
        }
        if (message.contains("INTERRUPT")) {
            return new LakehouseException.Failed(
                    e, "the write to table %s was cancelled; nothing was committed", table.name());
        }
        if (message.contains("No space left") || message.contains("max_temp_directory_size")) {
            return new LakehouseException.Failed(
                    e, "no space left on the disk while writing table %s; nothing was committed", table.name());
        }
        if (message.contains("Out of Memory")) {
            return new LakehouseException.Failed(
                    e, "writing table %s needs more memory than the engine may use", table.name());
        }
        return new LakehouseException.Failed(
                e, "the rows for table %s cannot be read: %s", table.name(), firstLine(message));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
