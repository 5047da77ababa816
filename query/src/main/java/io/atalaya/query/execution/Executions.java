package io.atalaya.query.execution;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.BatchResult;
import io.atalaya.query.Compiler;
import io.atalaya.query.ExecutionPage;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryLoad;
import io.atalaya.query.QueryState;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StartQuery;
import io.atalaya.query.WorkgroupLoad;
import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.TypedFile;
import io.atalaya.query.workgroup.PreparedStatements;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import io.atalaya.query.write.Commands;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** The executions of this service: the queue before them, the threads under them, the store behind them. */
public final class Executions implements AutoCloseable {
    /** Deeply nested statements recurse, in the compiler and in the engine. */
    private static final long STACK_BYTES = 32L << 20;

    private static final int EXPORTS_AT_ONCE = 2;

    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);

    private final ExecutionConfig config;
    private final Workgroups workgroups;
    private final Clock clock;
    private final ExecutionStore store;
    private final ExecutionJournal journal;
    private final Submissions submissions;
    private final Runner runner;
    private final FairQueue queue;
    private final ResultFiles files;
    private final ExecutionResults results;
    private final Optional<Commands> commands;

    /** The engine's calls are native and would pin virtual threads to their carriers, so these are the platform's. */
    private final ExecutorService threads;

    private final ExecutorService exports = Executors.newFixedThreadPool(
            EXPORTS_AT_ONCE,
            Thread.ofPlatform().daemon().name("query-export-", 0).factory());

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("query-timer").factory());
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final Map<QueryState, Long> ended = new EnumMap<>(QueryState.class);
    private final Map<String, Integer> concurrencies = new HashMap<>();
    private boolean closed;

    public Executions(
            Compiler compiler,
            Optional<Commands> commands,
            Engine engine,
            Workgroups workgroups,
            Jdbi jdbi,
            AuditLog audit,
            ExecutionConfig config,
            Clock clock) {
        this.config = config;
        this.workgroups = workgroups;
        this.commands = commands;
        this.clock = clock;
        this.store = jdbi.onDemand(ExecutionStore.class);
        this.files = new ResultFiles(config.results());
        this.results = new ExecutionResults(files, commands.map(Commands::unloads), commands.map(all -> all::export));
        store.interruptUnfinished(StoredExecution.micros(clock.instant()));
        this.journal = new ExecutionJournal(store).start();
        this.submissions = new Submissions(workgroups, store, journal, clock);
        this.runner = new Runner(
                new Preparation(compiler, new PreparedStatements(jdbi, workgroups, clock)),
                commands,
                engine,
                new EarlierResults(store, journal, files, clock),
                audit,
                files,
                config,
                clock);
        this.queue = new FairQueue(config.queueLimit());
        this.threads = Executors.newFixedThreadPool(
                config.concurrency(),
                Thread.ofPlatform()
                        .daemon()
                        .name("query-", 0)
                        .stackSize(STACK_BYTES)
                        .factory());
        var _ = timer.scheduleWithFixedDelay(
                this::sweep, BETWEEN_SWEEPS.toSeconds(), BETWEEN_SWEEPS.toSeconds(), TimeUnit.SECONDS);
    }

    public QueryExecution start(Principal principal, StartQuery request) {
        return submissions.submit(principal, request, execution -> {
            enqueue(execution);
            journal.changed(execution);
            dispatch();
        });
    }

    private synchronized void enqueue(Execution execution) {
        if (closed) {
            throw new QueryException.Unavailable("The service is stopping");
        }
        Workgroup workgroup = execution.workgroup();
        String name = workgroup.name();
        workgroup
                .concurrency()
                .ifPresentOrElse(limit -> concurrencies.put(name, limit), () -> concurrencies.remove(name));
        int waiting = queue.size(name);
        if (workgroup.queueLimit().isPresent()
                && waiting >= workgroup.queueLimit().getAsInt()) {
            throw new QueryException.TooManyQueries(
                    "{0} statements of workgroup '{1}' wait already; try again later", waiting, name);
        }
        if (!queue.offer(execution)) {
            throw new QueryException.TooManyQueries(
                    "{0} statements wait already; try again later", config.queueLimit());
        }
    }

    /** Whether the workgroup may run one more; the limit is that of the latest statement that came. */
    private boolean hasRoom(String workgroup) {
        Integer limit = concurrencies.get(workgroup);
        return limit == null
                || running.stream()
                                .filter(execution ->
                                        execution.known().workgroup().equals(workgroup))
                                .count()
                        < limit;
    }

    public QueryExecution get(Principal principal, String id) {
        return live(principal, id)
                .map(Execution::known)
                .or(() -> store.find(principal.name(), id).map(StoredExecution::execution))
                .orElseThrow(() -> notFound(id));
    }

    public BatchResult batchGet(Principal principal, List<String> ids) {
        List<QueryExecution> found = new ArrayList<>();
        List<String> unprocessed = new ArrayList<>();
        for (String id : ids) {
            try {
                found.add(get(principal, id));
            } catch (QueryException.NotFound e) {
                unprocessed.add(id);
            }
        }
        return new BatchResult(found, unprocessed);
    }

    public ExecutionPage list(Principal principal, Optional<String> workgroup, Optional<String> token, int max) {
        journal.flush();
        PageToken from = token.map(PageToken::parsed).orElse(PageToken.NEWEST);
        List<StoredExecution> rows = workgroup.isPresent()
                ? store.listInWorkgroup(principal.name(), workgroup.get(), from.number(), from.id(), max + 1)
                : store.list(principal.name(), from.number(), from.id(), max + 1);
        List<StoredExecution> page = rows.subList(0, Math.min(max, rows.size()));
        return new ExecutionPage(
                page.stream().map(StoredExecution::execution).toList(),
                rows.size() > max
                        ? Optional.of(new PageToken(
                                        page.getLast().submittedAt(),
                                        page.getLast().id())
                                .text())
                        : Optional.empty());
    }

    public void deleteWorkgroup(Principal principal, String name, boolean withContents) {
        journal.flush();
        workgroups.delete(principal, name, withContents);
    }

    public QueryExecution stop(Principal principal, String id) {
        Optional<Execution> live = live(principal, id);
        if (live.isEmpty()) {
            return get(principal, id);
        }
        stop(live.get(), new QueryException.LimitExceeded(Runner.CANCELLED, "Stopped on request"));
        return live.get().known();
    }

    public QueryExecution await(Principal principal, String id, Duration atMost) {
        Optional<Execution> live = live(principal, id);
        if (live.isEmpty()) {
            return get(principal, id);
        }
        try {
            return live.get().await(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return live.get().known();
        }
    }

    public ResultPage results(Principal principal, String id, Optional<String> token, int max) {
        return results.page(get(principal, id), columns(principal, id), token, max);
    }

    public ResultDocument document(Principal principal, String id) {
        return results.document(get(principal, id), columns(principal, id));
    }

    /** Waits its turn: to write such a file is native work of an engine. */
    public ResultDocument typed(Principal principal, String id, TypedFile format) {
        QueryExecution execution = get(principal, id);
        List<ResultColumn> columns = columns(principal, id);
        try {
            return exports.submit(() -> results.typed(execution, columns, format))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException.Unavailable("The service is stopping");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException known -> throw known;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    public ResultDocument unloaded(Principal principal, String id, long number) {
        return results.unloaded(principal, get(principal, id), number);
    }

    /** How busy each workgroup is that has anything to do. */
    public synchronized Map<String, WorkgroupLoad> loads() {
        Map<String, WorkgroupLoad> loads = new HashMap<>();
        queue.sizes().forEach((workgroup, waiting) -> loads.put(workgroup, new WorkgroupLoad(waiting, 0)));
        running.forEach(execution -> loads.merge(
                execution.known().workgroup(),
                new WorkgroupLoad(0, 1),
                (one, other) -> new WorkgroupLoad(one.queued() + other.queued(), one.running() + other.running())));
        return loads;
    }

    public synchronized QueryLoad load() {
        return new QueryLoad(
                queue.size(),
                running.size(),
                ended.getOrDefault(QueryState.SUCCEEDED, 0L),
                ended.getOrDefault(QueryState.FAILED, 0L),
                ended.getOrDefault(QueryState.CANCELLED, 0L));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        QueryException reason =
                new QueryException.Unavailable("The service stopped while the statement ran; start it again");
        for (Optional<Execution> waiting = queue.poll(_ -> true);
                waiting.isPresent();
                waiting = queue.poll(_ -> true)) {
            cancelQueued(waiting.get(), reason);
        }
        running.forEach(execution -> execution.stop(reason));
        threads.close();
        exports.close();
        timer.shutdownNow();
        journal.close();
    }

    private List<ResultColumn> columns(Principal principal, String id) {
        return live(principal, id)
                .map(Execution::columns)
                .or(() -> store.find(principal.name(), id).map(StoredExecution::columns))
                .orElseThrow(() -> notFound(id));
    }

    private Optional<Execution> live(Principal principal, String id) {
        return journal.live(id).filter(execution -> execution.principal().name().equals(principal.name()));
    }

    private void stop(Execution execution, QueryException reason) {
        if (queue.remove(execution)) {
            cancelQueued(execution, reason);
        } else {
            execution.stop(reason);
        }
    }

    private void cancelQueued(Execution execution, QueryException reason) {
        runner.cancelQueued(execution, reason, () -> journal.changed(execution));
        count(execution);
    }

    private synchronized void dispatch() {
        while (running.size() < config.concurrency()) {
            Optional<Execution> next = queue.poll(this::hasRoom);
            if (next.isEmpty()) {
                return;
            }
            running.add(next.get());
            threads.execute(() -> run(next.get()));
        }
    }

    private void run(Execution execution) {
        Future<?> deadline = timer.schedule(
                () -> execution.stop(new QueryException.LimitExceeded(
                        "EXCEEDED_TIME_LIMIT",
                        "The statement ran longer than {0} seconds",
                        config.timeout().toSeconds())),
                config.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            runner.run(execution, () -> journal.changed(execution));
        } finally {
            deadline.cancel(false);
            running.remove(execution);
            count(execution);
            dispatch();
        }
    }

    private synchronized void count(Execution execution) {
        ended.merge(execution.known().state(), 1L, Long::sum);
    }

    private void sweep() {
        Instant oldest = clock.instant().minus(config.keepResults());
        files.removeOlderThan(oldest);
        commands.ifPresent(all -> all.unloads().removeOlderThan(oldest));
        store.forget(StoredExecution.micros(clock.instant().minus(config.keepHistory())));
    }

    private static QueryException notFound(String id) {
        return QueryException.NotFound.of("QueryExecution", id);
    }
}
