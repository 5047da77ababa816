package io.atalaya.catalog.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retires the oldest segments of a log once all their records are older than they must be kept. What remains verifies as before:
 * the hashes of the records are kept, and a record under a signed checkpoint says what was retired before anything is.
 *
 * <p>Whatever was made of the records is told to forget them too. How and why: {@code docs/audit.md}.
 */
public final class AuditRetention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int PAGE = 1_000;

    /** A segment spans no more than this part of the retention, so that its oldest records are not kept much longer. */
    private static final int SEGMENTS = 12;

    private final MerkleAuditLog log;
    private final Optional<Period> retention;
    private final LegalHolds holds;
    private final List<Derived> derived;
    private final Clock clock;
    private final Follower follower;

    /** Told after each step of retiring; tests stop there. */
    private Runnable between = () -> {};

    /** Something that was made of records, and forgets what was made of those before the horizon. */
    @FunctionalInterface
    public interface Derived {
        void forget(Horizon horizon) throws IOException;
    }

    /**
     * Records {@code first} to {@code last}, of one segment.
     *
     * @param newest when the newest of them was handed to the log
     * @param heldBy the holds that are on any of them
     */
    public record Span(long first, long last, Instant newest, List<String> heldBy) {}

    /**
     * What would be retired now.
     *
     * @param retention how long records must be kept; empty for ever
     * @param horizon how far back the log reaches
     * @param due the segments that would be retired
     * @param held the segment that would be the next, were it not held; it keeps all that follow it
     */
    public record Plan(Optional<Period> retention, Optional<Horizon> horizon, List<Span> due, Optional<Span> held) {}

    /** Of a log; what was made of records that were retired before it was last closed is forgotten at once. */
    public AuditRetention(
            MerkleAuditLog log, Optional<Period> retention, LegalHolds holds, List<Derived> derived, Clock clock)
            throws IOException {
        this.log = log;
        this.retention = retention;
        this.holds = holds;
        this.derived = List.copyOf(derived);
        this.clock = clock;
        this.follower = new Follower(
                "audit-retention",
                EVERY,
                "audit records cannot be retired for now; they are kept",
                () -> retire("atalaya"));
        forget();
    }

    /** Calls that after each step. */
    void between(Runnable called) {
        between = called;
    }

    /** Retires by itself from now on. */
    public void start() {
        follower.start();
    }

    /** Looks what there is to retire. */
    public Plan plan() throws IOException {
        List<Span> due = new ArrayList<>();
        if (retention.isEmpty()) {
            return new Plan(retention, log.horizon(), due, Optional.empty());
        }
        Instant limit = Retirement.limit(clock.instant(), retention.get());
        List<LegalHold> placed = holds.list();
        for (Segments.Complete segment : log.files().complete()) {
            Optional<Span> span = log.read(segment.until() - 1).at().isBefore(limit)
                    ? Optional.of(span(segment, placed))
                    : Optional.empty();
            if (span.filter(one -> one.newest().isBefore(limit)).isEmpty()) {
                break;
            }
            if (!span.get().heldBy().isEmpty()) {
                return new Plan(retention, log.horizon(), due, span);
            }
            due.add(span.get());
        }
        return new Plan(retention, log.horizon(), due, Optional.empty());
    }

    private Span span(Segments.Complete segment, List<LegalHold> placed) throws IOException {
        List<LegalHold> waiting = new ArrayList<>(placed);
        List<LegalHold.Matcher> matchers =
                new ArrayList<>(placed.stream().map(LegalHold.Matcher::new).toList());
        List<String> heldBy = new ArrayList<>();
        Instant newest = Instant.EPOCH;
        for (long next = segment.first(); next < segment.until(); ) {
            List<AuditRecord> page = log.readFrom(next, (int) Math.min(PAGE, segment.until() - next));
            for (AuditRecord record : page) {
                newest = record.at().isAfter(newest) ? record.at() : newest;
                for (int i = waiting.size() - 1; i >= 0; i--) {
                    if (matchers.get(i).matches(record)) {
                        matchers.remove(i);
                        heldBy.add(waiting.remove(i).name());
                    }
                }
            }
            next += page.size();
        }
        return new Span(
                segment.first(),
                segment.until() - 1,
                newest,
                heldBy.stream().sorted().toList());
    }

    /**
     * Retires what is due.
     *
     * @param principal who says so
     * @return what was retired, with the horizon that there is now
     */
    public Plan retire(String principal) throws IOException {
        holds.changing().lock();
        try {
            Plan plan = plan();
            if (!plan.due().isEmpty()) {
                retire(plan, principal);
            }
            endOldSegment();
            return new Plan(retention, log.horizon(), plan.due(), plan.held());
        } finally {
            holds.changing().unlock();
        }
    }

    private void retire(Plan plan, String principal) throws IOException {
        List<Segments.Complete> oldest =
                List.copyOf(log.files().complete().subList(0, plan.due().size()));
        Hash root = log.files().keepLeaves(oldest);
        between.run();
        Instant newest = plan.due().stream()
                .map(Span::newest)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Retirement retirement = new Retirement(
                log.first(),
                oldest.getLast().until(),
                root,
                plan.horizon().map(Horizon::newest).filter(newest::isBefore).orElse(newest),
                retention.orElseThrow());
        long recordedAs = log.append(retirement.event(principal));
        between.run();
        log.settle(recordedAs);
        between.run();
        log.retire(recordedAs);
        for (Segments.Complete _ : oldest) {
            log.files().dropFirst();
            between.run();
        }
        forget();
        log.forgetUnnamed();
        LOG.atInfo()
                .addKeyValue("from", retirement.from())
                .addKeyValue("until", retirement.until())
                .log("audit records retired");
    }

    private void forget() throws IOException {
        Optional<Horizon> horizon = log.horizon();
        if (horizon.isPresent()) {
            for (Derived one : derived) {
                one.forget(horizon.get());
            }
        }
    }

    private void endOldSegment() throws IOException {
        if (retention.isPresent() && log.size() > log.files().lastSegment()) {
            Instant now = clock.instant();
            long days = Duration.between(Retirement.limit(now, retention.get()), now)
                    .toDays();
            if (log.read(log.files().lastSegment())
                    .at()
                    .isBefore(now.minus(Duration.ofDays(Math.max(1, days / SEGMENTS))))) {
                log.files().endSegment();
            }
        }
    }

    /** Stops; what is being retired is finished first. */
    @Override
    public void close() {
        follower.close();
    }
}
