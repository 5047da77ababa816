package io.atalaya.ingestion.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a result as the engine asks for them; those with a value the target cannot hold are put aside. */
final class TableRead implements RowFeed {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String database;
    private final SourceDialect dialect;
    private final List<SourceColumn> columns;
    private final ResultSet rows;
    private final PutAside damaged;
    private final Runnable eachChunk;
    private final @Nullable String[] values;
    private long read;

    /**
     * The rows of that result.
     *
     * @param eachChunk called now and then; may throw to end the reading
     */
    TableRead(
            String database,
            SourceDialect dialect,
            List<SourceColumn> columns,
            ResultSet rows,
            PutAside damaged,
            Runnable eachChunk) {
        this.database = database;
        this.dialect = dialect;
        this.columns = columns;
        this.rows = rows;
        this.damaged = damaged;
        this.eachChunk = eachChunk;
        this.values = new String[columns.size()];
    }

    @Override
    public String number() {
        return "_row";
    }

    @Override
    public List<String> columns() {
        return columns.stream().map(SourceColumn::target).toList();
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        eachChunk.run();
        try {
            while (!chunk.isFull() && rows.next()) {
                read++;
                SourceColumn wrong = take();
                if (wrong == null) {
                    add(chunk);
                } else {
                    damaged.add(
                            "'%s' has a value that type %s cannot hold".formatted(wrong.name(), wrong.type()), json());
                }
            }
        } catch (SQLException e) {
            throw DatabaseFailure.of(database, e);
        }
    }

    /** Takes the values of a row, and returns the first column that cannot hold its own. */
    private @Nullable SourceColumn take() throws SQLException {
        SourceColumn wrong = null;
        for (int i = 0; i < values.length; i++) {
            SourceColumn column = columns.get(i);
            values[i] = column.text(rows, dialect);
            if (wrong == null && !column.holds(values[i])) {
                wrong = column;
            }
        }
        return wrong;
    }

    private void add(TextChunk chunk) {
        chunk.begin(read);
        for (String value : values) {
            if (value == null) {
                chunk.missing();
            } else {
                chunk.value(value);
            }
        }
        chunk.end();
    }

    private String json() {
        ObjectNode row = JSON.createObjectNode();
        for (int i = 0; i < values.length; i++) {
            row.put(columns.get(i).name(), values[i]);
        }
        return row.toString();
    }

    /** Rows that were read, good and damaged. */
    long read() {
        return read;
    }
}
