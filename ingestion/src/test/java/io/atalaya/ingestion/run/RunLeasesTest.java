package io.atalaya.ingestion.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
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
    }

    @Nested
    class Sqlite extends Contract {
        @Override
        MetadataDatabase database() {
            return MetadataDatabase.sqlite(folder.resolve("atalaya.db"));
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
