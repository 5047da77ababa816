package io.atalaya.catalog.audit;

import io.atalaya.catalog.config.Checkpoints;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.notify.Notifier;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private String published = "";

    /** Where checkpoints go. */
    @FunctionalInterface
    public interface Place {
        /** Keeps a signed note, which says what the checkpoint is. */
        void keep(Checkpoint checkpoint, String note) throws IOException, InterruptedException;
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
        return (_, note) -> {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                channel.write(ByteBuffer.wrap((note + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
        };
    }

    /** An address that notes are posted to as they are, by the rules of every webhook; {@code secret} is the name of one. */
    public static Place webhook(Notifier notifier, URI address, Optional<String> secret) {
        return (_, note) -> {
            try {
                notifier.post(address, "text/plain; charset=utf-8", note.getBytes(StandardCharsets.UTF_8), secret);
            } catch (IngestionException refused) {
                throw new IOException(refused.getMessage(), refused);
            }
        };
    }

    /** A bucket that gets an object for each note. */
    public static Place bucket(Checkpoints.Bucket bucket) {
        return new S3Place(bucket);
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
        Optional<Checkpoint> checkpoint = Checkpoint.verified(note, log.key());
        if (checkpoint.isEmpty() || note.equals(published)) {
            return;
        }
        for (Place place : places) {
            try {
                place.keep(checkpoint.get(), note);
            } catch (IOException e) {
                LOG.warn(
                        "a checkpoint of the audit log over {} records could not be published",
                        checkpoint.get().size(),
                        e);
            }
        }
        published = note;
    }

    /** Publishes the newest checkpoint and stops; after the log was closed that is the one which says so. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(40_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Place place : places) {
            if (place instanceof S3Place bucket) {
                bucket.close();
            }
        }
    }
}
