package io.atalaya.catalog.identity;

import io.atalaya.catalog.identity.IdentityException.AlreadyExists;
import io.atalaya.catalog.identity.IdentityException.Invalid;
import io.atalaya.catalog.identity.IdentityException.NotFound;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Tokens that scripts send as {@code Authorization: Bearer atl_…}. Only their hashes are stored. */
public final class ApiTokens {
    static final String PREFIX = "atl_";
    private static final String TOUCH = "UPDATE api_token SET last_used_at = :now WHERE secret_hash = :key";

    private final Jdbi jdbi;
    private final LastUse lastUse;
    private final Clock clock;

    ApiTokens(Jdbi jdbi, LastUse lastUse, Clock clock) {
        this.jdbi = jdbi;
        this.lastUse = lastUse;
        this.clock = clock;
    }

    /**
     * A token without its secret.
     *
     * @param name unique for its user
     * @param lastUsedAt to the minute
     */
    public record ApiToken(
            UUID id,
            String user,
            String name,
            Instant createdAt,
            Optional<Instant> expiresAt,
            Optional<Instant> lastUsedAt) {}

    /** A token that has just been made: the only time its secret is known. */
    public record Created(ApiToken token, String secret) {
        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }

    /** A token that is good now. */
    record Found(String user, UUID id, String name) {}

    private record Row(Found found, Optional<Instant> expiresAt, Optional<Instant> lastUsedAt) {}

    /**
     * Makes a token.
     *
     * @throws AlreadyExists if the user has one of that name
     * @throws NotFound if there is no such user, or it is disabled
     */
    public Created create(String user, String name, Optional<Instant> expiresAt) {
        Instant now = clock.instant();
        if (name.isBlank() || name.length() > 100) {
            throw new Invalid("the name of a token must have 1 to 100 characters");
        }
        if (expiresAt.filter(until -> !until.isAfter(now)).isPresent()) {
            throw new Invalid("token '{0}' would have expired already", name);
        }
        ApiToken token = new ApiToken(
                UUID.randomUUID(), user, name, Micros.instant(Micros.of(now)), expiresAt, Optional.empty());
        String secret = PREFIX + Secrets.token();
        int added = jdbi.inTransaction(handle -> {
            Credentials.requireEnabled(handle, user);
            return handle.createUpdate("""
                            INSERT INTO api_token (id, user_name, name, secret_hash, created_at, expires_at)
                            VALUES (:id, :user, :name, :hash, :now, :expiresAt)
                            ON CONFLICT (user_name, name) DO NOTHING
                            """)
                    .bind("id", token.id.toString())
                    .bind("user", user)
                    .bind("name", name)
                    .bind("hash", Secrets.hash(secret))
                    .bind("now", Micros.of(now))
                    .bind("expiresAt", expiresAt.map(Micros::of).orElse(null))
                    .execute();
        });
        if (added == 0) {
            throw new AlreadyExists("'{0}' has a token '{1}' already", user, name);
        }
        return new Created(token, secret);
    }

    /** The tokens of a user by name, also expired ones. */
    public List<ApiToken> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, name, created_at, expires_at, last_used_at
                        FROM api_token
                        WHERE user_name = :user
                        ORDER BY name
                        """)
                .bind("user", user)
                .map((row, _) -> new ApiToken(
                        UUID.fromString(row.getString("id")),
                        user,
                        row.getString("name"),
                        Micros.instant(row.getLong("created_at")),
                        Micros.optional(row, "expires_at"),
                        Micros.optional(row, "last_used_at")))
                .list());
    }

    /** Ends a token at once. @throws NotFound if the user has none with that id */
    public void revoke(String user, UUID id) {
        int removed = jdbi.withHandle(
                handle -> handle.createUpdate("DELETE FROM api_token WHERE id = :id AND user_name = :user")
                        .bind("id", id.toString())
                        .bind("user", user)
                        .execute());
        if (removed == 0) {
            throw new NotFound("'{0}' has no token {1}", user, id);
        }
    }

    Optional<Found> find(String secret) {
        if (!secret.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String hash = Secrets.hash(secret);
        Instant now = clock.instant();
        Optional<Row> row = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT t.id, t.user_name, t.name, t.expires_at, t.last_used_at
                        FROM api_token t JOIN user_account u ON u.name = t.user_name
                        WHERE t.secret_hash = :hash AND u.disabled = FALSE
                        """)
                .bind("hash", hash)
                .map((found, _) -> new Row(
                        new Found(
                                found.getString("user_name"),
                                UUID.fromString(found.getString("id")),
                                found.getString("name")),
                        Micros.optional(found, "expires_at"),
                        Micros.optional(found, "last_used_at")))
                .findOne());
        return row.filter(found ->
                        found.expiresAt.filter(until -> !until.isAfter(now)).isEmpty())
                .map(found -> {
                    lastUse.touch(TOUCH, hash, found.lastUsedAt, now);
                    return found.found;
                });
    }
}
