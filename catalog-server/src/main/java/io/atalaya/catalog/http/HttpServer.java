package io.atalaya.catalog.http;

import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.policies.Sentence;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The one port and what is served on it. */
public final class HttpServer implements AutoCloseable {
    /** The path below which the REST API lies. */
    public static final String API = "/api/v1";

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final String STARTED = "atalaya.started";
    private static final String REQUEST_ID = "atalaya.request";
    private static final Set<HandlerType> AROUND = Set.of(HandlerType.BEFORE, HandlerType.AFTER);
    private static final List<String> NOT_CONSOLE =
            List.of("/api", "/athena", "/iceberg", "/trino", "/health", "/metrics");

    /** What is answered to whom nobody knows; any other route of the API refuses them, whatever it does itself. */
    private static final Set<String> OPEN = Set.of("GET /openapi.json", "POST /session");

    private final Javalin javalin;

    private HttpServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * What is served.
     *
     * @param api routes below {@link #API}
     * @param others routes with a whole path
     */
    public record Surfaces(
            List<Route> api,
            List<Route> others,
            Authentication authentication,
            Health health,
            Metrics metrics,
            ConsoleFiles console) {
        public Surfaces {
            api = List.copyOf(api);
            others = List.copyOf(others);
        }
    }

    /** Listens; {@code port} 0 means any that is free. */
    public static HttpServer start(String bind, int port, Surfaces surfaces) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.concurrency.useVirtualThreads = true;
            config.router.treatMultipleSlashesAsSingleSlash = false;
            config.http.prefer405over404 = true;
            config.jetty.modifyHttpConfiguration(http -> {
                http.setSendServerVersion(false);
                http.setRequestHeaderSize(16 << 10);
            });
            register(config, surfaces);
        });
        javalin.start(bind, port);
        return new HttpServer(javalin);
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** Takes no new requests and lets those under way end. */
    @Override
    public void close() {
        javalin.stop();
    }

    /** The id that the log knows the request by. */
    public static String requestId(Context ctx) {
        String id = ctx.attribute(REQUEST_ID);
        return id == null ? "" : id;
    }

    private static void register(JavalinConfig config, Surfaces surfaces) {
        var routes = config.routes;
        routes.before(HttpServer::begin);
        routes.before(API + "/*", ctx -> {
            ctx.header("Cache-Control", "no-store");
            ctx.header("Vary", "Accept-Language");
            surfaces.authentication().of(ctx).ifPresent(caller -> caller.attach(ctx));
        });
        routes.get("/health/live", surfaces.health()::live);
        routes.get("/health/ready", surfaces.health()::ready);
        routes.get(
                "/metrics",
                ctx -> ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(surfaces.metrics().scrape()));
        for (Route route : surfaces.api()) {
            routes.addHttpHandler(route.method(), API + route.path(), ctx -> {
                if (!OPEN.contains(route.method().name() + " " + route.path())) {
                    Caller.of(ctx);
                }
                route.handler().handle(ctx);
            });
        }
        for (Route route : surfaces.others()) {
            routes.addHttpHandler(route.method(), route.path(), route.handler());
        }
        routes.get("/*", ctx -> {
            if (NOT_CONSOLE.stream().anyMatch(prefix -> isBelow(ctx.path(), prefix))) {
                throw new RequestException.NotFound("'{0}'", ctx.path());
            }
            surfaces.console().serve(ctx);
        });
        routes.exception(Exception.class, HttpServer::refuse);
        routes.after(ctx -> end(ctx, surfaces.metrics()));
    }

    private static boolean isBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static void begin(Context ctx) {
        String id = UUID.randomUUID().toString();
        ctx.attribute(STARTED, System.nanoTime());
        ctx.attribute(REQUEST_ID, id);
        ctx.header("X-Request-Id", id);
        MDC.put("request", id);
        SecurityHeaders.set(ctx);
    }

    private static void end(Context ctx, Metrics metrics) {
        Long started = ctx.attribute(STARTED);
        Duration took = Duration.ofNanos(started == null ? 0 : System.nanoTime() - started);
        metrics.answered(ctx.method().name(), pattern(ctx), ctx.statusCode(), took);
        LOG.atDebug()
                .addKeyValue("method", ctx.method().name())
                .addKeyValue("route", pattern(ctx))
                .addKeyValue("status", ctx.statusCode())
                .addKeyValue("elapsedMs", took.toMillis())
                .log("request");
        MDC.remove("request");
    }

    private static String pattern(Context ctx) {
        Endpoint matched = ctx.endpoints().lastHttpEndpoint();
        return matched == null || AROUND.contains(matched.method) ? "none" : matched.path;
    }

    private static void refuse(Exception failure, Context ctx) {
        Problem problem = failure instanceof HttpResponseException http
                ? Problem.of(
                        http.getStatus(), "http-" + http.getStatus(), Sentence.of(String.valueOf(http.getMessage())))
                : Problems.of(failure).orElseGet(() -> unexpected(failure, ctx));
        if (failure instanceof RequestException.TryLater later) {
            ctx.header("Retry-After", Long.toString(later.seconds()));
        }
        if (problem.status() == 401) {
            ctx.header("WWW-Authenticate", "Bearer");
        }
        Body.write(ctx, problem.status(), problem);
        ctx.contentType(Problem.CONTENT_TYPE);
    }

    private static Problem unexpected(Exception failure, Context ctx) {
        LOG.atError()
                .addKeyValue("method", ctx.method().name())
                .addKeyValue("route", pattern(ctx))
                .setCause(failure)
                .log("request failed");
        return Problem.of(
                500,
                "internal",
                Sentence.of("Something failed in the service; the log knows it as request {0}", requestId(ctx)));
    }
}
