package io.atalaya.catalog.demo;

import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RestAuthentication;
import io.atalaya.catalog.workspace.Workspaces;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.ingestion.run.StageRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Loads what the demonstration shows. What has been loaded is left alone. */
public final class DemoLoad {
    private static final Set<String> WRITING = Set.of("extract", "sql");

    private static final Caller OPERATOR = new Caller(RestAuthentication.OPERATOR, true, Caller.Means.OPERATOR);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(30);
    private static final long PAUSE_MILLIS = 50;

    private final DataDirectory data;
    private final DemoUsers users;
    private final Workspaces workspaces;
    private final Pipelines pipelines;
    private final Runs runs;

    public DemoLoad(DataDirectory data, DemoUsers users, Workspaces workspaces, Pipelines pipelines, Runs runs) {
        this.data = data;
        this.users = users;
        this.workspaces = workspaces;
        this.pipelines = pipelines;
        this.runs = runs;
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
        boolean complete = true;
        for (Pipeline pipeline : pipelines.list()) {
            if (pipeline.source().workspace().equals(copy)) {
                complete &= run(pipeline, progress);
            }
        }
        // What policies and datasets say of tables that the pipelines have made meanwhile.
        workspaces.apply(OPERATOR.principal(), copy);
        if (complete) {
            example.loaded(copy);
        }
        return complete;
    }

    private boolean run(Pipeline pipeline, Consumer<String> progress) {
        Run ended = await(started(pipeline));
        if (ended.state() == Run.State.SUCCEEDED) {
            // Other stages count rows that are in tables already.
            long rows = ended.stages().stream()
                    .filter(stage -> WRITING.contains(stage.kind()))
                    .mapToLong(StageRun::rowsOut)
                    .sum();
            progress.accept("  pipeline " + pipeline.name() + ": " + rows + " rows written to tables");
            return true;
        }
        progress.accept("  pipeline " + pipeline.name() + ": " + ended.state()
                + ended.message().map(text -> " – " + text).orElse(""));
        return false;
    }

    /** Its trigger may have been faster. */
    private Run started(Pipeline pipeline) {
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
            run = runs.get(OPERATOR.principal(), run.id());
        }
        return run;
    }
}
