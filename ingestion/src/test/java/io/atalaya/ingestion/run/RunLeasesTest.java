package io.atalaya.ingestion.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.PostgresServer;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes that ask for work at once. */
class RunLeasesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    abstract static class Contract {
        @TempDir
        Path folder;

        abstract MetadataDatabase database();

        private Pipeline pipeline(Pipelines pipelines, String name, String more) throws Exception {
            Files.createDirectories(folder.resolve(name).resolve("pipelines"));
            Files.writeString(
                    folder.resolve(name).resolve("pipelines").resolve(name + ".yaml"), """
                    name: %s
                    owner: de
                    runAs: robot
                    %s
                    stages: [{name: tell, notify: {message: x}}]
                    """.formatted(name, more));
            List<Pipeline> read = new PipelineReader().readAll(folder.resolve(name));
            pipelines.apply(folder.resolve(name), read);
            return read.getFirst();
        }

        @Test
        void get_each_run_once_and_no_more_of_a_pipeline_than_it_has_places_for() throws Exception {
            try (MetadataDatabase database = database();
                    ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
                RunStore store = new RunStore(database.jdbi(), CLOCK);
                Pipeline many = pipeline(new Pipelines(database.jdbi(), CLOCK), "many", "concurrency: 3");
                LocalDate first = LocalDate.parse("2026-01-01");
                store.backfills().queue(many, many.stages(), first, first.plusDays(19), 3, "de");
                List<UUID> worked = new ArrayList<>();
                while (worked.size() < 20) {
                    List<Future<List<UUID>>> asked = new ArrayList<>();
                    for (int node = 0; node < 6; node++) {
                        String holder = "node " + node;
                        asked.add(nodes.submit(() -> store.leases().claim(holder, NOW.plusSeconds(30), 5)));
                    }
                    List<UUID> claimed = new ArrayList<>();
                    for (Future<List<UUID>> answer : asked) {
                        claimed.addAll(answer.get());
                    }
                    assertThat(claimed).hasSizeBetween(1, 3).doesNotHaveDuplicates();
                    assertThat(worked).doesNotContainAnyElementsOf(claimed);
                    assertThat(store.leases().claim("late", NOW.plusSeconds(30), 5))
                            .hasSize(Math.min(3 - claimed.size(), 20 - worked.size() - claimed.size()))
                            .allSatisfy(claimed::add);
                    claimed.forEach(run -> store.end(run, Run.State.SUCCEEDED, null));
                    worked.addAll(claimed);
                }
                assertThat(store.leases().claim("node", NOW.plusSeconds(30), 5)).isEmpty();
            }
        }

        @Test
        void take_over_what_another_let_go_of_in_its_place() throws Exception {
            try (MetadataDatabase database = database()) {
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                RunStore store = new RunStore(database.jdbi(), CLOCK);
                Pipeline one = pipeline(pipelines, "one", "");
                LocalDate first = LocalDate.parse("2026-01-01");
                store.backfills().queue(one, one.stages(), first, first.plusDays(2), 1, "de");
                assertThat(store.leases().load()).isEqualTo(new RunLoad(3, 0, 0, 0));
                List<UUID> dead = store.leases().claim("dead", NOW.minusSeconds(1), 5);
                assertThat(dead).hasSize(1);
                assertThat(store.leases().load()).isEqualTo(new RunLoad(2, 0, 1, 0));
                assertThat(store.leases().claim("alive", NOW.plusSeconds(30), 5))
                        .isEqualTo(dead);
                assertThat(store.leases().load()).isEqualTo(new RunLoad(2, 1, 0, 1));
                assertThat(store.leases().renew(dead.getFirst(), "dead", NOW.plusSeconds(60)))
                        .isFalse();
                assertThat(store.leases().claim("third", NOW.plusSeconds(30), 5))
                        .isEmpty();
            }
        }

        @Test
        void begin_what_is_more_urgent_first_and_backfills_last() throws Exception {
            try (MetadataDatabase database = database()) {
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                RunStore store = new RunStore(database.jdbi(), CLOCK);
                Pipeline filled = pipeline(pipelines, "filled", "priority: 50");
                LocalDate day = LocalDate.parse("2026-01-01");
                store.backfills().queue(filled, filled.stages(), day, day, 1, "de");
                Run usual = store.queue(pipeline(pipelines, "usual", ""), "api", "de")
                        .orElseThrow();
                Run urgent = store.queue(pipeline(pipelines, "urgent", "priority: 10"), "api", "de")
                        .orElseThrow();
                assertThat(store.leases().claim("node", NOW.plusSeconds(30), 1)).containsExactly(urgent.id());
                assertThat(store.leases().claim("node", NOW.plusSeconds(30), 1)).containsExactly(usual.id());
                assertThat(store.leases().claim("node", NOW.plusSeconds(30), 1)).hasSize(1);
            }
        }

        @Test
        void are_not_given_again_to_who_still_works_on_them_but_to_others() throws Exception {
            try (MetadataDatabase database = database()) {
                RunStore store = new RunStore(database.jdbi(), CLOCK);
                RunStore later = new RunStore(
                        database.jdbi(), Clock.fixed(NOW.plusSeconds(31), ZoneOffset.UTC), OptionalInt.empty());
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                store.queue(pipeline(pipelines, "slow", ""), "api", "de");
                store.queue(pipeline(pipelines, "other", ""), "api", "de");
                List<UUID> slow = store.leases().claim("slow", NOW.plusSeconds(30), 1);
                List<UUID> more = later.leases().claim("slow", NOW.plusSeconds(61), 2, Set.copyOf(slow));
                assertThat(more).hasSize(1).doesNotContainAnyElementsOf(slow);
                assertThat(later.leases().claim("quick", NOW.plusSeconds(61), 2))
                        .isEqualTo(slow);
                assertThat(later.leases().renew(slow.getFirst(), "slow", NOW.plusSeconds(61)))
                        .isFalse();
            }
        }

        @Test
        void hold_together_no_more_than_all_may_whoever_asks() throws Exception {
            try (MetadataDatabase database = database();
                    ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
                RunStore store = new RunStore(database.jdbi(), CLOCK, OptionalInt.of(4));
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                for (int i = 0; i < 30; i++) {
                    store.queue(pipeline(pipelines, "p" + i, "priority: " + i % 3), "api", "de");
                }
                Set<UUID> worked = new HashSet<>();
                while (worked.size() < 30) {
                    List<Future<List<UUID>>> asked = new ArrayList<>();
                    for (int node = 0; node < 8; node++) {
                        String holder = "node " + node;
                        asked.add(nodes.submit(() -> store.leases().claim(holder, NOW.plusSeconds(30), 3)));
                    }
                    List<UUID> claimed = new ArrayList<>();
                    for (Future<List<UUID>> answer : asked) {
                        claimed.addAll(answer.get());
                    }
                    assertThat(claimed).hasSize(Math.min(4, 30 - worked.size())).doesNotHaveDuplicates();
                    assertThat(store.leases().load().running()).isEqualTo(claimed.size());
                    assertThat(store.leases().claim("late", NOW.plusSeconds(30), 5))
                            .isEmpty();
                    claimed.forEach(run -> store.end(run, Run.State.SUCCEEDED, null));
                    assertThat(worked.addAll(claimed)).isTrue();
                }
                assertThat(worked).hasSize(30);
            }
        }

        @Test
        void count_what_a_dead_node_holds_until_its_leases_run_out() throws Exception {
            try (MetadataDatabase database = database()) {
                OptionalInt two = OptionalInt.of(2);
                RunStore store = new RunStore(database.jdbi(), CLOCK, two);
                RunStore later = new RunStore(database.jdbi(), Clock.fixed(NOW.plusSeconds(31), ZoneOffset.UTC), two);
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                for (int i = 0; i < 5; i++) {
                    store.queue(pipeline(pipelines, "p" + i, ""), "api", "de");
                }
                List<UUID> dead = store.leases().claim("dead", NOW.plusSeconds(30), 5);
                assertThat(dead).hasSize(2);
                assertThat(store.leases().claim("alive", NOW.plusSeconds(30), 5))
                        .isEmpty();
                assertThat(store.leases().renew(dead.getLast(), "dead", NOW.plusSeconds(30)))
                        .isTrue();
                assertThat(later.leases().claim("alive", NOW.plusSeconds(61), 1))
                        .containsExactly(dead.getFirst());
                assertThat(later.leases().claim("third", NOW.plusSeconds(61), 5))
                        .containsExactly(dead.getLast());
                assertThat(later.leases().claim("fourth", NOW.plusSeconds(61), 5))
                        .isEmpty();
            }
        }

        @Test
        void renew_no_lease_that_ran_out_when_there_is_no_room_for_it_any_more() throws Exception {
            try (MetadataDatabase database = database()) {
                OptionalInt one = OptionalInt.of(1);
                RunStore store = new RunStore(database.jdbi(), CLOCK, one);
                RunStore later = new RunStore(database.jdbi(), Clock.fixed(NOW.plusSeconds(31), ZoneOffset.UTC), one);
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                store.queue(pipeline(pipelines, "slow", ""), "api", "de");
                store.queue(pipeline(pipelines, "other", ""), "api", "de");
                List<UUID> slow = store.leases().claim("slow", NOW.plusSeconds(30), 1);
                assertThat(later.leases().renew(slow.getFirst(), "slow", NOW.plusSeconds(30)))
                        .isTrue();
                RunStore wider = new RunStore(
                        database.jdbi(), Clock.fixed(NOW.plusSeconds(31), ZoneOffset.UTC), OptionalInt.of(2));
                assertThat(wider.leases().claim("fast", NOW.plusSeconds(61), 2)).containsAll(slow);
                assertThat(later.leases().renew(slow.getFirst(), "slow", NOW.plusSeconds(61)))
                        .isFalse();
                later.leases().release(slow.getFirst(), "fast");
                database.jdbi()
                        .useHandle(handle -> handle.createUpdate(
                                        "UPDATE pipeline_run SET lease_holder = 'slow' WHERE id = :id")
                                .bind("id", slow.getFirst().toString())
                                .execute());
                assertThat(later.leases().renew(slow.getFirst(), "slow", NOW.plusSeconds(61)))
                        .isFalse();
                assertThat(wider.leases().renew(slow.getFirst(), "slow", NOW.plusSeconds(61)))
                        .isTrue();
            }
        }

        @Test
        void give_one_in_four_to_the_oldest_so_that_urgent_ones_keep_none_waiting_for_ever() throws Exception {
            try (MetadataDatabase database = database()) {
                RunStore store = new RunStore(database.jdbi(), CLOCK, OptionalInt.of(1));
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                Pipeline filled = pipeline(pipelines, "filled", "priority: -100");
                LocalDate day = LocalDate.parse("2026-01-01");
                store.backfills().queue(filled, filled.stages(), day, day.plusDays(1), 1, "de");
                Run humble = store.queue(pipeline(pipelines, "humble", "priority: -50"), "api", "de")
                        .orElseThrow();
                Pipeline urgent = pipeline(pipelines, "urgent", "priority: 100");
                List<String> order = new ArrayList<>();
                for (int i = 0; i < 13; i++) {
                    store.queue(urgent, "api", "de");
                    UUID run =
                            store.leases().claim("node", NOW.plusSeconds(30), 1).getFirst();
                    order.add(store.find(run).orElseThrow().pipeline());
                    store.end(run, Run.State.SUCCEEDED, null);
                }
                assertThat(order)
                        .containsExactly(
                                "urgent", "urgent", "urgent", "filled", "urgent", "urgent", "urgent", "filled",
                                "urgent", "urgent", "urgent", "humble", "urgent");
                assertThat(store.find(humble.id()).orElseThrow().state()).isEqualTo(Run.State.SUCCEEDED);
            }
        }

        @Test
        void find_what_waits_behind_a_backfill_of_years() throws Exception {
            try (MetadataDatabase database = database()) {
                RunStore store = new RunStore(database.jdbi(), CLOCK);
                Pipelines pipelines = new Pipelines(database.jdbi(), CLOCK);
                Pipeline years = pipeline(pipelines, "years", "priority: 50");
                Pipeline week = pipeline(pipelines, "week", "");
                LocalDate first = LocalDate.parse("2020-01-01");
                store.backfills().queue(years, years.stages(), first, first.plusDays(699), 1, "de");
                store.backfills().queue(week, week.stages(), first, first.plusDays(6), 1, "de");
                assertThat(store.leases().claim("node", NOW.plusSeconds(30), 5).stream()
                                .map(run -> store.find(run).orElseThrow().pipeline()))
                        .containsExactly("years", "week");
            }
        }
    }

    @Nested
    class Sqlite extends Contract {
        @Override
        MetadataDatabase database() {
            return SqliteFiles.open(folder.resolve("atalaya.db"));
        }
    }

    @Nested
    class Postgresql extends Contract {
        @Override
        MetadataDatabase database() {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return PostgresServer.shared().orElseThrow().freshDatabase();
        }
    }
}
