package io.atalaya.ingestion.run;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.migrations.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes that work on the runs of one metadata database. */
class NodesTest {
    abstract static class Contract {
        @TempDir
        Path folder;

        abstract IngestionWorld world();

        @Test
        void work_together_on_no_more_runs_than_all_may() throws Exception {
            CountDownLatch free = new CountDownLatch(1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<Ingestion> nodes = new ArrayList<>();
            try (IngestionWorld world = world()) {
                try {
                    List<UUID> runs = new ArrayList<>();
                    for (int i = 0; i < 9; i++) {
                        world.pipeline("p" + i, """
                                stages:
                                  - name: make
                                    sql: {text: SELECT %d AS id, mode: OVERWRITE, target: shop_curated.t%d}
                                """.formatted(i, i));
                        runs.add(world.ingestion().runs().start(DE, "p" + i).id());
                    }
                    for (int node = 0; node < 4; node++) {
                        nodes.add(world.node(3, step -> {
                            if (step.equals("make/begun")) {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                await(() -> free.getCount() == 0);
                                inside.decrementAndGet();
                            }
                        }));
                    }
                    nodes.forEach(Ingestion::start);
                    await(() -> inside.get() == 3);
                    // Each node looks several times in between; they could work on eight.
                    Thread.sleep(Duration.ofSeconds(1));
                    assertThat(inside).hasValue(3);
                    assertThat(world.ingestion().load().running()).isEqualTo(3);
                    assertThat(world.ingestion().load().queued()).isEqualTo(6);
                    free.countDown();
                    runs.forEach(run -> assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED));
                    assertThat(most).hasValue(3);
                    assertThat(IntStream.range(0, 9).mapToLong(i -> world.count("shop_curated.t" + i)))
                            .containsOnly(1L);
                } finally {
                    free.countDown();
                    nodes.forEach(Ingestion::close);
                }
            }
        }

        private static void await(BooleanSupplier condition) {
            long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(until);
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Nested
    class Sqlite extends Contract {
        @Override
        IngestionWorld world() {
            return IngestionWorld.sqlite(folder);
        }
    }

    @Nested
    class Postgresql extends Contract {
        @Override
        IngestionWorld world() {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(folder);
        }
    }
}
