package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.BrokenGlass;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Why somebody can or cannot see the cells of a table, and getting to see them in an emergency. */
public final class AccessRoutes {
    private static final int MOST_GLASSES = 500;

    private final Policies policies;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final PastAccess past;

    public AccessRoutes(Policies policies, LakeCatalog catalog, TableAccess tables, PastAccess past) {
        this.policies = policies;
        this.catalog = catalog;
        this.tables = tables;
        this.past = past;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/datasets/{database}/{name}/access", this::access),
                Route.get("/break-glass", this::glasses),
                Route.post("/break-glass", this::breakGlass),
                Route.post("/break-glass/{id}/review", this::review));
    }

    private record ColumnView(String name, AccessView.Column access) {}

    private record AccessAnswer(
            GrantRequests.GranteePart who,
            Optional<String> purpose,
            boolean known,
            boolean select,
            @Nullable String rows,
            List<AccessView.Because> because,
            List<AccessView.Because> notCounting,
            List<ColumnView> columns,
            boolean ofOthers,
            boolean breakGlass) {}

    /** The caller's own access, or, for those who watch over the table, that of others or at an earlier moment; never any data. */
    private void access(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.current();
        GovernedTable table =
                table(TableIdentifier.of(ctx.pathParam("database"), ctx.pathParam("name")), caller.principal(), now);
        Optional<String> user = Parameters.text(ctx, "user");
        Optional<String> profile = Parameters.text(ctx, "profile");
        if (user.isPresent() && profile.isPresent()) {
            throw new RequestException.BadRequest("'user' and 'profile' exclude each other");
        }
        boolean own =
                profile.isEmpty() && user.map(caller.principal().name()::equals).orElse(true);
        Optional<Instant> at = Parameters.time(ctx, "at");
        if (at.isPresent() || !own) {
            past.check(caller, table, now);
        }
        PolicySnapshot then = at.map(moment -> past.policies(moment, table)).orElse(now);
        Principal who = (own && at.isEmpty()
                        ? caller.principal()
                        : profile.map(then::holder)
                                .or(() -> user.map(then::principal))
                                .orElseGet(
                                        () -> then.principal(caller.principal().name())))
                .to(Parameters.text(ctx, "purpose"));
        Set<Integer> known = now.knownColumns(own && at.isEmpty() ? who : caller.principal(), table);
        Decision select = then.decide(who, Permission.SELECT, table);
        Body.write(
                ctx,
                new AccessAnswer(
                        new GrantRequests.GranteePart(profile.isPresent() ? null : who.name(), profile.orElse(null)),
                        who.purpose(),
                        then.mayDescribe(who, table),
                        select instanceof Decision.Allowed,
                        select instanceof Decision.Allowed allowed
                                ? AccessView.rows(allowed.rows(), table.schema(), known::contains)
                                : null,
                        AccessView.because(select.because()),
                        AccessView.because(then.notCounting(who, table)),
                        table.schema().columns().stream()
                                .filter(column -> known.contains(column.fieldId()))
                                .map(column -> new ColumnView(
                                        column.name(),
                                        AccessView.column(of(select, column), table.schema(), known::contains)))
                                .toList(),
                        past.isFor(caller, table, now),
                        own && now.decide(who, Permission.BREAK_GLASS, table) instanceof Decision.Allowed));
    }

    private static ColumnAccess of(Decision select, Types.NestedField column) {
        return switch (select) {
            case Decision.Allowed allowed -> allowed.column(column.fieldId());
            case Decision.Denied denied -> new ColumnAccess.Hidden(denied.because());
        };
    }

    private GovernedTable table(TableIdentifier name, Principal principal, PolicySnapshot now) {
        return tables.table(name)
                .filter(table -> now.mayDescribe(principal, table))
                .orElseThrow(() -> new RequestException.NotFound("Dataset '{0}'", name));
    }

    private record NewGlass(
            @Nullable String table,
            @Nullable String reason,
            @Nullable Integer minutes) {}

    private record GlassView(
            String id,
            String user,
            String table,
            String reason,
            Instant from,
            Instant until,
            Optional<BrokenGlass.Review> review) {}

    private void breakGlass(Context ctx) {
        Caller caller = Caller.of(ctx);
        NewGlass request = Body.read(ctx, NewGlass.class);
        if (request.table() == null || request.table().indexOf('.') < 1) {
            throw new RequestException.BadRequest("'table' is written database.name");
        }
        GovernedTable table = table(TableIdentifier.parse(request.table()), caller.principal(), policies.current());
        BrokenGlass glass = policies.emergencies()
                .breakGlass(
                        caller.principal(),
                        table,
                        Objects.requireNonNullElse(request.reason(), ""),
                        Duration.ofMinutes(Objects.requireNonNullElse(request.minutes(), 60)));
        Body.write(ctx, 201, view(glass));
    }

    /** All for those who read the audit, their own for others. */
    private void glasses(Context ctx) {
        Caller caller = Caller.of(ctx);
        boolean all = Capabilities.mayReadAudit(caller.principal(), caller.administrator());
        List<GlassView> items = policies.emergencies().last(MOST_GLASSES).stream()
                .filter(glass -> all || glass.user().equals(caller.principal().name()))
                .map(this::view)
                .toList();
        Body.write(ctx, Map.of("items", items));
    }

    private record Verdict(@Nullable String verdict) {}

    private void review(Context ctx) {
        Caller caller = Caller.administrator(ctx);
        String verdict = Body.read(ctx, Verdict.class).verdict();
        if (verdict == null) {
            throw RequestException.BadRequest.missing("verdict");
        }
        Body.write(ctx, view(policies.emergencies().review(caller.principal(), ctx.pathParam("id"), verdict)));
    }

    private GlassView view(BrokenGlass glass) {
        return new GlassView(
                glass.id(),
                glass.user(),
                catalog.nameOf(glass.table()).map(TableIdentifier::toString).orElse("a table that is gone"),
                glass.reason(),
                glass.from(),
                glass.until(),
                glass.review());
    }
}
