package io.atalaya.catalog.request;

import io.atalaya.catalog.config.RequestConfig;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.identity.Users;
import io.atalaya.ingestion.notify.People;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.Policies;
import io.atalaya.policies.audit.AuditLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about access requests, put together, with the one thread that carries them on. */
public final class RequestDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);
    private static final long PATIENCE_SECONDS = 10;

    private final RequestStore store;
    private final AccessRequests requests;
    private final Approvers approvers;
    private final Provisioning provisioning;
    private final Notices notices;
    private final Outbox outbox;
    private final RunNotices runs;
    private final Fulfilment fulfilment;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("access-requests").daemon().factory());

    /** What requests stand on. */
    public record Neighbours(
            Jdbi jdbi, Policies policies, DatasetIndex datasets, LakeCatalog catalog, Users users, AuditLog audit) {}

    /** A desk that does nothing by itself until it is started. */
    public RequestDesk(Neighbours all, RequestConfig rules, Messages messages, Clock clock) {
        Predicate<String> isUser = Users.in(all.jdbi());
        store = new RequestStore(all.jdbi());
        outbox = new Outbox(all.jdbi(), clock, messages, all.policies()::current);
        notices = new Notices(all.jdbi(), outbox);
        Audience audience = new Audience(all.users());
        runs = new RunNotices(all.jdbi(), notices, audience, isUser, all.policies()::current, clock);
        RequestJournal journal = new RequestJournal(store, notices, audience, all.audit(), all.policies()::current);
        approvers = new Approvers(rules, all.datasets(), all.catalog(), isUser);
        provisioning = new Provisioning(all.policies(), approvers, clock);
        fulfilment = new Fulfilment(store, journal, provisioning, clock);
        requests = new AccessRequests(
                store,
                journal,
                new Intake(rules, all.datasets(), approvers, isUser),
                approvers,
                fulfilment,
                rules,
                all.policies()::current,
                clock);
    }

    /** The requests. */
    public AccessRequests requests() {
        return requests;
    }

    /** What each user is told. */
    public Notices notices() {
        return notices;
    }

    /** Through whom pipelines tell people something. */
    public People people() {
        return runs;
    }

    /** A request, whoever asks. */
    public Optional<AccessRequest> find(UUID id) {
        return store.find(id);
    }

    /**
     * Puts on record what an access review took from a request that is active.
     *
     * @param ends whether nothing is left of it, so that the access ends
     */
    public void reviewed(Actor reviewer, UUID id, String reason, boolean ends) {
        find(id).filter(request -> request.state() == RequestState.ACTIVE)
                .ifPresent(request -> fulfilment.reviewed(reviewer, request, reason, ends));
    }

    /** Requests in words. */
    public Description describe() {
        return new Description(approvers, provisioning);
    }

    /** Sweeps again and again until it is closed. */
    public void start(Duration every) {
        Future<?> _ = thread.scheduleWithFixedDelay(this::sweep, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Carries on whatever is due, and sends what is to be sent. */
    public void sweep() {
        for (Runnable part : List.<Runnable>of(fulfilment::sweep, outbox::send)) {
            try {
                part.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("access requests not carried on; tried again next time");
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("access requests are still carried on while the service stops");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
