package io.atalaya.ingestion.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Held against Kinesalite, which others have written after Kinesis; not against Kinesis itself. What begins with the newest message is
 * left to {@link KinesisIT}, as Kinesalite does not answer who asks for messages after a moment since which none came.
 */
class KinesaliteIT {
    private static final String PIPELINE = """
            stages:
              - name: take
                extract: {kinesis: {cloud: aws, stream: orders%s}, target: shop_raw.orders, columns: [seq], every: 200ms}
            """;

    @TempDir
    Path folder;

    private Kinesalite kinesis;
    private IngestionWorld world;

    @BeforeEach
    void begin() {
        kinesis = Kinesalite.start();
        kinesis.create(2);
        world = IngestionWorld.sqlite(folder);
        world.cloud("aws", kinesis.address());
        world.restart(_ -> {}).start();
        world.pipeline("orders", PIPELINE.formatted(""));
    }

    @AfterEach
    void end() {
        if (kinesis != null) {
            world.close();
            kinesis.close();
        }
    }

    private static List<String> orders(int from, int until) {
        return IntStream.range(from, until)
                .mapToObj(seq -> "{\"seq\":" + seq + "}")
                .toList();
    }

    private void succeeded() {
        Run run = world.run("orders");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    private void assertRows(int rows) {
        assertThat(world.ask("shop_raw.orders", "SELECT count(*), count(DISTINCT seq) FROM t"))
                .containsExactly(rows + "|" + rows);
    }

    @Test
    void messages_come_once_with_where_and_when_they_came() {
        kinesis.send(orders(0, 2_000));
        kinesis.send(List.of("broken"));
        succeeded();
        assertRows(2_000);
        assertThat(
                        world.ask(
                                "shop_raw.orders",
                                "SELECT count(DISTINCT _shard), count(DISTINCT _sequence), count_if(_key = '{\"seq\":' || seq || '}'), count_if(abs(epoch_ms(_timestamp) - epoch_ms(now())) < 600000) FROM t"))
                .containsExactly("2|2000|2000|2000");
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _raw FROM t"))
                .containsExactly("broken");
        kinesis.send(orders(2_000, 2_100));
        succeeded();
        succeeded();
        assertRows(2_100);
    }

    @Test
    void shards_that_are_divided_and_joined_lose_nothing_and_are_read_after_those_they_come_of() {
        kinesis.send(orders(0, 100));
        succeeded();
        kinesis.send(orders(100, 200));
        List<Shard> first = kinesis.open();
        kinesis.split(first.getFirst());
        kinesis.send(orders(200, 300));
        List<Shard> second = kinesis.open();
        kinesis.merge(second.get(1), second.get(2));
        kinesis.send(orders(300, 400));
        succeeded();
        assertRows(400);
        String order =
                "SELECT string_agg(_shard, ' ' ORDER BY begun, _shard) FROM (SELECT _shard, min(_ingested_at) AS begun FROM t GROUP BY ALL)";
        assertThat(world.ask("shop_raw.orders", order).getFirst().split(" "))
                .hasSize(5)
                .containsSubsequence(
                        first.getFirst().shardId(),
                        second.get(1).shardId(),
                        kinesis.open().getLast().shardId())
                .containsSubsequence(
                        first.getLast().shardId(), kinesis.open().getLast().shardId());
        kinesis.send(orders(400, 420));
        succeeded();
        assertRows(420);
    }

    @Test
    void a_run_ends_while_messages_come_and_the_next_takes_those() throws InterruptedException {
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        Thread producer = Thread.ofPlatform().start(() -> {
            while (!enough.get()) {
                int from = sent.get();
                kinesis.send(orders(from, from + 20));
                sent.set(from + 20);
            }
        });
        for (int i = 0; i < 3; i++) {
            succeeded();
        }
        enough.set(true);
        producer.join();
        succeeded();
        assertRows(sent.get());
    }

    @Test
    void a_second_service_started_by_mistake_doubles_nothing() {
        kinesis.send(orders(0, 500));
        try (var other = world.another()) {
            other.start();
            for (int i = 1; i < 4; i++) {
                kinesis.send(orders(i * 500, (i + 1) * 500));
                world.runOrAwait("orders");
            }
        }
        succeeded();
        assertRows(2_000);
    }

    @Test
    void a_stream_that_is_gone_or_made_anew_stops_the_stage_and_says_so() throws InterruptedException {
        kinesis.send(orders(0, 3));
        succeeded();
        kinesis.delete();
        assertThat(world.run("orders").stage("take").message().orElse(""))
                .contains("Cloud 'aws' refuses: ResourceNotFoundException");
        // It says in whole seconds when a stream was made.
        Thread.sleep(1_000);
        kinesis.create(1);
        kinesis.send(orders(3, 5));
        assertThat(world.run("orders").stage("take").message().orElse("")).contains("deleted and made anew");
        world.pipeline("orders", PIPELINE.formatted(", onLoss: GO_ON"));
        succeeded();
        assertRows(5);
    }
}
