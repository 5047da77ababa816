package io.atalaya.query.execution;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** What is remembered of executions. */
@RegisterConstructorMapper(StoredExecution.class)
public interface ExecutionStore {
    /** All or none; a row that is there already is replaced in what can change. */
    @Transaction
    @SqlBatch("""
            INSERT INTO query_execution (
                id, principal, workgroup, via, statement, kind, substatement, state, error_code, error_category,
                error_message, error_line, error_column, database_name, parameters, output_location,
                client_request_token, submitted_at, started_at, completed_at, result_rows, bytes_scanned, result_bytes,
                queued_millis, planning_millis, engine_millis, total_millis, access, result_columns,
                reuse_minutes, reuse_key, reused_from)
            VALUES (
                :id, :principal, :workgroup, :via, :statement, :kind, :substatement, :state, :errorCode, :errorCategory,
                :errorMessage, :errorLine, :errorColumn, :databaseName, :parameters, :outputLocation,
                :clientRequestToken, :submittedAt, :startedAt, :completedAt, :resultRows, :bytesScanned, :resultBytes,
                :queuedMillis, :planningMillis, :engineMillis, :totalMillis, :access, :resultColumns,
                :reuseMinutes, :reuseKey, :reusedFrom)
            ON CONFLICT (id) DO UPDATE SET
                kind = excluded.kind, substatement = excluded.substatement, state = excluded.state,
                error_code = excluded.error_code, error_category = excluded.error_category,
                error_message = excluded.error_message, error_line = excluded.error_line,
                error_column = excluded.error_column, started_at = excluded.started_at,
                completed_at = excluded.completed_at, result_rows = excluded.result_rows,
                bytes_scanned = excluded.bytes_scanned, result_bytes = excluded.result_bytes,
                queued_millis = excluded.queued_millis, planning_millis = excluded.planning_millis,
                engine_millis = excluded.engine_millis, total_millis = excluded.total_millis,
                access = excluded.access, result_columns = excluded.result_columns,
                reuse_key = excluded.reuse_key, reused_from = excluded.reused_from
            """)
    void save(@BindMethods List<StoredExecution> executions);

    /** The principal's execution of that id. */
    @SqlQuery("SELECT * FROM query_execution WHERE id = :id AND principal = :principal")
    Optional<StoredExecution> find(@Bind("principal") String principal, @Bind("id") String id);

    /** The principal's execution that was started with that token. */
    @SqlQuery("SELECT * FROM query_execution WHERE principal = :principal AND client_request_token = :token")
    Optional<StoredExecution> withToken(@Bind("principal") String principal, @Bind("token") String token);

    /** The principal's execution that ran itself, with that key, and ended last and not before then. */
    @SqlQuery("""
            SELECT * FROM query_execution
            WHERE principal = :principal AND reuse_key = :key AND reused_from IS NULL AND state = 'SUCCEEDED'
                AND completed_at >= :since
            ORDER BY completed_at DESC
            LIMIT 1
            """)
    Optional<StoredExecution> latest(
            @Bind("principal") String principal, @Bind("key") String key, @Bind("since") long since);

    /** The principal's executions before a place in the list, newest first. */
    @SqlQuery("""
            SELECT * FROM query_execution
            WHERE principal = :principal AND (submitted_at < :before OR (submitted_at = :before AND id < :beforeId))
            ORDER BY submitted_at DESC, id DESC
            LIMIT :max
            """)
    List<StoredExecution> list(
            @Bind("principal") String principal,
            @Bind("before") long before,
            @Bind("beforeId") String beforeId,
            @Bind("max") int max);

    /** Like {@link #list}, of one workgroup. */
    @SqlQuery("""
            SELECT * FROM query_execution
            WHERE workgroup = :workgroup AND principal = :principal
                AND (submitted_at < :before OR (submitted_at = :before AND id < :beforeId))
            ORDER BY submitted_at DESC, id DESC
            LIMIT :max
            """)
    List<StoredExecution> listInWorkgroup(
            @Bind("principal") String principal,
            @Bind("workgroup") String workgroup,
            @Bind("before") long before,
            @Bind("beforeId") String beforeId,
            @Bind("max") int max);

    /** Whether the workgroup has executions, of anybody. */
    @SqlQuery(
            "SELECT count(*) > 0 FROM (SELECT 1 AS one FROM query_execution WHERE workgroup = :workgroup LIMIT 1) AS some")
    boolean inUse(@Bind("workgroup") String workgroup);

    /** Ends what a process left unfinished when it died. */
    @SqlUpdate("""
            UPDATE query_execution
            SET state = 'FAILED', error_code = 'INTERRUPTED', error_category = 'SYSTEM', completed_at = :now,
                error_message = 'The service stopped while the statement ran; start it again'
            WHERE state IN ('QUEUED', 'RUNNING')
            """)
    int interruptUnfinished(@Bind("now") long now);

    /** Forgets what was submitted before then. */
    @SqlUpdate("DELETE FROM query_execution WHERE submitted_at < :before")
    int forget(@Bind("before") long before);

    /** Forgets the executions of a workgroup. */
    @SqlUpdate("DELETE FROM query_execution WHERE workgroup = :workgroup")
    int forgetWorkgroup(@Bind("workgroup") String workgroup);
}
