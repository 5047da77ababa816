package io.atalaya.query;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One run of one statement for one principal, as stored.
 *
 * @param principal who started it; nobody else is told that it exists
 * @param substatement Athena's finer class, such as {@code SELECT} or {@code SHOW_TABLES}
 * @param via the surface it came through
 * @param reuseUpTo how old an earlier result may be that is given out instead; absent if it must run
 * @param reusedFrom the execution whose result this is; absent if it ran itself
 */
public record QueryExecution(
        UUID id,
        String sql,
        StatementKind kind,
        String substatement,
        QueryState state,
        Optional<QueryError> error,
        Instant submittedAt,
        Optional<Instant> startedAt,
        Optional<Instant> completedAt,
        QueryStatistics statistics,
        String workgroup,
        Optional<String> database,
        String principal,
        AccessSummary access,
        List<String> executionParameters,
        Optional<String> outputLocation,
        String via,
        Optional<Duration> reuseUpTo,
        Optional<UUID> reusedFrom) {
    public QueryExecution {
        executionParameters = List.copyOf(executionParameters);
    }
}
