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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** How somebody in need gets to read a table, and how that is looked at afterwards. */
final class BreakingGlass {
    private BreakingGlass() {}

    static BrokenGlass of(Principal actor, GovernedTable table, String reason, Duration time, Instant now) {
        String why = reason.strip();
        BrokenGlass.check(why, time);
        Instant from = now.truncatedTo(ChronoUnit.MICROS);
        return new BrokenGlass(
                UUID.randomUUID().toString(),
                actor.name(),
                table.databaseUuid(),
                table.uuid(),
                why,
                from,
                from.plus(time),
                Optional.empty());
    }

    /** Keeps it, and returns the grant that goes with it. */
    static Grant breaking(PolicyEdit edit, Principal actor, GovernedTable table, BrokenGlass glass, Clock clock) {
        if (!(new IndexedSnapshot(edit.before(), clock).decide(actor, Permission.BREAK_GLASS, table)
                instanceof Decision.Allowed)) {
            throw new PolicyException.NotPermitted(
                    "{0} may not break the glass here: that takes BREAK_GLASS on all of it", actor.name());
        }
        new BrokenGlasses(edit.handle()).add(glass);
        edit.note(
                new PolicyDifference.Change("broken glass", glass.id(), Optional.empty(), Optional.of(glass.reason())));
        return new Grant(
                "",
                new Grantee.User(actor.name()),
                new Resource.OfTable(table.databaseUuid(), table.uuid()),
                Set.of(Permission.SELECT),
                Set.of(),
                new Terms(new Validity(Optional.of(glass.from()), Optional.of(glass.until())), Condition.NONE, ""),
                glass.reason(),
                new Source.BrokenGlass(glass.id()));
    }

    /** Keeps what the actor, who is not the one who did it, makes of it, and returns the change to be recorded. */
    static PolicyDifference.Change review(Handle handle, String id, BrokenGlass.Review review) {
        BrokenGlasses glasses = new BrokenGlasses(handle);
        BrokenGlass glass = find(handle, id);
        if (glass.user().equals(review.by())) {
            throw new PolicyException.NotPermitted("nobody reviews what they did themselves");
        }
        if (!glasses.review(id, review)) {
            throw new PolicyException.Conflict("broken glass '{0}' was reviewed already", id);
        }
        return new PolicyDifference.Change(
                "broken glass", id, Optional.of(glass.reason()), Optional.of("reviewed: " + review.verdict()));
    }

    static BrokenGlass find(Handle handle, String id) {
        return new BrokenGlasses(handle)
                .find(id)
                .orElseThrow(() -> new PolicyException.NotFound("there is no broken glass '{0}'", id));
    }
}
