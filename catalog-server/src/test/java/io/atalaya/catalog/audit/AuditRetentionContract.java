package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.catalog.SettableClock;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of retiring records and of legal holds, on any metadata database. */
abstract class AuditRetentionContract {
    private static final UUID ORDERS = UUID.fromString("0190aaaa-0000-7000-8000-000000000001");
    private static final Period KEEP = Period.ofDays(90);

    @TempDir
    private Path data;

    private final SettableClock clock = new SettableClock();
    private final List<Horizon> told = new ArrayList<>();
    private MetadataDatabase database;
    private MerkleAuditLog log;
    private AuditIndex index;
    private AuditProjection projection;
    private LegalHolds holds;
    private AuditRetention retention;

    abstract MetadataDatabase open(Path folder) throws IOException;

    @BeforeEach
    void begin() throws IOException {
        database = open(data);
        start();
    }

    private void start() throws IOException {
        AuditLogConfig usual = AuditLogConfig.in(data);
        log = MerkleAuditLog.open(
                new AuditLogConfig(
                        usual.folder(), usual.signingKey(), 4_000, 10, Duration.ofMillis(20), true, usual.people()),
                clock);
        index = AuditIndex.follow(database.jdbi(), log);
        projection = AuditProjection.follow(data.resolve("system"), log, 7);
        holds = new LegalHolds(database.jdbi(), clock);
        retention = new AuditRetention(
                log, Optional.of(KEEP), holds, List.of(index::forget, projection::forget, told::add), clock);
    }

    @AfterEach
    void end() throws IOException {
        stop();
        database.close();
    }

    private void stop() throws IOException {
        retention.close();
        projection.close();
        index.close();
        log.close();
    }

    /** A record a day; in each segment are some. */
    private void days(int days, String principal) {
        for (int i = 0; i < days; i++) {
            log.append(new AuditEvent("data.read.intent", principal, "query", Map.of("epoch", i)));
            clock.advance(Duration.ofDays(1));
        }
    }

    private void read(String principal, String table, UUID uuid) {
        log.append(new AuditEvent(
                "data.read.intent",
                principal,
                "query",
                Map.of("tables", List.of(Map.of("name", table, "uuid", uuid.toString())))));
    }

    private AuditPage search() {
        return index.search(AuditSearch.newest(1000));
    }

    private List<Long> bySql() throws Exception {
        List<Long> sequences = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT sequence FROM (" + projection.rows().sql() + ") ORDER BY sequence")) {
            while (rows.next()) {
                sequences.add(rows.getLong(1));
            }
        }
        return sequences;
    }

    private void assertVerified() throws IOException {
        assertThat(new AuditVerifier().verify(data.resolve("audit")).findings()).isEmpty();
    }

    @Test
    void nothing_is_retired_that_is_not_old_enough() throws IOException {
        days(89, "ana");
        AuditRetention.Plan plan = retention.retire("admin");
        assertThat(plan.due()).isEmpty();
        assertThat(plan.horizon()).isEmpty();
        assertThat(log.first()).isZero();
        assertThat(new AuditRetention(log, Optional.empty(), holds, List.of(), clock)
                        .retire("admin")
                        .due())
                .isEmpty();
    }

    @Test
    void whole_segments_go_and_are_nowhere_any_more() throws Exception {
        days(200, "ana");
        assertThat(bySql()).hasSize(200);
        AuditRetention.Plan dry = retention.plan();
        assertThat(log.first()).isZero();
        AuditRetention.Plan plan = retention.retire("admin");
        assertThat(plan.due()).isEqualTo(dry.due()).hasSizeGreaterThan(3);
        Horizon horizon = plan.horizon().orElseThrow();
        Instant limit = Retirement.limit(clock.instant(), KEEP);
        for (int i = 0; i < 2; i++) {
            long first = log.first();
            assertThat(first).isEqualTo(plan.due().getLast().last() + 1).isBetween(80L, 110L);
            assertThat(log.read(first + 40).at()).isAfter(limit);
            assertThat(log.horizon()).contains(horizon);
            assertThat(horizon.newest()).isBefore(limit);
            assertThat(told).contains(horizon);
            assertThat(search().records().getLast().sequence()).isEqualTo(first);
            assertThat(bySql())
                    .isEqualTo(LongStream.range(first, log.size()).boxed().toList());
            assertThatThrownBy(() -> log.read(first - 1)).isInstanceOf(AuditException.Retired.class);
            assertThatThrownBy(() -> log.prove(0)).isInstanceOf(AuditException.Retired.class);
            assertThat(log.prove(first).record().sequence()).isEqualTo(first);
            stop();
            assertVerified();
            start();
        }
        index.rebuild();
        projection.rebuild();
        assertThat(search().records()).hasSize(bySql().size());
        AuditRecord record = log.read(horizon.recordedAs());
        assertThat(record.kind()).isEqualTo("audit.retired");
        assertThat(record.principal()).isEqualTo("admin");
        assertThat(record.details())
                .containsEntry("from", 0)
                .containsEntry("until", (int) horizon.sequence())
                .containsEntry("retention", "P90D");
    }

    @Test
    void again_and_again() throws Exception {
        long before = 0;
        for (int i = 0; i < 4; i++) {
            days(60, "ana");
            retention.retire("atalaya");
            assertThat(log.first()).isGreaterThanOrEqualTo(before);
            assertThat(bySql())
                    .isEqualTo(LongStream.range(log.first(), log.size()).boxed().toList());
            before = log.first();
            assertVerified();
            if (i % 2 == 0) {
                stop();
                start();
            }
        }
        assertThat(before).isGreaterThan(100);
    }

    @Test
    void a_segment_spans_no_more_than_a_twelfth_of_the_retention() throws IOException {
        for (int i = 0; i < 40; i++) {
            log.append(new AuditEvent("sign-in", "ana", "ana", Map.of()));
            clock.advance(Duration.ofDays(4));
            retention.retire("atalaya");
        }
        assertThat(Duration.between(log.read(log.first()).at(), clock.instant()))
                .isLessThan(Duration.ofDays(90 + 16));
        assertVerified();
    }

    @Test
    void questions_about_a_time_before_the_horizon_are_refused() throws IOException {
        days(200, "ana");
        Horizon horizon = retention.retire("admin").horizon().orElseThrow();
        Instant newest = horizon.newest();
        horizon.check(Optional.empty(), Optional.empty());
        horizon.check(Optional.of(newest.plusNanos(1_000)), Optional.empty());
        horizon.check(Optional.empty(), Optional.of(clock.instant()));
        for (Instant moment : List.of(Instant.EPOCH, newest.minusSeconds(1), newest)) {
            assertThatThrownBy(() -> horizon.check(Optional.of(moment), Optional.empty()))
                    .isInstanceOf(AuditException.Retired.class)
                    .hasMessageContaining("Records up to " + newest + " were retired on");
            assertThatThrownBy(() -> horizon.check(Optional.empty(), Optional.of(moment)))
                    .isInstanceOf(AuditException.Retired.class);
        }
    }

    @Test
    void exports_say_how_far_back_they_reach() throws IOException {
        days(200, "ana");
        Horizon horizon = retention.retire("admin").horizon().orElseThrow();
        long recorded = log.append(new AuditEvent("audit.export", "auditor", "audit", Map.of()));
        Path zip = data.resolve("export.zip");
        try (OutputStream out = Files.newOutputStream(zip)) {
            new AuditExport(log, index, data.resolve("temp"))
                    .write(
                            new AuditExport.Request(
                                    AuditSearch.newest(1000), "auditor", recorded, AuditExport.Format.JSONL),
                            out);
        }
        Map<String, Object> manifest = ExportCheck.check(zip, log.key()).orElseThrow();
        assertThat(manifest).containsEntry("first", (int) horizon.sequence());
        assertThat(manifest.get("horizon"))
                .isEqualTo(Map.of(
                        "first", (int) horizon.sequence(),
                        "retiredUpTo", horizon.newest().toString(),
                        "recordedAs", (int) horizon.recordedAs()));
    }

    private void assertHeld(LegalHold.About about, long matching) throws IOException {
        assertThat(holds.place("case 7", about, "sued", "admin")).isTrue();
        AuditRetention.Plan plan = retention.retire("admin");
        AuditRetention.Span held = plan.held().orElseThrow();
        assertThat(held.heldBy()).containsExactly("case 7");
        assertThat(matching).isBetween(held.first(), held.last());
        assertThat(log.first()).isEqualTo(held.first());
        assertThat(log.read(matching).sequence()).isEqualTo(matching);
        assertThat(holds.release("case 7")).isTrue();
        assertThat(retention.retire("admin").held()).isEmpty();
        assertThat(log.first()).isGreaterThan(matching);
        assertVerified();
    }

    @Test
    void a_hold_on_a_person_keeps_the_segments_with_records_about_them_and_all_that_follow() throws IOException {
        days(40, "ana");
        days(1, "zoe");
        days(120, "ana");
        assertHeld(LegalHold.About.person("zoe"), 40);
    }

    @Test
    void a_hold_on_a_table_keeps_them_also_under_a_name_it_had_later() throws IOException {
        days(40, "ana");
        read("ana", "shop.orders_of_old", ORDERS);
        read("ana", "shop.orders", UUID.randomUUID());
        days(120, "ana");
        assertHeld(
                new LegalHold.About(
                        Optional.empty(),
                        Optional.of("shop.orders"),
                        Optional.of(ORDERS),
                        Optional.empty(),
                        Optional.empty()),
                40);
    }

    @Test
    void a_hold_on_a_span_of_time_keeps_what_was_then() throws IOException {
        days(40, "ana");
        Instant from = clock.instant();
        days(120, "ana");
        assertHeld(
                new LegalHold.About(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(from),
                        Optional.of(from.plusSeconds(1))),
                40);
    }

    @Test
    void who_is_in_retired_records_only_is_forgotten() throws IOException {
        days(20, "zoe.quince");
        days(180, "ana");
        Path people = data.resolve("keys/audit-people");
        assertThat(people).content().contains("zoe.quince", "ana");
        retention.retire("atalaya");
        assertThat(people).content().contains("ana").doesNotContain("zoe.quince");
        log.append(new AuditEvent("sign-in", "zoe.quince", "zoe.quince", Map.of()));
        assertThat(index.search(new AuditSearch(
                                Optional.of("zoe.quince"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.empty(),
                                10))
                        .records())
                .hasSize(1);
    }

    @Test
    void what_is_not_as_it_was_signed_is_not_retired() throws IOException {
        days(200, "ana");
        Path segment = Segments.in(data.resolve("audit")).firstEntry().getValue();
        Files.writeString(
                segment,
                Files.readString(segment)
                        .replace("\"epoch\":2,", "\"epoch\":3,")
                        .replace("\"epoch\":2}", "\"epoch\":3}"));
        assertThatThrownBy(() -> retention.retire("admin"))
                .isInstanceOf(AuditException.Corrupt.class)
                .hasMessageContaining("not what was signed");
        assertThat(segment).exists();
        assertThat(log.horizon()).isEmpty();
    }
}
