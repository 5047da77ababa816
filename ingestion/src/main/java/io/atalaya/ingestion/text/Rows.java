package io.atalaya.ingestion.text;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;

/** Rows in a {@link RowFile}. */
public final class Rows {
    private final Path path;
    private final long count;
    private final List<String> columns;
    private final BitSet escaped;
    private final int longest;

    Rows(Path path, long count, List<String> columns, BitSet escaped, int longest) {
        this.path = path;
        this.count = count;
        this.columns = List.copyOf(columns);
        this.escaped = escaped;
        this.longest = longest;
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** The file, which may be deleted once the rows were read. */
    public Path path() {
        return path;
    }

    /** The columns, all of them text. */
    public List<String> columns() {
        return columns;
    }

    /** A DuckDB query for them: the column {@code _line}, a number, then the columns, text. */
    public String select() {
        StringJoiner select = new StringJoiner(", ", "SELECT ", "");
        StringJoiner types = new StringJoiner(", ", "{", "}");
        select.add("\"c0\" AS \"_line\"");
        types.add("'c0': 'BIGINT'");
        for (int i = 1; i <= columns.size(); i++) {
            String value = "\"c" + i + "\"";
            if (escaped.get(i)) {
                value = replaced(value);
            }
            select.add(value + " AS \"" + columns.get(i - 1).replace("\"", "\"\"") + "\"");
            types.add("'c" + i + "': 'VARCHAR'");
        }
        return select + " FROM read_csv('" + path.toString().replace("'", "''")
                + "', auto_detect = false, header = false, "
                + "delim = '" + RowFile.DELIMITER + "', quote = '', escape = '', comment = '', new_line = '\\n', "
                + "nullstr = '', compression = 'none', encoding = 'utf-8', strict_mode = true, null_padding = false, "
                + "ignore_errors = false, hive_partitioning = false, "
                + "max_line_size = " + Math.max(longest + 16, 2_097_152) + ", columns = " + types + ")";
    }

    private static String replaced(String value) {
        String text = value;
        // The escape itself comes last: what it yields must not be looked at again.
        for (String pair : List.of("0", "n\n", "r\r", "d" + RowFile.DELIMITER, "e" + RowFile.ESCAPE)) {
            text = "replace(" + text + ", '" + RowFile.ESCAPE + pair.charAt(0) + "', '" + pair.substring(1) + "')";
        }
        return text;
    }
}
