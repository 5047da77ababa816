package io.atalaya.catalog.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * An example workspace as it is shipped.
 *
 * @param folder with {@code datasets/}, {@code policies/}, {@code pipelines/} and the files to be delivered in {@code drop/}
 */
record Example(String name, Path folder) {
    private static final String DROP = "drop";
    private static final String LOADED = ".loaded";
    private static final String PIPELINES = "pipelines";

    /** What is delivered; looked at by name and size, as it may be large. */
    private static final List<String> DELIVERED = List.of(DROP, "replay");

    /** The examples in a folder, by name: what has something that runs. Other workspaces there are to start from, not to be shown. */
    static List<Example> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> Files.isDirectory(child.resolve(PIPELINES)))
                    .map(child -> new Example(child.getFileName().toString(), child))
                    .sorted((a, b) -> a.name().compareTo(b.name()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this very version has been loaded from that copy. */
    boolean isLoaded(Path copy) {
        Path marker = copy.resolve(LOADED);
        try {
            return Files.exists(marker) && Files.readString(marker).equals(fingerprint());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers that this version is loaded. */
    void loaded(Path copy) {
        try {
            Files.writeString(copy.resolve(LOADED), fingerprint());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies it to where the service works on it; files to be delivered last, each appearing whole. */
    void copyTo(Path copy) {
        try {
            for (Path file : files().filter(file -> !isDrop(file)).toList()) {
                copy(file, copy);
            }
            Files.createDirectories(copy.resolve(DROP));
            for (Path file : files().filter(this::isDrop).toList()) {
                copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(Path file, Path copy) throws IOException {
        Path target = copy.resolve(folder.relativize(file).toString());
        Files.createDirectories(target.resolveSibling(""));
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".part");
        Files.copy(file, unfinished, StandardCopyOption.REPLACE_EXISTING);
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean isDrop(Path file) {
        return DELIVERED.stream().anyMatch(folder.relativize(file)::startsWith);
    }

    /** Names and sizes of what is delivered, and the text of everything else. */
    private String fingerprint() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files().toList()) {
                digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(
                        isDrop(file)
                                ? Long.toString(Files.size(file)).getBytes(StandardCharsets.UTF_8)
                                : Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Stream<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
