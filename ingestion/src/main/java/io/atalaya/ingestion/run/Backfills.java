package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.RunDate;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.policies.Principal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Pipelines run for the days of a range, as those who may operate them ask for it. */
public final class Backfills {
    /** The longest range: ten years. */
    public static final int MOST_DAYS = 3660;

    private final Runs runs;
    private final RunStore store;
    private final Runnable wake;

    /** @param wake called when there is something to run */
    public Backfills(Runs runs, RunStore store, Runnable wake) {
        this.runs = runs;
        this.store = store;
        this.wake = wake;
    }

    /**
     * Queues a run for each day, of the stages that compute something: what was delivered is there already, and nobody wants to
     * be told of each day.
     *
     * @param to the last day
     * @param concurrency how many may be under way at once, no more than the pipeline allows; empty: as many as that
     * @throws IngestionException.BadStage if no stage asks for the day of its run
     * @throws IngestionException.Conflict if the range is empty or too long, or the pipeline does not allow so many at once
     */
    public Backfill start(Principal principal, String name, LocalDate from, LocalDate to, OptionalInt concurrency) {
        Pipeline pipeline = runs.pipeline(principal, name);
        long days = ChronoUnit.DAYS.between(from, to) + 1;
        if (days < 1 || days > MOST_DAYS) {
            throw new IngestionException.Conflict(
                    "A backfill is of 1 to {0} days, and from {1} to {2} it is {3}", MOST_DAYS, from, to, days);
        }
        int places = concurrency.orElse(pipeline.concurrency());
        if (places < 1 || places > pipeline.concurrency()) {
            throw new IngestionException.Conflict(
                    "Pipeline '{0}' allows 1 to {1} runs at once (its 'concurrency'), not {2}",
                    name, pipeline.concurrency(), places);
        }
        List<Stage> stages = pipeline.stages().stream()
                .filter(stage -> stage instanceof Stage.Sql || stage instanceof Stage.Check)
                .toList();
        if (stages.stream()
                .noneMatch(stage ->
                        stage instanceof Stage.Sql sql && RunDate.in(sql.sql()).uses() > 0)) {
            throw new IngestionException.BadStage(
                    "No stage of pipeline '{0}' asks for the day of its run, so all days would be the same; write {1} in its SQL",
                    name, RunDate.NAME);
        }
        UUID id = store.backfills().queue(pipeline, stages, from, to, places, principal.name());
        wake.run();
        return get(principal, id);
    }

    /** The backfill, with how far its runs are. */
    public Backfill get(Principal principal, UUID id) {
        return store.backfills()
                .find(id)
                .filter(backfill -> runs.pipelines(principal).stream()
                        .anyMatch(pipeline -> pipeline.name().equals(backfill.pipeline())))
                .orElseThrow(() -> new IngestionException.NotFound("There is no backfill {0}", id));
    }

    /** The newest that the principal may see. */
    public List<Backfill> list(Principal principal, Optional<String> pipeline, int max) {
        List<String> names = runs.pipelines(principal).stream()
                .map(Pipeline::name)
                .filter(name -> pipeline.map(name::equals).orElse(true))
                .toList();
        return store.backfills().list(names, Math.clamp(max, 1, 200));
    }

    /** Its runs, the last day first. */
    public RunPage runs(Principal principal, UUID id, Optional<String> cursor, int max) {
        Backfill backfill = get(principal, id);
        return store.list(List.of(backfill.pipeline()), Optional.of(id), cursor, Math.clamp(max, 1, 200));
    }

    /** Asks all its runs that have not ended to stop. */
    public Backfill cancel(Principal principal, UUID id) {
        get(principal, id);
        store.backfills().cancel(id);
        wake.run();
        return get(principal, id);
    }

    /** Lets those of its runs that failed or were cancelled go on with the stages that did not succeed. */
    public Backfill resume(Principal principal, UUID id) {
        get(principal, id);
        store.backfills().resume(id);
        wake.run();
        return get(principal, id);
    }
}
