package io.atalaya.policies;

import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.StateLoader;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** How policies are read at one epoch, and changed in one transaction that makes the next. Safe for many threads and nodes. */
final class PolicyChanges {
    private static final int OPTIMISTIC_LOADS = 3;

    private final Jdbi jdbi;
    private final Clock clock;
    private final AppliedChange.Recorder recorder;
    private volatile IndexedSnapshot known;

    PolicyChanges(Jdbi jdbi, Clock clock, AppliedChange.Recorder recorder) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.recorder = recorder;
        this.known = new IndexedSnapshot(PolicyState.EMPTY, clock);
    }

    /** What is done in a transaction, with the policies before it and the epoch it makes. */
    @FunctionalInterface
    interface Transaction<T> {
        T run(Handle handle, PolicyState before, long epoch);
    }

    /** How a transaction ends: with the change made, or with nothing changed. */
    @FunctionalInterface
    interface End<T> {
        T end(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending);
    }

    /** The policies as they stand; one cheap query unless they changed since the last call. */
    IndexedSnapshot current() {
        long epoch = jdbi.withHandle(StateLoader::epoch);
        IndexedSnapshot last = known;
        return last.epoch() == epoch ? last : reload(epoch);
    }

    PolicyState state() {
        return current().state();
    }

    private synchronized IndexedSnapshot reload(long wanted) {
        if (known.epoch() == wanted) {
            return known;
        }
        known = new IndexedSnapshot(atOneEpoch(this::load), clock);
        return known;
    }

    /** The policies as the handle sees them at that epoch, which must not move meanwhile. */
    PolicyState load(Handle handle, long epoch) {
        return StateLoader.load(handle, known.state(), epoch);
    }

    /** Every change moves the epoch in its own transaction: what is read between two equal epochs is of one moment. */
    <T> T atOneEpoch(BiFunction<Handle, Long, T> reading) {
        for (int attempt = 0; attempt < OPTIMISTIC_LOADS; attempt++) {
            Optional<T> read = jdbi.withHandle(handle -> {
                long epoch = StateLoader.epoch(handle);
                T found = reading.apply(handle, epoch);
                return StateLoader.epoch(handle) == epoch ? Optional.of(found) : Optional.empty();
            });
            if (read.isPresent()) {
                return read.get();
            }
        }
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle) - 1;
            T found = reading.apply(handle, epoch);
            StateLoader.unlock(handle);
            return found;
        });
    }

    /** Runs it while no other change is made. */
    <T> T transaction(Transaction<T> transaction) {
        PolicyState recent = state();
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.lock(handle);
            return transaction.run(handle, StateLoader.load(handle, recent, epoch - 1), epoch);
        });
    }

    /** What the work comes to, in one transaction. */
    <T> T change(String actor, Consumer<PolicyEdit> work, End<T> end) {
        return transaction((handle, before, epoch) -> {
            PolicyEdit edit = new PolicyEdit(handle, clock.instant(), before, new Naming());
            work.accept(edit);
            return end.end(handle, actor, edit, epoch, List.of());
        });
    }

    /** The same, made. */
    AppliedChange change(Principal actor, Consumer<PolicyEdit> work) {
        return change(actor.name(), work, this::finish);
    }

    /** The same with all checks, and nothing changed. */
    Rehearsal rehearse(Principal actor, Consumer<PolicyEdit> work) {
        return change(actor.name(), work, PolicyChanges::rehearsed);
    }

    /** Checks the edit, and makes and records it. */
    AppliedChange finish(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending) {
        if (edit.isEmpty()) {
            StateLoader.unlock(handle);
            return new AppliedChange(actor, epoch - 1, List.of(), pending);
        }
        edit.finish(epoch);
        AppliedChange change = new AppliedChange(actor, epoch, edit.changes(), pending);
        recorder.record(change);
        return change;
    }

    /** Checks the edit, and takes it back. */
    static Rehearsal rehearsed(Handle handle, String actor, PolicyEdit edit, long epoch, List<String> pending) {
        PolicyState after = edit.isEmpty() ? edit.before() : edit.finish(epoch);
        handle.rollback();
        return new Rehearsal(edit.before(), after, edit.touched());
    }

    void checkAdministrator(Principal actor, PolicyState state) {
        if (!new IndexedSnapshot(state, clock).isAdministrator(actor)) {
            throw new PolicyException.NotPermitted("{0} is no administrator", actor.name());
        }
    }
}
