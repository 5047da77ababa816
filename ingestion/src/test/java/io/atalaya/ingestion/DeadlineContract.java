package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Deadlines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What happens when a pipeline has not run by the time it should, on one kind of metadata database. */
abstract class DeadlineContract extends IngestionContract {
    private static final Instant SEVEN = Instant.parse("2026-03-03T06:00:00Z");

    private Pipeline pipeline(String more) {
        world.pipeline("orders", """
                triggers: [{cron: "0 5 * * *", zone: Europe/Madrid}]
                deadline: {at: "07:00", zone: Europe/Madrid%s}
                stages: [{name: tell, notify: {message: x}}]
                """.formatted(more));
        world.ingestion().runs().pause(DE, "orders", true);
        return world.ingestion().pipelines().find("orders").orElseThrow();
    }

    /** Nodes that look at that moment; the pipeline is theirs alone. */
    private Map<String, Instant> missedAt(Pipeline pipeline, Instant now) throws InterruptedException {
        Deadlines deadlines;
        try (Notifier notifier = new Notifier(Map.of("hook", "s3cret"), true)) {
            deadlines = new Deadlines(
                    world.database().jdbi(),
                    world.ingestion().pipelines(),
                    notifier,
                    world.people,
                    Clock.fixed(now, ZoneOffset.UTC));
            world.ingestion().pipelines().pause("orders", false);
            deadlines.look();
            deadlines.look();
            world.ingestion().pipelines().pause("orders", true);
        }
        return deadlines.missed(List.of(pipeline));
    }

    private void dueAt(Instant due) {
        world.database()
                .jdbi()
                .useHandle(
                        handle -> handle.execute("UPDATE pipeline_deadline SET due_at = ?", due.toEpochMilli() * 1000));
    }

    private void ran(Instant requested, Instant ended) {
        succeeded(world.run("orders"));
        world.database()
                .jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE pipeline_run SET requested_at = ?, ended_at = ?",
                        requested.toEpochMilli() * 1000,
                        ended.toEpochMilli() * 1000));
    }

    @Test
    void it_is_told_once_also_when_no_node_was_there_and_until_a_run_succeeds() throws Exception {
        world.restart(_ -> {});
        List<String> posted = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            Pipeline pipeline = pipeline(", webhook: \"http://127.0.0.1:%d/x\", secret: hook"
                    .formatted(server.getAddress().getPort()));
            dueAt(SEVEN);
            assertThat(missedAt(pipeline, SEVEN.minusSeconds(1))).isEmpty();
            assertThat(posted).isEmpty();
            // No node was there for two days and some hours.
            Instant later = SEVEN.plusSeconds(2 * 86_400 + 10_000);
            Instant last = SEVEN.plusSeconds(2 * 86_400);
            assertThat(missedAt(pipeline, later)).isEqualTo(Map.of("orders", last));
            assertThat(missedAt(pipeline, later.plusSeconds(3600))).isEqualTo(Map.of("orders", last));
            assertThat(posted)
                    .containsExactly(
                            "{\"pipeline\":\"orders\",\"outcome\":\"DEADLINE_MISSED\",\"deadline\":\"" + last + "\"}");
            assertThat(world.missed).containsExactly(new People.Missed("orders", last, Set.of("de")));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void the_run_that_was_due_and_is_over_meets_it_and_an_earlier_one_does_not() throws Exception {
        Pipeline pipeline = pipeline("");
        // Due at five in Madrid, which is four by UTC.
        ran(Instant.parse("2026-03-03T04:00:01Z"), Instant.parse("2026-03-03T05:59:59Z"));
        world.restart(_ -> {});
        dueAt(SEVEN);
        assertThat(missedAt(pipeline, SEVEN)).isEmpty();
        dueAt(SEVEN.plusSeconds(86_400));
        assertThat(missedAt(pipeline, SEVEN.plusSeconds(86_400)))
                .isEqualTo(Map.of("orders", SEVEN.plusSeconds(86_400)));
        world.restart(_ -> {}).start();
        succeeded(world.run("orders"));
        assertThat(world.ingestion().deadlines().missed(List.of(pipeline))).isEmpty();
    }
}
