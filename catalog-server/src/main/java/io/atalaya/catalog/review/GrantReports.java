package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Actor;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Grants that let somebody read and are not used, or not all of them: page by page, of those that the asker watches over. A page may
 * be short of what was asked for, even empty, and have a next one: no more than some thousands of grants are looked at for it.
 */
public final class GrantReports {
    private static final int AT_ONCE = 500;
    private static final int LOOKED_AT = 10_000;

    private final GrantFacts facts;
    private final Clock clock;

    GrantReports(GrantFacts facts, Clock clock) {
        this.facts = facts;
        this.clock = clock;
    }

    /** What is looked for. */
    public enum Kind {
        /** Grants that nobody has read by. */
        UNUSED,
        /** Grants some of whose columns nobody has read by them. */
        EXCESSIVE
    }

    /** A grant with what it was used for. */
    public record Line(HeldGrant held, String subject, ReviewItem.Use use, Optional<GrantFacts.Given> given) {}

    /** Where a report goes on: after that grant of that grantee. */
    public record Position(String grantee, String grant) {
        /** As text, which {@link #parse} reads. */
        public String text() {
            return grant + " " + grantee;
        }

        /** The position that {@code text} was made from. */
        public static Position parse(String text) {
            int space = text.indexOf(' ');
            return new Position(text.substring(space + 1), text.substring(0, space));
        }

        private boolean isBefore(Grant grant) {
            int order = grantee.compareTo(grant.grantee().text());
            return order < 0 || (order == 0 && this.grant.compareTo(grant.id()) < 0);
        }
    }

    /** Some lines, and where the rest begins. */
    public record Lines(List<Line> lines, Optional<Position> next) {}

    /** The grants of a kind, by grantee, as to the use of the last {@code time}; one that was made since is not unused. */
    public Lines of(Actor actor, Kind kind, Duration time, Optional<Position> after, int limit) {
        GrantReach reach = facts.reach();
        Instant now = clock.instant();
        Instant since = now.minus(time);
        facts.horizon().ifPresent(horizon -> horizon.check(Optional.of(since), Optional.empty()));
        boolean readsAll = ReviewDuties.readsAll(actor);
        Predicate<Grant> watched = readsAll ? _ -> true : new GrantsInScope(reach, now).watchedBy(actor);
        List<Line> lines = new ArrayList<>();
        List<Grant> some = new ArrayList<>();
        Optional<Position> reached = Optional.empty();
        long looked = 0;
        var grants = grants(reach.policies(), after).iterator();
        while (grants.hasNext() && lines.size() < limit && looked < LOOKED_AT) {
            Grant grant = grants.next();
            looked++;
            if (HeldGrant.of(grant).isTraced() && !GrantsInScope.hasEnded(grant, now) && watched.test(grant)) {
                some.add(grant);
            }
            if (some.size() == AT_ONCE || !grants.hasNext() || looked == LOOKED_AT) {
                reached = add(lines, some, kind, since, reach, limit).or(() -> Optional.of(position(grant)));
                some.clear();
            }
        }
        boolean more = lines.size() >= limit || grants.hasNext();
        return new Lines(lines, more ? reached : Optional.empty());
    }

    /** Adds lines as long as there is room; answers the last grant looked at if it ran out. */
    private Optional<Position> add(
            List<Line> lines, List<Grant> grants, Kind kind, Instant since, GrantReach reach, int limit) {
        Map<String, Usage> usages = facts.usage(grants.stream().map(Grant::id).toList());
        for (Grant grant : grants) {
            HeldGrant held = HeldGrant.of(grant);
            Usage usage = usages.getOrDefault(grant.id(), Usage.NONE);
            ReviewItem.Use use = facts.numbers(held, usage, reach, since);
            boolean isNew =
                    usage.given().filter(given -> given.at().isAfter(since)).isPresent();
            boolean unused = usage.last().filter(last -> !last.isBefore(since)).isEmpty();
            boolean wanted = switch (kind) {
                case UNUSED -> unused && !isNew;
                case EXCESSIVE -> !unused && use.used() < use.granted();
            };
            if (wanted) {
                lines.add(new Line(
                        held,
                        reach.subject(grant.resource()),
                        use,
                        usage.given().map(given -> new GrantFacts.Given(given.by(), given.at()))));
                if (lines.size() == limit) {
                    return Optional.of(position(grant));
                }
            }
        }
        return Optional.empty();
    }

    private static Position position(Grant grant) {
        return new Position(grant.grantee().text(), grant.id());
    }

    private static Stream<Grant> grants(PolicySnapshot policies, Optional<Position> after) {
        return policies.grantees().stream()
                .filter(grantee -> after.filter(position -> position.grantee().compareTo(grantee.text()) > 0)
                        .isEmpty())
                .flatMap((Grantee grantee) ->
                        policies.grants(grantee).stream().sorted(java.util.Comparator.comparing(Grant::id)))
                .filter(grant ->
                        after.filter(position -> !position.isBefore(grant)).isEmpty());
    }
}
