package io.atalaya.catalog.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Slows down whoever guesses passwords. An attempt is counted as failed, in one transaction, before its password is looked
 * at, and taken back if it was right: attempts made at once are counted as surely as attempts made in turn.
 *
 * <p>User names that do not exist are counted like others. Names and addresses are stored as hashes.
 */
public final class Lockout {
    private final Jdbi jdbi;
    private final Limit userLimit;
    private final Limit sourceLimit;
    private final Clock clock;

    /**
     * When failures lock.
     *
     * @param free so many failures cost nothing
     * @param delay after the next one; doubled with each further one
     * @param longest delay
     * @param forgotten failures older than this count no more
     */
    public record Limit(int free, Duration delay, Duration longest, Duration forgotten) {
        Duration after(long failures) {
            if (failures < free) {
                return Duration.ZERO;
            }
            long doublings = Math.min(failures - free, 30);
            Duration grown = delay.multipliedBy(1L << doublings);
            return grown.compareTo(longest) < 0 ? grown : longest;
        }
    }

    Lockout(Jdbi jdbi, IdentityConfig config, Clock clock) {
        this.jdbi = jdbi;
        this.userLimit = config.userLimit();
        this.sourceLimit = config.sourceLimit();
        this.clock = clock;
    }

    /**
     * An attempt that is counted.
     *
     * @param locked how long to wait, if its password must not even be looked at
     * @param sourceFailures of its source, this one included
     */
    record Attempt(Optional<Duration> locked, long sourceFailures) {}

    /** Counts an attempt before its password is looked at. */
    Attempt begin(String user, String source) {
        Instant now = clock.instant();
        return jdbi.inTransaction(handle -> {
            Optional<Duration> sourceLocked = count(handle, scope("source", source), sourceLimit, now);
            // What a locked source sends must not lock the user out as well.
            Optional<Duration> locked =
                    sourceLocked.isPresent() ? sourceLocked : count(handle, scope("user", user), userLimit, now);
            return new Attempt(locked, number(handle, "failures", scope("source", source)));
        });
    }

    /**
     * The attempt was right: the user's failures are forgotten, and the source's count is what it was before. Not zero,
     * or whoever has one good password could try any number of others; and a lock stays unless this attempt made it.
     */
    void succeeded(String user, String source, Attempt attempt) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            UPDATE sign_in_attempt
                            SET failures = failures - 1,
                                locked_until = CASE WHEN failures = :counted THEN 0 ELSE locked_until END
                            WHERE scope = :scope AND failures > 0
                            """)
                    .bind("counted", attempt.sourceFailures)
                    .bind("scope", scope("source", source))
                    .execute();
            clear(handle, user);
        });
        forget(clock.instant());
    }

    /** An administrator lets a user try again at once. */
    public void unlock(String user) {
        jdbi.useTransaction(handle -> clear(handle, user));
    }

    private static void clear(Handle handle, String user) {
        handle.createUpdate("DELETE FROM sign_in_attempt WHERE scope = :scope")
                .bind("scope", scope("user", user))
                .execute();
    }

    private static Optional<Duration> count(Handle handle, String scope, Limit limit, Instant now) {
        handle.createUpdate("""
                        INSERT INTO sign_in_attempt (scope, failures, last_at, locked_until)
                        VALUES (:scope, 0, :now, 0)
                        ON CONFLICT (scope) DO NOTHING
                        """)
                .bind("scope", scope)
                .bind("now", Micros.of(now))
                .execute();
        int counted = handle.createUpdate("""
                        UPDATE sign_in_attempt
                        SET failures = CASE WHEN last_at < :forgotten THEN 1 ELSE failures + 1 END, last_at = :now
                        WHERE scope = :scope AND locked_until <= :now
                        """)
                .bind("scope", scope)
                .bind("now", Micros.of(now))
                .bind("forgotten", Micros.of(now.minus(limit.forgotten)))
                .execute();
        if (counted == 0) {
            Instant until = Micros.instant(number(handle, "locked_until", scope));
            return Optional.of(Duration.between(now, until));
        }
        Instant until = now.plus(limit.after(number(handle, "failures", scope)));
        handle.createUpdate("UPDATE sign_in_attempt SET locked_until = :until WHERE scope = :scope")
                .bind("scope", scope)
                .bind("until", Micros.of(until))
                .execute();
        return Optional.empty();
    }

    private static long number(Handle handle, String column, String scope) {
        return handle.createQuery("SELECT <column> FROM sign_in_attempt WHERE scope = :scope")
                .define("column", column)
                .bind("scope", scope)
                .mapTo(Long.class)
                .one();
    }

    /** Removes old rows one by one, so that no two transactions can wait for each other. */
    private void forget(Instant now) {
        Duration longer =
                userLimit.forgotten.compareTo(sourceLimit.forgotten) > 0 ? userLimit.forgotten : sourceLimit.forgotten;
        long before = Micros.of(now.minus(longer));
        List<String> old = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT scope FROM sign_in_attempt WHERE last_at < :before ORDER BY last_at LIMIT 100")
                .bind("before", before)
                .mapTo(String.class)
                .list());
        for (String scope : old) {
            jdbi.useHandle(handle -> handle.createUpdate(
                            "DELETE FROM sign_in_attempt WHERE scope = :scope AND last_at < :before")
                    .bind("scope", scope)
                    .bind("before", before)
                    .execute());
        }
    }

    private static String scope(String kind, String name) {
        return kind + ":" + Secrets.hash(name);
    }
}
