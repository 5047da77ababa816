package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.feed.RowFeed;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Rows as a DuckDB query. Its columns are matched to the table's by name, whatever their case, and cast to their types;
 * a column the query lacks is null, one the table lacks is an error.
 *
 * @param setup statements to run first on the same connection, once in a batch
 * @param select a SELECT
 * @param feeds tables of the SELECT that are made while it is read, by name; it reads each of them once
 * @param constants columns beside those of the SELECT, in lower case, and the text each has in all rows
 */
public record RowSource(List<String> setup, String select, Map<String, RowFeed> feeds, Map<String, String> constants) {
    public RowSource {
        setup = List.copyOf(setup);
        feeds = Map.copyOf(feeds);
        constants = Map.copyOf(constants);
    }

    /** The rows of a query that needs these statements first. */
    public RowSource(List<String> setup, String select) {
        this(setup, select, Map.of(), Map.of());
    }

    /** Rows out of a feed, which the query knows by that name. */
    public static RowSource of(String select, String name, RowFeed feed) {
        return new RowSource(List.of(), select, Map.of(name, feed), Map.of());
    }

    /** The same rows, with more columns that have one text in all of them. */
    public RowSource with(Map<String, String> constantTexts) {
        return new RowSource(setup, select, feeds, constantTexts);
    }

    /**
     * The constants that become text columns of that table by which it is not partitioned: the writer need not look at
     * them row by row.
     */
    Map<String, String> constantsOf(Table table) {
        Map<String, String> found = new HashMap<>();
        for (Types.NestedField field : table.schema().columns()) {
            String text = constants.get(field.name().toLowerCase(Locale.ROOT));
            boolean parted = table.spec().fields().stream()
                    .mapToInt(PartitionField::sourceId)
                    .anyMatch(source -> source == field.fieldId());
            if (text != null && !parted && field.type().typeId() == Type.TypeID.STRING) {
                found.put(field.name(), text);
            }
        }
        return found;
    }

    /** The rows of a query that needs no preparation. */
    public static RowSource of(String select) {
        return new RowSource(List.of(), select);
    }
}
