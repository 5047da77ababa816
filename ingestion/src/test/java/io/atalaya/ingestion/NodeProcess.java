package io.atalaya.ingestion;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** One of several nodes, in a process of its own, over the folder of an {@link IngestionWorld} and its database in PostgreSQL. */
public final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream told;

    private NodeProcess(Process process) {
        this.process = process;
        this.told = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Begins one, and returns when it listens to the stream of that stage, or to another node's doing so.
     *
     * @param url of the database
     * @param later how much later it thinks that it is
     */
    public static NodeProcess start(
            Path folder, String url, String pipeline, String stage, List<List<String>> sources, Duration later) {
        NodeProcess node = new NodeProcess(MortalProcess.begin(
                NodeProcess.class, folder, List.of(folder.toString(), url, pipeline, stage), sources));
        node.later(later);
        MortalProcess.awaitUp(node.process);
        return node;
    }

    /** Makes it so much later than it is. */
    public void later(Duration later) {
        told.println(later);
    }

    /** Kills it, which it is not told of; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        IngestionWorld world = IngestionWorld.ofNode(Path.of(arguments[0]), arguments[1]);
        world.ingestion().close();
        MortalProcess.settle(world, Stream.of(arguments).skip(4));
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        world.clock.later(Duration.parse(told.readLine()));
        Ingestion node = world.node(8, _ -> {});
        node.start();
        while (node.streams()
                .problem(node.pipelines().find(arguments[2]).orElseThrow(), arguments[3])
                .isPresent()) {
            Thread.sleep(5);
        }
        System.out.println("up");
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            world.clock.later(Duration.parse(line));
        }
        Runtime.getRuntime().halt(0);
    }
}
