package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder others put files into. */
public final class DropFolder implements DropPlace {
    private final Path folder;
    private final Glob names;
    private final Clock clock;

    /**
     * The files in that folder whose names match.
     *
     * @param glob on file names
     */
    public DropFolder(Path folder, String glob, Clock clock) {
        this.folder = folder;
        this.names = new Glob(glob);
        this.clock = clock;
    }

    @Override
    public boolean isUnchanged(Entry file) throws IOException {
        return look(folder.resolve(file.name())).filter(file::equals).isPresent();
    }

    @Override
    public ReadableByteChannel open(Entry file) throws IOException {
        return FileChannel.open(folder.resolve(file.name()), StandardOpenOption.READ);
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
                    Sentence.of("The drop folder {0} cannot be listed: {1}", folder, e.getMessage()), e);
        }
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    private boolean isMeant(Path file) {
        String name = String.valueOf(file.getFileName());
        return DropPlace.isMeant(name) && names.matches(Path.of(name));
    }

    private static Optional<Entry> look(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? Optional.of(new Entry(
                            String.valueOf(file.getFileName()),
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS),
                            ""))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Going by the time of the file itself. */
    @Override
    public boolean isSettled(Entry file, Duration settle) {
        return !file.modified().isAfter(clock.instant().minus(settle));
    }
}
