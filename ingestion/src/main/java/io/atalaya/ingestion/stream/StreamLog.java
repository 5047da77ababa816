package io.atalaya.ingestion.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import java.util.UUID;
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
 *
 * <p>Several processes may keep lines in one folder. Each has locked the file it writes, so what is not locked was left by one
 * that died, and is completed by any of the others.
 */
final class StreamLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLog.class);
    private static final String COMPLETE = ".jsonl";
    private static final String OPEN = ".part";
    private static final long BYTES = 32L << 20;
    private static final int WAITING = 10_000;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LOOK_FOR_LEFT = Duration.ofSeconds(2);

    private final String own = UUID.randomUUID().toString().substring(0, 8);
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
    private long looked = System.nanoTime();

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

    /** The files of such a folder, the ones that are written to also; none if it is not there. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isComplete(file)
                            ? file.toString().endsWith(COMPLETE)
                            : file.toString().endsWith(COMPLETE + OPEN))
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** Whether a file has its final name. */
    static boolean isComplete(Path file) {
        return !file.toString().endsWith(OPEN);
    }

    /** The final name of a file that does not have it yet. */
    static Path completed(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.length() - OPEN.length()));
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
                if (System.nanoTime() - looked > LOOK_FOR_LEFT.toNanos()) {
                    looked = System.nanoTime();
                    if (finishWhatIsLeft()) {
                        complete.run();
                    }
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
        while (file == null) {
            file = begin();
        }
        for (Waiting one : taken) {
            while (one.lines().hasRemaining()) {
                file.write(one.lines());
            }
        }
        file.force(false);
        taken.forEach(one -> one.kept().complete(null));
    }

    /** A new file that is locked; null if another process took it for one that was left. */
    private @Nullable FileChannel begin() throws IOException {
        begun = clock.instant();
        last = Math.max(last + 1, ChronoUnit.MICROS.between(Instant.EPOCH, begun));
        Path made = folder.resolve(String.format(Locale.ROOT, "%020d-%s%s%s", last, own, COMPLETE, OPEN));
        FileChannel file = FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (!isLocked(file) || !Files.exists(made)) {
            file.close();
            return null;
        }
        path = made;
        open = file;
        return file;
    }

    /** Locks the file until its channel is closed, unless it is another's. */
    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
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
            try (file) {
                finish(from);
            }
            complete.run();
        }
    }

    private void finish(Path from) throws IOException {
        Files.move(from, completed(from), StandardCopyOption.ATOMIC_MOVE);
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

    /** Completes the files that nobody has locked; whether there were any. */
    private boolean finishWhatIsLeft() throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> file.toString().endsWith(OPEN) && (open == null || !file.equals(path)))
                    .sorted()
                    .toList();
        }
        boolean any = false;
        for (Path one : left) {
            try (FileChannel file = FileChannel.open(one, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                if (isLocked(file) && Files.exists(one)) {
                    if (cut(file) == 0) {
                        Files.delete(one);
                    } else {
                        finish(one);
                        any = true;
                    }
                }
            } catch (NoSuchFileException _) {
                LOG.debug("completed by another: file={}", one);
            }
        }
        return any;
    }

    /** Cuts off what follows the last line feed, and returns what is left. */
    private static long cut(FileChannel file) throws IOException {
        long end = file.size();
        ByteBuffer part = ByteBuffer.allocate(1 << 16);
        while (end > 0) {
            int length = (int) Math.min(part.capacity(), end);
            part.clear().limit(length);
            while (part.hasRemaining()) {
                if (file.read(part, end - length + part.position()) < 0) {
                    throw new IOException("A file of messages has become shorter while it was read");
                }
            }
            int at = length;
            while (at > 0 && part.get(at - 1) != '\n') {
                at--;
            }
            end -= length - at;
            if (at > 0) {
                break;
            }
        }
        file.truncate(end);
        file.force(true);
        return end;
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
