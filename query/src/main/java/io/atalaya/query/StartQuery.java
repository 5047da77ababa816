package io.atalaya.query;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request to run one statement, as Athena's {@code StartQueryExecution} takes it.
 *
 * @param database what names without a database are looked up in
 * @param workgroup {@code primary} if absent
 * @param clientRequestToken a second request of the same principal with this token and the same content starts nothing
 *     and gets the first one's execution
 * @param executionParameters values of the {@code ?} in the text, each a literal as SQL writes it
 * @param reuseUpTo how old a result of the same principal may be to be given out again, if nothing that counts has
 *     changed since
 * @param via the surface it came through, such as {@code athena} or {@code rest}; for the record
 */
public record StartQuery(
        String sql,
        Optional<String> database,
        Optional<String> workgroup,
        Optional<String> clientRequestToken,
        List<String> executionParameters,
        Optional<String> outputLocation,
        Optional<Duration> reuseUpTo,
        String via) {
    public StartQuery {
        executionParameters = List.copyOf(executionParameters);
    }

    /** One that runs whatever there was before. */
    public StartQuery(
            String sql,
            Optional<String> database,
            Optional<String> workgroup,
            Optional<String> clientRequestToken,
            List<String> executionParameters,
            Optional<String> outputLocation,
            String via) {
        this(sql, database, workgroup, clientRequestToken, executionParameters, outputLocation, Optional.empty(), via);
    }

    /** A statement with nothing else said, in workgroup {@code primary}. */
    public static StartQuery of(String sql, Optional<String> database, String via) {
        return new StartQuery(sql, database, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), via);
    }

    /** The same with values for each {@code ?}, as SQL writes them. */
    public StartQuery with(List<String> parameters) {
        return new StartQuery(sql, database, workgroup, clientRequestToken, parameters, outputLocation, reuseUpTo, via);
    }
}
