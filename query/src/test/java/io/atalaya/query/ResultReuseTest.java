package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultReuseTest {
    private static final Principal ANA = HandPolicies.person("ana");
    private static final Principal BEN = HandPolicies.person("ben");
    private static final String COUNT = "SELECT count(*), max(i) FROM n";
    private static final Predicate ODD = new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("odd"));

    @TempDir
    private Path folder;

    private final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private TestWarehouse lake;
    private Workgroups workgroups;
    private QueryService service;

    @BeforeEach
    void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "n",
                new Schema(
                        Types.NestedField.required(1, "i", Types.LongType.get()),
                        Types.NestedField.optional(2, "parity", Types.StringType.get())),
                "SELECT i, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS parity FROM range(100) t(i)");
        lake.policies.allow("ana", "shop_curated.n").allow("ben", "shop_curated.n", ODD, Map.of());
        Clock moving = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
        workgroups = new Workgroups(lake.jdbi(), () -> lake.policies, this::record, moving);
        service = new QueryService(
                lake.compiler(),
                lake.lakehouse().reader()::connect,
                workgroups,
                lake.jdbi(),
                this::record,
                ExecutionConfig.standard(folder.resolve("results")),
                moving);
    }

    private long record(AuditEvent event) {
        audit.add(event);
        return audit.size();
    }

    @AfterEach
    void close() {
        service.close();
        lake.close();
    }

    private QueryExecution ask(Principal principal, String sql) {
        return ask(principal, sql, Workgroup.PRIMARY, Optional.of(Duration.ofHours(1)));
    }

    private QueryExecution ask(
            Principal principal, String sql, String workgroup, Optional<Duration> reuse, String... parameters) {
        StartQuery request = new StartQuery(
                sql,
                Optional.of("shop_curated"),
                Optional.of(workgroup),
                Optional.empty(),
                List.of(parameters),
                Optional.empty(),
                reuse,
                "test");
        QueryExecution started = service.start(principal, request);
        QueryExecution ended = service.await(principal, started.id().toString(), Duration.ofSeconds(60));
        assertThat(ended.state()).as("%s", ended.error()).isEqualTo(QueryState.SUCCEEDED);
        return ended;
    }

    private List<?> rows(QueryExecution execution) {
        return service.results(
                        HandPolicies.person(execution.principal()),
                        execution.id().toString(),
                        Optional.empty(),
                        1000)
                .rows();
    }

    @Test
    void the_same_question_again_reads_nothing() {
        QueryExecution first = ask(ANA, COUNT);
        QueryExecution second = ask(ANA, COUNT);
        assertThat(first.reusedFrom()).isEmpty();
        assertThat(second.reusedFrom()).contains(first.id());
        assertThat(second.statistics().bytesScanned()).isZero();
        assertThat(second.statistics().rows()).isEqualTo(1);
        assertThat(rows(second)).isEqualTo(rows(first)).isEqualTo(List.of(List.of("100", "99")));
        assertThat(service.get(ANA, second.id().toString())).isEqualTo(second);
    }

    @Test
    void it_is_on_record_like_every_other() {
        QueryExecution first = ask(ANA, COUNT);
        String second = ask(ANA, COUNT).id().toString();
        List<AuditEvent> about =
                audit.stream().filter(event -> event.subject().equals(second)).toList();
        assertThat(about).extracting(AuditEvent::kind).containsExactly("data.read.intent", "data.read.outcome");
        assertThat(about.getLast().details())
                .containsEntry("reusedFrom", first.id().toString());
    }

    @Test
    void only_who_asks_for_it_gets_an_earlier_result() {
        ask(ANA, COUNT);
        assertThat(ask(ANA, COUNT, Workgroup.PRIMARY, Optional.empty()).reusedFrom())
                .isEmpty();
    }

    @Test
    void a_result_grows_old_and_is_not_young_again_because_it_was_reused() {
        QueryExecution first = ask(ANA, COUNT);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(50)));
        assertThat(ask(ANA, COUNT).reusedFrom()).contains(first.id());
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(20)));
        assertThat(ask(ANA, COUNT).reusedFrom()).isEmpty();
    }

    @Test
    void new_data_is_seen() {
        ask(ANA, COUNT);
        lake.append("n", "SELECT 1000 AS i, 'even' AS parity");
        QueryExecution after = ask(ANA, COUNT);
        assertThat(after.reusedFrom()).isEmpty();
        assertThat(rows(after)).isEqualTo(List.of(List.of("101", "1000")));
    }

    @Test
    void nobody_gets_the_result_of_another() {
        ask(ANA, COUNT);
        QueryExecution bens = ask(BEN, COUNT);
        assertThat(bens.reusedFrom()).isEmpty();
        assertThat(rows(bens)).isEqualTo(List.of(List.of("50", "99")));
        lake.policies.allow("cat", "shop_curated.n");
        assertThat(ask(HandPolicies.person("cat"), COUNT).reusedFrom()).isEmpty();
    }

    @Test
    void a_filtered_result_is_reused_by_whom_it_was_filtered_for() {
        QueryExecution first = ask(BEN, COUNT);
        assertThat(ask(BEN, COUNT).reusedFrom()).contains(first.id());
    }

    @Test
    void a_changed_grant_counts_whatever_it_changed() {
        ask(ANA, COUNT);
        lake.policies.allow("ana", "shop_curated.n", ODD, Map.of());
        QueryExecution filtered = ask(ANA, COUNT);
        assertThat(filtered.reusedFrom()).isEmpty();
        assertThat(rows(filtered)).isEqualTo(List.of(List.of("50", "99")));
        String parities = "SELECT DISTINCT parity FROM n WHERE i = 1";
        assertThat(rows(ask(ANA, parities))).isEqualTo(List.of(List.of("odd")));
        lake.policies.allow(
                "ana", "shop_curated.n", new Predicate.Always(), Map.of(2, HandPolicies.masked(new Mask.Redact())));
        QueryExecution masked = ask(ANA, parities);
        assertThat(masked.reusedFrom()).isEmpty();
        assertThat(rows(masked)).isNotEqualTo(List.of(List.of("odd")));
    }

    @Test
    void a_revoked_grant_ends_it() {
        ask(ANA, COUNT);
        lake.policies.revoke("ana", "shop_curated.n");
        QueryExecution started = service.start(
                ANA,
                new StartQuery(
                        COUNT,
                        Optional.of("shop_curated"),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(Duration.ofHours(1)),
                        "test"));
        assertThat(service.await(ANA, started.id().toString(), Duration.ofSeconds(60))
                        .state())
                .isEqualTo(QueryState.FAILED);
    }

    @Test
    void a_change_of_profiles_or_attributes_counts() {
        ask(ANA, COUNT);
        assertThat(ask(new Principal("ana", Set.of("auditor"), Map.of()), COUNT).reusedFrom())
                .isEmpty();
        assertThat(ask(new Principal("ana", Set.of(), Map.of("region", "EU")), COUNT)
                        .reusedFrom())
                .isEmpty();
        assertThat(ask(ANA, COUNT).reusedFrom()).isPresent();
    }

    @Test
    void another_text_parameter_or_workgroup_is_another_question() {
        workgroups.create(HandPolicies.person("admin"), Workgroup.of("other"));
        String larger = "SELECT count(*) FROM n WHERE i > ?";
        Optional<Duration> hour = Optional.of(Duration.ofHours(1));
        ask(ANA, larger, Workgroup.PRIMARY, hour, "5");
        assertThat(ask(ANA, larger, Workgroup.PRIMARY, hour, "6").reusedFrom()).isEmpty();
        assertThat(ask(ANA, larger, "other", hour, "5").reusedFrom()).isEmpty();
        assertThat(ask(ANA, larger + " ", Workgroup.PRIMARY, hour, "5").reusedFrom())
                .isEmpty();
        assertThat(ask(ANA, larger, Workgroup.PRIMARY, hour, "5").reusedFrom()).isPresent();
    }

    @Test
    void what_differs_each_time_runs_each_time() {
        for (String fleeting : List.of(
                "SELECT random()",
                "SELECT now()",
                "SELECT current_timestamp",
                "SELECT current_date",
                "SELECT uuid()",
                "SHOW TABLES")) {
            ask(ANA, fleeting);
            assertThat(ask(ANA, fleeting).reusedFrom()).as(fleeting).isEmpty();
        }
    }

    @Test
    void a_result_that_is_no_longer_kept_is_made_again() throws Exception {
        QueryExecution first = ask(ANA, COUNT);
        Files.delete(folder.resolve("results").resolve(first.id() + ".rows"));
        assertThat(rows(ask(ANA, COUNT))).isEqualTo(List.of(List.of("100", "99")));
    }

    /** Whatever happened in between, in any order: the answer is the one that a run would give. */
    @Test
    void an_earlier_result_is_never_another_than_that_of_a_run() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Principal> people = List.of(ANA, BEN, new Principal("ana", Set.of("p"), Map.of()));
        List<String> texts = List.of(
                "SELECT count(*), max(i), min(parity) FROM n",
                "SELECT i, parity FROM n ORDER BY i",
                "SELECT count(*) FROM n a JOIN n b ON a.i = b.i WHERE a.parity = 'odd'");
        List<String> done = new ArrayList<>();
        int reused = 0;
        for (int step = 0; step < 120; step++) {
            Principal who = people.get(random.nextInt(people.size()));
            switch (random.nextInt(8)) {
                case 0 -> lake.append("n", "SELECT " + (1000 + step) + " AS i, 'odd' AS parity");
                case 1 -> lake.policies.allow(who.name(), "shop_curated.n");
                case 2 -> lake.policies.allow(who.name(), "shop_curated.n", ODD, Map.of());
                case 3 ->
                    lake.policies.allow(
                            who.name(),
                            "shop_curated.n",
                            new Predicate.Always(),
                            Map.of(2, HandPolicies.masked(new Mask.Redact())));
                default -> {
                    String text = texts.get(random.nextInt(texts.size()));
                    QueryExecution again = ask(who, text);
                    QueryExecution fresh = ask(who, text, Workgroup.PRIMARY, Optional.empty());
                    done.add(who.name() + ": " + text + " " + again.reusedFrom());
                    reused += again.reusedFrom().isPresent() ? 1 : 0;
                    assertThat(rows(again)).as("seed %d after %s", seed, done).isEqualTo(rows(fresh));
                }
            }
        }
        assertThat(reused).as("seed %d", seed).isPositive();
    }
}
