package io.atalaya.catalog.identity;

import io.atalaya.catalog.identity.IdentityException.NotFound;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AWS-style access keys. Checking a signature needs the secret itself, so it is stored, encrypted with a key that the
 * database does not have and bound to its access key id.
 */
public final class AccessKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AccessKeys.class);
    private static final String PREFIX = "ATLA";
    private static final String TOUCH = "UPDATE access_key SET last_used_at = :now WHERE access_key_id = :key";

    private final Jdbi jdbi;
    private final MasterKey masterKey;
    private final LastUse lastUse;
    private final Clock clock;

    AccessKeys(Jdbi jdbi, MasterKey masterKey, LastUse lastUse, Clock clock) {
        this.jdbi = jdbi;
        this.masterKey = masterKey;
        this.lastUse = lastUse;
        this.clock = clock;
    }

    /** An access key without its secret; {@code lastUsedAt} is to the minute. */
    public record AccessKey(String accessKeyId, String user, Instant createdAt, Optional<Instant> lastUsedAt) {}

    /** An access key that has just been made: the only time its secret is shown. */
    public record Created(String accessKeyId, String secretAccessKey) {
        @Override
        public String toString() {
            return "Created[" + accessKeyId + "]";
        }
    }

    private record Row(String sealed, String user, Optional<Instant> lastUsedAt) {}

    /** Makes an access key. @throws NotFound if there is no such user, or it is disabled */
    public Created create(String user) {
        Created created = new Created(PREFIX + Secrets.base32(16), Secrets.lettersAndDigits(40));
        byte[] sealed =
                masterKey.seal(created.secretAccessKey.getBytes(StandardCharsets.US_ASCII), created.accessKeyId);
        jdbi.useTransaction(handle -> {
            Credentials.requireEnabled(handle, user);
            handle.createUpdate("""
                            INSERT INTO access_key (access_key_id, user_name, sealed_secret, created_at)
                            VALUES (:id, :user, :sealed, :now)
                            """)
                    .bind("id", created.accessKeyId)
                    .bind("user", user)
                    .bind("sealed", Base64.getEncoder().encodeToString(sealed))
                    .bind("now", Micros.of(clock.instant()))
                    .execute();
        });
        return created;
    }

    /** The access keys of a user, oldest first. */
    public List<AccessKey> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT access_key_id, created_at, last_used_at
                        FROM access_key
                        WHERE user_name = :user
                        ORDER BY created_at, access_key_id
                        """)
                .bind("user", user)
                .map((row, _) -> new AccessKey(
                        row.getString("access_key_id"),
                        user,
                        Micros.instant(row.getLong("created_at")),
                        Micros.optional(row, "last_used_at")))
                .list());
    }

    /** Ends an access key at once. @throws NotFound if the user has none with that id */
    public void revoke(String user, String accessKeyId) {
        int removed = jdbi.withHandle(
                handle -> handle.createUpdate("DELETE FROM access_key WHERE access_key_id = :id AND user_name = :user")
                        .bind("id", accessKeyId)
                        .bind("user", user)
                        .execute());
        if (removed == 0) {
            throw new NotFound("'{0}' has no access key {1}", user, accessKeyId);
        }
    }

    /** The secret of a key that may be used now. */
    Optional<byte[]> secret(String accessKeyId) {
        return row(accessKeyId).flatMap(row -> {
            Optional<byte[]> secret = masterKey.open(Base64.getDecoder().decode(row.sealed), accessKeyId);
            if (secret.isEmpty()) {
                LOG.error(
                        "access key cannot be opened with this data directory's master key, accessKeyId={}",
                        accessKeyId);
            }
            return secret;
        });
    }

    /** Whose key has just been used, if it still may be. */
    Optional<String> used(String accessKeyId) {
        return row(accessKeyId).map(row -> {
            lastUse.touch(TOUCH, accessKeyId, row.lastUsedAt, clock.instant());
            return row.user;
        });
    }

    private Optional<Row> row(String accessKeyId) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT k.sealed_secret, k.user_name, k.last_used_at
                        FROM access_key k JOIN user_account u ON u.name = k.user_name
                        WHERE k.access_key_id = :id AND u.disabled = FALSE
                        """)
                .bind("id", accessKeyId)
                .map((row, _) -> new Row(
                        row.getString("sealed_secret"),
                        row.getString("user_name"),
                        Micros.optional(row, "last_used_at")))
                .findOne());
    }
}
