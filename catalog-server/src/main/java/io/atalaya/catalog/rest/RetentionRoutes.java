package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.AuditRetention;
import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.audit.LegalHold;
import io.atalaya.catalog.audit.LegalHolds;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.GovernedTable;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.Period;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** How long the audit log's records are kept, and the legal holds that keep some longer; administrators change, auditors read. */
public final class RetentionRoutes {
    private static final int LONGEST = 1000;

    private final AuditRetention retention;
    private final LegalHolds holds;
    private final Function<TableIdentifier, Optional<GovernedTable>> tables;
    private final Recorder recorder;

    public RetentionRoutes(
            AuditRetention retention,
            LegalHolds holds,
            Function<TableIdentifier, Optional<GovernedTable>> tables,
            Recorder recorder) {
        this.retention = retention;
        this.holds = holds;
        this.tables = tables;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/audit/retention", this::plan),
                Route.post("/audit/retire", this::retire),
                Route.get("/audit/holds", this::holds),
                Route.put("/audit/holds/{name}", this::hold),
                Route.delete("/audit/holds/{name}", this::release));
    }

    record HorizonView(long first, Instant retiredUpTo, Instant retiredAt, long recordedAs) {
        static HorizonView of(Horizon horizon) {
            return new HorizonView(horizon.sequence(), horizon.newest(), horizon.retiredAt(), horizon.recordedAs());
        }
    }

    private record Plan(
            Optional<String> retention,
            Optional<HorizonView> horizon,
            List<AuditRetention.Span> due,
            Optional<AuditRetention.Span> held) {
        static Plan of(AuditRetention.Plan plan) {
            return new Plan(
                    plan.retention().map(Period::toString),
                    plan.horizon().map(HorizonView::of),
                    plan.due(),
                    plan.held());
        }
    }

    private void plan(Context ctx) {
        auditor(ctx);
        try {
            Body.write(ctx, Plan.of(retention.plan()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is on record as {@code audit.retired} if there was anything to retire. */
    private void retire(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        try {
            Body.write(ctx, Plan.of(retention.retire(actor.principal().name())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void auditor(Context ctx) {
        Caller caller = Caller.of(ctx);
        if (!Capabilities.mayReadAudit(caller.principal(), caller.administrator())) {
            throw new RequestException.Forbidden(
                    "auditors-only", "Only auditors and administrators may read the audit");
        }
    }

    private record HoldView(
            String name,
            Optional<String> person,
            Optional<String> table,
            Optional<Instant> from,
            Optional<Instant> until,
            String reason,
            String placedBy,
            Instant placedAt) {
        static HoldView of(LegalHold hold) {
            LegalHold.About about = hold.about();
            return new HoldView(
                    hold.name(),
                    about.person(),
                    about.table(),
                    about.from(),
                    about.until(),
                    hold.reason(),
                    hold.placedBy(),
                    hold.placedAt());
        }
    }

    private record NewHold(
            @Nullable String reason,
            @Nullable String person,
            @Nullable String table,
            @Nullable String from,
            @Nullable String until) {}

    private void holds(Context ctx) {
        auditor(ctx);
        Body.write(ctx, Page.of(holds.list().stream().map(HoldView::of).toList()));
    }

    private void hold(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        NewHold request = Body.read(ctx, NewHold.class);
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST) {
            throw new RequestException.BadRequest("'reason' must have 1 to {0} characters", LONGEST);
        }
        String name = ctx.pathParam("name");
        LegalHold.About given = about(request);
        LegalHold.About about = given.isEverything() ? LegalHold.About.person(name) : given;
        if (!recorder.change(
                actor,
                "audit.hold",
                name,
                details(about, reason),
                () -> holds.place(name, about, reason, actor.principal().name()))) {
            throw new RequestException.Conflict("There is a hold of that name on other records; see GET /audit/holds");
        }
        ctx.status(204);
    }

    private LegalHold.About about(NewHold request) {
        Optional<String> table = text(request.table(), "table");
        if (table.filter(name -> name.indexOf('.') < 1 || name.endsWith(".")).isPresent()) {
            throw new RequestException.BadRequest("'table' is written database.name");
        }
        Optional<Instant> from = Parameters.moment("from", request.from());
        Optional<Instant> until = Parameters.moment("until", request.until());
        if (from.isPresent() && until.filter(end -> !from.get().isBefore(end)).isPresent()) {
            throw new RequestException.BadRequest("'from' must be before 'until'");
        }
        return new LegalHold.About(
                text(request.person(), "person"),
                table,
                table.map(TableIdentifier::parse).flatMap(tables).map(GovernedTable::uuid),
                from,
                until);
    }

    private static Optional<String> text(@Nullable String value, String name) {
        return Optional.ofNullable(value)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> Fields.atMost(name, text, LONGEST));
    }

    private static Map<String, Object> details(LegalHold.About about, String reason) {
        Map<String, Object> details = new HashMap<>(Map.of("reason", reason));
        about.person().ifPresent(person -> details.put("person", person));
        about.table().ifPresent(table -> details.put("table", table));
        about.from().ifPresent(from -> details.put("from", from.toString()));
        about.until().ifPresent(until -> details.put("until", until.toString()));
        return details;
    }

    private void release(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        String name = ctx.pathParam("name");
        if (holds.find(name).isEmpty()) {
            throw new RequestException.NotFound("Hold '{0}'", name);
        }
        recorder.run(actor, "audit.release", name, Map.of(), () -> holds.release(name));
        ctx.status(204);
    }
}
