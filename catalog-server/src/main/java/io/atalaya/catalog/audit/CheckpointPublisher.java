package io.atalaya.catalog.audit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the newest checkpoint, whenever it covers more than the last one taken, to places out of reach of whoever runs the
 * service. A place that fails gets the next one; what it has then proves no less.
 */
public final class CheckpointPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPublisher.class);

    private final MerkleAuditLog log;
    private final List<Place> places;
    private final Duration every;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicLong published = new AtomicLong();

    /** Where checkpoints go. */
    @FunctionalInterface
    public interface Place {
        /** Keeps a signed note. */
        void keep(String note) throws IOException, InterruptedException;
    }

    private CheckpointPublisher(MerkleAuditLog log, List<Place> places, Duration every) {
        this.log = log;
        this.places = List.copyOf(places);
        this.every = every;
        this.thread = Thread.ofVirtual().name("audit-checkpoints").unstarted(this::work);
    }

    /** Publishes from now on. */
    public static CheckpointPublisher start(MerkleAuditLog log, List<Place> places, Duration every) {
        CheckpointPublisher publisher = new CheckpointPublisher(log, places, every);
        publisher.thread.start();
        return publisher;
    }

    /** A file that notes are added to, each with an empty line after it: what {@code audit verify --checkpoint} reads. */
    public static Place file(Path file) {
        return note -> {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                channel.write(ByteBuffer.wrap((note + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
        };
    }

    /** An address that notes are posted to as they are, with the HMAC of the body in {@code X-Atalaya-Signature}. */
    public static Place webhook(URI address, Optional<String> secret) {
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return note -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(address)
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(note));
            secret.ifPresent(key -> request.header("X-Atalaya-Signature", "sha256=" + signature(key, note)));
            HttpResponse<Void> answer = http.send(request.build(), HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException("HTTP status " + answer.statusCode());
            }
        };
    }

    private static String signature(String secret, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void work() {
        try {
            do {
                publish();
            } while (!closing.await(every.toMillis(), TimeUnit.MILLISECONDS));
            publish();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() throws InterruptedException {
        String note = log.note().orElse("");
        long size = Checkpoint.verified(note, log.key()).map(Checkpoint::size).orElse(0L);
        if (size <= published.get()) {
            return;
        }
        for (Place place : places) {
            try {
                place.keep(note);
            } catch (IOException e) {
                LOG.warn("a checkpoint of the audit log over {} records could not be published", size, e);
            }
        }
        published.set(size);
    }

    /** Publishes the newest checkpoint and stops. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(40_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
