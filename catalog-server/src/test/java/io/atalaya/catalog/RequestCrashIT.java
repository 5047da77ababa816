package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.atalaya.catalog.RunningServer.Answer;
import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash leaves of an approved request, and who outside hears of one. */
class RequestCrashIT {
    private static JsonNode submitted(RunningServer server) {
        Answer answer = server.as(
                "nobody",
                "POST",
                "/requests",
                Map.of(
                        "items",
                        List.of(Map.of("dataset", "shop_curated.customers", "columns", List.of("id"))),
                        "until",
                        Instant.now().plus(Duration.ofDays(5)).toString(),
                        "purpose",
                        "test",
                        "justification",
                        "To see"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return server.get("steward", "/requests/" + answer.json().path("id").asText())
                .json();
    }

    /** The same state as a process leaves that dies there: the approval is stored, and some or none of what follows from it. */
    @ParameterizedTest(name = "grants made: {0}")
    @ValueSource(booleans = {false, true})
    void what_was_approved_is_granted_once_after_a_crash(boolean granted) {
        try (RunningServer server = RunningServer.shop()) {
            JsonNode request = submitted(server);
            String id = request.path("id").asText();
            Answer approved = server.as(
                    "steward",
                    "POST",
                    "/requests/" + id + "/decision",
                    Map.of("version", 1, "scopeHash", request.path("scopeHash").asText(), "verdict", "approve"));
            assertThat(approved.json().path("state").asText()).isEqualTo("ACTIVE");

            server.restart(() -> forget(server, id, granted));
            assertThat(state(server, id)).isEqualTo("PROVISIONING");
            assertThat(canRead(server)).isEqualTo(granted);
            server.sweepRequests();
            server.sweepRequests();

            assertThat(state(server, id)).isEqualTo("ACTIVE");
            assertThat(canRead(server)).isTrue();
            assertThat(server.get("steward", "/requests/" + id).json().path("events"))
                    .extracting(event -> event.path("kind").asText())
                    .containsExactly("submitted", "approved", "provisioned");
            assertThat(server.get("admin", "/grants?principal=nobody").json().path("items"))
                    .hasSize(1);
        }
    }

    private static void forget(RunningServer server, String id, boolean granted) {
        try (MetadataDatabase database = MetadataDatabase.sqlite(server.data().resolve("metadata.db"))) {
            database.jdbi().useTransaction(handle -> {
                handle.execute(
                        "UPDATE access_request SET state = 'PROVISIONING', version = version - 1 WHERE id = ?", id);
                handle.execute("DELETE FROM notice WHERE subject_id = ? AND kind = 'provisioned'", id);
                handle.execute("DELETE FROM request_event WHERE request_id = ? AND kind = 'provisioned'", id);
                if (!granted) {
                    handle.execute("DELETE FROM policy_grant WHERE source = ?", "request:" + id);
                    handle.execute("DELETE FROM data_cells_filter WHERE source = ?", "request:" + id);
                    handle.execute("DELETE FROM policy_history WHERE content LIKE ?", "%request:" + id + "%");
                }
            });
        }
    }

    private static String state(RunningServer server, String id) {
        return server.get("steward", "/requests/" + id).json().path("state").asText();
    }

    private static boolean canRead(RunningServer server) {
        return server.query("nobody", "SELECT id FROM shop_curated.customers")
                .path("state")
                .asText()
                .equals("SUCCEEDED");
    }

    @Test
    void a_webhook_hears_of_every_step_signed_and_without_names_or_data() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        BlockingQueue<String> signatures = new LinkedBlockingQueue<>();
        HttpServer receiver = receiver(bodies, signatures);
        String secret = "correct horse battery staple";
        try (RunningServer server = RunningServer.shop(Map.of(
                "ATALAYA_REQUESTS_WEBHOOK_URL",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook",
                "ATALAYA_REQUESTS_WEBHOOK_SECRET",
                "desk",
                "ATALAYA_WEBHOOKS_SECRETS_DESK",
                "env:DESK_SECRET",
                "ATALAYA_WEBHOOKS_PRIVATE",
                "true",
                "DESK_SECRET",
                secret))) {
            JsonNode request = submitted(server);
            server.sweepRequests();

            String body = bodies.poll(20, TimeUnit.SECONDS);
            assertThat(body).isNotNull();
            assertThat(signatures.poll(20, TimeUnit.SECONDS)).isEqualTo("sha256=" + hmac(secret, body));
            JsonNode message = RunningServer.JSON.readTree(body);
            assertThat(message.path("request").asText())
                    .isEqualTo(request.path("id").asText());
            assertThat(message.path("event").asText()).isEqualTo("submitted");
            assertThat(message.properties())
                    .extracting(Map.Entry::getKey)
                    .containsExactlyInAnyOrder("request", "number", "at", "event");
            server.sweepRequests();
            assertThat(bodies).as("sent once").isEmpty();
        } finally {
            receiver.stop(0);
        }
    }

    private static HttpServer receiver(BlockingQueue<String> bodies, BlockingQueue<String> signatures)
            throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            signatures.add(exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        return receiver;
    }

    private static String hmac(String secret, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
