package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.language.SaidIn;
import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.extract.DeliveryPage;
import io.atalaya.ingestion.extract.DeliveryStore;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.policies.Sentence;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/** Files that were delivered to pipelines, for those who may operate them. */
public final class DeliveryRoutes {
    private final Runs runs;
    private final DeliveryStore deliveries;
    private final Recorder recorder;

    public DeliveryRoutes(Runs runs, DeliveryStore deliveries, Recorder recorder) {
        this.runs = runs;
        this.deliveries = deliveries;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/pipelines/{name}/deliveries", this::list),
                Route.post(
                        "/pipelines/{name}/deliveries/{stage}/{sha256}/dismiss",
                        ctx -> mark(ctx, "delivery.dismiss", deliveries::dismiss)),
                Route.post(
                        "/pipelines/{name}/deliveries/{stage}/{sha256}/retry",
                        ctx -> mark(ctx, "delivery.retry", (file, _) -> deliveries.retry(file))));
    }

    /**
     * @param archive SHA-256 of the archive it came in
     * @param dismissedBy who lets runs leave it alone; only of what was refused
     */
    private record DeliveryView(
            String stage,
            String sha256,
            String name,
            long bytes,
            String state,
            long rowsIn,
            long rowsLanded,
            long rowsQuarantined,
            Optional<Sentence> message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) SaidIn messageLanguage,
            UUID run,
            Instant receivedAt,
            Optional<Instant> landedAt,
            Optional<String> archive,
            Optional<String> dismissedBy) {
        static DeliveryView of(Delivery one) {
            return new DeliveryView(
                    one.stage(),
                    one.sha256(),
                    one.name(),
                    one.bytes(),
                    one.state().name(),
                    one.rowsIn(),
                    one.rowsLanded(),
                    one.rowsQuarantined(),
                    one.message(),
                    SaidIn.of(one.message()),
                    one.run(),
                    one.receivedAt(),
                    one.landedAt(),
                    one.archive(),
                    one.dismissedBy().filter(_ -> one.state() == Delivery.State.REFUSED));
        }
    }

    private void list(Context ctx) {
        String pipeline = pipeline(ctx);
        DeliveryPage page = deliveries.list(
                pipeline,
                Parameters.text(ctx, "state").map(DeliveryRoutes::state),
                Parameters.text(ctx, "cursor"),
                Parameters.integer(ctx, "limit", 50, 1, 200));
        Body.write(
                ctx, new Page<>(page.deliveries().stream().map(DeliveryView::of).toList(), page.nextCursor()));
    }

    private static Delivery.State state(String text) {
        return Arrays.stream(Delivery.State.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new RequestException.BadRequest(
                        "'state' must be one of {0}", Arrays.asList(Delivery.State.values())));
    }

    private void mark(Context ctx, String kind, BiFunction<Delivery, String, Delivery> change) {
        Caller caller = Caller.of(ctx);
        String pipeline = pipeline(ctx);
        Delivery file = deliveries.get(pipeline, ctx.pathParam("stage"), ctx.pathParam("sha256"));
        Map<String, Object> details = Map.of("stage", file.stage(), "file", file.name(), "sha256", file.sha256());
        Body.write(
                ctx,
                DeliveryView.of(recorder.change(
                        caller,
                        kind,
                        "pipeline " + pipeline,
                        details,
                        () -> change.apply(file, caller.principal().name()))));
    }

    /** The pipeline's name, if the caller may operate it. */
    private String pipeline(Context ctx) {
        return runs.pipeline(Caller.of(ctx).principal(), ctx.pathParam("name")).name();
    }
}
