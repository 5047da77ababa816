package io.atalaya.ingestion.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Shape;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** Changes as the engine asks for them; where they come from is asked for more until it has none. */
final class ChangeFeed implements RowFeed {
    /** The column that says whether a row is gone. */
    static final String GONE = "atalaya_gone";

    private final Shape shape;
    private final More more;
    private Iterator<Change> changes;
    private long read;

    /** Where changes come from. */
    @FunctionalInterface
    interface More {
        /** Some; none at the end. */
        List<Change> next() throws InterruptedException;
    }

    /** These changes, all of one shape, and what follows them. */
    ChangeFeed(Shape shape, List<Change> first, More more) {
        this.shape = shape;
        this.changes = first.iterator();
        this.more = more;
    }

    @Override
    public String number() {
        return "atalaya_number";
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>();
        shape.columns().forEach(column -> columns.add(column.name()));
        columns.add(GONE);
        return columns;
    }

    /** The columns of the table out of those of the feed. */
    String select() {
        return shape.columns().stream()
                .map(column -> {
                    String name = DuckSql.name(column.name());
                    return column.type().typeId() == Type.TypeID.BINARY ? "from_hex(" + name + ") AS " + name : name;
                })
                .collect(Collectors.joining(", "));
    }

    @Override
    public void fill(TextChunk chunk) throws InterruptedIOException {
        while (!chunk.isFull()) {
            if (!changes.hasNext()) {
                try {
                    changes = more.next().iterator();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                }
                if (!changes.hasNext()) {
                    return;
                }
            }
            add(changes.next(), chunk);
        }
    }

    private void add(Change change, TextChunk chunk) {
        if (!change.shape().equals(shape)) {
            throw new IngestionException.Unavailable(
                    "The columns of the table changed while it was read", new IllegalStateException());
        }
        chunk.begin(++read);
        for (int i = 0; i < shape.columns().size(); i++) {
            String value = change.value(i);
            if (value == null) {
                chunk.missing();
            } else {
                chunk.value(value);
            }
        }
        chunk.value(change.gone() ? "true" : "false");
        chunk.end();
    }

    long read() {
        return read;
    }
}
