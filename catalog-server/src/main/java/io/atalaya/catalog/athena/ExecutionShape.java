package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.result.ResultDocument;
import java.math.BigDecimal;
import java.time.Instant;

/** {@code QueryExecution} and {@code QueryRuntimeStatistics} as the protocol writes them. */
final class ExecutionShape {
    private ExecutionShape() {}

    static ObjectNode of(QueryExecution execution) {
        ObjectNode shape = JSON.createObjectNode()
                .put("QueryExecutionId", execution.id().toString())
                .put("Query", execution.sql())
                .put("StatementType", execution.kind().name())
                .put("SubstatementType", execution.substatement())
                .put("WorkGroup", execution.workgroup());
        execution
                .outputLocation()
                .ifPresent(location ->
                        shape.putObject("ResultConfiguration").put("OutputLocation", file(location, execution)));
        // Results are kept by the service and fetched with GetQueryResults, whatever location a client names.
        shape.putObject("ManagedQueryResultsConfiguration").put("Enabled", true);
        ObjectNode context = shape.putObject("QueryExecutionContext").put("Catalog", MetadataOperations.AWS_CATALOG);
        execution.database().ifPresent(database -> context.put("Database", database));
        execution
                .reuseUpTo()
                .ifPresent(age -> shape.putObject("ResultReuseConfiguration")
                        .putObject("ResultReuseByAgeConfiguration")
                        .put("Enabled", true)
                        .put("MaxAgeInMinutes", age.toMinutes()));
        shape.set("Status", status(execution));
        shape.set("Statistics", statistics(execution));
        engineVersion(shape.putObject("EngineVersion"));
        if (!execution.executionParameters().isEmpty()) {
            ArrayNode parameters = shape.putArray("ExecutionParameters");
            execution.executionParameters().forEach(parameters::add);
        }
        return shape;
    }

    /** As Athena names it; the file itself is given out by the REST API, to its owner alone. */
    private static String file(String location, QueryExecution execution) {
        return location + (location.endsWith("/") ? "" : "/") + ResultDocument.nameOf(execution);
    }

    static ObjectNode runtimeStatistics(QueryExecution execution) {
        QueryStatistics statistics = execution.statistics();
        ObjectNode shape = JSON.createObjectNode();
        shape.putObject("Timeline")
                .put("QueryQueueTimeInMillis", statistics.queuedMillis())
                .put("ServicePreProcessingTimeInMillis", 0)
                .put("QueryPlanningTimeInMillis", statistics.planningMillis())
                .put("EngineExecutionTimeInMillis", statistics.engineMillis())
                .put("ServiceProcessingTimeInMillis", 0)
                .put("TotalExecutionTimeInMillis", statistics.totalMillis());
        // How many rows were read would count those that are not shown, so InputRows is not there.
        shape.putObject("Rows")
                .put("InputBytes", statistics.bytesScanned())
                .put("OutputBytes", statistics.resultBytes())
                .put("OutputRows", statistics.rows());
        ObjectNode stage = shape.putObject("OutputStage")
                .put("StageId", 0)
                .put("State", stageState(execution.state()))
                .put("InputBytes", statistics.bytesScanned())
                .put("OutputBytes", statistics.resultBytes())
                .put("OutputRows", statistics.rows())
                .put("ExecutionTime", statistics.engineMillis());
        stage.putArray("SubStages");
        return shape;
    }

    private static String stageState(QueryState state) {
        return switch (state) {
            case QUEUED -> "QUEUED";
            case RUNNING -> "RUNNING";
            case SUCCEEDED -> "FINISHED";
            case FAILED -> "FAILED";
            case CANCELLED -> "CANCELED";
        };
    }

    static ObjectNode engineVersion(ObjectNode shape) {
        return shape.put("SelectedEngineVersion", "AUTO").put("EffectiveEngineVersion", "Athena engine version 3");
    }

    /** Seconds since the epoch with a fraction, which is how AWS JSON 1.1 writes a time. */
    static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    private static ObjectNode status(QueryExecution execution) {
        ObjectNode status = JSON.createObjectNode()
                .put("State", execution.state().name())
                .put("SubmissionDateTime", seconds(execution.submittedAt()));
        execution.completedAt().ifPresent(time -> status.put("CompletionDateTime", seconds(time)));
        execution.error().ifPresent(error -> {
            status.put("StateChangeReason", reason(error));
            if (execution.state() == QueryState.FAILED) {
                status.putObject("AthenaError")
                        .put("ErrorCategory", error.category().number())
                        .put("Retryable", error.category() == QueryError.Category.SYSTEM)
                        .put("ErrorMessage", reason(error));
            }
        });
        return status;
    }

    private static String reason(QueryError error) {
        return error.code() + ": " + error.message();
    }

    private static ObjectNode statistics(QueryExecution execution) {
        QueryStatistics statistics = execution.statistics();
        ObjectNode shape = JSON.createObjectNode()
                .put("EngineExecutionTimeInMillis", statistics.engineMillis())
                .put("DataScannedInBytes", statistics.bytesScanned())
                .put("TotalExecutionTimeInMillis", statistics.totalMillis())
                .put("QueryQueueTimeInMillis", statistics.queuedMillis())
                .put("ServicePreProcessingTimeInMillis", 0)
                .put("QueryPlanningTimeInMillis", statistics.planningMillis())
                .put("ServiceProcessingTimeInMillis", 0);
        shape.putObject("ResultReuseInformation")
                .put("ReusedPreviousResult", execution.reusedFrom().isPresent());
        return shape;
    }
}
