package io.atalaya.query;

import java.util.List;

/**
 * Several executions at once.
 *
 * @param unprocessed ids that are not the principal's
 */
public record BatchResult(List<QueryExecution> executions, List<String> unprocessed) {
    public BatchResult {
        executions = List.copyOf(executions);
        unprocessed = List.copyOf(unprocessed);
    }
}
