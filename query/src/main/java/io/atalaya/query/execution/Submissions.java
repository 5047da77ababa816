package io.atalaya.query.execution;

import io.atalaya.policies.Principal;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.StartQuery;
import io.atalaya.query.StatementKind;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Turns requests into executions, and a repeated request into the execution it began before. */
final class Submissions {
    /** Athena's limit. */
    private static final int LONGEST_STATEMENT = 262_144;

    private static final Set<String> COUNTING =
            Set.of("INSERT", "CREATE_TABLE_AS_SELECT", "DELETE", "UPDATE", "MERGE", "UNLOAD");

    private final Workgroups workgroups;
    private final ExecutionStore store;
    private final ExecutionJournal journal;
    private final Clock clock;
    private final Map<Token, UUID> unwritten = new HashMap<>();

    Submissions(Workgroups workgroups, ExecutionStore store, ExecutionJournal journal, Clock clock) {
        this.workgroups = workgroups;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
    }

    /** Whether the execution has no rows to give, as it changed something instead. */
    static boolean changesSomething(QueryExecution execution) {
        return switch (execution.kind()) {
            case DDL -> true;
            case DML -> COUNTING.contains(execution.substatement());
            case UTILITY -> false;
        };
    }

    private record Token(String principal, String text) {}

    /**
     * A new execution, given to {@code accept} before anyone can find it by its token; or the one that the same token
     * began.
     */
    QueryExecution submit(Principal principal, StartQuery request, Consumer<Execution> accept) {
        long bytes = request.sql().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_STATEMENT) {
            throw new QueryException.TooLong(bytes, LONGEST_STATEMENT);
        }
        Workgroup workgroup = workgroups.get(request.workgroup().orElse(Workgroup.PRIMARY));
        if (!workgroup.enabled()) {
            throw new QueryException.InvalidRequest("WorkGroup '{0}' is disabled", workgroup.name());
        }
        Optional<String> token = request.clientRequestToken();
        if (token.isEmpty()) {
            return accepted(principal, request, workgroup, accept);
        }
        synchronized (unwritten) {
            Optional<QueryExecution> before = withToken(new Token(principal.name(), token.get()));
            if (before.isPresent()) {
                return same(before.get(), request, workgroup);
            }
            QueryExecution begun = accepted(principal, request, workgroup, accept);
            unwritten.values().removeIf(id -> journal.live(id.toString()).isEmpty());
            unwritten.put(new Token(principal.name(), token.get()), begun.id());
            return begun;
        }
    }

    private Optional<QueryExecution> withToken(Token token) {
        return Optional.ofNullable(unwritten.get(token))
                .flatMap(id -> journal.live(id.toString()))
                .map(Execution::known)
                .or(() -> store.withToken(token.principal(), token.text()).map(StoredExecution::execution));
    }

    private static QueryExecution same(QueryExecution before, StartQuery request, Workgroup workgroup) {
        boolean same = before.sql().equals(request.sql())
                && before.database().equals(request.database())
                && before.workgroup().equals(workgroup.name())
                && before.executionParameters().equals(request.executionParameters())
                && before.reuseUpTo().equals(request.reuseUpTo());
        if (!same) {
            throw new QueryException.InvalidRequest(
                    "Idempotent parameters do not match: the token was used for another request");
        }
        return before;
    }

    private QueryExecution accepted(
            Principal principal, StartQuery request, Workgroup workgroup, Consumer<Execution> accept) {
        QueryExecution known = new QueryExecution(
                UUID.randomUUID(),
                request.sql(),
                StatementKind.DML,
                "SELECT",
                QueryState.QUEUED,
                Optional.empty(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                Optional.empty(),
                Optional.empty(),
                QueryStatistics.NONE,
                workgroup.name(),
                request.database(),
                principal.name(),
                AccessSummary.NONE,
                request.executionParameters(),
                workgroup.enforced()
                        ? workgroup.outputLocation()
                        : request.outputLocation().or(workgroup::outputLocation),
                request.via(),
                request.reuseUpTo(),
                Optional.empty());
        accept.accept(new Execution(principal, request, workgroup, known));
        return known;
    }
}
