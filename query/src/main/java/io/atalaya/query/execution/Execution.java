package io.atalaya.query.execution;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StartQuery;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.write.CommandControl;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An execution that this process runs or has run lately: what is known of it, and how to wait for it and stop it. */
final class Execution implements CommandControl {
    private final Principal principal;
    private final StartQuery request;
    private final Workgroup workgroup;
    private final CountDownLatch over = new CountDownLatch(1);
    private QueryExecution known;
    private List<ResultColumn> columns = List.of();
    private Optional<String> reuseKey = Optional.empty();
    private @Nullable QueryException stopReason;
    private @Nullable Runnable stopper;

    Execution(Principal principal, StartQuery request, Workgroup workgroup, QueryExecution known) {
        this.principal = principal;
        this.request = request;
        this.workgroup = workgroup;
        this.known = known;
    }

    Principal principal() {
        return principal;
    }

    StartQuery request() {
        return request;
    }

    /** As it was when the statement came. */
    Workgroup workgroup() {
        return workgroup;
    }

    synchronized QueryExecution known() {
        return known;
    }

    synchronized List<ResultColumn> columns() {
        return columns;
    }

    synchronized void columns(List<ResultColumn> columns) {
        this.columns = columns;
    }

    /** What a later statement must have too to be given this result. */
    synchronized Optional<String> reuseKey() {
        return reuseKey;
    }

    synchronized void reuseKey(Optional<String> key) {
        this.reuseKey = key;
    }

    /** Replaces what is known, unless the execution is over already; returns what then is known. */
    QueryExecution update(UnaryOperator<QueryExecution> change) {
        return update(change, () -> {});
    }

    /** The same; {@code told} is called before anybody can learn of it. */
    synchronized QueryExecution update(UnaryOperator<QueryExecution> change, Runnable told) {
        if (!known.state().isFinal()) {
            known = change.apply(known);
        }
        told.run();
        if (known.state().isFinal()) {
            over.countDown();
        }
        return known;
    }

    QueryExecution await(Duration atMost) throws InterruptedException {
        var _ = over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        return known();
    }

    /** Asks the run to end for that reason; the first reason counts. Takes effect at once inside the engine. */
    synchronized void stop(QueryException reason) {
        if (known.state() == QueryState.SUCCEEDED || stopReason != null) {
            return;
        }
        stopReason = reason;
        if (stopper != null) {
            stopper.run();
        }
    }

    synchronized Optional<QueryException> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /** Ends the run here if it was asked to stop. */
    @Override
    public void checkpoint() {
        stopReason().ifPresent(reason -> {
            throw reason;
        });
    }

    /** From here until {@code null} is given, {@link #stop} cancels this statement. */
    void running(@Nullable Statement statement) {
        onStop(statement == null ? null : () -> cancel(statement));
    }

    private static void cancel(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // The statement ended by itself in the meantime; checkpoint() sees the reason.
        }
    }

    /** From here until {@code null} is given, {@link #stop} calls this. */
    @Override
    public synchronized void onStop(@Nullable Runnable stop) {
        this.stopper = stop;
        if (stop != null && stopReason != null) {
            throw stopReason;
        }
    }
}
