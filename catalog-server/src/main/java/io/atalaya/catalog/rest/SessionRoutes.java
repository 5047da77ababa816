package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.RestAuthentication;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Authenticated;
import io.atalaya.catalog.identity.Authenticated.Credential;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.Sessions;
import io.atalaya.catalog.identity.SignIn;
import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and who one is. */
public final class SessionRoutes {
    private static final Pattern RECORDABLE = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,127}");

    private final Identity identity;
    private final Supplier<PolicySnapshot> policies;
    private final Recorder recorder;
    private final Metrics metrics;
    private final boolean secure;
    private final BiPredicate<Principal, Boolean> reviews;
    private final Function<Principal, Set<String>> pages;
    private final Function<PolicySnapshot, DatasetOwners> owners;

    /**
     * Sessions and who is in them.
     *
     * @param secure whether cookies go over HTTPS only
     * @param reviews whom any review concerns, administrators or not
     * @param pages the further pages on which somebody finds something
     */
    public SessionRoutes(
            Identity identity,
            Supplier<PolicySnapshot> policies,
            Recorder recorder,
            Metrics metrics,
            boolean secure,
            BiPredicate<Principal, Boolean> reviews,
            Function<Principal, Set<String>> pages,
            Function<PolicySnapshot, DatasetOwners> owners) {
        this.identity = identity;
        this.policies = policies;
        this.recorder = recorder;
        this.metrics = metrics;
        this.secure = secure;
        this.reviews = reviews;
        this.pages = pages;
        this.owners = owners;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.post("/session", this::signIn),
                Route.get("/session", this::session),
                Route.delete("/session", this::signOut),
                Route.get("/me", this::me));
    }

    private record SignInRequest(
            @Nullable String user, @Nullable String password) {}

    private record SessionView(
            String user,
            String displayName,
            List<String> profiles,
            boolean administrator,
            String csrfToken,
            List<String> capabilities) {}

    private record MeView(
            String user,
            String displayName,
            List<String> profiles,
            Map<String, String> attributes,
            boolean administrator,
            List<String> capabilities) {}

    private void signIn(Context ctx) {
        SignInRequest request = Body.read(ctx, SignInRequest.class);
        if (request.user() == null) {
            throw RequestException.BadRequest.missing("user");
        }
        if (request.password() == null) {
            throw RequestException.BadRequest.missing("password");
        }
        char[] password = request.password().toCharArray();
        String name = recordable(request.user());
        try {
            switch (identity.signIn(request.user(), password, ctx.ip())) {
                case SignIn.Accepted(Authenticated who, Sessions.Started session) -> {
                    recorder.happened(
                            who.principal().name(), "sign-in", who.principal().name(), Map.of("from", ctx.ip()));
                    ctx.cookie(cookie(session.token(), Duration.between(java.time.Instant.now(), session.expiresAt())));
                    Body.write(ctx, view(who.principal(), session.csrfToken()));
                }
                case SignIn.Refused _ -> {
                    metrics.signInFailed("rest");
                    recorder.happened("anonymous", "sign-in.refused", name, Map.of("from", ctx.ip()));
                    throw new RequestException.Unauthenticated("The user or the password is wrong");
                }
                case SignIn.Locked(Duration wait) -> {
                    metrics.signInFailed("rest");
                    recorder.happened("anonymous", "sign-in.locked", name, Map.of("from", ctx.ip()));
                    long seconds = Math.max(1, wait.toSeconds() + 1);
                    throw new RequestException.TryLater(
                            Sentence.of("Too many failed sign-ins; try again in {0} seconds", seconds), seconds);
                }
            }
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    private void session(Context ctx) {
        Caller.of(ctx);
        String cookie = ctx.cookie(RestAuthentication.COOKIE);
        Authenticated found = Optional.ofNullable(cookie)
                .flatMap(identity::bySession)
                .orElseThrow(() -> new RequestException.Unauthenticated("There is no session; sign in"));
        if (found.by() instanceof Credential.OfSession(String csrfToken, var _)) {
            Body.write(ctx, view(found.principal(), csrfToken));
        }
    }

    private void signOut(Context ctx) {
        Caller caller = Caller.of(ctx);
        String cookie = ctx.cookie(RestAuthentication.COOKIE);
        if (cookie != null) {
            identity.sessions().end(cookie);
            recorder.happened(
                    caller.principal().name(), "sign-out", caller.principal().name(), Map.of());
        }
        ctx.cookie(cookie("", Duration.ZERO));
        ctx.status(204);
    }

    private void me(Context ctx) {
        Caller caller = Caller.of(ctx);
        Principal principal = caller.principal();
        PolicySnapshot now = policies.get();
        Body.write(
                ctx,
                new MeView(
                        principal.name(),
                        displayName(principal.name()),
                        principal.profiles().stream().sorted().toList(),
                        principal.attributes(),
                        caller.administrator(),
                        capabilities(principal, caller.administrator(), now)));
    }

    private SessionView view(Principal principal, String csrfToken) {
        PolicySnapshot now = policies.get();
        boolean administrator = now.isAdministrator(principal);
        return new SessionView(
                principal.name(),
                displayName(principal.name()),
                principal.profiles().stream().sorted().toList(),
                administrator,
                csrfToken,
                capabilities(principal, administrator, now));
    }

    private List<String> capabilities(Principal principal, boolean administrator, PolicySnapshot now) {
        return Stream.concat(
                        Capabilities.of(
                                principal,
                                administrator,
                                reviews.test(principal, administrator),
                                now,
                                owners.apply(now))
                                .stream(),
                        pages.apply(principal).stream().sorted())
                .toList();
    }

    private String displayName(String user) {
        return identity.users().find(user).map(found -> found.displayName()).orElse(user);
    }

    private Cookie cookie(String value, Duration age) {
        Cookie cookie = new Cookie(RestAuthentication.COOKIE, value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(secure);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setMaxAge((int) Math.max(0, age.toSeconds()));
        return cookie;
    }

    /** What somebody typed as a name may be a password; only what looks like a name goes on record. */
    private static String recordable(String user) {
        String name = user.strip().toLowerCase(Locale.ROOT);
        return RECORDABLE.matcher(name).matches() ? name : "malformed";
    }
}
