package io.atalaya.query.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atalaya.policies.StoredSentences;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StatementKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;
import org.jspecify.annotations.Nullable;

/** A row of {@code query_execution}: times in microseconds, lists as JSON. */
public record StoredExecution(
        String id,
        String principal,
        String workgroup,
        String via,
        String statement,
        String kind,
        String substatement,
        String state,
        @Nullable String errorCode,
        @Nullable String errorCategory,
        @Nullable String errorMessage,
        @Nullable Integer errorLine,
        @Nullable Integer errorColumn,
        @Nullable String databaseName,
        String parameters,
        @Nullable String outputLocation,
        @Nullable String clientRequestToken,
        long submittedAt,
        @Nullable Long startedAt,
        @Nullable Long completedAt,
        long resultRows,
        long bytesScanned,
        long resultBytes,
        long queuedMillis,
        long planningMillis,
        long engineMillis,
        long totalMillis,
        String access,
        String resultColumns,
        @Nullable Long reuseMinutes,
        @Nullable String reuseKey,
        @Nullable String reusedFrom) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(StoredSentences.module()).build();

    @JdbiConstructor
    public StoredExecution {}

    /** @param reuseKey what a later statement must have too to be given this result; absent if none may */
    static StoredExecution of(
            QueryExecution execution, List<ResultColumn> columns, Optional<String> token, Optional<String> reuseKey) {
        Optional<QueryError> error = execution.error();
        QueryStatistics statistics = execution.statistics();
        return new StoredExecution(
                execution.id().toString(),
                execution.principal(),
                execution.workgroup(),
                execution.via(),
                execution.sql(),
                execution.kind().name(),
                execution.substatement(),
                execution.state().name(),
                error.map(QueryError::code).orElse(null),
                error.map(QueryError::category).map(Enum::name).orElse(null),
                error.map(QueryError::sentence).map(StoredSentences::text).orElse(null),
                error.map(QueryError::line).flatMap(StoredExecution::boxed).orElse(null),
                error.map(QueryError::column).flatMap(StoredExecution::boxed).orElse(null),
                execution.database().orElse(null),
                json(execution.executionParameters()),
                execution.outputLocation().orElse(null),
                token.orElse(null),
                micros(execution.submittedAt()),
                execution.startedAt().map(StoredExecution::micros).orElse(null),
                execution.completedAt().map(StoredExecution::micros).orElse(null),
                statistics.rows(),
                statistics.bytesScanned(),
                statistics.resultBytes(),
                statistics.queuedMillis(),
                statistics.planningMillis(),
                statistics.engineMillis(),
                statistics.totalMillis(),
                json(execution.access()),
                json(columns),
                execution.reuseUpTo().map(Duration::toMinutes).orElse(null),
                reuseKey.orElse(null),
                execution.reusedFrom().map(UUID::toString).orElse(null));
    }

    QueryExecution execution() {
        return new QueryExecution(
                UUID.fromString(id),
                statement,
                StatementKind.valueOf(kind),
                substatement,
                QueryState.valueOf(state),
                error(),
                time(submittedAt),
                Optional.ofNullable(startedAt).map(StoredExecution::time),
                Optional.ofNullable(completedAt).map(StoredExecution::time),
                new QueryStatistics(
                        resultRows, bytesScanned, resultBytes, queuedMillis, planningMillis, engineMillis, totalMillis),
                workgroup,
                Optional.ofNullable(databaseName),
                principal,
                parsed(access, new TypeReference<AccessSummary>() {}),
                parsed(parameters, new TypeReference<List<String>>() {}),
                Optional.ofNullable(outputLocation),
                via,
                Optional.ofNullable(reuseMinutes).map(Duration::ofMinutes),
                Optional.ofNullable(reusedFrom).map(UUID::fromString));
    }

    List<ResultColumn> columns() {
        return parsed(resultColumns, new TypeReference<List<ResultColumn>>() {});
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private Optional<QueryError> error() {
        if (errorCode == null || errorCategory == null || errorMessage == null) {
            return Optional.empty();
        }
        return Optional.of(new QueryError(
                errorCode,
                QueryError.Category.valueOf(errorCategory),
                StoredSentences.read(errorMessage),
                errorLine == null ? OptionalInt.empty() : OptionalInt.of(errorLine),
                errorColumn == null ? OptionalInt.empty() : OptionalInt.of(errorColumn)));
    }

    private static Optional<Integer> boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T parsed(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
