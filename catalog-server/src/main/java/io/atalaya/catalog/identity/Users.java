package io.atalaya.catalog.identity;

import io.atalaya.catalog.identity.IdentityException.AlreadyExists;
import io.atalaya.catalog.identity.IdentityException.Invalid;
import io.atalaya.catalog.identity.IdentityException.NotFound;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The users, in the metadata database. */
public final class Users {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,127}");
    private static final int SHORTEST_PASSWORD = 10;
    private static final int LONGEST_PASSWORD_BYTES = 1024;

    private final Jdbi jdbi;
    private final Passwords passwords;
    private final Clock clock;

    public Users(Jdbi jdbi, Passwords passwords, Clock clock) {
        this.jdbi = jdbi;
        this.passwords = passwords;
        this.clock = clock;
    }

    /** Whether there is a user of that name, disabled or not. */
    public static Predicate<String> in(Jdbi jdbi) {
        return name ->
                jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM user_account WHERE name = :name")
                        .bind("name", name)
                        .mapTo(Integer.class)
                        .one()
                        .equals(1));
    }

    /**
     * Adds a user without a password or any other credential.
     *
     * @throws AlreadyExists if the name is taken, also by a disabled user
     * @throws Invalid if the name is not lower-case letters, digits and {@code . _ @ -}
     */
    public User create(String name, String displayName, User.Kind kind) {
        return create(name, displayName, kind, Optional.empty());
    }

    /**
     * Adds a user, a person perhaps with a password, or nobody.
     *
     * @param password not kept; the caller wipes it
     * @throws AlreadyExists if the name is taken, also by a disabled user
     * @throws Invalid if the name or the password breaks its rule, or a service gets a password
     */
    public User create(String name, String displayName, User.Kind kind, Optional<char[]> password) {
        if (!NAME.matcher(name).matches()) {
            throw new Invalid(
                    "user name '{0}' must be 1 to 128 lower-case letters, digits or any of . _ @ - and start with a "
                            + "letter or digit",
                    name);
        }
        if (displayName.isBlank() || displayName.length() > 200) {
            throw new Invalid("the display name of '{0}' must have 1 to 200 characters", name);
        }
        @Nullable String hash = password.map(text -> hash(name, kind, text)).orElse(null);
        int added = jdbi.withHandle(handle -> handle.createUpdate("""
                        INSERT INTO user_account (name, display_name, kind, disabled, created_at, password)
                        VALUES (:name, :displayName, :kind, FALSE, :createdAt, :hash)
                        ON CONFLICT (name) DO NOTHING
                        """)
                .bind("name", name)
                .bind("displayName", displayName)
                .bind("kind", kind.name())
                .bind("createdAt", Micros.of(clock.instant()))
                .bind("hash", hash)
                .execute());
        if (added == 0) {
            throw new AlreadyExists("there is a user '{0}' already", name);
        }
        return get(name);
    }

    /** The user of that name. */
    public Optional<User> find(String name) {
        return jdbi.withHandle(handle ->
                handle.createQuery("""
                        SELECT name, display_name, kind, disabled, password IS NOT NULL AS has_password, created_at
                        FROM user_account
                        WHERE name = :name
                        """).bind("name", name).map(Users::user).findOne());
    }

    /** The user of that name. @throws NotFound if there is none */
    public User get(String name) {
        return find(name).orElseThrow(() -> new NotFound("there is no user '{0}'", name));
    }

    /** Up to {@code limit} users whose name comes after {@code after}, in name order; start with an empty text. */
    public List<User> list(String after, int limit) {
        return list("", after, limit);
    }

    /** The same, of those with {@code part} in a name of theirs, in letters of either case. */
    public List<User> list(String part, String after, int limit) {
        String like = "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT name, display_name, kind, disabled, password IS NOT NULL AS has_password, created_at
                        FROM user_account
                        WHERE name > :after
                          AND (name LIKE :like ESCAPE '!' OR lower(display_name) LIKE :like ESCAPE '!')
                        ORDER BY name
                        LIMIT :limit
                        """)
                .bind("after", after)
                .bind("like", like)
                .bind("limit", limit)
                .map(Users::user)
                .list());
    }

    /**
     * Gives a person a password and ends the sessions begun with the one before.
     *
     * @param password not kept; the caller wipes it
     * @throws Invalid if it is too short or too long, or the user is a service
     * @throws NotFound if there is no such user
     */
    public void setPassword(String name, char[] password) {
        String hash = hash(name, get(name).kind(), password);
        jdbi.useTransaction(handle -> {
            storePassword(handle, name, hash);
            handle.createUpdate("DELETE FROM browser_session WHERE user_name = :name")
                    .bind("name", name)
                    .execute();
        });
    }

    private String hash(String name, User.Kind kind, char[] password) {
        int bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password)).remaining();
        if (password.length < SHORTEST_PASSWORD || bytes > LONGEST_PASSWORD_BYTES) {
            throw new Invalid(
                    "a password must have at least {0} characters and at most {1} bytes",
                    SHORTEST_PASSWORD, LONGEST_PASSWORD_BYTES);
        }
        if (kind == User.Kind.SERVICE) {
            throw new Invalid("'{0}' is a service; it signs in with tokens or access keys", name);
        }
        return passwords.hash(password);
    }

    private static void storePassword(Handle handle, String name, String hash) {
        handle.createUpdate("UPDATE user_account SET password = :hash WHERE name = :name")
                .bind("hash", hash)
                .bind("name", name)
                .execute();
    }

    /** Stores the same password hashed anew, unless it was changed meanwhile. */
    void rehash(String name, String before, String after) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE user_account SET password = :after WHERE name = :name AND password = :before")
                .bind("after", after)
                .bind("before", before)
                .bind("name", name)
                .execute());
    }

    /** The password hash of an enabled person. */
    Optional<String> passwordOf(String name) {
        return jdbi.withHandle(handle ->
                handle.createQuery("""
                        SELECT password FROM user_account
                        WHERE name = :name AND disabled = FALSE AND password IS NOT NULL
                        """).bind("name", name).mapTo(String.class).findOne());
    }

    /** Changes the name people read. @throws NotFound if there is no such user */
    public void rename(String name, String displayName) {
        update("UPDATE user_account SET display_name = :value WHERE name = :name", name, displayName);
    }

    /** Lets a disabled user in again; their credentials are gone. @throws NotFound if there is no such user */
    public void enable(String name) {
        update("UPDATE user_account SET disabled = :value WHERE name = :name", name, false);
    }

    void disable(Handle handle, String name) {
        handle.createUpdate("UPDATE user_account SET disabled = TRUE WHERE name = :name")
                .bind("name", name)
                .execute();
    }

    private void update(String sql, String name, Object value) {
        int changed = jdbi.withHandle(handle ->
                handle.createUpdate(sql).bind("name", name).bind("value", value).execute());
        if (changed == 0) {
            throw new NotFound("there is no user '{0}'", name);
        }
    }

    private static User user(ResultSet row, StatementContext context) throws SQLException {
        return new User(
                row.getString("name"),
                row.getString("display_name"),
                User.Kind.valueOf(row.getString("kind")),
                row.getBoolean("disabled"),
                row.getBoolean("has_password"),
                Micros.instant(row.getLong("created_at")));
    }
}
