package io.atalaya.catalog.identity;

import io.atalaya.catalog.identity.Authenticated.Credential;
import io.atalaya.catalog.sigv4.SigV4Failure;
import io.atalaya.catalog.sigv4.SigV4Result;
import io.atalaya.catalog.sigv4.SigV4Verifier;
import io.atalaya.catalog.sigv4.SignedRequest;
import io.atalaya.policies.Principal;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Says who a request is from. Nothing is cached: what is revoked or disabled is refused from the next request on, by
 * every node.
 */
public final class Identity {
    private final Jdbi jdbi;
    private final Function<String, Principal> principals;
    private final Clock clock;
    private final Passwords passwords;
    private final Users users;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final AccessKeys accessKeys;
    private final Lockout lockout;

    /**
     * The local identity of a data directory.
     *
     * @param masterKey of the data directory
     * @param principals a user's profiles and attributes at this moment
     * @param beside runs small writes that no request waits for
     */
    public Identity(
            Jdbi jdbi,
            MasterKey masterKey,
            IdentityConfig config,
            Function<String, Principal> principals,
            Executor beside,
            Clock clock) {
        this.jdbi = jdbi;
        this.principals = principals;
        this.clock = clock;
        LastUse lastUse = new LastUse(jdbi, beside);
        this.passwords = new Passwords(config.passwordCost());
        this.users = new Users(jdbi, passwords, clock);
        this.sessions = new Sessions(jdbi, lastUse, config, clock);
        this.tokens = new ApiTokens(jdbi, lastUse, clock);
        this.accessKeys = new AccessKeys(jdbi, masterKey, lastUse, clock);
        this.lockout = new Lockout(jdbi, config, clock);
    }

    public Users users() {
        return users;
    }

    public Sessions sessions() {
        return sessions;
    }

    public ApiTokens tokens() {
        return tokens;
    }

    public AccessKeys accessKeys() {
        return accessKeys;
    }

    public Lockout lockout() {
        return lockout;
    }

    /**
     * Checks a password and begins a session.
     *
     * @param password not kept; the caller wipes it
     * @param source address the request came from
     */
    public SignIn signIn(String user, char[] password, String source) {
        String name = user.strip().toLowerCase(Locale.ROOT);
        Lockout.Attempt attempt = lockout.begin(name, source);
        if (attempt.locked().isPresent()) {
            return new SignIn.Locked(attempt.locked().get());
        }
        Optional<String> hash = users.passwordOf(name);
        if (hash.isEmpty()) {
            passwords.matchesNobody(password);
            return new SignIn.Refused();
        }
        if (!passwords.matches(password, hash.get())) {
            return new SignIn.Refused();
        }
        lockout.succeeded(name, source, attempt);
        if (passwords.outdated(hash.get())) {
            users.rehash(name, hash.get(), passwords.hash(password));
        }
        Sessions.Started session = sessions.start(name);
        Credential by = new Credential.OfSession(session.csrfToken(), session.expiresAt());
        return new SignIn.Accepted(new Authenticated(principals.apply(name), by), session);
    }

    /** Who the session cookie belongs to. */
    public Optional<Authenticated> bySession(String token) {
        return sessions.find(token)
                .map(found -> new Authenticated(
                        principals.apply(found.user()),
                        new Credential.OfSession(Sessions.csrfToken(token), found.expiresAt())));
    }

    /** Whether a change in the session of that cookie carries that session's own token. */
    public boolean isCsrfToken(String sessionToken, String offered) {
        return Sessions.isCsrfToken(sessionToken, offered);
    }

    /** Who the API token belongs to. */
    public Optional<Authenticated> byToken(String secret) {
        return tokens.find(secret)
                .map(found -> new Authenticated(
                        principals.apply(found.user()), new Credential.OfToken(found.id(), found.name())));
    }

    /** A verifier of requests signed with our access keys. */
    public SigV4Verifier verifier(String service, Set<String> regions) {
        return new SigV4Verifier(service, regions, accessKeys::secret);
    }

    /** Who signed the request. */
    public SignatureCheck bySignature(SigV4Verifier verifier, SignedRequest request) {
        return switch (verifier.verify(request, clock.instant())) {
            case SigV4Result.Refused refused -> new SignatureCheck.Refused(refused);
            case SigV4Result.Verified(var accessKeyId, var region) ->
                accessKeys
                        .used(accessKeyId)
                        .<SignatureCheck>map(user -> new SignatureCheck.Accepted(new Authenticated(
                                principals.apply(user), new Credential.OfAccessKey(accessKeyId, region))))
                        .orElseGet(() -> new SignatureCheck.Refused(new SigV4Result.Refused(
                                SigV4Failure.UNRECOGNIZED_CLIENT,
                                "The security token included in the request is invalid.")));
        };
    }

    /** How many credentials ended. */
    public record Revoked(int sessions, int tokens, int accessKeys) {}

    /**
     * Ends every session, token and access key of a user at once. The password stays.
     *
     * @throws IdentityException.NotFound if there is no such user
     */
    public Revoked revokeAll(String user) {
        String name = users.get(user).name();
        return jdbi.inTransaction(handle -> revoke(handle, name));
    }

    /**
     * Lets a user in no more: everything of theirs ends, and nothing new begins.
     *
     * @throws IdentityException.NotFound if there is no such user
     */
    public Revoked disable(String user) {
        String name = users.get(user).name();
        return jdbi.inTransaction(handle -> {
            users.disable(handle, name);
            return revoke(handle, name);
        });
    }

    private static Revoked revoke(Handle handle, String user) {
        return new Revoked(
                delete(handle, "DELETE FROM browser_session WHERE user_name = :user", user),
                delete(handle, "DELETE FROM api_token WHERE user_name = :user", user),
                delete(handle, "DELETE FROM access_key WHERE user_name = :user", user));
    }

    private static int delete(Handle handle, String sql, String user) {
        return handle.createUpdate(sql).bind("user", user).execute();
    }
}
