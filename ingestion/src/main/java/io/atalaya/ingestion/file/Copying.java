package io.atalaya.ingestion.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a delivered file that is on its way to disk. It can be read meanwhile; it counts as kept only when {@link #keep}
 * has returned. Another thread copies it, part by part, and then flushes it; whoever asked for it hashes what was copied.
 */
public final class Copying implements AutoCloseable {
    private static final int PART = 4 << 20;
    private static final int BUFFER = 1 << 18;

    private final Path folder;
    private final String name;
    private final Path partial;
    private final Thread copier;
    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private volatile @Nullable IOException failure;
    private String sha256 = "";
    private long bytes;
    private boolean kept;

    /** Opens what is copied. */
    @FunctionalInterface
    interface Origin {
        ReadableByteChannel open() throws IOException;
    }

    /** How far the copy has come, and whether that is the end. */
    private record Part(long until, boolean last) {}

    Copying(Path folder, String name, Origin from) {
        this.folder = folder;
        this.name = name;
        this.partial = folder.resolve("." + UUID.randomUUID() + ".part");
        this.copier = Thread.ofPlatform().daemon().name("keep-" + name).start(() -> copy(from));
    }

    private void copy(Origin from) {
        long at = 0;
        try (ReadableByteChannel in = from.open();
                FileChannel out = FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long copied = transfer(in, at, out);
            while (copied > 0) {
                at += copied;
                parts.add(new Part(at, false));
                copied = transfer(in, at, out);
            }
            parts.add(new Part(at, true));
            out.force(true);
        } catch (IOException e) {
            failure = e;
            parts.add(new Part(at, true));
        }
    }

    private static long transfer(ReadableByteChannel in, long at, FileChannel out) throws IOException {
        return in instanceof FileChannel file ? file.transferTo(at, PART, out) : out.transferFrom(in, at, PART);
    }

    /** Returns when all was copied, and its hash is known. */
    void hash() throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        Part part = next();
        try (FileChannel copy = FileChannel.open(partial, StandardOpenOption.READ)) {
            while (true) {
                while (bytes < part.until()) {
                    buffer.clear().limit((int) Math.min(BUFFER, part.until() - bytes));
                    bytes += copy.read(buffer, bytes);
                    digest.update(buffer.flip());
                }
                if (part.last()) {
                    break;
                }
                part = next();
            }
        }
        rethrow();
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    private Part next() throws IOException {
        try {
            Part part = parts.take();
            rethrow();
            return part;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was copied", e);
        }
    }

    private void rethrow() throws IOException {
        IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
    }

    /** Where the copy is until it is kept. */
    public Path file() {
        return partial;
    }

    /** SHA-256 of the bytes that were copied. */
    public String sha256() {
        return sha256;
    }

    long bytes() {
        return bytes;
    }

    /** Waits until the copy is on disk and puts it where it stays; unless the same bytes are there already. */
    public void keep() throws IOException {
        if (kept) {
            return;
        }
        await();
        rethrow();
        Path place = folder.resolve(sha256);
        if (!Files.isDirectory(place) || isEmpty(place)) {
            Files.createDirectories(place);
            sync(folder);
            Files.move(partial, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            sync(place);
        }
        kept = true;
    }

    private void await() throws IOException {
        try {
            copier.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was flushed", e);
        }
    }

    private static boolean isEmpty(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.findAny().isEmpty();
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes the copy unless it was kept. */
    @Override
    public void close() throws IOException {
        await();
        Files.deleteIfExists(partial);
    }
}
