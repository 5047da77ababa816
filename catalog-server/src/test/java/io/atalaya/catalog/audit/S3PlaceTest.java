package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.atalaya.catalog.config.Checkpoints;
import io.atalaya.catalog.sigv4.SigV4Result;
import io.atalaya.catalog.sigv4.SigV4Verifier;
import io.atalaya.catalog.sigv4.SignedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held against a double of PutObject that checks signatures, hashes and conditions; not against AWS itself. */
class S3PlaceTest {
    private static final String KEY = "AKIDEXAMPLE";
    private static final String SECRET = "a secret of the auditor";

    private final Map<String, String> objects = new ConcurrentSkipListMap<>();
    private HttpServer server;

    @TempDir
    private Path data;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::put);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void put(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
        SigV4Result signature = new SigV4Verifier(
                        "s3",
                        Set.of("eu-west-1"),
                        id -> Optional.of(SECRET.getBytes(StandardCharsets.UTF_8))
                                .filter(_ -> id.equals(KEY)))
                .verify(
                        new SignedRequest(
                                exchange.getRequestMethod(),
                                exchange.getRequestURI().getRawPath(),
                                "",
                                headers,
                                body),
                        Instant.now());
        exchange.sendResponseHeaders(status(exchange, signature, body), -1);
        exchange.close();
    }

    private int status(HttpExchange exchange, SigV4Result signature, byte[] body) {
        if (!(signature instanceof SigV4Result.Verified)
                || !exchange.getRequestMethod().equals("PUT")) {
            return 403;
        }
        if (!md5(body).equals(exchange.getRequestHeaders().getFirst("Content-MD5"))) {
            return 400;
        }
        boolean kept = objects.putIfAbsent(exchange.getRequestURI().getPath(), new String(body, StandardCharsets.UTF_8))
                == null;
        return kept ? 200 : 412;
    }

    private static String md5(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Checkpoints.Bucket bucket(String secret) {
        return new Checkpoints.Bucket(
                "auditor",
                "atalaya/",
                "eu-west-1",
                Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                KEY,
                secret);
    }

    @Test
    void gets_every_checkpoint_as_an_object_that_says_how_many_records_it_covers() throws IOException {
        MerkleAuditLog log = Logs.open(Logs.config(data));
        CheckpointPublisher publisher = CheckpointPublisher.start(
                log, List.of(CheckpointPublisher.bucket(bucket(SECRET))), Duration.ofMillis(20));
        for (int i = 0; i < 3; i++) {
            log.append(Logs.event(i));
        }
        log.close();
        publisher.close();

        String closed = Objects.requireNonNull(objects.get("/auditor/atalaya/00000000000000000003-closed"));
        Checkpoint last = Checkpoint.verified(closed, log.key()).orElseThrow();
        assertThat(last.size()).isEqualTo(3);
        assertThat(last.closed()).isTrue();
        assertThat(new AuditVerifier(Optional.empty(), List.of(closed))
                        .verify(data.resolve("audit"))
                        .holds())
                .isTrue();
    }

    @Test
    void is_never_written_over() throws Exception {
        Checkpoint checkpoint = new Checkpoint("log", 7, Hash.leaf(new byte[0]), false);
        try (S3Place place = new S3Place(bucket(SECRET))) {
            place.keep(checkpoint, "first");
            place.keep(checkpoint, "second");
        }
        assertThat(objects).isEqualTo(Map.of("/auditor/atalaya/00000000000000000007", "first"));
    }

    @Test
    void that_refuses_is_a_failure_that_names_no_secret() {
        try (S3Place place = new S3Place(bucket("another secret here"))) {
            assertThatThrownBy(() -> place.keep(new Checkpoint("log", 7, Hash.leaf(new byte[0]), false), "note"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the bucket auditor answered 403");
        }
        assertThat(bucket(SECRET).toString()).doesNotContain(SECRET);
    }
}
