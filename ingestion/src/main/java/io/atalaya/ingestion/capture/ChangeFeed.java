package io.atalaya.ingestion.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Shape;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.lakehouse.write.KeptColumns;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;

/** Changes as the engine asks for them; where they come from is asked for more until it has none. */
final class ChangeFeed implements RowFeed {
    /** The column that says whether a row is gone. */
    static final String GONE = "atalaya_gone";

    /** The columns that say what a row leaves as it is; only those of a feed of {@link KeptValues.Resolved} have something. */
    private static final String KEPT = "atalaya_kept";

    private static final String OWN = "atalaya_own";
    private static final String FROM = "atalaya_from_";

    /** Stands between names of columns. */
    private static final char BETWEEN = 31;

    private final Shape shape;
    private final More more;
    private final boolean keeps;
    private Iterator<KeptValues.Resolved> changes;
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
        this.changes = told(first);
        this.more = more;
        this.keeps = false;
    }

    /** Changes of which some leave columns as they are. */
    ChangeFeed(Shape shape, List<KeptValues.Resolved> changes) {
        this.shape = shape;
        this.changes = changes.iterator();
        this.more = List::of;
        this.keeps = true;
    }

    private static Iterator<KeptValues.Resolved> told(List<Change> changes) {
        return changes.stream()
                .map(change -> new KeptValues.Resolved(change, List.of(), false))
                .iterator();
    }

    /** The columns that say what a row leaves as it is. */
    KeptColumns kept() {
        return new KeptColumns(
                KEPT,
                IntStream.range(0, shape.key().size()).mapToObj(i -> FROM + i).toList(),
                OWN);
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
        if (keeps) {
            columns.addAll(kept().from());
            columns.add(KEPT);
            columns.add(OWN);
        }
        return columns;
    }

    /** The columns of the table out of those of the feed. */
    String select() {
        return shape.columns().stream()
                .map(column -> value(column.type(), DuckSql.name(column.name())))
                .collect(Collectors.joining(", "));
    }

    /** The same, and what rows leave as it is. */
    String selectKept() {
        StringBuilder select = new StringBuilder(select());
        for (int i = 0; i < shape.key().size(); i++) {
            String key = shape.key().get(i);
            Type type = shape.columns().stream()
                    .filter(column -> column.name().equals(key))
                    .findFirst()
                    .orElseThrow()
                    .type();
            select.append(", ").append(value(type, FROM + i));
        }
        return select.append(", string_split(" + KEPT + ", chr(" + (int) BETWEEN + ")) AS " + KEPT)
                .append(", " + OWN + " = 'true' AS " + OWN)
                .toString();
    }

    private static String value(Type type, String name) {
        return type.typeId() == Type.TypeID.BINARY ? "from_hex(" + name + ") AS " + name : name;
    }

    @Override
    public void fill(TextChunk chunk) throws InterruptedIOException {
        while (!chunk.isFull()) {
            if (!changes.hasNext()) {
                try {
                    changes = told(more.next());
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

    private void add(KeptValues.Resolved resolved, TextChunk chunk) {
        Change change = resolved.change();
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
        if (keeps) {
            resolved.from().forEach(chunk::value);
            if (change.kept().isEmpty()) {
                chunk.missing();
            } else {
                chunk.value(change.kept().stream()
                        .map(column -> shape.columns().get(column).name())
                        .collect(Collectors.joining(Character.toString(BETWEEN))));
            }
            chunk.value(resolved.own() ? "true" : "false");
        }
        chunk.end();
    }

    long read() {
        return read;
    }
}
