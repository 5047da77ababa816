package io.atalaya.ingestion.kafka;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies again and again, between any two durable steps, while messages come. */
class KafkaKillsIT {
    private static final int KILLS = 50;
    private static final List<String> STEPS = List.of(
            "started",
            "take/begun",
            "take/intended",
            "take/written",
            "take/committed",
            "take/noted",
            "take/done",
            "ending");

    @TempDir
    Path folder;

    @Test
    void leaves_the_tables_of_one_that_never_died() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KafkaBroker broker = KafkaBroker.shared();
        String topic = broker.topic(3);
        int sent = 0;
        int broken = 0;
        int kills = 0;
        try (IngestionWorld world = IngestionWorld.sqlite(folder)) {
            world.broker("events", broker.address());
            world.pipeline("orders", """
                    stages:
                      - name: take
                        extract: {kafka: {broker: events, topics: [%s]}, target: shop_raw.orders, columns: [seq], every: 100ms}
                    """.formatted(topic));
            while (kills < KILLS) {
                int from = sent;
                sent += random.nextInt(1, 40);
                broker.send(
                        topic,
                        random.nextInt(3),
                        IntStream.range(from, sent)
                                .mapToObj(seq -> "{\"seq\":" + seq + "}")
                                .toArray(String[]::new));
                if (random.nextInt(4) == 0) {
                    broker.send(topic, random.nextInt(3), "broken");
                    broken++;
                }
                String dies = STEPS.get(random.nextInt(STEPS.size()));
                AtomicInteger times = new AtomicInteger();
                world.restart(step -> {
                            if (step.equals(dies) && times.getAndIncrement() == 0) {
                                throw new ProcessEnded();
                            }
                        })
                        .start();
                awaitDeathOrEnd(world, times);
                kills += Math.min(1, times.get());
            }
            world.restart(_ -> {}).start();
            awaitDeathOrEnd(world, new AtomicInteger());
            assertThat(world.run("orders").state()).as("seed %d", seed).isEqualTo(Run.State.SUCCEEDED);
            assertThat(world.ask("shop_raw.orders", "SELECT count(*), count(DISTINCT seq) FROM t"))
                    .as("seed %d", seed)
                    .containsExactly(sent + "|" + sent);
            assertThat(world.count("shop_raw.orders_quarantine"))
                    .as("seed %d", seed)
                    .isEqualTo(broken);
        }
    }

    /** Goes on with the run that was left over, or begins one. */
    private static void awaitDeathOrEnd(IngestionWorld world, AtomicInteger deaths) {
        try {
            world.ingestion().runs().start(DE, "orders");
        } catch (IngestionException.Conflict _) {
            // The one that is there goes on.
        }
        long end = System.nanoTime() + 60_000_000_000L;
        while (deaths.get() == 0 && isActive(world) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static boolean isActive(IngestionWorld world) {
        return world.ingestion().runs().list(DE, Optional.of("orders"), Optional.empty(), 1).runs().stream()
                .anyMatch(run -> !run.state().ended());
    }
}
