package io.atalaya.policies;

import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions that are remembered are those that would be taken anew. */
class ConcurrentDecisionsTest {
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    private static final Principal ANA = new Principal("ana", Set.of(), Map.of());
    private static final Grantee TO_ANA = new Grantee.User("ana");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void every_decision_is_that_of_its_epoch_while_policies_change() throws Exception {
        try (MetadataDatabase database = SqliteFiles.open(folder.resolve("metadata.db"));
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Policies policies = new Policies(database.jdbi());
            Map<Long, Boolean> mayRead =
                    new ConcurrentHashMap<>(Map.of(policies.current().epoch(), false));
            AtomicBoolean changing = new AtomicBoolean(true);
            List<Future<Map<Long, Boolean>>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(executor.submit(() -> {
                    Map<Long, Boolean> seen = new ConcurrentHashMap<>();
                    do {
                        PolicySnapshot now = policies.current();
                        Decision decision = now.decide(ANA, SELECT, ORDERS);
                        assertThat(decision.epoch()).isEqualTo(now.epoch());
                        Boolean before = seen.put(now.epoch(), decision instanceof Decision.Allowed);
                        assertThat(before).isIn(null, decision instanceof Decision.Allowed);
                    } while (changing.get());
                    return seen;
                }));
            }
            for (int i = 0; i < 25; i++) {
                long given = policies.grant(ADMIN, Grant.of("", TO_ANA, orders(), SELECT))
                        .epoch();
                mayRead.put(given, true);
                assertThat(policies.current().decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Allowed.class);
                long taken =
                        policies.revoke(ADMIN, TO_ANA, orders(), Set.of(SELECT)).epoch();
                mayRead.put(taken, false);
                assertThat(policies.current().decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
            }
            changing.set(false);
            for (Future<Map<Long, Boolean>> reader : readers) {
                assertThat(mayRead).containsAllEntriesOf(reader.get());
            }
        }
    }

    @Test
    void a_decision_that_is_remembered_begins_and_ends_with_the_grant_behind_it() {
        try (MetadataDatabase database = SqliteFiles.open(folder.resolve("metadata.db"))) {
            AtomicReference<Instant> time = new AtomicReference<>(NOON);
            InstantSource ticking = time::get;
            Policies policies = new Policies(database.jdbi(), ticking.withZone(ZoneOffset.UTC), _ -> {}, _ -> true);
            Validity hour = new Validity(Optional.of(NOON.plusSeconds(60)), Optional.of(NOON.plusSeconds(3660)));
            policies.grant(
                    ADMIN,
                    new Grant(
                            "",
                            TO_ANA,
                            orders(),
                            Set.of(SELECT),
                            Set.of(),
                            new Terms(hour, Condition.NONE, ""),
                            "",
                            new Source.Hand()));
            PolicySnapshot snapshot = policies.current();
            for (int round = 0; round < 2; round++) {
                for (long second : List.of(0L, 59L, 3660L, 9999L)) {
                    time.set(NOON.plusSeconds(second));
                    assertThat(snapshot.decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
                }
                for (long second : List.of(60L, 3659L, 1000L)) {
                    time.set(NOON.plusSeconds(second));
                    assertThat(snapshot.decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Allowed.class);
                }
            }
        }
    }

    @Test
    void nobody_is_given_the_decision_of_another_purpose_or_other_profiles() {
        try (MetadataDatabase database = SqliteFiles.open(folder.resolve("metadata.db"))) {
            Policies policies = new Policies(database.jdbi(), Clock.systemUTC(), _ -> {}, _ -> true);
            policies.grant(ADMIN, Grant.of("", new Grantee.Profile("administrator"), orders(), SELECT));
            PolicySnapshot snapshot = policies.current();
            Principal rootWithout = new Principal("root", Set.of(), Map.of());
            assertThat(snapshot.decide(ADMIN, SELECT, ORDERS)).isInstanceOf(Decision.Allowed.class);
            assertThat(snapshot.decide(rootWithout, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
            assertThat(snapshot.decide(ADMIN.to(Optional.of("churn")), SELECT, ORDERS)
                            .principal()
                            .purpose())
                    .contains("churn");
        }
    }
}
