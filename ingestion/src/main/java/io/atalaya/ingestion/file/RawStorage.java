package io.atalaya.ingestion.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files as they were delivered, for ever: {@code <root>/<pipeline>/<sha256>/<name>}. The same bytes are kept once for each
 * pipeline, under the name they first came with.
 */
public final class RawStorage {
    private final Path root;

    /** The storage under that folder. */
    public RawStorage(Path root) {
        this.root = root;
    }

    /** A file that is kept. */
    public record Kept(Path path, String sha256, long bytes) {}

    /** Keeps a copy of the file; it is on disk when this returns. Empty if the file changed meanwhile: nothing is kept. */
    public Optional<Kept> keep(String pipeline, DropFolder.Entry file) throws IOException {
        Path folder = Files.createDirectories(root.resolve(pipeline));
        Path partial = folder.resolve("." + UUID.randomUUID() + ".part");
        try {
            MessageDigest digest = Sha256.digest();
            long bytes = copy(file.path(), partial, digest);
            if (bytes != file.bytes() || !file.isUnchanged()) {
                return Optional.empty();
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            Path place = folder.resolve(sha256);
            if (!Files.isDirectory(place) || isEmpty(place)) {
                Files.createDirectories(place);
                sync(folder);
                Files.move(partial, place.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
                sync(place);
            }
            return Optional.of(new Kept(find(pipeline, sha256), sha256, bytes));
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The file of those bytes, which was kept. */
    public Path find(String pipeline, String sha256) throws IOException {
        Path place = root.resolve(pipeline).resolve(sha256);
        try (Stream<Path> files = Files.list(place)) {
            return files.sorted()
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(place.toString(), null, "the file kept there is gone"));
        }
    }

    /** Removes what a process that died was copying; no other process may be at it. */
    public void removeUnfinished() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root, 2)) {
            for (Path file : files.filter(RawStorage::isUnfinished).toList()) {
                Files.delete(file);
            }
        }
    }

    private static boolean isUnfinished(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(".part");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static long copy(Path from, Path to, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[1 << 18];
        long bytes = 0;
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            int read = in.read(buffer);
            while (read >= 0) {
                digest.update(buffer, 0, read);
                ByteBuffer part = ByteBuffer.wrap(buffer, 0, read);
                while (part.hasRemaining()) {
                    bytes += out.write(part);
                }
                read = in.read(buffer);
            }
            out.force(true);
        }
        return bytes;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
