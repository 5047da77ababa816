package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.config.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts a backup back where it came from. */
@Command(
        name = "restore",
        description = "Puts a backup back where it came from; what is there must be moved away first.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "The backup.")
    private Path folder = Path.of("backup");

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws IOException {
        Path source = folder.toAbsolutePath().normalize();
        Path manifest = source.resolve(BackupCommand.MANIFEST);
        if (!Files.exists(manifest)) {
            throw new CommandException(source + " is no finished backup: it has no " + BackupCommand.MANIFEST);
        }
        DataDirectory directory = data.config().data();
        Path origin = Path.of(
                new ObjectMapper().readTree(manifest.toFile()).path("data").asText());
        if (!origin.equals(directory.root())) {
            throw new CommandException("Tables name their files by absolute path, so this backup goes back to " + origin
                    + " only: say --data " + origin);
        }
        if (Files.exists(directory.root()) && !isEmpty(directory.root())) {
            throw new CommandException(directory.root() + " is not empty; move it away first");
        }
        BackupCommand.copy(source, directory.root());
        Files.deleteIfExists(directory.root().resolve(BackupCommand.MANIFEST));
        directory.create();
        Console.line("Restored " + directory.root() + "; './atalaya doctor' looks it over.");
        return 0;
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }
}
