package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.User;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.profile.Profile;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Users, their profiles and what they sign in with. Administrators may do all of it, others look after their own. */
public final class UserRoutes {
    private final Identity identity;
    private final Policies policies;
    private final Recorder recorder;

    public UserRoutes(Identity identity, Policies policies, Recorder recorder) {
        this.identity = identity;
        this.policies = policies;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/users", this::list),
                Route.post("/users", this::create),
                Route.get("/users/{name}", this::get),
                Route.delete("/users/{name}", this::disable),
                Route.post("/users/{name}/enable", this::enable),
                Route.put("/users/{name}/password", this::password),
                Route.post("/users/{name}/revoke", this::revoke),
                Route.put("/users/{name}/profiles/{profile}", this::addProfile),
                Route.delete("/users/{name}/profiles/{profile}", this::removeProfile),
                Route.get("/users/{name}/tokens", this::tokens),
                Route.post("/users/{name}/tokens", this::createToken),
                Route.delete("/users/{name}/tokens/{id}", this::revokeToken),
                Route.get("/users/{name}/keys", this::keys),
                Route.post("/users/{name}/keys", this::createKey),
                Route.delete("/users/{name}/keys/{id}", this::revokeKey));
    }

    private record UserView(
            String name,
            String displayName,
            String kind,
            boolean disabled,
            boolean hasPassword,
            List<String> profiles,
            Map<String, String> attributes,
            Instant createdAt) {}

    private record NewUser(
            @Nullable String name,
            @Nullable String displayName,
            @Nullable String kind,
            @Nullable String password,
            @Nullable List<String> profiles) {}

    private record NewPassword(
            @Nullable String password, @Nullable String current) {}

    private record NewToken(@Nullable String name, @Nullable Instant expiresAt) {}

    private void list(Context ctx) {
        Caller.administrator(ctx);
        int limit = Parameters.integer(ctx, "limit", 100, 1, 1000);
        List<User> users = identity.users()
                .list(
                        Parameters.text(ctx, "q").orElse(""),
                        Parameters.text(ctx, "cursor").orElse(""),
                        limit + 1);
        List<User> page = users.subList(0, Math.min(limit, users.size()));
        Body.write(
                ctx,
                new Page<>(
                        page.stream().map(this::view).toList(),
                        users.size() > limit ? Optional.of(page.getLast().name()) : Optional.empty()));
    }

    private void create(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        NewUser request = Body.read(ctx, NewUser.class);
        String name = Fields.required("name", request.name());
        User.Kind kind = kind(Objects.requireNonNullElse(request.kind(), "human"));
        String displayName = Objects.requireNonNullElse(request.displayName(), name);
        List<String> profiles = Objects.requireNonNullElse(request.profiles(), List.of());
        recorder.run(actor, "user.create", name, Map.of("kind", kind.name(), "profiles", profiles), () -> {
            checkProfiles(profiles);
            Optional<char[]> password = Optional.ofNullable(request.password()).map(String::toCharArray);
            identity.users().create(name, displayName, kind, password);
            password.ifPresent(text -> Arrays.fill(text, ' '));
            profiles.forEach(profile -> policies.addMember(actor.principal(), name, profile));
        });
        Body.write(ctx, 201, view(identity.users().get(name)));
    }

    private void checkProfiles(List<String> names) {
        Set<String> known =
                policies.current().profiles().stream().map(Profile::name).collect(Collectors.toUnmodifiableSet());
        for (String name : names) {
            if (!known.contains(name)) {
                throw new RequestException.NotFound("Profile '{0}'", name);
            }
        }
    }

    private void get(Context ctx) {
        Caller.administrator(ctx);
        Body.write(ctx, view(user(ctx)));
    }

    private void disable(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        User user = user(ctx);
        if (user.name().equals(actor.principal().name())) {
            throw new RequestException.Conflict("You cannot disable yourself; ask another administrator");
        }
        var ended = recorder.change(actor, "user.disable", user.name(), Map.of(), () -> identity.disable(user.name()));
        Body.write(ctx, ended);
    }

    private void enable(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        User user = user(ctx);
        recorder.run(actor, "user.enable", user.name(), Map.of(), () -> {
            identity.users().enable(user.name());
            identity.lockout().unlock(user.name());
        });
        Body.write(ctx, view(identity.users().get(user.name())));
    }

    private void password(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        NewPassword request = Body.read(ctx, NewPassword.class);
        char[] password = Fields.required("password", request.password()).toCharArray();
        if (!actor.administrator() || user.name().equals(actor.principal().name())) {
            proveCurrent(ctx, user.name(), Fields.required("current", request.current()));
        }
        recorder.run(
                actor,
                "user.password",
                user.name(),
                Map.of(),
                () -> identity.users().setPassword(user.name(), password));
        Arrays.fill(password, ' ');
        ctx.status(204);
    }

    /** A stolen session must not be enough to take over the user. */
    private void proveCurrent(Context ctx, String user, String current) {
        switch (identity.signIn(user, current.toCharArray(), ctx.ip())) {
            case io.atalaya.catalog.identity.SignIn.Accepted accepted ->
                identity.sessions().end(accepted.session().token());
            case io.atalaya.catalog.identity.SignIn.Refused _ ->
                throw new RequestException.Forbidden("wrong-password", "The current password is wrong");
            case io.atalaya.catalog.identity.SignIn.Locked(var wait) ->
                throw new RequestException.TryLater(
                        Sentence.of("Too many failures; try again later"), Math.max(1, wait.toSeconds()));
        }
    }

    private void revoke(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        Body.write(
                ctx,
                recorder.change(
                        actor, "user.revoke-all", user.name(), Map.of(), () -> identity.revokeAll(user.name())));
    }

    private void addProfile(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        policies.addMember(actor.principal(), user(ctx).name(), ctx.pathParam("profile"));
        Body.write(ctx, view(user(ctx)));
    }

    private void removeProfile(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        policies.removeMember(actor.principal(), user(ctx).name(), ctx.pathParam("profile"));
        Body.write(ctx, view(user(ctx)));
    }

    private void tokens(Context ctx) {
        User user = own(ctx, Caller.of(ctx));
        Body.write(ctx, Page.of(identity.tokens().list(user.name())));
    }

    private void createToken(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        NewToken request = Body.read(ctx, NewToken.class);
        String name = Fields.required("name", request.name());
        var created = recorder.change(
                actor,
                "token.create",
                user.name(),
                Map.of("token", name),
                () -> identity.tokens().create(user.name(), name, Optional.ofNullable(request.expiresAt())));
        Map<String, Object> answer = new HashMap<>();
        answer.put("id", created.token().id());
        answer.put("name", name);
        answer.put("expiresAt", created.token().expiresAt());
        answer.put("token", created.secret());
        Body.write(ctx, 201, answer);
    }

    private void revokeToken(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        var id = Parameters.id(ctx, "id", "Token");
        recorder.run(
                actor,
                "token.revoke",
                user.name(),
                Map.of("token", id.toString()),
                () -> identity.tokens().revoke(user.name(), id));
        ctx.status(204);
    }

    private void keys(Context ctx) {
        User user = own(ctx, Caller.of(ctx));
        Body.write(ctx, Page.of(identity.accessKeys().list(user.name())));
    }

    private void createKey(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        var created = recorder.change(
                actor,
                "key.create",
                user.name(),
                Map.of(),
                () -> identity.accessKeys().create(user.name()));
        Body.write(
                ctx, 201, Map.of("accessKeyId", created.accessKeyId(), "secretAccessKey", created.secretAccessKey()));
    }

    private void revokeKey(Context ctx) {
        Caller actor = Caller.of(ctx);
        User user = own(ctx, actor);
        String id = ctx.pathParam("id");
        recorder.run(
                actor,
                "key.revoke",
                user.name(),
                Map.of("accessKeyId", id),
                () -> identity.accessKeys().revoke(user.name(), id));
        ctx.status(204);
    }

    private User user(Context ctx) {
        return identity.users()
                .find(ctx.pathParam("name"))
                .orElseThrow(() -> new RequestException.NotFound("User '{0}'", ctx.pathParam("name")));
    }

    /** One's own user; any user for an administrator. Whether others exist is not told. */
    private User own(Context ctx, Caller caller) {
        String name = ctx.pathParam("name");
        if (!caller.administrator() && !name.equals(caller.principal().name())) {
            throw new RequestException.NotFound("User '{0}'", name);
        }
        return user(ctx);
    }

    private UserView view(User user) {
        Principal principal = policies.current().principal(user.name());
        return new UserView(
                user.name(),
                user.displayName(),
                user.kind().name().toLowerCase(java.util.Locale.ROOT),
                user.disabled(),
                user.password(),
                principal.profiles().stream().sorted().toList(),
                principal.attributes(),
                user.createdAt());
    }

    private static User.Kind kind(String text) {
        return switch (text) {
            case "human" -> User.Kind.HUMAN;
            case "service" -> User.Kind.SERVICE;
            default -> throw new RequestException.BadRequest("'kind' must be human or service");
        };
    }
}
