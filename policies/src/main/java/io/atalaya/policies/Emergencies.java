package io.atalaya.policies;

import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.store.BrokenGlasses;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.StateLoader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** How somebody in need gets to read a table, and how that is looked at afterwards. */
public final class Emergencies {
    private final Jdbi jdbi;
    private final Clock clock;
    private final AppliedChange.Recorder recorder;
    private final PolicyChanges changes;

    Emergencies(Jdbi jdbi, Clock clock, AppliedChange.Recorder recorder, PolicyChanges changes) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.recorder = recorder;
        this.changes = changes;
    }

    /**
     * Gives the actor SELECT on the table for a few hours. That takes BREAK_GLASS on it; guards hold as ever.
     *
     * @throws PolicyException.NotPermitted unless the actor has BREAK_GLASS on the whole table
     */
    public BrokenGlass breakGlass(Principal actor, GovernedTable table, String reason, Duration time) {
        String why = reason.strip();
        BrokenGlass.check(why, time);
        Instant from = clock.instant().truncatedTo(ChronoUnit.MICROS);
        BrokenGlass glass = new BrokenGlass(
                UUID.randomUUID().toString(),
                actor.name(),
                table.databaseUuid(),
                table.uuid(),
                why,
                from,
                from.plus(time),
                Optional.empty());
        changes.change(actor, edit -> breaking(edit, actor, table, glass));
        return glass;
    }

    private void breaking(PolicyEdit edit, Principal actor, GovernedTable table, BrokenGlass glass) {
        if (!(new IndexedSnapshot(edit.before(), clock).decide(actor, Permission.BREAK_GLASS, table)
                instanceof Decision.Allowed)) {
            throw new PolicyException.NotPermitted(
                    "{0} may not break the glass here: that takes BREAK_GLASS on all of it", actor.name());
        }
        new BrokenGlasses(edit.handle()).add(glass);
        edit.note(change(glass, Optional.empty(), Sentence.of("{0}", glass.reason())));
        Granting.merge(
                edit,
                new Grant(
                        "",
                        new Grantee.User(actor.name()),
                        new Resource.OfTable(table.databaseUuid(), table.uuid()),
                        Set.of(Permission.SELECT),
                        Set.of(),
                        new Terms(
                                new Validity(Optional.of(glass.from()), Optional.of(glass.until())),
                                Condition.NONE,
                                ""),
                        glass.reason(),
                        new Source.BrokenGlass(glass.id())));
    }

    /** The broken glasses, those that nobody has looked at first, then the latest. */
    public List<BrokenGlass> last(int most) {
        return jdbi.withHandle(handle -> new BrokenGlasses(handle).last(most));
    }

    /**
     * Puts on record what the actor, an administrator and not the one who did it, makes of a broken glass.
     *
     * @throws PolicyException.Conflict if somebody did before
     */
    public BrokenGlass review(Principal actor, String id, String verdict) {
        BrokenGlass.Review review =
                new BrokenGlass.Review(actor.name(), clock.instant().truncatedTo(ChronoUnit.MICROS), verdict.strip());
        if (review.verdict().isEmpty()) {
            throw new PolicyException.Invalid("a review needs a verdict");
        }
        return jdbi.inTransaction(handle -> {
            long epoch = StateLoader.epoch(handle);
            changes.checkAdministrator(actor, changes.load(handle, epoch));
            BrokenGlasses glasses = new BrokenGlasses(handle);
            PolicyDifference.Change change = review(glasses, find(glasses, id), review);
            recorder.record(new AppliedChange(actor.name(), epoch, List.of(change), List.of()));
            return find(glasses, id);
        });
    }

    private static PolicyDifference.Change review(BrokenGlasses glasses, BrokenGlass glass, BrokenGlass.Review review) {
        if (glass.user().equals(review.by())) {
            throw new PolicyException.NotPermitted("nobody reviews what they did themselves");
        }
        if (!glasses.review(glass.id(), review)) {
            throw new PolicyException.Conflict("broken glass '{0}' was reviewed already", glass.id());
        }
        return change(
                glass, Optional.of(Sentence.of("{0}", glass.reason())), Sentence.of("reviewed: {0}", review.verdict()));
    }

    private static PolicyDifference.Change change(BrokenGlass glass, Optional<Sentence> before, Sentence after) {
        return new PolicyDifference.Change("broken glass", Sentence.of("{0}", glass.id()), before, Optional.of(after));
    }

    private static BrokenGlass find(BrokenGlasses glasses, String id) {
        return glasses.find(id).orElseThrow(() -> new PolicyException.NotFound("there is no broken glass '{0}'", id));
    }
}
