package io.atalaya.catalog.request;

import io.atalaya.ingestion.notify.People;
import io.atalaya.policies.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
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
        Set<String> people = people(word.who());
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

    @Override
    public void missed(Missed missed) {
        Notices.Notice notice = new Notices.Notice(
                Notices.About.PIPELINE,
                UUID.nameUUIDFromBytes(missed.pipeline().getBytes(StandardCharsets.UTF_8)),
                RequestStore.micros(missed.due()),
                missed.due(),
                "deadline-missed",
                Optional.of(missed.pipeline()));
        jdbi.useTransaction(handle -> notices.add(handle, notice, people(missed.who())));
    }

    @Override
    public Set<String> people(Set<String> names) {
        PolicySnapshot now = policies.get();
        Set<String> people = new TreeSet<>();
        for (String who : names) {
            if (isUser.test(who)) {
                people.add(who);
            } else {
                people.addAll(audience.people("profile:" + who, now));
            }
        }
        return people;
    }
}
