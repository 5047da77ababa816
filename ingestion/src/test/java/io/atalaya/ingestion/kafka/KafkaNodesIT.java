package io.atalaya.ingestion.kafka;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import io.atalaya.migrations.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one metadata database that both watch the same topic. */
class KafkaNodesIT {
    private static final Duration LEASE = Duration.ofSeconds(31);

    abstract static class Contract {
        @TempDir
        Path folder;

        private final KafkaBroker broker = KafkaBroker.shared();
        private final String topic = broker.topic(3);
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private int sent;

        abstract IngestionWorld world();

        private void send(int partition) {
            int from = sent;
            sent += 20;
            broker.send(
                    topic,
                    partition,
                    IntStream.range(from, sent)
                            .mapToObj(seq -> "{\"seq\": " + seq + "}")
                            .toArray(String[]::new));
        }

        private void counted(String step) {
            if (step.equals("take/begun")) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            } else if (step.equals("take/done")) {
                inside.decrementAndGet();
            }
        }

        @Test
        void one_reads_at_a_time_and_the_other_goes_on_when_that_one_is_killed() throws Exception {
            Duration later = Duration.ZERO;
            try (IngestionWorld world = world()) {
                world.broker("events", broker.address());
                world.pipeline("orders", """
                        triggers: [{arrival: take}]
                        stages:
                          - name: take
                            extract:
                              kafka: {broker: events, topics: [%s]}
                              every: 100ms
                              target: shop_raw.orders
                              columns: [seq]
                        """.formatted(topic));
                for (String dies :
                        List.of("take/begun", "take/intended", "take/written", "take/committed", "take/noted")) {
                    CountDownLatch there = new CountDownLatch(1);
                    CountDownLatch killed = new CountDownLatch(1);
                    Ingestion mortal = world.node(8, step -> {
                        counted(step);
                        if (step.equals(dies)) {
                            there.countDown();
                            await(() -> killed.getCount() == 0);
                            inside.decrementAndGet();
                            throw new ProcessEnded();
                        }
                    });
                    try (Ingestion other = world.node(8, this::counted)) {
                        send(0);
                        mortal.start();
                        there.await();
                        other.start();
                        send(1);
                        // The other sees the messages several times, and that somebody is at work.
                        Thread.sleep(Duration.ofSeconds(1));
                        assertThat(other.running()).as(dies).isZero();
                        killed.countDown();
                        await(() -> mortal.running() == 0);
                        mortal.close();
                        Thread.sleep(Duration.ofMillis(500));
                        assertThat(other.running()).as(dies).isZero();
                        later = later.plus(LEASE);
                        world.clock.later(later);
                        int all = sent;
                        await(() -> world.count("shop_raw.orders") == all);
                        send(2);
                        await(() -> world.count("shop_raw.orders") == all + 20);
                        await(() ->
                                runs(world).stream().allMatch(run -> run.state().ended()));
                    }
                    assertThat(world.ask("shop_raw.orders", "SELECT count(*), count(DISTINCT seq) FROM t"))
                            .as(dies)
                            .containsExactly(sent + "|" + sent);
                    assertThat(inside).as(dies).hasValue(0);
                }
                assertThat(most).hasValue(1);
                // What was seen before the last commit may have queued one more, with nothing to take.
                assertThat(runs(world)).extracting(Run::state).isSubsetOf(Run.State.SUCCEEDED, Run.State.QUEUED);
            }
        }

        private static List<Run> runs(IngestionWorld world) {
            return world.ingestion()
                    .runs()
                    .list(DE, Optional.of("orders"), Optional.empty(), 100)
                    .runs();
        }

        private static void await(BooleanSupplier until) {
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!until.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(end);
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
