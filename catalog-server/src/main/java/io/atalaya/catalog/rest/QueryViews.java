package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.language.SaidIn;
import io.atalaya.catalog.request.Proposals;
import io.atalaya.policies.Sentence;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.ResultPage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Executions and results as the REST API writes them. */
final class QueryViews {
    private QueryViews() {}

    /** An execution; {@code results} only where the first page comes with it, {@code request} only where it was refused. */
    record Execution(
            UUID id,
            String sql,
            String state,
            String statement,
            Optional<String> database,
            String workgroup,
            Optional<Failure> error,
            Statistics statistics,
            Access access,
            Instant submittedAt,
            Optional<Instant> completedAt,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Results> results,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Proposals.Proposal> request) {}

    record Failure(
            String code,
            Sentence message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) SaidIn messageLanguage,
            OptionalInt line,
            OptionalInt column) {}

    record Statistics(
            long rows,
            long bytesScanned,
            long queuedMs,
            long planningMs,
            long engineMs,
            long totalMs,
            boolean reusedPreviousResult) {
        static Statistics of(QueryExecution execution) {
            QueryStatistics statistics = execution.statistics();
            return new Statistics(
                    statistics.rows(),
                    statistics.bytesScanned(),
                    statistics.queuedMillis(),
                    statistics.planningMillis(),
                    statistics.engineMillis(),
                    statistics.totalMillis(),
                    execution.reusedFrom().isPresent());
        }
    }

    record Access(List<TableAccess> tables) {
        static Access of(AccessSummary summary) {
            return new Access(summary.tables().stream().map(TableAccess::of).toList());
        }
    }

    /** What a table is to the principal; {@code rows} is null where all are let through. */
    record TableAccess(
            String table,
            int all,
            int visible,
            int masked,
            int conditional,
            int hidden,
            @Nullable String rows,
            List<AccessView.Because> because) {
        static TableAccess of(AccessSummary.TableSummary table) {
            return new TableAccess(
                    table.table(),
                    table.visible() + table.masked() + table.conditional() + table.hidden(),
                    table.visible(),
                    table.masked(),
                    table.conditional(),
                    table.hidden(),
                    table.rows().equals("all") ? null : table.rows(),
                    table.because().stream()
                            .map(sentence -> new AccessView.Because("policy", "", sentence))
                            .toList());
        }
    }

    record Column(String name, String type) {}

    record Results(
            List<Column> columns,
            List<List<@Nullable String>> rows,
            Optional<String> nextCursor,
            OptionalLong updateCount) {}

    static Execution of(QueryExecution execution, Optional<Results> results) {
        return of(execution, results, Optional.empty());
    }

    static Execution of(QueryExecution execution, Optional<Results> results, Optional<Proposals.Proposal> request) {
        return new Execution(
                execution.id(),
                execution.sql(),
                execution.state().name(),
                execution.substatement(),
                execution.database(),
                execution.workgroup(),
                execution
                        .error()
                        .map(error -> new Failure(
                                error.code(),
                                error.sentence(),
                                new SaidIn(error.sentence()),
                                error.line(),
                                error.column())),
                Statistics.of(execution),
                Access.of(execution.access()),
                execution.submittedAt(),
                execution.completedAt(),
                results,
                request);
    }

    static Results of(ResultPage page) {
        return new Results(
                page.columns().stream()
                        .map(column -> new Column(column.name(), column.type()))
                        .toList(),
                page.rows(),
                page.nextToken(),
                page.updateCount());
    }
}
