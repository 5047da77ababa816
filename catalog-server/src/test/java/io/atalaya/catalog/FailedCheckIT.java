package io.atalaya.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose check fails: who hears of it by mail and by webhook, once, and that neither says what is in the rows. */
class FailedCheckIT {
    private static final String SECRET = "a secret of two parties";
    private static final String ANA = "ana@shop.example";

    @TempDir
    Path folder;

    private final List<String> posted = new CopyOnWriteArrayList<>();
    private GreenMail mail;
    private HttpServer webhook;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean right = isSigned(body, exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
            if (right) {
                posted.add(new String(body, UTF_8));
            }
            exchange.sendResponseHeaders(right ? 204 : 401, -1);
            exchange.close();
        });
        webhook.start();
        Path secret = Files.writeString(folder.resolve("hook"), SECRET);
        Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        server = RunningServer.shop(Map.of(
                "ATALAYA_MAIL_HOST", "127.0.0.1",
                "ATALAYA_MAIL_PORT", Integer.toString(mail.getSmtp().getPort()),
                "ATALAYA_MAIL_FROM", "atalaya@shop.example",
                "ATALAYA_MAIL_STARTTLS", "false",
                "ATALAYA_ADDRESS", "https://atalaya.shop.example",
                "ATALAYA_WEBHOOKS_PRIVATE", "true",
                "ATALAYA_WEBHOOKS_SECRETS_HOOK", "file:" + secret));
        server.addUserWithoutPassword(ANA);
        server.operator("PUT", "/users/" + ANA + "/profiles/data-scientist", null);
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "de"),
                                        "resource", Map.of("database", "shop_curated"),
                                        "permissions", List.of("CREATE_TABLE")))
                        .status())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
        webhook.stop(0);
        mail.stop();
    }

    /** As a receiver does it, which has the secret and what came, and nothing else. */
    private static boolean isSigned(byte[] body, String signature) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            String right = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
            return signature != null && MessageDigest.isEqual(right.getBytes(UTF_8), signature.getBytes(UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode ran() throws InterruptedException {
        String id = server.as("steward", "POST", "/pipelines/orders/runs", null)
                .json()
                .path("id")
                .asText();
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            JsonNode run = server.get("steward", "/runs/" + id).json();
            if (run.path("endedAt").isTextual()) {
                return run;
            }
            assertThat(System.nanoTime()).as("%s", run).isLessThan(until);
            Thread.sleep(50);
        }
    }

    @Test
    void is_mailed_and_posted_once_without_a_value_and_no_more_when_it_is_mended() throws Exception {
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.createDirectories(workspace.resolve("drop"));
        Files.writeString(workspace.resolve("drop/one.csv"), "id,customer\n1,CANARY Ann\n,CANARY Ben\n");
        String pipeline = """
                name: orders
                owner: steward
                runAs: de
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, settle: 1ms, target: shop_curated.orders, columns: [id, customer]}
                  - name: gate
                    needs: [land]
                    check: {table: shop_curated.orders, rules: [{name: has-an-id, notNull: [id], threshold: %s}]}
                  - name: tell
                    needs: [gate]
                    notify:
                      message: Orders did not pass
                      on: FAILURE
                      to: [data-scientist, steward]
                      webhook: http://127.0.0.1:%d/alerts
                      secret: hook
                """;
        int port = webhook.getAddress().getPort();
        Files.writeString(workspace.resolve("pipelines/orders.yaml"), pipeline.formatted("0", port));
        assertThat(server.apply(workspace).status()).isEqualTo(200);

        JsonNode failed = ran();
        assertThat(failed.path("state").asText()).as("%s", failed).isEqualTo("FAILED");
        server.sweepRequests();
        server.restart(() -> {});
        server.sweepRequests();

        // Others of the profile, and the steward, have no address and read it in the console.
        assertThat(mail.getReceivedMessages()).hasSize(1);
        MimeMessage received = mail.getReceivedMessages()[0];
        String run = failed.path("id").asText();
        assertThat(received.getAllRecipients()).extracting(Object::toString).containsExactly(ANA);
        assertThat(received.getSubject()).isEqualTo("Atalaya: pipeline run failed");
        assertThat(received.getContent().toString().replace("\r\n", "\n").strip())
                .isEqualTo("orders: Orders did not pass\n\nhttps://atalaya.shop.example/runs/" + run);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        received.writeTo(whole);
        assertThat(whole.toString(UTF_8)).doesNotContain("CANARY", "customer", "has-an-id");

        assertThat(posted).hasSize(1);
        JsonNode body = RunningServer.JSON.readTree(posted.getFirst());
        assertThat(body.path("outcome").asText()).isEqualTo("FAILURE");
        assertThat(body.path("run").asText()).isEqualTo(run);
        assertThat(posted.getFirst()).doesNotContain("CANARY", "customer");

        Files.writeString(workspace.resolve("pipelines/orders.yaml"), pipeline.formatted("50%", port));
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        assertThat(ran().path("state").asText()).isEqualTo("SUCCEEDED");
        server.sweepRequests();
        assertThat(mail.getReceivedMessages()).hasSize(1);
        assertThat(posted).hasSize(1);
    }

    @Test
    void a_receiver_that_has_another_secret_refuses_what_is_posted_and_the_run_says_so() throws Exception {
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.writeString(workspace.resolve("pipelines/orders.yaml"), """
                name: orders
                owner: steward
                runAs: de
                retries: {attempts: 1}
                stages:
                  - {name: tell, notify: {message: All is well, webhook: "http://127.0.0.1:%d/alerts"}}
                """.formatted(
                        webhook.getAddress().getPort()));
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        JsonNode run = ran();
        assertThat(run.path("state").asText()).isEqualTo("FAILED");
        assertThat(run.path("stages").path(0).path("message").asText()).contains("status 401");
        assertThat(posted).isEmpty();
    }
}
