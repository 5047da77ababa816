package io.atalaya.ingestion.stream;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines kept on disk, in files that are complete once they have their final name. One thread writes: it takes all lines
 * that wait, flushes once, and tells those who brought them. After a crash every line whose bringer was told is there; the
 * end of a line that was not finished is cut off.
 */
final class StreamLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLog.class);
    private static final String OPEN = ".part";
    private static final long BYTES = 32L << 20;
    private static final int WAITING = 10_000;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Path folder;
    private final Duration every;
    private final Clock clock;
    private final Runnable complete;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread writer;
    private volatile boolean closed;
    private volatile boolean rotating;
    private @Nullable FileChannel open;
    private @Nullable Path path;
    private Instant begun = Instant.EPOCH;
    private long last;

    private record Waiting(ByteBuffer lines, CompletableFuture<Void> kept) {}

    /**
     * Keeps lines in that folder, which it completes what is left in first.
     *
     * @param every after which a file with lines is completed
     * @param complete called when one is
     */
    StreamLog(Path folder, Duration every, Clock clock, Runnable complete) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.every = every;
        this.clock = clock;
        this.complete = complete;
        finishWhatIsLeft();
        writer = Thread.ofPlatform()
                .daemon()
                .name("stream-" + folder.getFileName())
                .start(this::write);
    }

    Path folder() {
        return folder;
    }

    /** Waits its turn to have the lines kept; the answer completes when they are on disk. */
    CompletableFuture<Void> keep(byte[] lines) throws InterruptedException {
        Waiting one = new Waiting(ByteBuffer.wrap(lines), new CompletableFuture<>());
        if (closed) {
            refuse(one);
            return one.kept();
        }
        waiting.put(one);
        if (closed && !writer.isAlive()) {
            // It was closed meanwhile, and nobody takes it any more.
            refuse(one);
        }
        return one.kept();
    }

    private static void refuse(Waiting one) {
        one.kept().completeExceptionally(new IOException("The service stops"));
    }

    /** Completes the file that is open, if there is one, and waits for that. */
    void rotate() throws InterruptedException {
        rotating = true;
        while (rotating && writer.isAlive()) {
            Thread.sleep(5);
        }
    }

    private void write() {
        List<Waiting> taken = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            try {
                Waiting first = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    taken.add(first);
                    waiting.drainTo(taken);
                    write(taken);
                }
                boolean asked = rotating;
                if (asked || isDue()) {
                    finish();
                }
                if (asked) {
                    rotating = false;
                }
            } catch (IOException e) {
                LOG.warn("messages cannot be kept and are refused: folder={}", folder, e);
                abandon();
                taken.forEach(one -> one.kept().completeExceptionally(e));
            } catch (InterruptedException _) {
                break;
            } finally {
                taken.clear();
            }
        }
        try {
            finish();
        } catch (IOException e) {
            LOG.warn("a file of messages is completed at the next start: folder={}", folder, e);
        }
    }

    private void write(List<Waiting> taken) throws IOException {
        FileChannel file = open;
        if (file == null) {
            begun = clock.instant();
            last = Math.max(last + 1, ChronoUnit.MICROS.between(Instant.EPOCH, begun));
            path = folder.resolve(String.format(Locale.ROOT, "%020d.jsonl%s", last, OPEN));
            file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            open = file;
        }
        for (Waiting one : taken) {
            while (one.lines().hasRemaining()) {
                file.write(one.lines());
            }
        }
        file.force(false);
        taken.forEach(one -> one.kept().complete(null));
    }

    private boolean isDue() throws IOException {
        FileChannel file = open;
        return file != null && (file.position() >= BYTES || !clock.instant().isBefore(begun.plus(every)));
    }

    private void finish() throws IOException {
        FileChannel file = open;
        Path from = path;
        if (file != null && from != null) {
            open = null;
            file.close();
            finish(from);
            complete.run();
        }
    }

    private void finish(Path from) throws IOException {
        String name = String.valueOf(from.getFileName());
        Files.move(
                from, folder.resolve(name.substring(0, name.length() - OPEN.length())), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }

    /** After a failed write nobody knows what of it is in the file: what was told to be kept is, the rest is cut off later. */
    private void abandon() {
        try {
            FileChannel file = open;
            open = null;
            if (file != null) {
                file.close();
            }
            finishWhatIsLeft();
        } catch (IOException e) {
            LOG.warn("a file of messages is completed at the next start: folder={}", folder, e);
        }
    }

    private void finishWhatIsLeft() throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> file.toString().endsWith(OPEN)).sorted().toList();
        }
        for (Path file : left) {
            if (cut(file) == 0) {
                Files.delete(file);
            } else {
                finish(file);
            }
        }
    }

    /** Cuts off what follows the last line feed, and returns what is left. */
    private static long cut(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long end = bytes.length();
            byte[] part = new byte[1 << 16];
            while (end > 0) {
                int length = (int) Math.min(part.length, end);
                bytes.seek(end - length);
                bytes.readFully(part, 0, length);
                int at = length;
                while (at > 0 && part[at - 1] != '\n') {
                    at--;
                }
                end -= length - at;
                if (at > 0) {
                    break;
                }
            }
            bytes.setLength(end);
            bytes.getFD().sync();
            return end;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            writer.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        waiting.forEach(StreamLog::refuse);
    }
}
