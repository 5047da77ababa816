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
                    "table " + table.name() + " has a column of type fixed, which cannot be written; use binary");
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
            throw new LakehouseException.RowsDoNotFit("table " + table.name() + " has no column "
                    + String.join(", ", extra) + "; its columns are "
                    + schema.columns().stream().map(Types.NestedField::name).collect(Collectors.joining(", ")));
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
                    "the rows lack column " + field.name() + ", which table " + table.name() + " requires");
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
                            "the rows for table " + table.name() + " have two columns called " + name);
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
            return new LakehouseException.RowsDoNotFit(
                    "a value of "
                            + (column.find() ? "column " + column.group(1).replaceAll("[^\\w]+$", "") : "a column")
                            + " cannot be converted to the type it has in table " + table.name(),
                    e);
        }
        if (message.contains("longer than") && message.contains("partition column")) {
            return new LakehouseException.RowsDoNotFit(
                    message.substring(message.indexOf("a value of")) + " in table " + table.name(), e);
        }
        if (message.contains("INTERRUPT")) {
            return new LakehouseException.Failed(
                    "the write to table " + table.name() + " was cancelled; nothing was committed", e);
        }
        if (message.contains("No space left") || message.contains("max_temp_directory_size")) {
            return new LakehouseException.Failed(
                    "no space left on the disk while writing table " + table.name() + "; nothing was committed", e);
        }
        if (message.contains("Out of Memory")) {
            return new LakehouseException.Failed(
                    "writing table " + table.name() + " needs more memory than the engine may use", e);
        }
        return new LakehouseException.Failed(
                "the rows for table " + table.name() + " cannot be read: " + firstLine(message), e);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
