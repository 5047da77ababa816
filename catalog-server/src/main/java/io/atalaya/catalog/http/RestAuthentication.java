package io.atalaya.catalog.http;

import io.atalaya.catalog.identity.Authenticated;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A session's cookie, an API token, or the token of the operator: whoever may read the data directory's own files. A
 * change asked for with a cookie must carry the session's token in a header, which other sites cannot know.
 */
public final class RestAuthentication implements Authentication {
    /** Name of the session's cookie. */
    public static final String COOKIE = "atalaya_session";

    /** Name of the header with the session's token. */
    public static final String CSRF_HEADER = "X-CSRF-Token";

    /** The operator on the machine itself; administers, and has no access to data. */
    public static final Principal OPERATOR = new Principal("operator", Set.of("administrator"), Map.of());

    private static final String BEARER = "Bearer ";
    private static final Set<HandlerType> HARMLESS = Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

    private final Identity identity;
    private final Supplier<PolicySnapshot> policies;
    private final byte[] operatorToken;

    /** With the token of the operator, new at each start. */
    public RestAuthentication(Identity identity, Supplier<PolicySnapshot> policies, String operatorToken) {
        this.identity = identity;
        this.policies = policies;
        this.operatorToken = operatorToken.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Caller> of(Context ctx) {
        String authorization = ctx.header("Authorization");
        if (authorization != null) {
            return Optional.of(byToken(authorization));
        }
        String cookie = ctx.cookie(COOKIE);
        if (cookie == null || cookie.isEmpty()) {
            return Optional.empty();
        }
        Optional<Authenticated> found = identity.bySession(cookie);
        if (found.isPresent() && !HARMLESS.contains(ctx.method()) && !isSignIn(ctx)) {
            String offered = ctx.header(CSRF_HEADER);
            if (offered == null || !identity.isCsrfToken(cookie, offered)) {
                throw new RequestException.CrossSite();
            }
        }
        return found.map(session -> caller(session, Caller.Means.SESSION));
    }

    /** A sign-in does not act for the session that it replaces. */
    private static boolean isSignIn(Context ctx) {
        return HandlerType.POST.equals(ctx.method()) && ctx.path().equals(HttpServer.API + "/session");
    }

    private Caller byToken(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new RequestException.Unauthenticated("Only 'Authorization: Bearer <token>' is understood here");
        }
        String token = authorization.substring(BEARER.length()).strip();
        if (MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), operatorToken)) {
            return new Caller(OPERATOR, true, Caller.Means.OPERATOR);
        }
        return identity.byToken(token)
                .map(found -> caller(found, Caller.Means.TOKEN))
                .orElseThrow(() -> new RequestException.Unauthenticated(
                        "The token is unknown, expired or revoked; make a new one"));
    }

    private Caller caller(Authenticated found, Caller.Means means) {
        return new Caller(found.principal(), policies.get().isAdministrator(found.principal()), means);
    }
}
