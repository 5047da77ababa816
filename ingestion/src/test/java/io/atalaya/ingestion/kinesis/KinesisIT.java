package io.atalaya.ingestion.kinesis;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.cloud.AwsDouble;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against a double of the protocol; not against Kinesis itself. */
class KinesisIT {
    private static final String PIPELINE = """
            stages:
              - name: take
                extract: {kinesis: {cloud: aws, stream: orders%s}, target: shop_raw.orders, columns: [seq], every: 5s}
            """;

    @TempDir
    Path folder;

    private AwsDouble aws;
    private IngestionWorld world;

    @BeforeEach
    void begin() {
        aws = new AwsDouble();
        aws.stream("shard-0", "shard-1");
        world = IngestionWorld.sqlite(folder);
        world.cloud("aws", aws.address());
        world.restart(_ -> {}).start();
        world.pipeline("orders", PIPELINE.formatted(""));
    }

    @AfterEach
    void end() {
        world.close();
        aws.close();
    }

    private static String[] orders(int from, int until) {
        return IntStream.range(from, until)
                .mapToObj(seq -> "{\"seq\":" + seq + "}")
                .toArray(String[]::new);
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
    void messages_of_all_shards_come_once_with_where_they_are_from() {
        aws.send("shard-0", orders(0, 10));
        aws.send("shard-1", orders(10, 14));
        aws.send("shard-1", "broken");
        succeeded();
        assertRows(14);
        assertThat(
                        world.ask(
                                "shop_raw.orders",
                                "SELECT _stream, _shard, count(*), count(DISTINCT _sequence), any_value(_key), count(_timestamp) FROM t GROUP BY ALL ORDER BY ALL"))
                .containsExactly("orders|shard-0|10|10|k|10", "orders|shard-1|4|4|k|4");
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _raw, split_part(_file, '/', 3) FROM t"))
                .containsExactly("broken|shard-1");
        aws.send("shard-0", orders(14, 20));
        succeeded();
        assertRows(20);
        succeeded();
        assertRows(20);
    }

    @Test
    void shards_that_come_of_others_are_read_after_those() {
        aws.send("shard-0", orders(0, 7));
        succeeded();
        aws.send("shard-0", orders(7, 12));
        aws.reshard(List.of("shard-0"), "shard-2", "shard-3");
        aws.send("shard-2", orders(12, 16));
        aws.reshard(List.of("shard-1", "shard-3"), "shard-4");
        aws.send("shard-4", orders(16, 20));
        succeeded();
        assertRows(20);
        assertThat(
                        world.ask(
                                "shop_raw.orders",
                                "SELECT _shard FROM (SELECT _shard, min(_ingested_at) AS begun FROM t GROUP BY ALL) ORDER BY begun, _shard"))
                .containsSubsequence("shard-0", "shard-2");
        aws.forget("shard-0");
        aws.forget("shard-1");
        aws.send("shard-4", orders(20, 22));
        succeeded();
        assertRows(22);
    }

    @Test
    void iterators_that_have_expired_and_too_many_calls_lose_nothing() {
        aws.send("shard-0", orders(0, 10));
        aws.throttle(1);
        world.restart(step -> {
                    if (step.equals("take/intended")) {
                        aws.expire();
                    }
                })
                .start();
        succeeded();
        assertRows(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"take/begun", "take/intended", "take/written", "take/committed", "take/noted", "take/done"})
    void a_process_that_dies_loses_and_doubles_nothing(String dies) throws InterruptedException {
        aws.send("shard-0", orders(0, 10));
        aws.send("shard-1", orders(10, 20));
        CountDownLatch dead = new CountDownLatch(1);
        world.restart(step -> {
                    if (step.equals(dies) && dead.getCount() > 0) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        UUID run = world.ingestion().runs().start(DE, "orders").id();
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        aws.send("shard-0", orders(20, 25));
        world.restart(_ -> {}).start();
        assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
        succeeded();
        assertRows(25);
    }

    @Test
    void what_was_there_before_is_passed_over_if_the_pipeline_says_so() throws InterruptedException {
        world.pipeline("orders", PIPELINE.formatted(", start: LATEST"));
        aws.send("shard-0", orders(0, 10));
        Thread.sleep(5);
        succeeded();
        assertThat(world.count("shop_raw.orders")).isZero();
        Thread.sleep(5);
        aws.send("shard-0", orders(10, 12));
        aws.send("shard-1", orders(12, 14));
        succeeded();
        assertRows(4);
    }

    @Test
    void a_shard_that_went_before_it_was_read_stops_the_stage() {
        aws.send("shard-0", orders(0, 3));
        succeeded();
        aws.forget("shard-0");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("take").message().orElse("")).contains("shard-0 of stream orders is gone");
        world.pipeline("orders", PIPELINE.formatted(", onLoss: GO_ON"));
        aws.send("shard-1", orders(3, 5));
        succeeded();
        assertRows(5);
    }

    @Test
    void a_stream_that_is_made_anew_is_not_the_same() {
        aws.send("shard-0", orders(0, 3));
        succeeded();
        aws.stream("shard-0");
        aws.send("shard-0", orders(3, 5));
        assertThat(world.run("orders").stage("take").message().orElse("")).contains("deleted and made anew");
        world.pipeline("orders", PIPELINE.formatted(", onLoss: GO_ON"));
        succeeded();
        assertRows(5);
    }

    @Test
    void who_may_not_use_the_account_and_what_it_refuses_is_said() {
        world.pipeline("orders", PIPELINE.formatted("").replace("cloud: aws", "cloud: other"));
        assertThat(world.run("orders").stage("take").message().orElse("")).contains("no cloud 'other' for 'robot'");
    }
}
