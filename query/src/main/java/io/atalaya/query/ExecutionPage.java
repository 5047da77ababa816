package io.atalaya.query;

import java.util.List;
import java.util.Optional;

/** Part of a list of executions, newest first. */
public record ExecutionPage(List<QueryExecution> executions, Optional<String> nextToken) {
    public ExecutionPage {
        executions = List.copyOf(executions);
    }
}
