package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.Backlogs;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushTest {
    private static final Principal GATEWAY = new Principal("gateway", Set.of(), Map.of());

    @TempDir
    Path folder;

    private IngestionWorld world;

    @BeforeEach
    void begin() {
        world = IngestionWorld.sqlite(folder);
        world.ingestion().start();
        world.pipeline("sales", """
                triggers: [{arrival: take}]
                stages:
                  - name: take
                    extract:
                      push: {from: [gateway]}
                      every: 100ms
                      target: shop_raw.sales
                      columns: [device, seq, amount]
                      typed: {value: {from: amount, type: "decimal(9,2)"}}
                """);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void push(Principal sender, String... messages) throws InterruptedException {
        List<byte[]> bytes = new ArrayList<>();
        for (String message : messages) {
            bytes.add(message.getBytes(UTF_8));
        }
        world.ingestion()
                .streams()
                .push(sender, world.ingestion().pipelines().find("sales").orElseThrow(), "take", bytes);
    }

    private void awaitRows(String table, long rows) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (world.count(table) < rows && System.nanoTime() < until) {
            Thread.sleep(50);
        }
        assertThat(world.count(table)).as("%s", runs()).isEqualTo(rows);
    }

    private List<Run> runs() {
        return world.ingestion()
                .runs()
                .list(IngestionWorld.DE, Optional.of("sales"), Optional.empty(), 100)
                .runs();
    }

    @Test
    void what_is_posted_arrives_by_itself_with_who_sent_it() throws InterruptedException {
        push(
                GATEWAY,
                "{\"device\": \"till-1\", \"seq\": 1, \"amount\": 9.90}",
                "{\"seq\":2,\"device\":\"till-2\",\"amount\":\"0.1\"}");
        awaitRows("shop_raw.sales", 2);
        assertThat(
                        world.ask(
                                "shop_raw.sales",
                                "SELECT device, seq, amount, value, _sender, CAST(_received_at AS TIMESTAMP) IS NOT NULL FROM t ORDER BY seq"))
                .containsExactly("till-1|1|9.90|9.90|gateway|true", "till-2|2|0.1|0.10|gateway|true");
    }

    @Test
    void what_is_no_record_goes_to_quarantine_whole() throws InterruptedException {
        push(
                GATEWAY,
                "{\"device\":\"a\",\"seq\":1,\"amount\":1}",
                "{\"device\":",
                "[7]",
                "{\"device\":\"a\",\"seq\":2,\"amount\":\"x\"}");
        awaitRows("shop_raw.sales_quarantine", 3);
        assertThat(world.count("shop_raw.sales")).isEqualTo(1);
        assertThat(world.ask("shop_raw.sales_quarantine", "SELECT _raw FROM t ORDER BY _line"))
                .anySatisfy(raw -> assertThat(raw).contains("{\\\"device\\\":"))
                .anySatisfy(raw -> assertThat(raw).contains("[7]"))
                .anySatisfy(raw -> assertThat(raw).contains("\"x\""));
    }

    @Test
    void whoever_is_not_named_finds_no_stream() {
        Principal other = new Principal("other", Set.of("data-engineer"), Map.of());
        assertThatThrownBy(() -> push(other, "{}"))
                .isInstanceOf(IngestionException.NotFound.class)
                .hasMessage("There is no stream 'take' of pipeline 'sales'");
    }

    @Test
    void files_go_when_they_are_loaded() throws Exception {
        push(GATEWAY, "{\"device\":\"a\",\"seq\":1,\"amount\":1}");
        awaitRows("shop_raw.sales", 1);
        Path streams = folder.resolve("streams/sales/take");
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < until && count(streams) > 0) {
            Thread.sleep(20);
        }
        assertThat(count(streams)).isZero();
    }

    @Test
    void what_is_in_no_table_yet_is_counted_wherever_it_is() throws InterruptedException {
        world.ingestion().pipelines().pause("sales", true);
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(0));
        push(GATEWAY, "{\"device\":\"a\",\"seq\":1,\"amount\":1}", "{\"device\":\"a\",\"seq\":2,\"amount\":1}");
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(2));
        Thread.sleep(300);
        push(GATEWAY, "{\"device\":\"a\",\"seq\":3,\"amount\":1}");
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(3));
        // One that dies when files are kept as delivered, and not loaded.
        world.restart(step -> {
                    if (step.equals("take/intended")) {
                        throw new ProcessEnded();
                    }
                })
                .start();
        world.ingestion().runs().start(IngestionWorld.DE, "sales");
        Thread.sleep(1_000);
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(3));
        world.restart(_ -> {}).start();
        awaitRows("shop_raw.sales", 3);
        awaitNothing();
    }

    private void awaitNothing() throws InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < until && !waiting().equals(new Backlogs.Waiting.Known(0))) {
            Thread.sleep(20);
        }
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(0));
    }

    private Backlogs.Waiting waiting() throws InterruptedException {
        return world.ingestion()
                .backlogs()
                .of(world.ingestion().pipelines().find("sales").orElseThrow())
                .getFirst()
                .waiting();
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void a_process_that_dies_at_any_step_leaves_no_message_out_and_none_twice() throws InterruptedException {
        int sent = 0;
        for (String dies : List.of(
                "take/begun",
                "take/cut",
                "take/intended",
                "take/written",
                "take/committed",
                "take/landed",
                "take/done")) {
            AtomicInteger times = new AtomicInteger();
            world.restart(step -> {
                        if (step.equals(dies) && times.getAndIncrement() == 0) {
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            for (int i = 0; i < 5; i++) {
                push(GATEWAY, "{\"device\":\"a\",\"seq\":" + ++sent + ",\"amount\":1}");
            }
            while (times.get() == 0) {
                Thread.sleep(20);
            }
            world.restart(_ -> {}).start();
            awaitRows("shop_raw.sales", sent);
        }
        assertThat(world.ask("shop_raw.sales", "SELECT count(DISTINCT seq) FROM t"))
                .containsExactly(Integer.toString(sent));
        assertThat(runs()).extracting(Run::state).doesNotContain(Run.State.FAILED);
    }
}
