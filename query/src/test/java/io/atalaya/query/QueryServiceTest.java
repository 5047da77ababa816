package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryServiceTest {
    private static final Principal ANA = HandPolicies.person("ana");
    private static final Principal BEN = HandPolicies.person("ben");
    private static final Principal ADMIN = HandPolicies.person("admin");
    private static final String ENDLESS = "SELECT sum((a.i * b.i) % (c.i + d.i + 1)) FROM n a, n b, n c, n d";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    private final Recorder audit = new Recorder();
    private QueryService service;
    private Workgroups workgroups;

    @BeforeAll
    static void openLake() {
        lake = new TestWarehouse(folder);
        lake.table(
                "n",
                new Schema(
                        Types.NestedField.required(1, "i", Types.LongType.get()),
                        Types.NestedField.optional(2, "parity", Types.StringType.get())),
                "SELECT i, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS parity FROM range(2500) t(i)");
        lake.policies
                .allow("ana", "shop_curated.n")
                .allow(
                        "ben",
                        "shop_curated.n",
                        new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("odd")),
                        Map.of());
    }

    @AfterAll
    static void closeLake() {
        lake.close();
    }

    @BeforeEach
    void open() {
        workgroups = new Workgroups(lake.jdbi(), () -> lake.policies, audit, Clock.systemUTC());
        service = open(2, 3, Duration.ofMinutes(1));
    }

    private QueryService open(int concurrency, int queue, Duration timeout) {
        var config = new ExecutionConfig(
                folder.resolve("results"),
                concurrency,
                queue,
                timeout,
                Duration.ofDays(1),
                Duration.ofDays(45),
                1L << 30);
        return new QueryService(
                lake.compiler(),
                lake.lakehouse().reader()::connect,
                workgroups,
                lake.jdbi(),
                audit,
                config,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        service.close();
    }

    private QueryExecution started(Principal principal, String sql) {
        return service.start(principal, StartQuery.of(sql, Optional.of("shop_curated"), "test"));
    }

    private QueryExecution finished(Principal principal, String sql) {
        return service.await(principal, started(principal, sql).id().toString(), PATIENCE);
    }

    @Test
    void a_statement_runs_to_rows_in_pages() {
        QueryExecution execution = finished(ANA, "SELECT i, parity FROM n ORDER BY i");
        assertThat(execution.state()).as("%s", execution.error()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(execution.statistics().rows()).isEqualTo(2500);
        assertThat(execution.statistics().bytesScanned()).isPositive();
        assertThat(execution.access().tables()).singleElement().satisfies(table -> {
            assertThat(table.table()).isEqualTo("shop_curated.n");
            assertThat(table.visible()).isEqualTo(2);
        });
        List<String> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        int pages = 0;
        do {
            ResultPage page = service.results(ANA, execution.id().toString(), token, 1000);
            assertThat(page.first()).isEqualTo(pages == 0);
            assertThat(page.columns()).extracting(ResultColumn::type).containsExactly("bigint", "varchar");
            page.rows().forEach(row -> all.add(row.getFirst()));
            token = page.nextToken();
            pages++;
        } while (token.isPresent());
        assertThat(pages).isEqualTo(3);
        assertThat(all).hasSize(2500).startsWith("0", "1").endsWith("2499");
    }

    @Test
    void each_principal_gets_what_it_may_see() {
        QueryExecution execution = finished(BEN, "SELECT count(*), min(i) FROM n");
        assertThat(service.results(BEN, execution.id().toString(), Optional.empty(), 10)
                        .rows())
                .containsExactly(List.of("1250", "1"));
        assertThat(execution.access().tables().getFirst().rows()).contains("parity");
    }

    @Test
    void an_execution_is_its_owners_alone() {
        String id = finished(ANA, "SELECT 1").id().toString();
        for (Principal other : List.of(BEN, ADMIN)) {
            assertThatThrownBy(() -> service.get(other, id)).isInstanceOf(QueryException.NotFound.class);
            assertThatThrownBy(() -> service.results(other, id, Optional.empty(), 10))
                    .isInstanceOf(QueryException.NotFound.class);
            assertThatThrownBy(() -> service.stop(other, id)).isInstanceOf(QueryException.NotFound.class);
            assertThatThrownBy(() -> service.await(other, id, Duration.ofMillis(1)))
                    .isInstanceOf(QueryException.NotFound.class);
            assertThat(service.batchGet(other, List.of(id)).unprocessed()).containsExactly(id);
            assertThat(service.list(other, Optional.empty(), Optional.empty(), 50)
                            .executions())
                    .noneMatch(execution -> execution.id().toString().equals(id));
        }
        String message = messageOf(() -> service.get(BEN, id)).replace(id, "X");
        String absent = UUID.randomUUID().toString();
        assertThat(message).isEqualTo(messageOf(() -> service.get(BEN, absent)).replace(absent, "X"));
    }

    @Test
    void a_page_token_goes_with_its_execution() {
        QueryExecution one = finished(ANA, "SELECT i FROM n");
        QueryExecution two = finished(ANA, "SELECT i FROM n WHERE i < 100");
        Optional<String> token =
                service.results(ANA, one.id().toString(), Optional.empty(), 10).nextToken();
        assertThatThrownBy(() -> service.results(ANA, two.id().toString(), token, 10))
                .isInstanceOf(QueryException.InvalidRequest.class);
        assertThatThrownBy(() -> service.results(ANA, two.id().toString(), Optional.of("nonsense"), 10))
                .isInstanceOf(QueryException.InvalidRequest.class);
    }

    @Test
    void a_request_sent_twice_runs_once() {
        StartQuery request = new StartQuery(
                "SELECT 42",
                Optional.empty(),
                Optional.empty(),
                Optional.of("a-token-of-at-least-32-characters"),
                List.of(),
                Optional.empty(),
                "test");
        QueryExecution first = service.start(ANA, request);
        assertThat(service.start(ANA, request).id()).isEqualTo(first.id());
        service.await(ANA, first.id().toString(), PATIENCE);
        assertThat(service.start(ANA, request).id()).isEqualTo(first.id());
        assertThat(service.start(BEN, request).id()).isNotEqualTo(first.id());
        StartQuery other = new StartQuery(
                "SELECT 43",
                Optional.empty(),
                Optional.empty(),
                request.clientRequestToken(),
                List.of(),
                Optional.empty(),
                "test");
        assertThatThrownBy(() -> service.start(ANA, other)).isInstanceOf(QueryException.InvalidRequest.class);
    }

    @Test
    void a_running_statement_can_be_stopped() throws InterruptedException {
        QueryExecution execution = started(ANA, ENDLESS);
        String id = execution.id().toString();
        while (service.get(ANA, id).state() == QueryState.QUEUED) {
            Thread.sleep(20);
        }
        Thread.sleep(200);
        service.stop(ANA, id);
        assertThat(service.await(ANA, id, Duration.ofSeconds(10)).state()).isEqualTo(QueryState.CANCELLED);
        assertThatThrownBy(() -> service.results(ANA, id, Optional.empty(), 10))
                .isInstanceOf(QueryException.InvalidRequest.class)
                .hasMessageContaining("CANCELLED");
        assertThat(finished(ANA, "SELECT 1").state()).isEqualTo(QueryState.SUCCEEDED);
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped() {
        service.close();
        service = open(2, 3, Duration.ofMillis(400));
        QueryExecution execution = finished(ANA, ENDLESS);
        assertThat(execution.state()).isEqualTo(QueryState.FAILED);
        assertThat(execution.error()).get().extracting(QueryError::code).isEqualTo("EXCEEDED_TIME_LIMIT");
    }

    @Test
    void a_full_queue_takes_no_more() {
        List<QueryExecution> accepted = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        accepted.add(started(ANA, ENDLESS));
                    }
                })
                .isInstanceOf(QueryException.TooManyQueries.class);
        assertThat(accepted).hasSizeBetween(3, 5);
        accepted.forEach(execution -> service.stop(ANA, execution.id().toString()));
        accepted.forEach(execution -> assertThat(
                        service.await(ANA, execution.id().toString(), PATIENCE).state())
                .isEqualTo(QueryState.CANCELLED));
    }

    @Test
    void what_a_dead_process_left_running_has_failed() {
        QueryExecution running = started(ANA, ENDLESS);
        service.list(ANA, Optional.empty(), Optional.empty(), 1);
        try (QueryService next = open(1, 1, Duration.ofMinutes(1))) {
            QueryExecution found = next.get(ANA, running.id().toString());
            assertThat(found.state()).isEqualTo(QueryState.FAILED);
            assertThat(found.error().orElseThrow().message()).contains("stopped while the statement ran");
        }
    }

    @Test
    void results_outlive_a_restart_and_not_their_files() throws Exception {
        QueryExecution execution = finished(ANA, "SELECT 7 AS seven");
        String id = execution.id().toString();
        service.close();
        service = open(1, 1, Duration.ofMinutes(1));
        assertThat(service.results(ANA, id, Optional.empty(), 10).rows()).containsExactly(List.of("7"));
        Files.delete(folder.resolve("results").resolve(id + ".rows"));
        assertThatThrownBy(() -> service.results(ANA, id, Optional.empty(), 10))
                .isInstanceOf(QueryException.InvalidRequest.class)
                .hasMessageContaining("no longer kept");
    }

    @Test
    void everything_is_on_record_before_it_happens() {
        QueryExecution execution = finished(BEN, "SELECT i FROM n WHERE i < 10");
        List<AuditEvent> events = audit.about(execution);
        assertThat(events).extracting(AuditEvent::kind).containsExactly("data.read.intent", "data.read.outcome");
        assertThat(events.getFirst().details()).containsKeys("statementSha256", "epoch", "tables");
        assertThat(String.valueOf(events.getFirst().details().get("tables")))
                .contains("parity", "shop_curated.n", "g1", "snapshot");
        assertThat(events.getLast().details())
                .containsEntry("state", "SUCCEEDED")
                .containsEntry("rows", 5L);

        QueryExecution refused = finished(HandPolicies.person("nobody"), "SELECT * FROM n");
        assertThat(refused.state()).isEqualTo(QueryState.FAILED);
        List<AuditEvent> denied = audit.about(refused);
        assertThat(denied).extracting(AuditEvent::kind).containsExactly("data.read.denied");
        assertThat(String.valueOf(denied.getFirst().details().get("tables"))).contains("shop_curated.n");
    }

    @Test
    void nothing_runs_that_cannot_be_put_on_record() {
        audit.broken = true;
        QueryExecution execution = finished(ANA, "SELECT i FROM n");
        assertThat(execution.state()).isEqualTo(QueryState.FAILED);
        assertThat(execution.error()).get().extracting(QueryError::code).isEqualTo("UNAVAILABLE");
    }

    @Test
    void no_row_is_given_out_before_the_intent_is_on_disk_and_none_is_kept_if_it_never_is() {
        CountDownLatch held = new CountDownLatch(1);
        audit.held = held;
        QueryExecution waiting = started(ANA, "SELECT CAST(parity AS bigint) FROM n");
        assertThat(service.await(ANA, waiting.id().toString(), Duration.ofMillis(200))
                        .state())
                .isEqualTo(QueryState.RUNNING);
        audit.broken = true;
        held.countDown();
        assertThat(service.await(ANA, waiting.id().toString(), PATIENCE).error())
                .get()
                .extracting(QueryError::code)
                .isEqualTo("UNAVAILABLE");
        assertThat(folder.resolve("results").resolve(waiting.id() + ".rows")).doesNotExist();
    }

    @Test
    void errors_say_where() {
        QueryError error = finished(ANA, "SELECT i\nFROM n WHER i = 1").error().orElseThrow();
        assertThat(error.code()).isEqualTo("SYNTAX_ERROR");
        assertThat(error.line()).hasValue(2);
        assertThat(error.column()).hasValue(13);
        assertThat(finished(ANA, "SELECT 1 / 0").error().orElseThrow().code()).isEqualTo("DIVISION_BY_ZERO");
    }

    @Test
    void a_workgroup_limits_what_is_scanned_and_can_be_closed() {
        workgroups.create(ADMIN, Workgroup.of("small").withBytesScannedCutoff(OptionalLong.of(10_000_000)));
        assertThatThrownBy(() -> workgroups.create(ANA, Workgroup.of("mine")))
                .isInstanceOf(QueryException.NotAllowed.class);
        StartQuery request = new StartQuery(
                "SELECT count(*) FROM n",
                Optional.of("shop_curated"),
                Optional.of("small"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                "test");
        QueryExecution execution = service.start(ANA, request);
        assertThat(service.await(ANA, execution.id().toString(), PATIENCE).state())
                .isEqualTo(QueryState.SUCCEEDED);
        workgroups.update(ADMIN, workgroups.get("small").withEnabled(false));
        assertThatThrownBy(() -> service.start(ANA, request)).isInstanceOf(QueryException.InvalidRequest.class);
        assertThatThrownBy(() -> workgroups.delete(ADMIN, Workgroup.PRIMARY, true))
                .isInstanceOf(QueryException.class);
        service.deleteWorkgroup(ADMIN, "small", true);
    }

    private QueryExecution startedIn(String workgroup, Principal principal, String sql) {
        return service.start(
                principal,
                new StartQuery(
                        sql,
                        Optional.of("shop_curated"),
                        Optional.of(workgroup),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        "test"));
    }

    private void awaitRunning(QueryExecution execution) throws InterruptedException {
        while (service.get(ANA, execution.id().toString()).state() == QueryState.QUEUED) {
            Thread.sleep(20);
        }
    }

    @Test
    void a_workgroup_has_a_limit_of_its_own_and_holds_up_nobody_else() throws InterruptedException {
        workgroups.create(ADMIN, Workgroup.of("narrow").withConcurrency(OptionalInt.of(1), OptionalInt.of(2)));
        QueryExecution endless = startedIn("narrow", ANA, ENDLESS);
        awaitRunning(endless);
        QueryExecution waiting = startedIn("narrow", ANA, "SELECT 1");
        assertThat(finished(ANA, "SELECT 2").state()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(finished(BEN, "SELECT 3").state()).isEqualTo(QueryState.SUCCEEDED);
        assertThat(service.get(ANA, waiting.id().toString()).state()).isEqualTo(QueryState.QUEUED);
        startedIn("narrow", BEN, "SELECT 4");
        assertThatThrownBy(() -> startedIn("narrow", ANA, "SELECT 5"))
                .isInstanceOf(QueryException.TooManyQueries.class)
                .hasMessageContaining("narrow");
        service.stop(ANA, endless.id().toString());
        assertThat(service.await(ANA, waiting.id().toString(), PATIENCE).state())
                .isEqualTo(QueryState.SUCCEEDED);
        service.deleteWorkgroup(ADMIN, "narrow", true);
    }

    @Test
    void a_workgroup_with_a_statement_in_it_is_not_empty_from_the_moment_it_was_started() {
        workgroups.create(ADMIN, Workgroup.of("fresh"));
        startedIn("fresh", ANA, "SELECT 1");
        assertThatThrownBy(() -> service.deleteWorkgroup(ADMIN, "fresh", false))
                .isInstanceOf(QueryException.InvalidRequest.class)
                .hasMessageContaining("not empty");
        service.deleteWorkgroup(ADMIN, "fresh", true);
    }

    @Test
    void a_waiting_statement_can_be_stopped_and_never_runs() throws InterruptedException {
        workgroups.create(ADMIN, Workgroup.of("single").withConcurrency(OptionalInt.of(1), OptionalInt.empty()));
        QueryExecution endless = startedIn("single", ANA, ENDLESS);
        awaitRunning(endless);
        QueryExecution waiting = startedIn("single", ANA, "SELECT count(*) FROM n");
        assertThat(service.stop(ANA, waiting.id().toString()).state()).isEqualTo(QueryState.CANCELLED);
        assertThat(audit.about(waiting)).extracting(AuditEvent::kind).doesNotContain("data.read.intent");
        service.stop(ANA, endless.id().toString());
        assertThat(service.await(ANA, endless.id().toString(), PATIENCE).state())
                .isEqualTo(QueryState.CANCELLED);
        assertThat(service.get(ANA, waiting.id().toString()).state()).isEqualTo(QueryState.CANCELLED);
        service.deleteWorkgroup(ADMIN, "single", true);
    }

    @Test
    void limits_of_a_workgroup_are_at_least_one() {
        assertThatThrownBy(() -> workgroups.create(
                        ADMIN, Workgroup.of("none").withConcurrency(OptionalInt.of(0), OptionalInt.empty())))
                .isInstanceOf(QueryException.InvalidRequest.class);
    }

    @Test
    void metadata_statements_are_executions_too() {
        QueryExecution execution = finished(ANA, "SHOW TABLES IN shop_curated");
        assertThat(execution.kind()).isEqualTo(StatementKind.UTILITY);
        assertThat(service.results(ANA, execution.id().toString(), Optional.empty(), 10)
                        .rows())
                .containsExactly(List.of("n"));
    }

    private static String messageOf(Runnable call) {
        try {
            call.run();
            return "";
        } catch (QueryException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static final class Recorder implements AuditLog {
        private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
        private volatile boolean broken;
        private volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public long append(AuditEvent event) {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new AuditUnavailable("interrupted", e);
            }
            if (broken) {
                throw new AuditUnavailable("the disk is full", new IllegalStateException());
            }
            events.add(event);
            return events.size() - 1L;
        }

        @Override
        public Sent send(AuditEvent event) {
            FutureTask<Long> appending = new FutureTask<>(() -> append(event));
            Thread.ofVirtual().start(appending);
            return new Sent() {
                @Override
                public void awaitWritten() {
                    var _ = awaitDurable();
                }

                @Override
                public long awaitDurable() {
                    try {
                        return appending.get();
                    } catch (InterruptedException | ExecutionException e) {
                        throw new AuditUnavailable("not recorded", e);
                    }
                }
            };
        }

        List<AuditEvent> about(QueryExecution execution) {
            return events.stream()
                    .filter(event -> event.subject().equals(execution.id().toString()))
                    .toList();
        }
    }
}
