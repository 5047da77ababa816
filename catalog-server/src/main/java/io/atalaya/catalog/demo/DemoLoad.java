package io.atalaya.catalog.demo;

import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RestAuthentication;
import io.atalaya.catalog.workspace.Workspaces;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Loads what the demonstration shows. What has been loaded is left alone. */
public final class DemoLoad {
    private static final Set<String> WRITING = Set.of("extract", "sql", "normalize");

    /** Who posts what is replayed. */
    private static final String REPLAYS = "de";

    private static final int BATCH = 1000;

    private static final Caller OPERATOR = new Caller(RestAuthentication.OPERATOR, true, Caller.Means.OPERATOR);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(30);
    private static final long PAUSE_MILLIS = 50;

    private final DataDirectory data;
    private final DemoUsers users;
    private final Workspaces workspaces;
    private final Ingestion ingestion;
    private final Supplier<PolicySnapshot> policies;

    public DemoLoad(
            DataDirectory data,
            DemoUsers users,
            Workspaces workspaces,
            Ingestion ingestion,
            Supplier<PolicySnapshot> policies) {
        this.data = data;
        this.users = users;
        this.workspaces = workspaces;
        this.ingestion = ingestion;
        this.policies = policies;
    }

    /**
     * Makes the users and loads the examples that are new or changed.
     *
     * @param only names of the examples to load; empty for all
     * @param progress told in sentences
     * @return whether everything was loaded
     */
    public boolean load(Path examples, Set<String> only, Consumer<String> progress) {
        users.ensure(OPERATOR, data.credentials());
        List<Example> all = Example.in(examples);
        Set<String> names = all.stream().map(Example::name).collect(Collectors.toSet());
        for (String name : only) {
            if (!names.contains(name)) {
                throw new DemoException("There is no example '" + name + "' in " + examples + "; there are: "
                        + String.join(", ", names.stream().sorted().toList()));
            }
        }
        boolean complete = true;
        for (Example example : all) {
            if (only.isEmpty() || only.contains(example.name())) {
                complete &= load(example, progress);
            }
        }
        return complete;
    }

    private boolean load(Example example, Consumer<String> progress) {
        Path copy = data.workspaces().resolve(example.name());
        if (example.isLoaded(copy)) {
            return true;
        }
        progress.accept("Loading example " + example.name() + ".");
        example.copyTo(copy);
        workspaces.apply(OPERATOR.principal(), copy);
        List<Pipeline> mine = ingestion.pipelines().list().stream()
                .filter(pipeline -> pipeline.source().workspace().equals(copy))
                .sorted(Comparator.comparing(
                        pipeline -> !pipeline.source().file().startsWith("sources")))
                .toList();
        // One after the other: what triggers would start before all of its tables are there would fail.
        mine.forEach(pipeline -> ingestion.pipelines().pause(pipeline.name(), true));
        boolean complete = true;
        try {
            for (Pipeline pipeline : mine) {
                replay(pipeline, copy);
                complete &= run(pipeline, progress);
            }
        } finally {
            mine.forEach(pipeline -> ingestion.pipelines().pause(pipeline.name(), false));
        }
        // What policies and datasets say of tables that the pipelines have made meanwhile.
        workspaces.apply(OPERATOR.principal(), copy);
        if (complete) {
            example.loaded(copy);
        }
        return complete;
    }

    /** Posts the messages in {@code replay/<pipeline>/<stage>.jsonl} to that stage, as a device would, but all at once. */
    private void replay(Pipeline pipeline, Path workspace) {
        for (Stage stage : pipeline.stages()) {
            Path file = workspace.resolve("replay").resolve(pipeline.name()).resolve(stage.name() + ".jsonl");
            if (stage instanceof Stage.Extract extract
                    && extract.source() instanceof MessageStream stream
                    && stream.from() instanceof MessageStream.Push
                    && Files.exists(file)) {
                push(pipeline, stage.name(), file);
            }
        }
    }

    private void push(Pipeline pipeline, String stage, Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            List<byte[]> messages = lines.filter(line -> !line.isBlank())
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
            Principal device = policies.get().principal(REPLAYS);
            for (int from = 0; from < messages.size(); from += BATCH) {
                List<byte[]> some = messages.subList(from, Math.min(messages.size(), from + BATCH));
                ingestion.streams().push(device, pipeline, stage, some);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new DemoException("Interrupted while messages were replayed");
        }
    }

    private boolean run(Pipeline pipeline, Consumer<String> progress) {
        long began = System.nanoTime();
        long rows = 0;
        Run ended;
        do {
            ended = await(started(pipeline));
            // Other stages count rows that are in tables already.
            rows += ended.stages().stream()
                    .filter(stage -> WRITING.contains(stage.kind()))
                    .mapToLong(StageRun::rowsOut)
                    .sum();
        } while (ended.state() == Run.State.SUCCEEDED && mayHaveLeft(pipeline, ended));
        if (ended.state() == Run.State.SUCCEEDED) {
            progress.accept("  pipeline " + pipeline.name() + ": " + rows + " rows written to tables in "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
            return true;
        }
        progress.accept("  pipeline " + pipeline.name() + ": " + ended.state()
                + ended.message().map(text -> " – " + text).orElse(""));
        return false;
    }

    /** Whether files may wait that were too many for one run. */
    private static boolean mayHaveLeft(Pipeline pipeline, Run run) {
        return run.stages().stream()
                .anyMatch(stage -> stage.rowsIn() > 0
                        && pipeline.stage(stage.name()) instanceof Stage.Extract extract
                        && extract.source() instanceof FileDrop drop
                        && drop.perRun() < Integer.MAX_VALUE);
    }

    /** Its trigger may have been faster. */
    private Run started(Pipeline pipeline) {
        Runs runs = ingestion.runs();
        try {
            return runs.start(OPERATOR.principal(), pipeline.name());
        } catch (IngestionException.Conflict conflict) {
            return runs.list(OPERATOR.principal(), Optional.of(pipeline.name()), Optional.empty(), 1).runs().stream()
                    .findFirst()
                    .orElseThrow(() -> conflict);
        }
    }

    private Run await(Run started) {
        long deadline = System.nanoTime() + LONGEST_RUN.toNanos();
        Run run = started;
        while (!run.state().ended() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new DemoException("Interrupted while a pipeline ran");
            }
            run = ingestion.runs().get(OPERATOR.principal(), run.id());
        }
        return run;
    }
}
