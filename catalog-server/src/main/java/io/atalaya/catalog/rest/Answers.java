package io.atalaya.catalog.rest;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryService;
import io.atalaya.query.QueryState;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StartQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Queries that a request is answered with: like any other, run as the one who asks, with intent and outcome on record. */
final class Answers {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QueryService queries;

    Answers(QueryService queries) {
        this.queries = queries;
    }

    /** How a query ended, and its rows if it has some. */
    record Answer(QueryExecution execution, Optional<ResultPage> rows) {}

    /**
     * Asks and waits.
     *
     * @param via what it is asked through
     * @param parameters values for each {@code ?}, as SQL writes them
     * @throws QueryException.LimitExceeded if it takes too long
     */
    Answer of(Principal principal, String via, String sql, List<String> parameters, int limit) {
        StartQuery start = StartQuery.of(sql, Optional.empty(), via).with(parameters);
        String id = queries.start(principal, start).id().toString();
        QueryExecution ended = queries.await(principal, id, PATIENCE);
        if (!ended.state().isFinal()) {
            queries.stop(principal, id);
            throw new QueryException.LimitExceeded("TIMEOUT", "This took too long; run a query instead");
        }
        return new Answer(
                ended,
                ended.state() == QueryState.SUCCEEDED
                        ? Optional.of(queries.results(principal, id, Optional.empty(), limit))
                        : Optional.empty());
    }

    /** A name in SQL. */
    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
