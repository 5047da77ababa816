package io.atalaya.catalog.http;

import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * Who sent a request, proven.
 *
 * @param administrator whether it administers the service at this moment
 * @param means how it proved itself
 */
public record Caller(Principal principal, boolean administrator, Means means) {
    private static final String ATTRIBUTE = "atalaya.caller";

    /** How somebody proves who they are. */
    public enum Means {
        SESSION,
        TOKEN,
        SIGNATURE,
        OPERATOR
    }

    /**
     * Who sent it.
     *
     * @throws RequestException.Unauthenticated if that is not known
     */
    public static Caller of(Context ctx) {
        return maybe(ctx)
                .orElseThrow(() -> new RequestException.Unauthenticated(
                        "Sign in, or send 'Authorization: Bearer <token>' with an API token"));
    }

    /** Who sent it, if an administrator. */
    public static Caller administrator(Context ctx) {
        Caller caller = of(ctx);
        if (!caller.administrator()) {
            throw RequestException.Forbidden.administratorsOnly();
        }
        return caller;
    }

    /** Who sent it, if known. */
    public static Optional<Caller> maybe(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    void attach(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }
}
