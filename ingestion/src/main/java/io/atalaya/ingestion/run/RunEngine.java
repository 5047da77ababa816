package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Embed;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one run through its stages. It can be taken up at any point another left it at. */
public final class RunEngine {
    private static final Logger LOG = LoggerFactory.getLogger(RunEngine.class);

    private final RunStore store;
    private final Policies policies;
    private final AuditLog audit;
    private final StageKinds kinds;
    private final StageWork.Steps steps;

    public RunEngine(RunStore store, Policies policies, AuditLog audit, StageKinds kinds, StageWork.Steps steps) {
        this.store = store;
        this.policies = policies;
        this.audit = audit;
        this.kinds = kinds;
        this.steps = steps;
    }

    /** Does the work of each kind of stage. */
    @FunctionalInterface
    public interface StageKinds {
        /**
         * Does the stage.
         *
         * @param success whether all it needs has succeeded; only a notification is asked to do otherwise
         */
        Done run(StageWork work, Stage stage, Run run, boolean success) throws Exception;
    }

    /**
     * Runs what has not succeeded yet.
     *
     * @param lost turns true when another node has taken the run over
     */
    void run(UUID id, Pipeline pipeline, AtomicBoolean lost) throws InterruptedException {
        Run run = store.find(id).orElseThrow();
        audit.append(new AuditEvent(
                "pipeline.run.start",
                run.requestedBy(),
                pipeline.name(),
                Map.of(
                        "run",
                        id.toString(),
                        "trigger",
                        run.trigger(),
                        "runAs",
                        pipeline.runAs(),
                        "version",
                        run.version())));
        steps.reached("started");
        boolean cancelled = false;
        for (Stage stage : pipeline.stages()) {
            run = store.find(id).orElseThrow();
            if (run.has(stage.name(), StageRun.State.SUCCEEDED)) {
                continue;
            }
            cancelled = cancelled || store.cancelRequested(id);
            if (lost.get()) {
                return;
            }
            if (cancelled) {
                store.endStage(id, stage.name(), StageRun.State.CANCELLED, Sentence.of("Cancelled before it began"));
                continue;
            }
            boolean success = succeeded(run, stage.needs());
            if (!isWanted(stage, success)) {
                store.endStage(
                        id,
                        stage.name(),
                        StageRun.State.SKIPPED,
                        success ? Sentence.of("Only for failures") : Sentence.of("A stage it needs did not succeed"));
                continue;
            }
            cancelled = run(new StageWork(store, policies, run, pipeline, stage, lost, steps), stage, success, lost);
        }
        if (!lost.get()) {
            end(id, pipeline, cancelled);
        }
    }

    private static boolean succeeded(Run run, Set<String> needs) {
        return needs.stream().allMatch(need -> run.has(need, StageRun.State.SUCCEEDED));
    }

    private static boolean isWanted(Stage stage, boolean success) {
        return switch (stage) {
            case Stage.Notify notification ->
                notification.on().contains(success ? Stage.Notify.On.SUCCESS : Stage.Notify.On.FAILURE);
            case Stage.Extract _,
                    Stage.Sql _,
                    Stage.Normalize _,
                    Stage.Check _,
                    Stage.Profile _,
                    Stage.Maintain _,
                    Stage.Index _,
                    Stage.Publish _,
                    Train _,
                    Register _,
                    Score _,
                    Embed _ -> success;
        };
    }

    /** Tries the stage as often as it may be tried; true if the run was cancelled meanwhile. */
    private boolean run(StageWork work, Stage stage, boolean success, AtomicBoolean lost) throws InterruptedException {
        UUID id = work.run();
        for (int attempt = 1; ; attempt++) {
            store.beginStage(id, stage.name());
            steps.reached(stage.name() + "/begun");
            work.tryAgain();
            try {
                Done done = kinds.run(work, stage, store.find(id).orElseThrow(), success);
                steps.reached(stage.name() + "/done");
                store.progress(id, stage.name(), done.rowsIn(), done.rowsOut(), done.rowsRejected(), 1);
                store.endStage(id, stage.name(), StageRun.State.SUCCEEDED, done.message());
                store.log(id, LogLine.Level.INFO, stage.name(), done.message().toString());
                return false;
            } catch (InterruptedException e) {
                throw e;
            } catch (IngestionException.Cancelled e) {
                if (!lost.get()) {
                    store.endStage(id, stage.name(), StageRun.State.CANCELLED, e.sentence());
                }
                return true;
            } catch (Exception e) {
                if (Thread.interrupted() || lost.get()) {
                    // The service stops: what failed may have failed only because of that.
                    throw new InterruptedException();
                }
                if (!work.isWanted()) {
                    store.endStage(id, stage.name(), StageRun.State.CANCELLED, Sentence.of("Cancelled"));
                    return true;
                }
                // What a late try fails with is that it was stopped.
                IngestionException failure =
                        work.late().<IngestionException>map(late -> late).orElseGet(() -> Failures.of(stage, e));
                Sentence message = failure.sentence();
                if (failure.getCause() != null) {
                    LOG.warn(
                            "stage failed: pipeline={} stage={} run={}",
                            work.pipeline().name(),
                            stage.name(),
                            id,
                            e);
                }
                boolean again =
                        failure.worthRetrying() && attempt < stage.retries().attempts();
                store.log(id, again ? LogLine.Level.WARN : LogLine.Level.ERROR, stage.name(), message.toString());
                if (!again) {
                    store.endStage(id, stage.name(), StageRun.State.FAILED, message);
                    return false;
                }
                Duration delay = stage.retries().delayAfter(attempt);
                store.log(id, LogLine.Level.INFO, stage.name(), "Tried again in " + delay.toMillis() + " ms");
                if (!sleep(work, delay)) {
                    store.endStage(
                            id,
                            stage.name(),
                            StageRun.State.CANCELLED,
                            Sentence.of("Cancelled while it waited to be tried again"));
                    return true;
                }
            }
        }
    }

    private static boolean sleep(StageWork work, Duration delay) throws InterruptedException {
        long until = System.nanoTime() + delay.toNanos();
        while (System.nanoTime() < until) {
            Thread.sleep(Math.clamp((until - System.nanoTime()) / 1_000_000, 1, 200));
            if (!work.isWanted()) {
                return false;
            }
        }
        return true;
    }

    private void end(UUID id, Pipeline pipeline, boolean cancelled) {
        Run run = store.find(id).orElseThrow();
        Optional<Sentence> failed = run.stages().stream()
                .filter(stage -> stage.state() == StageRun.State.FAILED)
                .findFirst()
                .map(stage -> Sentence.of(
                        "Stage '{0}': {1}", stage.name(), stage.said().orElse(Sentence.of("failed"))));
        Run.State state = cancelled ? Run.State.CANCELLED : failed.isEmpty() ? Run.State.SUCCEEDED : Run.State.FAILED;
        audit.append(new AuditEvent(
                "pipeline.run.outcome",
                run.requestedBy(),
                pipeline.name(),
                Map.of(
                        "run",
                        id.toString(),
                        "state",
                        state.name(),
                        "message",
                        failed.orElse(Sentence.nothing()).toString())));
        steps.reached("ending");
        store.end(id, state, cancelled ? Sentence.of("Cancelled") : failed.orElse(null));
        LOG.info("run ended: pipeline={} run={} state={}", pipeline.name(), id, state);
    }
}
