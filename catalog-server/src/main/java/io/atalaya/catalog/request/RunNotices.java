package io.atalaya.catalog.request;

import io.atalaya.ingestion.notify.People;
import io.atalaya.policies.PolicySnapshot;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** Tells people what pipelines say, as they are told of requests: in the console, and by mail where there is one. */
final class RunNotices implements People {
    private final Jdbi jdbi;
    private final Notices notices;
    private final Audience audience;
    private final Predicate<String> isUser;
    private final Supplier<PolicySnapshot> policies;
    private final Clock clock;

    RunNotices(
            Jdbi jdbi,
            Notices notices,
            Audience audience,
            Predicate<String> isUser,
            Supplier<PolicySnapshot> policies,
            Clock clock) {
        this.jdbi = jdbi;
        this.notices = notices;
        this.audience = audience;
        this.isUser = isUser;
        this.policies = policies;
        this.clock = clock;
    }

    @Override
    public int tell(Word word) {
        PolicySnapshot now = policies.get();
        Set<String> people = new TreeSet<>();
        for (String who : word.who()) {
            if (isUser.test(who)) {
                people.add(who);
            } else {
                people.addAll(audience.people("profile:" + who, now));
            }
        }
        Notices.Notice notice = new Notices.Notice(
                Notices.About.RUN,
                word.run(),
                word.stage(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                word.success() ? "succeeded" : "failed",
                Optional.of(word.pipeline() + ": " + word.message()));
        jdbi.useTransaction(handle -> notices.add(handle, notice, people));
        return people.size();
    }
}
