package io.atalaya.query.execution;

import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.query.QueryException;
import io.atalaya.query.result.ExactText;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rows of a result file as rows of their types again, which the engine makes of the texts while it writes. */
final class ResultRows implements RowFeed {
    private static final String FEED = "result";

    private final Path file;
    private final int width;
    private final int cells;
    private long from;
    private Iterator<List<@Nullable String>> page =
            List.<List<@Nullable String>>of().iterator();

    private ResultRows(Path file, int width, int cells) {
        this.file = file;
        this.width = width;
        this.cells = cells;
    }

    /** Those of a file whose visible columns have those names and types; each is read once. */
    static RowSource of(Path file, List<String> names, List<SqlType> types) throws IOException {
        List<Integer> exact = ExactText.columns(types);
        if (ResultFile.exact(file) != exact.size()) {
            throw new QueryException.InvalidRequest(
                    "This result was kept before its types could be written to such a file; run it again");
        }
        List<String> columns = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int index = 0; index < types.size(); index++) {
            int behind = exact.indexOf(index);
            columns.add(value(index, types.size() + behind, types.get(index), behind >= 0) + " AS "
                    + DuckSql.name(unique(names.get(index), taken)));
        }
        return RowSource.of(
                "SELECT " + String.join(", ", columns) + " FROM " + FEED,
                FEED,
                new ResultRows(file, types.size(), types.size() + exact.size()));
    }

    /** A file has each name once, whatever its case. */
    private static String unique(String name, Set<String> taken) {
        String own = name;
        for (int turn = 1; !taken.add(own.toLowerCase(Locale.ROOT)); turn++) {
            own = name + "_" + turn;
        }
        return own;
    }

    private static String value(int index, int exact, SqlType type, boolean hasExact) {
        String text = "c" + (hasExact ? exact : index);
        return switch (type) {
            case SqlType.Varchar _, SqlType.Char _, SqlType.ZonedTime _ -> text;
            case Simple simple ->
                switch (simple) {
                    case VARBINARY -> "unhex(replace(" + text + ", ' ', ''))";
                    case INTERVAL_DAY, INTERVAL_YEAR -> text;
                    case UNKNOWN, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DATE, JSON, UUID ->
                        cast(text, type);
                };
            case SqlType.Decimal _, SqlType.Time _, SqlType.Timestamp _, SqlType.Instant _ -> cast(text, type);
            // Out of JSON bytes are those of the text; a cast of a text reads them as they are written.
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ ->
                cast(
                        "CAST(CAST(" + text + " AS JSON) AS "
                                + kept(type, SqlType.Varchar.ANY).duck() + ")",
                        type);
        };
    }

    private static String cast(String value, SqlType type) {
        return "CAST(" + value + " AS " + kept(type, Simple.VARBINARY).duck() + ")";
    }

    /** The type with texts in it where files have no type that holds the same, and those bytes. */
    private static SqlType kept(SqlType type, SqlType bytes) {
        return switch (type) {
            case SqlType.Array(var element) -> new SqlType.Array(within(element, bytes));
            case SqlType.Map(var key, var value) -> new SqlType.Map(within(key, bytes), within(value, bytes));
            case SqlType.Row(var fields) ->
                new SqlType.Row(fields.stream()
                        .map(field -> new SqlType.Row.Field(field.name(), within(field.type(), bytes)))
                        .toList());
            case Simple _,
                    SqlType.Decimal _,
                    SqlType.Varchar _,
                    SqlType.Char _,
                    SqlType.Time _,
                    SqlType.ZonedTime _,
                    SqlType.Timestamp _,
                    SqlType.Instant _ -> type;
        };
    }

    private static SqlType within(SqlType type, SqlType bytes) {
        return switch (type) {
            case Simple.JSON, Simple.INTERVAL_DAY, Simple.INTERVAL_YEAR -> SqlType.Varchar.ANY;
            case SqlType.ZonedTime _ -> SqlType.Varchar.ANY;
            case Simple.VARBINARY -> bytes;
            default -> kept(type, bytes);
        };
    }

    @Override
    public String number() {
        return "n";
    }

    @Override
    public List<String> columns() {
        return IntStream.range(0, cells).mapToObj(index -> "c" + index).toList();
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        while (!chunk.isFull()) {
            if (!page.hasNext()) {
                List<List<@Nullable String>> rows = ResultFile.readExactly(file, width, from, ResultFile.STRIDE);
                if (rows.isEmpty()) {
                    return;
                }
                page = rows.iterator();
            }
            chunk.begin(from++);
            for (String cell : page.next()) {
                if (cell == null) {
                    chunk.missing();
                } else {
                    chunk.value(cell);
                }
            }
            chunk.end();
        }
    }
}
