package io.atalaya.query;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.execution.Engine;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.execution.Executions;
import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.TypedFile;
import io.atalaya.query.workgroup.Workgroups;
import io.atalaya.query.write.Commands;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Runs statements for principals: queues them, executes them and keeps their results for a while. An execution belongs
 * to the principal that started it; for everyone else, administrators included, it does not exist.
 */
public final class QueryService implements AutoCloseable {
    private final Executions executions;

    /** A service for statements that change nothing. */
    public QueryService(
            Compiler compiler,
            Engine engine,
            Workgroups workgroups,
            Jdbi jdbi,
            AuditLog audit,
            ExecutionConfig config,
            Clock clock) {
        this.executions = new Executions(compiler, Optional.empty(), engine, workgroups, jdbi, audit, config, clock);
    }

    /**
     * The service.
     *
     * @param commands carries out what changes something
     */
    public QueryService(
            Compiler compiler,
            Commands commands,
            Engine engine,
            Workgroups workgroups,
            Jdbi jdbi,
            AuditLog audit,
            ExecutionConfig config,
            Clock clock) {
        this.executions =
                new Executions(compiler, Optional.of(commands), engine, workgroups, jdbi, audit, config, clock);
    }

    /**
     * Stores the execution and puts it in the queue; returns at once.
     *
     * @throws QueryException.TooManyQueries if the queue is full
     * @throws QueryException.TooLong if the text is over 262,144 bytes
     * @throws QueryException.InvalidRequest if the request itself is at fault: an unknown or disabled workgroup, an
     *     idempotency token used for something else
     */
    public QueryExecution start(Principal principal, StartQuery request) {
        return executions.start(principal, request);
    }

    /**
     * The execution of that id.
     *
     * @throws QueryException.NotFound unless it is the principal's
     */
    public QueryExecution get(Principal principal, String id) {
        return executions.get(principal, id);
    }

    /** The principal's executions among {@code ids}, in that order. */
    public BatchResult batchGet(Principal principal, List<String> ids) {
        return executions.batchGet(principal, ids);
    }

    /** The principal's executions, newest first, of one workgroup or of all. */
    public ExecutionPage list(Principal principal, Optional<String> workgroup, Optional<String> token, int max) {
        return executions.list(principal, workgroup, token, max);
    }

    /** Cancels the execution; does nothing if it is over. */
    public QueryExecution stop(Principal principal, String id) {
        return executions.stop(principal, id);
    }

    /**
     * Rows of the result.
     *
     * @throws QueryException.InvalidRequest if the execution has not succeeded, or the result is no longer kept
     */
    public ResultPage results(Principal principal, String id, Optional<String> token, int max) {
        return executions.results(principal, id, token, max);
    }

    /**
     * The whole result as a file.
     *
     * @throws QueryException.InvalidRequest if the execution has not succeeded, or the result is no longer kept
     */
    public ResultDocument document(Principal principal, String id) {
        return executions.document(principal, id);
    }

    /**
     * The rows of a query as a file with their types.
     *
     * @throws QueryException.InvalidRequest if the execution is no query that has succeeded, or the result is no longer kept
     */
    public ResultDocument typed(Principal principal, String id, TypedFile format) {
        return executions.typed(principal, id, format);
    }

    /**
     * One of the files that {@code UNLOAD} wrote.
     *
     * @param number from 0, in the order of its {@link #document}
     * @throws QueryException.NotFound if it has no such file
     */
    public ResultDocument unloaded(Principal principal, String id, long number) {
        return executions.unloaded(principal, id, number);
    }

    /** Waits until the execution is over or the time is up, and returns it as it then is. */
    public QueryExecution await(Principal principal, String id, Duration atMost) {
        return executions.await(principal, id, atMost);
    }

    /**
     * Removes the workgroup; {@code primary} stays. Statements in it count however lately they were started.
     *
     * @throws QueryException.InvalidRequest if something is in it and {@code withContents} is false
     */
    public void deleteWorkgroup(Principal principal, String name, boolean withContents) {
        executions.deleteWorkgroup(principal, name, withContents);
    }

    /** How busy it is, for the metrics. */
    public QueryLoad load() {
        return executions.load();
    }

    /** How busy each workgroup is that has anything to do. */
    public Map<String, WorkgroupLoad> loads() {
        return executions.loads();
    }

    /** Takes no more statements, stops those that run and stores what became of them. */
    @Override
    public void close() {
        executions.close();
    }
}
