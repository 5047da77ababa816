package io.atalaya.catalog.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;

/**
 * Browser sessions. The cookie holds 256 random bits, the database their hash. The token against cross-site request
 * forgery follows from the cookie's value, so it needs no storing and belongs to that session only.
 */
public final class Sessions {
    private static final String TOUCH = "UPDATE browser_session SET last_used_at = :now WHERE token_hash = :key";

    private final Jdbi jdbi;
    private final LastUse lastUse;
    private final Duration idle;
    private final Duration longest;
    private final Clock clock;

    Sessions(Jdbi jdbi, LastUse lastUse, IdentityConfig config, Clock clock) {
        this.jdbi = jdbi;
        this.lastUse = lastUse;
        this.idle = config.sessionIdle();
        this.longest = config.sessionLongest();
        this.clock = clock;
    }

    /**
     * A session that has just begun: the only time its token is known.
     *
     * @param token for the cookie
     * @param csrfToken to be sent back in a header with each change
     */
    public record Started(String token, String csrfToken, Instant expiresAt) {
        @Override
        public String toString() {
            return "Started[expiresAt=" + expiresAt + "]";
        }
    }

    /** A session that is good now. */
    record Found(String user, Instant expiresAt) {}

    private record Row(String user, Instant startedAt, Instant lastUsedAt) {}

    Started start(String user) {
        String token = Secrets.token();
        Instant now = clock.instant();
        jdbi.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM browser_session WHERE last_used_at < :idle OR started_at < :longest")
                    .bind("idle", Micros.of(now.minus(idle)))
                    .bind("longest", Micros.of(now.minus(longest)))
                    .execute();
            handle.createUpdate("""
                            INSERT INTO browser_session (token_hash, user_name, started_at, last_used_at)
                            VALUES (:hash, :user, :now, :now)
                            """)
                    .bind("hash", Secrets.hash(token))
                    .bind("user", user)
                    .bind("now", Micros.of(now))
                    .execute();
        });
        return new Started(token, csrfToken(token), now.plus(longest));
    }

    /** The session of a cookie, if it is neither ended, expired, nor of a disabled user. */
    Optional<Found> find(String token) {
        String hash = Secrets.hash(token);
        Instant now = clock.instant();
        Optional<Row> row = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT s.user_name, s.started_at, s.last_used_at
                        FROM browser_session s JOIN user_account u ON u.name = s.user_name
                        WHERE s.token_hash = :hash AND u.disabled = FALSE
                        """)
                .bind("hash", hash)
                .map((found, _) -> new Row(
                        found.getString("user_name"),
                        Micros.instant(found.getLong("started_at")),
                        Micros.instant(found.getLong("last_used_at"))))
                .findOne());
        return row.filter(found ->
                        now.isBefore(found.startedAt.plus(longest)) && now.isBefore(found.lastUsedAt.plus(idle)))
                .map(found -> {
                    lastUse.touch(TOUCH, hash, Optional.of(found.lastUsedAt), now);
                    return new Found(found.user, found.startedAt.plus(longest));
                });
    }

    /** Ends a session; nothing happens if it has ended. */
    public void end(String token) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM browser_session WHERE token_hash = :hash")
                .bind("hash", Secrets.hash(token))
                .execute());
    }

    /** The token that a change in the session of that cookie must carry. */
    static String csrfToken(String token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal("atalaya/csrf".getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isCsrfToken(String token, String offered) {
        return MessageDigest.isEqual(
                csrfToken(token).getBytes(StandardCharsets.UTF_8), offered.getBytes(StandardCharsets.UTF_8));
    }
}
