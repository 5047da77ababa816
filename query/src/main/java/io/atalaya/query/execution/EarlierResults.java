package io.atalaya.query.execution;

import io.atalaya.query.QueryExecution;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Results that may be given out again, to those who asked for that. Only executions that ran themselves count, so that no
 * result grows older than what was asked for.
 */
final class EarlierResults {
    private final ExecutionStore store;
    private final ExecutionJournal journal;
    private final ResultFiles files;
    private final Clock clock;

    EarlierResults(ExecutionStore store, ExecutionJournal journal, ResultFiles files, Clock clock) {
        this.store = store;
        this.journal = journal;
        this.files = files;
        this.clock = clock;
    }

    /** The execution whose result {@code execution} now has too; empty if it must run. */
    Optional<StoredExecution> earlier(QueryExecution execution, String key) {
        Optional<Duration> upTo = execution.reuseUpTo();
        if (upTo.isEmpty()) {
            return Optional.empty();
        }
        journal.flush();
        Instant since = clock.instant().minus(upTo.get());
        return store.latest(execution.principal(), key, StoredExecution.micros(since))
                .filter(earlier -> files.share(UUID.fromString(earlier.id()), execution.id()));
    }
}
