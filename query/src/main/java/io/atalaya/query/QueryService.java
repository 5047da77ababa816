package io.atalaya.query;

import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Optional;

/**
 * Runs statements for principals: queues them, executes them and keeps their results for a while. An execution belongs
 * to the principal that started it; for everyone else, administrators included, it does not exist.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class QueryService implements AutoCloseable {
    /**
     * Stores the execution and puts it in the queue; returns at once.
     *
     * @throws QueryException.TooManyQueries if the queue is full
     * @throws QueryException.TooLong if the text is over 262,144 bytes
     * @throws QueryException.InvalidRequest if the request itself is at fault: an unknown or disabled workgroup, an
     *     idempotency token used for something else
     */
    public QueryExecution start(Principal principal, StartQuery request) {
        throw notYet();
    }

    /**
     * The execution of that id.
     *
     * @throws QueryException.NotFound unless it is the principal's
     */
    public QueryExecution get(Principal principal, String id) {
        throw notYet();
    }

    /** The principal's executions among {@code ids}, in that order. */
    public BatchResult batchGet(Principal principal, List<String> ids) {
        throw notYet();
    }

    /** The principal's executions, newest first, of one workgroup or of all. */
    public ExecutionPage list(Principal principal, Optional<String> workgroup, Optional<String> token, int max) {
        throw notYet();
    }

    /** Cancels the execution; does nothing if it is over. */
    public QueryExecution stop(Principal principal, String id) {
        throw notYet();
    }

    /**
     * Rows of the result.
     *
     * @throws QueryException.InvalidRequest if the execution has not succeeded, or the result is no longer kept
     */
    public ResultPage results(Principal principal, String id, Optional<String> token, int max) {
        throw notYet();
    }

    /** Waits until the execution is over or the time is up, and returns it as it then is. */
    public QueryExecution await(Principal principal, String id, java.time.Duration atMost) {
        throw notYet();
    }

    @Override
    public void close() {}

    private static QueryException notYet() {
        return new QueryException.Unavailable("No statement can be run yet");
    }
}
