package io.atalaya.query.execution;

import io.atalaya.policies.Decision;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.statement.Command;
import io.atalaya.query.write.CommandOutcome;
import io.atalaya.query.write.Commands;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one execution from queued to its end: compile for the principal, put the intent on record, run, put the outcome
 * on record. Of what cannot be put on record nothing is changed and no row is given out.
 */
final class Runner {
    /** Reasons that end an execution as cancelled, not as failed. */
    static final String CANCELLED = "CANCELLED";

    private static final String BYTES_SCANNED = "BYTES_SCANNED_LIMIT";
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final Preparation preparation;
    private final StatementRun run;
    private final Optional<Commands> commands;
    private final ExecutionAudit audit;
    private final EarlierResults reuse;
    private final Clock clock;
    private final ResultFiles files;

    Runner(
            Preparation preparation,
            Optional<Commands> commands,
            Engine engine,
            EarlierResults reuse,
            AuditLog log,
            ResultFiles files,
            ExecutionConfig config,
            Clock clock) {
        this.reuse = reuse;
        this.preparation = preparation;
        this.commands = commands;
        this.run = new StatementRun(engine, config.maxResultBytes());
        this.audit = new ExecutionAudit(log);
        this.clock = clock;
        this.files = files;
    }

    /** Never throws: whatever happens becomes the execution's end, which {@code changed} is told of at each step. */
    void run(Execution execution, Runnable changed) {
        Progress progress = new Progress();
        QueryExecution running = execution.update(known -> with(known, QueryState.RUNNING, progress, Optional.empty()));
        changed.run();
        Optional<QueryException> failure = Optional.empty();
        boolean onRecord = false;
        try {
            execution.checkpoint();
            Preparation.Ready ready = compile(execution, running, progress);
            AuditLog.Sent intent = audit.intent(execution.known(), execution.principal(), ready.statement());
            try {
                perform(execution, ready, intent, progress);
            } finally {
                intent.awaitDurable();
                onRecord = true;
            }
        } catch (QueryException e) {
            failure = Optional.of(execution.stopReason().orElse(e));
        } catch (AuditLog.AuditUnavailable e) {
            LOG.error("The audit log takes no record: {} is refused", running.id(), e);
            ResultFiles.remove(files.of(running.id()));
            failure = Optional.of(unrecorded());
        } catch (PolicyException e) {
            failure = Optional.of(new QueryException.NotAllowed(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed", running.id(), e);
            failure = Optional.of(
                    QueryException.EngineFailed.internal("The service failed; the log names the execution"));
        }
        end(execution, progress, failure, onRecord, changed);
        remember(execution, progress, changed);
    }

    /** Does what is ready. Rows are read and kept while the intent is on its way; nothing is changed before it is on disk. */
    private void perform(Execution execution, Preparation.Ready ready, AuditLog.Sent intent, Progress progress) {
        Path file = files.of(execution.known().id());
        switch (ready.statement()) {
            case CompiledQuery plan
            when ready.measured().isPresent() ->
                progress.keeps(run.measure(execution, ready.measured().get(), plan, file));
            case CompiledQuery query
            when ready.effect().isPresent() -> {
                intent.awaitDurable();
                ready.effect().get().run();
                progress.keeps(run.run(execution, query, file));
            }
            case CompiledQuery query -> {
                progress.query = Optional.of(query);
                if (!reused(execution, query, progress)) {
                    progress.keeps(run.run(execution, query, file));
                }
            }
            case CompiledCommand command -> {
                intent.awaitDurable();
                progress.command = Optional.of(command);
                CommandOutcome outcome = commands.orElseThrow(
                                () -> new QueryException.NotAllowed("Nothing can be changed here"))
                        .run(execution.principal(), command, execution);
                if (command.command() instanceof Command.Unload) {
                    run.list(outcome.files(), file);
                }
                progress.rows = outcome.rows();
                progress.done = outcome.details();
            }
        }
    }

    /** Ends an execution that never ran. */
    void cancelQueued(Execution execution, QueryException reason, Runnable changed) {
        end(execution, new Progress(), Optional.of(reason), false, changed);
    }

    private Preparation.Ready compile(Execution execution, QueryExecution running, Progress progress) {
        Instant from = clock.instant();
        Preparation.Ready ready = preparation.of(execution.principal(), running, progress.denied::add);
        CompiledStatement query = ready.statement();
        long bytes = ready.measured().map(CompiledQuery::bytesPlanned).orElse(query.bytesPlanned());
        progress.planning = Duration.between(from, clock.instant());
        progress.bytesScanned = bytes;
        progress.access = AccessSummaries.of(execution.principal(), query);
        execution.columns(query.columns());
        execution.update(known -> classified(known, query));
        OptionalLong cutoff = execution.workgroup().bytesScannedCutoff();
        if (cutoff.isPresent() && bytes > cutoff.getAsLong()) {
            throw new QueryException.LimitExceeded(
                    BYTES_SCANNED,
                    "Bytes scanned limit was exceeded: the workgroup allows {0} bytes",
                    cutoff.getAsLong());
        }
        execution.checkpoint();
        return ready;
    }

    /** Whether an earlier result of the same statement is given out, so that nothing has to be read. */
    private boolean reused(Execution execution, CompiledQuery query, Progress progress) {
        if (execution.known().reuseUpTo().isEmpty()) {
            return false;
        }
        Optional<String> key = ReuseKey.of(execution.known(), execution.principal(), query);
        execution.reuseKey(key);
        Optional<StoredExecution> earlier =
                key.isEmpty() ? Optional.empty() : reuse.earlier(execution.known(), key.get());
        if (earlier.isEmpty()) {
            return false;
        }
        progress.rows = earlier.get().resultRows();
        progress.resultBytes = earlier.get().resultBytes();
        progress.bytesScanned = 0;
        progress.reusedFrom = Optional.of(UUID.fromString(earlier.get().id()));
        return true;
    }

    /** Makes it possible to give out the result again. Nobody who did not ask for that waits for it. */
    private static void remember(Execution execution, Progress progress, Runnable changed) {
        QueryExecution known = execution.known();
        if (known.state() == QueryState.SUCCEEDED && known.reuseUpTo().isEmpty()) {
            execution.reuseKey(progress.query.flatMap(query -> ReuseKey.of(known, execution.principal(), query)));
            changed.run();
        }
    }

    private void end(
            Execution execution,
            Progress progress,
            Optional<QueryException> failure,
            boolean onRecord,
            Runnable changed) {
        QueryExecution end = ended(execution.known(), progress, failure);
        try {
            if (failure.isPresent() && !onRecord) {
                audit.denied(end, execution.principal(), failure.get(), progress.denied);
            } else {
                audit.outcome(end, progress.command, progress.done);
            }
        } catch (AuditLog.AuditUnavailable e) {
            LOG.error("The audit log takes no record: the result of {} is not given out", end.id(), e);
            end = ended(execution.known(), progress, Optional.of(unrecorded()));
        }
        QueryExecution last = end;
        execution.update(_ -> last, changed);
    }

    private static QueryException unrecorded() {
        return new QueryException.Unavailable("Nothing can be put on record at the moment, so nothing may be read");
    }

    private QueryExecution ended(QueryExecution known, Progress progress, Optional<QueryException> failure) {
        QueryState state = failure.map(QueryException::code)
                .map(code ->
                        code.equals(CANCELLED) || code.equals(BYTES_SCANNED) ? QueryState.CANCELLED : QueryState.FAILED)
                .orElse(QueryState.SUCCEEDED);
        return with(known, state, progress, failure);
    }

    /** What a run has found out so far. */
    private static final class Progress {
        private Duration planning = Duration.ZERO;
        private long bytesScanned;
        private long rows;
        private long resultBytes;
        private Optional<UUID> reusedFrom = Optional.empty();
        private AccessSummary access = AccessSummary.NONE;
        private Optional<CompiledQuery> query = Optional.empty();
        private Optional<CompiledCommand> command = Optional.empty();
        private Map<String, Object> done = Map.of();
        private final List<Decision.Denied> denied = new ArrayList<>();

        private void keeps(StatementRun.Written written) {
            rows = written.rows();
            resultBytes = written.bytes();
        }
    }

    private QueryExecution with(
            QueryExecution known, QueryState state, Progress progress, Optional<QueryException> failure) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant started = known.startedAt().orElse(now);
        Duration sinceStart = Duration.between(started, now);
        QueryStatistics statistics = new QueryStatistics(
                progress.rows,
                progress.bytesScanned,
                progress.resultBytes,
                Duration.between(known.submittedAt(), started).toMillis(),
                progress.planning.toMillis(),
                sinceStart.minus(progress.planning).toMillis(),
                Duration.between(known.submittedAt(), now).toMillis());
        return new QueryExecution(
                known.id(),
                known.sql(),
                known.kind(),
                known.substatement(),
                state,
                failure.map(QueryException::toError),
                known.submittedAt(),
                Optional.of(started),
                state.isFinal() ? Optional.of(now) : Optional.empty(),
                statistics,
                known.workgroup(),
                known.database(),
                known.principal(),
                progress.access,
                known.executionParameters(),
                known.outputLocation(),
                known.via(),
                known.reuseUpTo(),
                progress.reusedFrom);
    }

    private static QueryExecution classified(QueryExecution known, CompiledStatement query) {
        return new QueryExecution(
                known.id(),
                known.sql(),
                query.kind(),
                query.substatement(),
                known.state(),
                known.error(),
                known.submittedAt(),
                known.startedAt(),
                known.completedAt(),
                known.statistics(),
                known.workgroup(),
                known.database(),
                known.principal(),
                known.access(),
                known.executionParameters(),
                known.outputLocation(),
                known.via(),
                known.reuseUpTo(),
                known.reusedFrom());
    }
}
