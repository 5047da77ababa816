package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The runs of pipelines as people see and steer them. A pipeline's owner, its operators and administrators may; to everyone else the
 * pipeline does not exist.
 */
public final class Runs {
    private final Pipelines pipelines;
    private final RunStore store;
    private final Policies policies;
    private final Runnable wake;

    /**
     * The runs in that store.
     *
     * @param wake called when there is something to run
     */
    public Runs(Pipelines pipelines, RunStore store, Policies policies, Runnable wake) {
        this.pipelines = pipelines;
        this.store = store;
        this.policies = policies;
        this.wake = wake;
    }

    /** Whether the principal may see, start and stop runs of the pipeline. */
    public boolean mayOperate(Principal principal, Pipeline pipeline) {
        return pipeline.isOperatedBy(principal) || policies.current().isAdministrator(principal);
    }

    /** The pipelines the principal may operate, by name. */
    public List<Pipeline> pipelines(Principal principal) {
        return pipelines.list().stream()
                .filter(pipeline -> mayOperate(principal, pipeline))
                .toList();
    }

    /** The pipeline, if the principal may operate it. */
    public Pipeline pipeline(Principal principal, String name) {
        return pipelines
                .find(name)
                .filter(pipeline -> mayOperate(principal, pipeline))
                .orElseThrow(() -> new IngestionException.NotFound("There is no pipeline '{0}'", name));
    }

    /**
     * Stops the pipeline's triggers from starting runs, and its streams from listening, or lets them again; what is asked for
     * through the API still runs.
     */
    public void pause(Principal principal, String name, boolean paused) {
        pipelines.pause(pipeline(principal, name).name(), paused);
        wake.run();
    }

    /** When time tables start pipelines next, by name, whoever may know of them; not of those that are paused. */
    public Map<String, Instant> nextDue() {
        return pipelines.nextDue();
    }

    /** Names of pipelines that are paused, whoever may know of them. */
    public Set<String> paused() {
        return pipelines.paused();
    }

    /**
     * Queues a run.
     *
     * @throws IngestionException.Conflict if one is queued or running
     */
    public Run start(Principal principal, String name) {
        return start(principal, name, Optional.empty());
    }

    /**
     * The same.
     *
     * @param date the day the run is of; empty: today, by UTC
     */
    public Run start(Principal principal, String name, Optional<LocalDate> date) {
        Pipeline pipeline = pipeline(principal, name);
        Run run = date.map(day -> store.queue(pipeline, "api", principal.name(), day))
                .orElseGet(() -> store.queue(pipeline, "api", principal.name()))
                .orElseThrow(() -> new IngestionException.Conflict(
                        "Pipeline '{0}' has a run that has not ended; wait for it or cancel it", name));
        wake.run();
        return run;
    }

    /** The run, with its stages. */
    public Run get(Principal principal, UUID id) {
        return store.find(id)
                .filter(run -> pipelines
                        .version(run.version())
                        .filter(pipeline -> mayOperate(principal, pipeline))
                        .isPresent())
                .orElseThrow(() -> new IngestionException.NotFound("There is no run {0}", id));
    }

    /** The pipeline as it was when the run was queued. */
    public Pipeline pipeline(Run run) {
        return pipelines.version(run.version()).orElseThrow();
    }

    /** The newest run of each of these pipelines that ever ran, by name. */
    public Map<String, Run> last(List<Pipeline> of) {
        return store.last(of.stream().map(Pipeline::name).toList());
    }

    /** Runs the principal may see and that are of no backfill, newest first. */
    public RunPage list(Principal principal, Optional<String> pipeline, Optional<String> cursor, int max) {
        List<String> names = pipelines(principal).stream()
                .map(Pipeline::name)
                .filter(name -> pipeline.map(name::equals).orElse(true))
                .toList();
        return store.list(names, Optional.empty(), cursor, Math.clamp(max, 1, 200));
    }

    /** Lines of the run's log after that sequence number, in order. */
    public List<LogLine> logs(Principal principal, UUID id, long after, int max) {
        return store.logs(get(principal, id).id(), after, Math.clamp(max, 1, 1000));
    }

    /** Asks the run to stop; it ends soon, with nothing half written. Does nothing if it has ended. */
    public Run cancel(Principal principal, UUID id) {
        Run run = get(principal, id);
        if (store.requestCancel(run.id())) {
            store.log(run.id(), LogLine.Level.INFO, null, principal.name() + " asked to cancel");
        }
        wake.run();
        return get(principal, id);
    }

    /**
     * Lets a run that failed or was cancelled go on with the stages that did not succeed.
     *
     * @throws IngestionException.Conflict if it succeeded, has not ended, or another run of the pipeline is under way
     */
    public Run resume(Principal principal, UUID id) {
        Run run = get(principal, id);
        if (!store.reopen(run.id())) {
            throw new IngestionException.Conflict(
                    "Run {0} cannot be resumed: it has not failed, or another run of '{1}' is under way",
                    id, run.pipeline());
        }
        store.log(run.id(), LogLine.Level.INFO, null, principal.name() + " resumed the run");
        wake.run();
        return get(principal, id);
    }

    /**
     * Does an ended run again from a stage on: that one, all that come after it, and what did not succeed.
     *
     * @throws IngestionException.NotFound if the run has no such stage
     * @throws IngestionException.Conflict if it has not ended, or another run of the pipeline is under way
     */
    public Run again(Principal principal, UUID id, String from) {
        Run run = get(principal, id);
        Set<String> again = pipeline(run).from(from);
        if (run.stages().stream().noneMatch(stage -> stage.name().equals(from))) {
            throw new IngestionException.NotFound("Run {0} has no stage '{1}'", id, from);
        }
        if (!store.again(run.id(), again)) {
            throw new IngestionException.Conflict(
                    "Run {0} cannot be done again from '{1}': it has not ended, or another run of '{2}' is under way",
                    id, from, run.pipeline());
        }
        store.log(run.id(), LogLine.Level.INFO, null, principal.name() + " had the run done again from " + from);
        wake.run();
        return get(principal, id);
    }
}
