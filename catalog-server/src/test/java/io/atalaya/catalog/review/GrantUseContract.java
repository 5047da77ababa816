package io.atalaya.catalog.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.catalog.SettableClock;
import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.AuditRetention;
import io.atalaya.catalog.audit.LegalHolds;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the use of grants on either database. */
abstract class GrantUseContract {
    private static final UUID ORDERS = UUID.randomUUID();

    @TempDir
    private Path data;

    private final SettableClock clock = new SettableClock();
    private MetadataDatabase database;
    private MerkleAuditLog log;
    private GrantUse use;

    abstract MetadataDatabase open(Path folder);

    @BeforeEach
    void begin() throws IOException {
        database = open(data);
        log = MerkleAuditLog.open(AuditLogConfig.in(data), clock);
        use = GrantUse.follow(database.jdbi(), log);
    }

    @AfterEach
    void end() throws IOException {
        use.close();
        log.close();
        database.close();
    }

    private void read(String who, List<Integer> fields, String... grants) {
        log.append(new AuditEvent(
                "data.read.intent",
                who,
                "query",
                Map.of(
                        "tables",
                        List.of(Map.of("uuid", ORDERS.toString(), "fields", fields, "because", List.of(grants))))));
    }

    private Usage usage(String grant) {
        return use.of(List.of(grant)).getOrDefault(grant, Usage.NONE);
    }

    @Test
    void tells_when_by_how_many_and_which_columns() {
        Instant first = clock.instant();
        read("ana", List.of(1, 2), "g1", "g2");
        clock.advance(Duration.ofDays(10));
        read("ben", List.of(2), "g1");
        read("ana", List.of(), "g1");

        Usage usage = usage("g1");
        assertThat(usage.last()).contains(clock.instant());
        assertThat(usage.reads()).isEqualTo(3);
        assertThat(usage.people()).isEqualTo(2);
        assertThat(usage.since(ORDERS, first)).isEqualTo(Set.of(1, 2));
        assertThat(usage.since(ORDERS, clock.instant())).isEqualTo(Set.of(2));
        assertThat(usage("g2").last()).contains(first);
        assertThat(usage("g3").last()).isEmpty();
    }

    @Test
    void tells_who_made_a_grant_and_keeps_people_as_the_log_has_them() {
        log.append(new AuditEvent(
                "policy.change",
                "ana",
                "grant",
                Map.of(
                        "changes",
                        List.of(Map.of("kind", "grant", "subject", "to user ben", "grant", "g1", "after", "SELECT")))));
        log.append(new AuditEvent(
                "policy.change",
                "eve",
                "grant",
                Map.of(
                        "changes",
                        List.of(Map.of(
                                "kind", "grant", "subject", "to user ben", "grant", "g1", "before", "SELECT")))));
        read("ben", List.of(1), "g1");

        assertThat(usage("g1").given()).contains(new Usage.Given("ana", clock.instant()));
        List<String> people = database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT person FROM grant_user UNION SELECT person FROM grant_origin")
                        .mapTo(String.class)
                        .list());
        assertThat(people).hasSize(2).allMatch(person -> person.startsWith("person:"));
    }

    @Test
    void counts_nothing_twice_when_it_goes_on_and_begins_anew_with_another_log() throws IOException {
        read("ana", List.of(1), "g1");
        assertThat(usage("g1").reads()).isEqualTo(1);
        use.close();
        use = GrantUse.follow(database.jdbi(), log);
        read("ana", List.of(1), "g1");
        assertThat(usage("g1").reads()).isEqualTo(2);

        database.jdbi().useHandle(handle -> handle.execute("UPDATE grant_use_position SET next = 1000"));
        use.close();
        use = GrantUse.follow(database.jdbi(), log);
        assertThat(usage("g1").reads())
                .as("a log that was put back is read again")
                .isEqualTo(2);
    }

    @Test
    void knows_nothing_any_more_of_what_retired_records_said() throws IOException {
        log.close();
        AuditLogConfig usual = AuditLogConfig.in(data);
        log = MerkleAuditLog.open(
                new AuditLogConfig(
                        usual.folder(), usual.signingKey(), 1, 10, Duration.ofMillis(10), true, usual.people()),
                clock);
        use.close();
        use = GrantUse.follow(database.jdbi(), log);
        read("ana", List.of(1), "g1", "g2");
        clock.advance(Duration.ofDays(50));
        read("ben", List.of(2), "g1");
        clock.advance(Duration.ofDays(50));
        read("ben", List.of(2), "g3");
        assertThat(usage("g1").reads()).isEqualTo(2);
        LegalHolds holds = new LegalHolds(database.jdbi(), clock);
        try (AuditRetention retention =
                new AuditRetention(log, Optional.of(Period.ofDays(60)), holds, List.of(use::forget), clock)) {
            assertThat(retention.retire("admin").due()).hasSize(1);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(usage("g1").reads()).isEqualTo(1);
            assertThat(usage("g1").people()).isEqualTo(1);
            assertThat(usage("g1").since(ORDERS, Instant.EPOCH)).isEqualTo(Set.of(2));
            assertThat(usage("g2").last()).isEmpty();
            assertThat(use.horizon()).isPresent();
            use.close();
            use = GrantUse.follow(database.jdbi(), log);
        }
        use.close();
        database.jdbi().useHandle(handle -> handle.execute("UPDATE grant_use_position SET first_record = 0"));
        use = GrantUse.follow(database.jdbi(), log);
        assertThat(usage("g1").reads())
                .as("what was told of retired records is told anew")
                .isEqualTo(1);
    }
}
