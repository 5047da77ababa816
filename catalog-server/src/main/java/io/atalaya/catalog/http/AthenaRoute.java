package io.atalaya.catalog.http;

import io.atalaya.catalog.athena.AthenaApi;
import io.atalaya.catalog.athena.AthenaException;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.SignatureCheck;
import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.catalog.sigv4.SigV4Verifier;
import io.atalaya.catalog.sigv4.SignedRequest;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Athena's wire protocol on our port: the signature is checked on the bytes as they came, before anything reads them. */
public final class AthenaRoute {
    private static final Logger LOG = LoggerFactory.getLogger(AthenaRoute.class);

    /** A statement of 262,144 bytes, each of which JSON may write with six, and the rest of the request. */
    private static final int BODY_LIMIT = 2 << 20;

    private final AthenaApi athena;
    private final Identity identity;
    private final SigV4Verifier verifier;
    private final Metrics metrics;

    public AthenaRoute(AthenaApi athena, Identity identity, Metrics metrics) {
        this.athena = athena;
        this.identity = identity;
        this.verifier = identity.verifier("athena", Set.of());
        this.metrics = metrics;
    }

    /** With and without the slash that some clients add. */
    public List<Route> routes() {
        return List.of(Route.post("/athena", this::answer), Route.post("/athena/", this::answer));
    }

    private void answer(Context ctx) {
        ctx.header("x-amzn-RequestId", HttpServer.requestId(ctx));
        ctx.header("Cache-Control", "no-store");
        ctx.contentType(AthenaApi.CONTENT_TYPE);
        try {
            byte[] body = Body.bytes(ctx, BODY_LIMIT);
            Principal principal = authenticated(ctx, body);
            String target = Objects.requireNonNullElse(ctx.header("x-amz-target"), "");
            ctx.result(athena.answer(principal, target, body));
        } catch (AthenaException refusal) {
            refuse(ctx, refusal);
        } catch (RequestException.TooLarge | RequestException.BadRequest tooLarge) {
            refuse(ctx, AthenaException.invalid("INVALID_INPUT", String.valueOf(tooLarge.getMessage())));
        } catch (RuntimeException failure) {
            LOG.atError().setCause(failure).log("athena request failed");
            refuse(ctx, AthenaException.internal());
        }
    }

    private Principal authenticated(Context ctx, byte[] body) {
        return switch (identity.bySignature(verifier, signed(ctx, body))) {
            case SignatureCheck.Accepted(var who) -> who.principal();
            case SignatureCheck.Refused(var because) -> {
                metrics.signInFailed("athena");
                throw AthenaException.unauthenticated(because.failure().errorName(), because.message());
            }
        };
    }

    private static SignedRequest signed(Context ctx, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(ctx.req().getHeaderNames())) {
            headers.put(name, new ArrayList<>(Collections.list(ctx.req().getHeaders(name))));
        }
        return new SignedRequest(
                ctx.method().name(),
                ctx.req().getRequestURI(),
                Objects.requireNonNullElse(ctx.req().getQueryString(), ""),
                headers,
                body);
    }

    private static void refuse(Context ctx, AthenaException refusal) {
        ctx.status(refusal.status());
        ctx.header("x-amzn-ErrorType", refusal.type());
        ctx.result(AthenaApi.body(refusal));
    }
}
