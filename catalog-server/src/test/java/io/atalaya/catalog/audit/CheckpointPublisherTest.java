package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.notify.Notifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointPublisherTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path data;

    @Test
    void adds_to_a_file_what_shows_later_that_the_newest_records_were_cut_off() throws IOException {
        Path file = data.resolve("elsewhere");
        MerkleAuditLog log = Logs.open(Logs.config(data));
        LogKey key = log.key();
        try (CheckpointPublisher publisher =
                CheckpointPublisher.start(log, List.of(CheckpointPublisher.file(file)), OFTEN)) {
            for (int i = 0; i < 20; i++) {
                log.append(Logs.event(i));
            }
            log.prove(19);
            assertThat(publisher).isNotNull();
        }
        log.close();
        List<CheckpointFile.Note> notes = CheckpointFile.read(file);
        assertThat(Checkpoint.verified(notes.getLast().text(), key)
                        .orElseThrow()
                        .size())
                .isEqualTo(20);
        Path other = data.resolve("rolled-back");
        Logs.write(other, 5);
        assertThat(new AuditVerifier(Optional.empty(), List.of(notes.getLast().text()))
                        .verify(data.resolve("audit"))
                        .holds())
                .isTrue();
        assertThat(new AuditVerifier(Optional.empty(), List.of(notes.getLast().text()))
                        .verify(other.resolve("audit"))
                        .holds())
                .isFalse();
    }

    @Test
    void posts_signed_notes_and_goes_on_when_the_receiver_fails() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        BlockingQueue<String> signatures = new LinkedBlockingQueue<>();
        AtomicInteger requests = new AtomicInteger();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            signatures.add(exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
            exchange.sendResponseHeaders(requests.getAndIncrement() == 0 ? 500 : 204, -1);
            exchange.close();
        });
        receiver.start();
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
        String secret = "a secret of the auditor";
        try (MerkleAuditLog log = Logs.open(Logs.config(data));
                Notifier notifier = new Notifier(Map.of("auditor", secret), true);
                CheckpointPublisher publisher = CheckpointPublisher.start(
                        log, List.of(CheckpointPublisher.webhook(notifier, address, Optional.of("auditor"))), OFTEN)) {
            assertThat(publisher).isNotNull();
            for (int i = 0; i < 2; i++) {
                log.append(Logs.event(i));
                log.prove(i);
                String note = bodies.poll(20, TimeUnit.SECONDS);
                assertThat(note).isNotNull();
                assertThat(Checkpoint.verified(note, log.key()).orElseThrow().size())
                        .isEqualTo(i + 1);
                assertThat(signatures.poll(20, TimeUnit.SECONDS)).isEqualTo("sha256=" + hmac(secret, note));
            }
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void says_at_last_that_the_log_was_closed() throws IOException {
        Path file = data.resolve("elsewhere");
        MerkleAuditLog log = Logs.open(Logs.config(data));
        CheckpointPublisher publisher = CheckpointPublisher.start(log, List.of(CheckpointPublisher.file(file)), OFTEN);
        log.append(Logs.event(0));
        log.close();
        publisher.close();
        String last = CheckpointFile.read(file).getLast().text();
        assertThat(Checkpoint.verified(last, log.key()).orElseThrow().closed()).isTrue();
    }

    @Test
    void posts_to_no_private_address_unless_that_is_allowed() {
        try (Notifier notifier = new Notifier(Map.of(), false)) {
            var place = CheckpointPublisher.webhook(notifier, URI.create("http://127.0.0.1:1/"), Optional.empty());
            assertThatThrownBy(() -> place.keep(new Checkpoint("log", 1, Hash.leaf(new byte[0]), false), "note"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("private or local");
        }
    }

    private static String hmac(String secret, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return java.util.HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
