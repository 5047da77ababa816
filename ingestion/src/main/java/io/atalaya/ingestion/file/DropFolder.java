package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** A folder others put files into. It is only ever read. */
public final class DropFolder implements Drop {
    private final Path folder;
    private final PathMatcher names;
    private final Clock clock;

    /**
     * The files in that folder whose names match.
     *
     * @param glob on file names
     */
    public DropFolder(Path folder, String glob, Clock clock) {
        this.folder = folder;
        this.names = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        this.clock = clock;
    }

    /**
     * A file as it was when it was looked at.
     *
     * @param modified to the microsecond
     */
    public record Entry(Path path, String name, long bytes, Instant modified) implements Drop.Entry {
        private static final int PART = 4 << 20;

        @Override
        public String tag() {
            return "";
        }

        @Override
        public void copy(FileChannel to, LongConsumer copied) throws IOException {
            long at = 0;
            try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
                long part = in.transferTo(at, PART, to);
                while (part > 0) {
                    at += part;
                    copied.accept(at);
                    part = in.transferTo(at, PART, to);
                }
            }
        }

        @Override
        public boolean isUnchanged() throws IOException {
            return DropFolder.look(path).filter(this::equals).isPresent();
        }
    }

    @Override
    public List<Entry> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Entry> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(this::isMeant).toList()) {
                look(file).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new IngestionException.Unavailable(
                    "The drop folder " + folder + " cannot be listed: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    private boolean isMeant(Path file) {
        String name = String.valueOf(file.getFileName());
        return isMeant(name) && names.matches(Path.of(name));
    }

    /** Whether a name is not one that files have while they are written. */
    static boolean isMeant(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && !lower.endsWith(".tmp")
                && !lower.endsWith(".part")
                && !lower.endsWith(".crdownload");
    }

    private static Optional<Entry> look(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? Optional.of(new Entry(
                            file,
                            String.valueOf(file.getFileName()),
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS)))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Going by its own time. */
    @Override
    public boolean isSettled(Drop.Entry file, Duration settle) {
        return !file.modified().isAfter(clock.instant().minus(settle));
    }
}
