package io.atalaya.ingestion.publish;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Stage.Publish.Destination;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.write.Export;
import io.atalaya.lakehouse.write.ExportFormat;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * Folders that pipelines may publish files to. What is published under a name is a folder of its own below it, complete
 * from the moment it is there, to which the link {@code latest} is then turned; the one before it stays, for who reads it.
 */
public final class Folders {
    private static final String LATEST = "latest";

    /** Names of what is published, and of links that were not turned any more. */
    private static final Pattern PUBLISHED = Pattern.compile("[0-9a-f]{16}|\\.[0-9a-f-]{36}");

    private final Map<String, FolderSettings> byName;

    /** Folders by the names pipelines know them by. */
    public Folders(Map<String, FolderSettings> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** Writes the rows, and answers how many they were; -1 if just that was published last. */
    long publish(Lakehouse lakehouse, StageWork work, Destination.Files to, CompiledQuery query, String commitId)
            throws IOException {
        Path folder = settings(work.principal(), to.folder()).path();
        if (!Files.isDirectory(folder)) {
            throw new IngestionException.BadStage(
                    "Folder '{0}' of the server's settings is not there; make it, or mount it", to.folder());
        }
        Path home = folder.resolve(to.name());
        String id = Sha256.of(commitId).substring(0, 16);
        Path made = home.resolve(id);
        Optional<String> before = latest(home);
        if (before.equals(Optional.of(id))) {
            return -1;
        }
        long rows = 0;
        if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
            try (Export export = lakehouse.writer().export();
                    StageWork.Watch _ = work.watch(export::cancel)) {
                rows = export.write(
                                select(query, to.format()),
                                format(to.format()),
                                to.name(),
                                folder.resolve(".staging"),
                                made)
                        .rows();
            }
        }
        work.goOn();
        work.reached("written");
        turn(home, id);
        work.reached("turned");
        sweep(home, Stream.concat(Stream.of(id), before.stream()).toList());
        return rows;
    }

    private FolderSettings settings(Principal principal, String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(settings -> settings.usedBy().contains(principal.name())
                        || principal.profiles().stream().anyMatch(settings.usedBy()::contains))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no folder '{0}' for '{1}'; the server's settings name it under folders.{2}, and in usedBy who may publish to it",
                        name, principal.name(), name));
    }

    /** In text a number has a digit before its point. */
    private static String select(CompiledQuery query, Destination.Format format) {
        if (format != Destination.Format.CSV) {
            return query.duckSql();
        }
        return query.fields().stream()
                .map(field -> field.type() instanceof Types.DecimalType decimal
                        ? DuckSql.decimalText(DuckSql.name(field.name()), decimal.precision(), decimal.scale()) + " AS "
                                + DuckSql.name(field.name())
                        : DuckSql.name(field.name()))
                .collect(Collectors.joining(", ", "SELECT ", " FROM (" + query.duckSql() + ") rows_given"));
    }

    private static ExportFormat format(Destination.Format format) {
        return switch (format) {
            case CSV -> new ExportFormat.ByEngine(ExportFormat.Kind.CSV, "none", OptionalInt.empty(), List.of());
            case PARQUET ->
                new ExportFormat.ByEngine(ExportFormat.Kind.PARQUET, "zstd", OptionalInt.empty(), List.of());
        };
    }

    private static Optional<String> latest(Path home) throws IOException {
        Path link = home.resolve(LATEST);
        return Files.isSymbolicLink(link)
                ? Optional.of(Files.readSymbolicLink(link).toString())
                : Optional.empty();
    }

    /** A link is replaced in one step; a folder that has files is not. */
    private static void turn(Path home, String id) throws IOException {
        Path link = home.resolve("." + UUID.randomUUID());
        Files.createSymbolicLink(link, Path.of(id));
        Files.move(link, home.resolve(LATEST), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What was published before goes; whatever else somebody put there stays. */
    private static void sweep(Path home, List<String> kept) throws IOException {
        List<Path> old;
        try (Stream<Path> all = Files.list(home)) {
            old = all.filter(path -> PUBLISHED
                                    .matcher(String.valueOf(path.getFileName()))
                                    .matches()
                            && !kept.contains(String.valueOf(path.getFileName())))
                    .toList();
        }
        for (Path one : old) {
            try (Stream<Path> files = Files.walk(one)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
