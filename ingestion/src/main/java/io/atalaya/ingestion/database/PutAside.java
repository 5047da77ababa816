package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Limit;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.policies.Sentence;
import java.util.ArrayList;
import java.util.List;

/** Rows for quarantine, until those that are good are written. Several readers may add to it. */
final class PutAside implements RowFeed {
    private static final int MOST = 10_000;

    private final String source;
    private final List<Row> rows = new ArrayList<>();
    private int given;

    PutAside(String source) {
        this.source = source;
    }

    private record Row(String reason, String raw) {}

    /** Adds a row; throws if there are more than can be meant to be rejects. */
    synchronized void add(String reason, String raw) {
        if (rows.size() == MOST) {
            throw new IngestionException.BadStage(
                    "More than {0} rows of {1} have values that their columns cannot hold; the first: {2}. Nothing was loaded",
                    Sentence.count(MOST), source, rows.getFirst().reason());
        }
        rows.add(new Row(reason, raw));
    }

    /** Throws if there are more of them than the pipeline takes. */
    void judge(Limit limit, long all) {
        if (limit.isExceededBy(count(), all)) {
            throw new IngestionException.BadStage(
                    "{0} rows of {1} of {2} have values that their columns cannot hold, more than the pipeline takes (maxRejects: {3}); the first: {4}. Nothing was loaded",
                    Sentence.count(count()),
                    Sentence.count(all),
                    source,
                    limit,
                    rows.getFirst().reason());
        }
    }

    int count() {
        return rows.size();
    }

    @Override
    public String number() {
        return "_line";
    }

    @Override
    public List<String> columns() {
        return List.of("_reason", "_raw");
    }

    @Override
    public void fill(TextChunk chunk) {
        while (given < rows.size() && !chunk.isFull()) {
            chunk.begin(given + 1L);
            chunk.value(rows.get(given).reason());
            chunk.value(rows.get(given).raw());
            chunk.end();
            given++;
        }
    }
}
