package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;
import io.atalaya.query.BatchResult;
import io.atalaya.query.ExecutionPage;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryService;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StartQuery;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Executions: start, look, fetch, stop. */
final class QueryOperations {
    private static final Pattern WORKGROUP = Pattern.compile("[a-zA-Z0-9._-]{1,128}");

    /** Athena's own limit for one page of a result. */
    private static final int MAX_ROWS = 1000;

    /** A page token of ours: the header has been given, no row yet. */
    private static final String AFTER_HEADER = "header";

    private final QueryService queries;
    private final Workgroups workgroups;

    QueryOperations(QueryService queries, Workgroups workgroups) {
        this.queries = queries;
        this.workgroups = workgroups;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "StartQueryExecution", this::start,
                "GetQueryExecution", this::get,
                "BatchGetQueryExecution", this::batchGet,
                "GetQueryResults", this::results,
                "GetQueryRuntimeStatistics", this::statistics,
                "StopQueryExecution", this::stop,
                "ListQueryExecutions", this::list);
    }

    private ObjectNode start(Principal principal, Input input) {
        Input context = input.structure("QueryExecutionContext");
        context.text("Catalog", 1, 256).ifPresent(MetadataOperations::requireOurs);
        Optional<String> workgroup = input.text("WorkGroup", WORKGROUP);
        QueryExecution execution = queries.start(
                principal.to(workgroups.purpose(workgroup.orElse(Workgroup.PRIMARY))),
                new StartQuery(
                        input.required("QueryString", 1, Integer.MAX_VALUE),
                        context.text("Database", 1, 255),
                        workgroup,
                        input.text("ClientRequestToken", 32, 128),
                        input.texts("ExecutionParameters", 1000),
                        input.structure("ResultConfiguration").text("OutputLocation", 0, 2048),
                        reuse(input.structure("ResultReuseConfiguration").structure("ResultReuseByAgeConfiguration")),
                        "athena"));
        return JSON.createObjectNode().put("QueryExecutionId", execution.id().toString());
    }

    /** Athena's own default is an hour. */
    private static Optional<Duration> reuse(Input byAge) {
        int minutes = byAge.integer("MaxAgeInMinutes", 0, 10_080).orElse(60);
        return byAge.truth("Enabled").orElse(false) ? Optional.of(Duration.ofMinutes(minutes)) : Optional.empty();
    }

    private ObjectNode get(Principal principal, Input input) {
        QueryExecution execution = queries.get(principal, id(input));
        return JSON.createObjectNode().set("QueryExecution", ExecutionShape.of(execution));
    }

    private ObjectNode batchGet(Principal principal, Input input) {
        List<String> ids = input.texts("QueryExecutionIds", 50);
        if (ids.isEmpty()) {
            throw input.fault("QueryExecutionIds", "must have 1 to 50 items");
        }
        BatchResult batch = queries.batchGet(principal, ids);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode executions = answer.putArray("QueryExecutions");
        batch.executions().forEach(execution -> executions.add(ExecutionShape.of(execution)));
        ArrayNode unprocessed = answer.putArray("UnprocessedQueryExecutionIds");
        for (String id : batch.unprocessed()) {
            unprocessed
                    .addObject()
                    .put("QueryExecutionId", id)
                    .put("ErrorCode", "INVALID_INPUT")
                    .put("ErrorMessage", "QueryExecution " + id + " was not found");
        }
        return answer;
    }

    private ObjectNode stop(Principal principal, Input input) {
        queries.stop(principal, id(input));
        return JSON.createObjectNode();
    }

    private ObjectNode list(Principal principal, Input input) {
        int max = input.integer("MaxResults", 0, 50).orElse(50);
        ExecutionPage page = queries.list(
                principal,
                Optional.of(input.text("WorkGroup", WORKGROUP).orElse("primary")),
                input.text("NextToken", 1, 1024),
                max == 0 ? 50 : max);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode ids = answer.putArray("QueryExecutionIds");
        page.executions().forEach(execution -> ids.add(execution.id().toString()));
        page.nextToken().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private ObjectNode statistics(Principal principal, Input input) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("QueryRuntimeStatistics", ExecutionShape.runtimeStatistics(queries.get(principal, id(input))));
        return answer;
    }

    /** The first page of a {@code SELECT} begins with the column names, which count as a row. */
    private ObjectNode results(Principal principal, Input input) {
        String id = id(input);
        if (input.text("QueryResultType", 1, 32).orElse("DATA_ROWS").equals("DATA_MANIFEST")) {
            throw input.fault("QueryResultType", "must be DATA_ROWS: results have no manifest");
        }
        int max = input.integer("MaxResults", 1, MAX_ROWS).orElse(MAX_ROWS);
        Optional<String> token = input.text("NextToken", 1, 1024);
        QueryExecution execution = queries.get(principal, id);
        boolean header = token.isEmpty() && ResultShape.hasHeader(execution);
        boolean headerOnly = header && max == 1;
        ResultPage page = queries.results(
                principal, id, token.filter(text -> !text.equals(AFTER_HEADER)), header && !headerOnly ? max - 1 : max);
        ObjectNode answer = ResultShape.of(execution, page, header, !headerOnly);
        Optional<String> next =
                headerOnly ? Optional.of(AFTER_HEADER).filter(_ -> !page.rows().isEmpty()) : page.nextToken();
        next.ifPresent(text -> answer.put("NextToken", text));
        return answer;
    }

    private static String id(Input input) {
        return input.required("QueryExecutionId", 1, 128);
    }
}
