package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of erasing people, on any metadata database. */
abstract class ErasuresContract {
    private static final String NAME = "zoe.quince";

    @TempDir
    private Path data;

    private MetadataDatabase database;
    private MerkleAuditLog log;
    private AuditIndex index;
    private AuditProjection projection;
    private LegalHolds holds;
    private Erasures erasures;

    abstract MetadataDatabase open(Path folder) throws IOException;

    @BeforeEach
    void begin() throws IOException {
        database = open(data);
        start();
        log.append(new AuditEvent("sign-in", NAME, NAME, Map.of("from", "203.0.113.77")));
        log.append(new AuditEvent(
                "data.read.intent", NAME, "q1", Map.of("statement", "SELECT 'born 1977-07-07'", "epoch", 4)));
        log.append(new AuditEvent(
                "policy.change",
                "admin",
                "member " + NAME + " in analyst",
                Map.of("changes", List.of(Map.of("kind", "member", "subject", NAME + " in analyst", "after", "")))));
        log.append(new AuditEvent("user.disable", "admin", NAME, Map.of()));
        log.append(new AuditEvent("audit.read", "auditor", "audit", Map.of("principal", NAME)));
        log.append(new AuditEvent("data.read.intent", "ana", "q2", Map.of()));
    }

    private void start() throws IOException {
        log = MerkleAuditLog.open(AuditLogConfig.in(data), Clock.systemUTC());
        index = AuditIndex.follow(database.jdbi(), log);
        projection = AuditProjection.follow(data.resolve("system"), log, 4);
        holds = new LegalHolds(database.jdbi(), Clock.systemUTC());
        erasures = new Erasures(log, projection, holds);
    }

    @AfterEach
    void end() throws IOException {
        stop();
        database.close();
    }

    private void stop() throws IOException {
        projection.close();
        index.close();
        log.close();
    }

    private List<AuditRecord> by(String principal) {
        return index.search(new AuditSearch(
                        Optional.of(principal),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        10))
                .records();
    }

    private String sql() throws Exception {
        StringBuilder all = new StringBuilder();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT t::VARCHAR FROM (" + projection.rows().sql() + ") AS t")) {
            while (rows.next()) {
                all.append(rows.getString(1)).append('\n');
            }
        }
        return all.toString();
    }

    private String lines() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path segment : Segments.in(data.resolve("audit")).values()) {
            all.append(Files.readString(segment));
        }
        return all.toString();
    }

    private String entries() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT principal, subject FROM audit_entry")
                        .mapToMap()
                        .list())
                .toString();
    }

    @Test
    void nobody_is_in_the_lines_or_in_the_index_by_name() throws IOException {
        assertThat(by(NAME)).hasSize(2);
        assertThat(lines()).doesNotContain(NAME, "203.0.113.77", "1977-07-07").contains("person:", "sealed:");
        assertThat(entries()).doesNotContain(NAME).contains("person:");
    }

    @Test
    void who_may_read_the_log_reads_names_as_long_as_their_keys_are_there() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(by(NAME)).extracting(AuditRecord::subject).containsExactly("q1", NAME);
            assertThat(by(NAME).getLast().details()).containsEntry("from", "203.0.113.77");
            assertThat(log.read(2).subject()).isEqualTo("member " + NAME + " in analyst");
            assertThat(log.read(4).details()).containsEntry("principal", NAME);
            assertThat(sql()).contains(NAME, "1977-07-07");
            stop();
            start();
        }
    }

    @Test
    void who_is_erased_is_nowhere_any_more_and_the_log_holds() throws Exception {
        assertThat(by(NAME)).hasSize(2);
        assertThat(sql()).contains(NAME);
        assertThat(erasures.erase(NAME)).isPresent();
        log.append(new AuditEvent("data.read.intent", "ana", "q3", Map.of()));
        for (int i = 0; i < 2; i++) {
            assertThat(by(NAME)).isEmpty();
            assertThat(by("ana")).hasSize(2);
            assertThat(log.read(0).principal()).startsWith("erased-");
            assertThat(log.read(0).details()).containsEntry("from", "erased");
            assertThat(log.read(1).details())
                    .containsEntry("statement", "erased")
                    .containsEntry("epoch", 4);
            assertThat(log.read(2).subject()).startsWith("member erased-").endsWith(" in analyst");
            assertThat(sql()).doesNotContain("1977-07-07", "203.0.113.77").contains("erased-", "ana");
            stop();
            Verification verification = new AuditVerifier().verify(data.resolve("audit"));
            assertThat(verification.findings()).isEmpty();
            assertThat(verification.signed()).isEqualTo(verification.records());
            start();
        }
        erasures.erase("auditor");
        assertThat(sql()).doesNotContain(NAME);
        assertThat(entries()).doesNotContain(NAME);
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("metadata"))
                    .toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(NAME, "1977-07-07");
            }
        }
    }

    @Test
    void somebody_of_that_name_later_is_somebody_else() {
        Optional<String> before = erasures.inLines(NAME);
        erasures.erase(NAME);
        assertThat(erasures.inLines(NAME)).isEmpty();
        log.append(new AuditEvent("sign-in", NAME, NAME, Map.of("from", "203.0.113.78")));
        assertThat(erasures.inLines(NAME)).isPresent().isNotEqualTo(before);
        assertThat(by(NAME)).hasSize(1);
    }

    @Test
    void holds_are_kept_until_they_are_taken_back() {
        LegalHold.About zoe = LegalHold.About.person(NAME);
        assertThat(holds.place("case 7", zoe, "sued", "admin")).isTrue();
        assertThat(holds.place("case 7", zoe, "sued again", "admin")).isTrue();
        assertThat(holds.place("case 7", LegalHold.About.person("ana"), "another", "admin"))
                .isFalse();
        assertThat(holds.list()).extracting(LegalHold::reason).containsExactly("sued");
        assertThat(erasures.heldBy(NAME)).containsExactly("case 7");
        assertThat(erasures.heldBy("ana")).isEmpty();
        assertThat(holds.release("case 7")).isTrue();
        assertThat(holds.release("case 7")).isFalse();
        assertThat(erasures.heldBy(NAME)).isEmpty();
    }

    @Test
    void a_hold_on_a_table_or_a_time_keeps_those_who_are_in_its_records() {
        log.append(new AuditEvent(
                "data.read.intent", NAME, "q9", Map.of("tables", List.of(Map.of("name", "shop.orders", "uuid", "u")))));
        Instant now = Instant.now();
        holds.place("orders", about(Optional.of("shop.orders"), Optional.empty()), "audit", "admin");
        holds.place("others", about(Optional.of("shop.orders_old"), Optional.empty()), "audit", "admin");
        holds.place("later", about(Optional.empty(), Optional.of(now.plusSeconds(9))), "audit", "admin");
        assertThat(erasures.heldBy(NAME)).containsExactly("orders");
        assertThat(erasures.heldBy("ana")).isEmpty();
        holds.place("all", about(Optional.empty(), Optional.of(now.minusSeconds(900))), "audit", "admin");
        assertThat(erasures.heldBy(NAME)).containsExactly("all", "orders");
        assertThat(erasures.heldBy("ana")).containsExactly("all");
    }

    private static LegalHold.About about(Optional<String> table, Optional<Instant> from) {
        return new LegalHold.About(Optional.empty(), table, Optional.empty(), from, Optional.empty());
    }
}
