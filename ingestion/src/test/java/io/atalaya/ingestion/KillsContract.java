package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is killed again and again while something happens at its source, between two durable steps or at any moment:
 * a process each time, which is not asked. Of 50 kills ({@code -Datalaya.kills=50}) a few are enough for every day.
 */
public abstract class KillsContract {
    protected static final String FLOW = "flow";

    private static final int LONGEST_MS = 1_500;

    @TempDir
    protected Path folder;

    private final long seed = new Random().nextLong();
    protected final Random random = new Random(seed);

    /** How many kills are enough for every day. */
    protected int everyDay() {
        return 6;
    }

    /** The lines of the pipeline behind those that all have. */
    protected abstract String pipeline();

    /** Points between two durable steps, as its stages pass them. */
    protected abstract List<String> steps();

    /** Brokers, databases and clouds: their kind, name and address, and a user and password. */
    protected List<List<String>> sources() {
        return List.of();
    }

    /** Returns when what happens from now on is heard, if it is not heard later. */
    protected void awaitListening(IngestionWorld world) {}

    /** Something happens at the source. */
    protected abstract void happens() throws Exception;

    /** What happens last, when nothing is killed any more. */
    protected void settles() throws Exception {}

    /** Whether a run may fail for what happened at the source, until that has settled. */
    protected boolean mayFail() {
        return false;
    }

    /** All that is in the tables that depends on the source alone. */
    protected abstract List<String> rows(IngestionWorld world);

    /** The same of a service that nobody disturbed. */
    protected List<String> expected() {
        try (IngestionWorld calm = world("undisturbed")) {
            return rowsOf(calm);
        }
    }

    /** The folder of the service that is killed, or of the one that is not. */
    protected Path folder(String which) {
        return folder.resolve(which);
    }

    private IngestionWorld world(String which) {
        try {
            Files.createDirectories(folder(which));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        IngestionWorld world = IngestionWorld.sqlite(folder(which));
        MortalProcess.settle(world, sources());
        world.restart(_ -> {}).start();
        world.pipeline(FLOW, pipeline());
        return world;
    }

    private List<String> rowsOf(IngestionWorld world) {
        // The first may be what was left over.
        Run first = world.runOrAwait(FLOW);
        assertThat(first.state())
                .as("seed %d: %s", seed, first)
                .isIn(Run.State.SUCCEEDED, mayFail() ? Run.State.FAILED : Run.State.SUCCEEDED);
        Run run = world.run(FLOW);
        assertThat(run.state()).as("seed %d: %s", seed, run).isEqualTo(Run.State.SUCCEEDED);
        return rows(world);
    }

    @Test
    void what_is_killed_leaves_the_tables_of_what_was_not() throws Exception {
        try (IngestionWorld world = world("killed")) {
            awaitListening(world);
        }
        int kills = 0;
        while (kills < Integer.getInteger("atalaya.kills", everyDay())) {
            boolean anyMoment = random.nextInt(3) == 0;
            String dies = anyMoment ? "" : steps().get(random.nextInt(steps().size()));
            MortalProcess process = MortalProcess.start(folder("killed"), FLOW, sources(), dies, random.nextInt(1, 3));
            happens();
            if (anyMoment) {
                process.awaitUp();
                happens();
                Thread.sleep(random.nextInt(LONGEST_MS));
                process.kill();
            }
            kills += process.wasKilled() ? 1 : 0;
        }
        settles();
        try (IngestionWorld world = world("killed")) {
            assertThat(rowsOf(world)).as("seed %d", seed).isNotEmpty().containsExactlyElementsOf(expected());
        }
    }
}
