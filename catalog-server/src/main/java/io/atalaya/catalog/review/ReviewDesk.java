package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.config.ReviewConfig;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.identity.Users;
import io.atalaya.catalog.request.Audience;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.Policies;
import io.atalaya.policies.audit.AuditLog;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about access reviews, put together, with the one thread that carries them on. */
public final class ReviewDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewDesk.class);
    private static final long PATIENCE_SECONDS = 10;

    private final Reviews reviews;
    private final GrantReports reports;
    private final Closing closing;
    private final GrantUse use;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("access-reviews").daemon().factory());

    /** What reviews stand on. */
    public record Neighbours(
            Jdbi jdbi,
            Policies policies,
            DatasetIndex datasets,
            LakeCatalog catalog,
            Users users,
            RequestDesk requests,
            AuditLog audit,
            MerkleAuditLog log) {}

    /**
     * A desk that does nothing by itself until it is started, but for following the audit log.
     *
     * @param steward the profile whose people may start reviews
     */
    public ReviewDesk(Neighbours all, ReviewConfig rules, String steward, Clock clock) {
        Predicate<String> isUser = Users.in(all.jdbi());
        ReviewStore store = new ReviewStore(all.jdbi());
        use = GrantUse.follow(all.jdbi(), all.log());
        Audience audience = new Audience(all.users());
        ReviewJournal journal =
                new ReviewJournal(store, all.requests().notices(), audience, all.audit(), all.policies()::current);
        GrantFacts facts =
                new GrantFacts(all.policies(), all.datasets(), all.requests(), use, audience, rules.window(), clock);
        Enforcement enforcement = new Enforcement(journal, all.policies(), all.requests(), facts, clock);
        closing = new Closing(store, journal, facts, enforcement, new ReportWriter(store, facts, all.log()), clock);
        CampaignStart starts = new CampaignStart(store, journal, facts, all.catalog(), isUser, rules.most(), clock);
        reviews = new Reviews(store, journal, facts, starts, enforcement, closing, steward, isUser, clock);
        reports = new GrantReports(facts, clock);
    }

    /** The reviews. */
    public Reviews reviews() {
        return reviews;
    }

    /** How a table was read since that day, which is at most {@link DatasetUse#DAYS} ago. */
    public DatasetUse use(UUID table, LocalDate since) {
        return use.of(table, since);
    }

    /** Forgets what retired records of the audit log said of the use of grants. */
    public void forgetUse(Horizon horizon) {
        use.forget(horizon);
    }

    /** What grants are not used. */
    public GrantReports reports() {
        return reports;
    }

    /** Sweeps again and again until it is closed. */
    public void start(Duration every) {
        Future<?> _ = thread.scheduleWithFixedDelay(this::sweep, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Carries on whatever is due. */
    public void sweep() {
        try {
            closing.sweep();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("access reviews not carried on; tried again next time");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("access reviews are still carried on while the service stops");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        use.close();
    }
}
