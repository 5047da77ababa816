package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ingestion in a process of its own, over the folder of an {@link IngestionWorld}, that dies without a word. */
final class MortalProcess {
    /** What a process says that was killed, or has ended itself as if it were. */
    private static final int KILLED = 137;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LIFE = Duration.ofSeconds(3);

    private final Process process;

    private MortalProcess(Process process) {
        this.process = process;
    }

    /**
     * Begins one that runs the pipeline again and again for three seconds.
     *
     * @param sources brokers, databases and clouds: their kind, name and address, and a user and password
     * @param dies the step at which it dies; at none if it is empty
     * @param times when it dies there: the first time it comes there, the second, …
     */
    static MortalProcess start(Path folder, String pipeline, List<List<String>> sources, String dies, int times) {
        return new MortalProcess(begin(
                MortalProcess.class,
                folder,
                List.of(folder.toString(), pipeline, dies, Integer.toString(times)),
                sources));
    }

    /** Begins a process of our own with these arguments, behind which come the brokers and databases. */
    static Process begin(Class<?> main, Path folder, List<String> arguments, List<List<String>> sources) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Daws.cborEnabled=" + System.getProperty("aws.cborEnabled", "true"),
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(arguments);
        sources.forEach(source -> command.add(String.join("\t", source)));
        try {
            Files.createDirectories(folder);
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("process.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Of this test, which some launchers give to a class loader of their own. */
    private static String classPath() {
        if (!(MortalProcess.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        return Stream.of(loader.getURLs()).map(MortalProcess::file).collect(Collectors.joining(File.pathSeparator));
    }

    private static String file(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns when it has begun to work, or has ended. */
    void awaitUp() {
        awaitUp(process);
    }

    static void awaitUp(Process process) {
        try {
            BufferedReader said = process.inputReader();
            for (String line = said.readLine(); line != null && !line.equals("up"); line = said.readLine()) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills it. */
    void kill() {
        process.destroyForcibly();
    }

    /** Whether it was killed; false if its time was over. */
    boolean wasKilled() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("a run did not end within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (process.exitValue() != 0 && process.exitValue() != KILLED) {
            throw new AssertionError("the process ended with " + process.exitValue());
        }
        return process.exitValue() == KILLED;
    }

    /** The brokers and databases among the arguments of a process, for its world. */
    static void settle(IngestionWorld world, Stream<String> arguments) {
        settle(world, arguments.map(source -> List.of(source.split("\t", -1))).toList());
    }

    /** The same brokers and databases for a world. */
    static void settle(IngestionWorld world, List<List<String>> sources) {
        for (List<String> source : sources) {
            switch (source.getFirst()) {
                case "database" -> world.database(source.get(1), source.get(2), source.get(3), source.get(4));
                case "cloud" -> world.cloud(source.get(1), URI.create(source.get(2)));
                default -> world.broker(source.get(1), source.get(2));
            }
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        IngestionWorld world = IngestionWorld.sqlite(Path.of(arguments[0]));
        settle(world, Stream.of(arguments).skip(4));
        AtomicInteger left = new AtomicInteger(Integer.parseInt(arguments[3]));
        world.restart(step -> {
                    if (step.equals(arguments[2]) && left.decrementAndGet() == 0) {
                        Runtime.getRuntime().halt(KILLED);
                    }
                })
                .start();
        System.out.println("up");
        long end = System.nanoTime() + LIFE.toNanos();
        while (System.nanoTime() < end || isActive(world, arguments[1])) {
            try {
                world.ingestion().runs().start(DE, arguments[1]);
            } catch (IngestionException.Conflict _) {
                // The one that is there goes on.
                Thread.sleep(5);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static boolean isActive(IngestionWorld world, String pipeline) {
        return world.ingestion().runs().list(DE, Optional.of(pipeline), Optional.empty(), 1).runs().stream()
                .anyMatch(run -> !run.state().ended());
    }
}
