package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Limit;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.util.Optional;

/** Rows that are damaged, and when there are too many of them. */
final class Rejects {
    private static final long GIVE_UP_AFTER = 10_000;

    private final String file;
    private final Limit limit;
    private final DamagedRows rows;
    private Optional<String> first = Optional.empty();

    Rejects(String file, Limit limit, DamagedRows rows) {
        this.file = file;
        this.limit = limit;
        this.rows = rows;
    }

    void add(long line, String reason, String raw, long rowsSoFar) throws IOException {
        if (first.isEmpty()) {
            first = Optional.of("line " + line + ": " + reason);
        }
        rows.add(line, reason, raw);
        boolean hopeless = limit instanceof Limit.Count && limit.isExceededBy(count(), rowsSoFar);
        if (hopeless && count() > GIVE_UP_AFTER) {
            judge(rowsSoFar + 1);
        }
    }

    long count() {
        return rows.count();
    }

    void judge(long all) {
        if (limit.isExceededBy(count(), all)) {
            throw new IngestionException.BadFile(
                    "{0} has {1} damaged rows among {2}, more than its pipeline takes (maxRejects: {3}); the first is {4}. Nothing of the file was loaded; deliver a corrected file, or raise maxRejects",
                    file, Sentence.count(count()), Sentence.count(all), limit, first.orElse(""));
        }
    }
}
