package io.atalaya.catalog.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When each credential was last used, written beside the request and at most once a minute. */
final class LastUse {
    private static final Logger LOG = LoggerFactory.getLogger(LastUse.class);
    private static final Duration GRAIN = Duration.ofMinutes(1);

    private final Jdbi jdbi;
    private final Executor beside;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    LastUse(Jdbi jdbi, Executor beside) {
        this.jdbi = jdbi;
        this.beside = beside;
    }

    /**
     * A credential is used.
     *
     * @param update statement with the parameters {@code key} and {@code now}
     * @param stored what the database says so far
     */
    void touch(String update, String key, Optional<Instant> stored, Instant now) {
        if (stored.filter(before -> before.plus(GRAIN).isAfter(now)).isPresent() || !underWay.add(key)) {
            return;
        }
        beside.execute(() -> {
            try {
                jdbi.useHandle(handle -> handle.createUpdate(update)
                        .bind("key", key)
                        .bind("now", Micros.of(now))
                        .execute());
            } catch (JdbiException e) {
                LOG.warn("last use of a credential not written", e);
            } finally {
                underWay.remove(key);
            }
        });
    }
}
