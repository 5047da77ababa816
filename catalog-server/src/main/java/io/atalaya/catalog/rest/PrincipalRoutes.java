package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Who can see a column, or could at an earlier moment, for those who watch over its table; never any data. */
public final class PrincipalRoutes {
    private final Policies policies;
    private final TableAccess tables;
    private final PastAccess past;
    private final Cursors cursors;
    private final Clock clock;

    public PrincipalRoutes(Policies policies, TableAccess tables, PastAccess past, Cursors cursors, Clock clock) {
        this.policies = policies;
        this.tables = tables;
        this.past = past;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/datasets/{database}/{name}/columns/{column}/principals", this::principals));
    }

    /** What a column is to somebody; {@code purpose} if they must state it. */
    private record PrincipalView(
            String user,
            List<String> profiles,
            Map<String, String> attributes,
            Optional<String> purpose,
            AccessView.Column access,
            @Nullable String rows) {}

    private record Answer(
            Instant at, long epoch, String column, List<PrincipalView> items, Optional<String> nextCursor) {}

    private void principals(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.current();
        TableIdentifier name = TableIdentifier.of(ctx.pathParam("database"), ctx.pathParam("name"));
        GovernedTable table = tables.table(name)
                .filter(one -> now.mayDescribe(caller.principal(), one))
                .orElseThrow(() -> new RequestException.NotFound("Dataset '{0}'", name));
        past.check(caller, table, now);
        Seen seen = column(ctx.pathParam("column"), table, caller.principal(), now);
        Optional<Instant> at = Parameters.time(ctx, "at");
        PolicySnapshot then = at.map(moment -> past.policies(moment, table)).orElse(now);
        int limit = Parameters.integer(ctx, "limit", 200, 1, 1000);
        String list = "principals " + name + " " + seen.column().fieldId() + " " + at;
        String after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(list, caller.principal(), then.epoch(), cursor))
                .orElse("");
        Set<Integer> known = now.knownColumns(caller.principal(), seen.table());
        List<PrincipalView> items = new ArrayList<>();
        Optional<String> next = Optional.empty();
        for (String user : then.users().tailSet(after + "\0")) {
            if (items.size() >= limit) {
                next = Optional.of(items.getLast().user());
                break;
            }
            items.addAll(views(then, user, seen, known));
        }
        Body.write(
                ctx,
                new Answer(
                        at.orElseGet(clock::instant),
                        then.epoch(),
                        seen.column().name(),
                        items,
                        next.map(last -> cursors.write(list, caller.principal(), then.epoch(), last))));
    }

    private record Seen(GovernedTable table, Types.NestedField column) {}

    /** The column of that name, of an earlier schema if there is none now; a hidden one is answered like none. */
    private Seen column(String name, GovernedTable table, Principal caller, PolicySnapshot now) {
        Stream<GovernedTable> earlier = tables.load(table.name()).stream()
                .flatMap(loaded -> loaded.table().schemas().values().stream()
                        .sorted(Comparator.comparingInt(Schema::schemaId).reversed())
                        .map(loaded::governed));
        return Stream.concat(Stream.of(table), earlier)
                .flatMap(one -> one.schema().columns().stream()
                        .filter(column -> column.name().equals(name)
                                && now.knownColumns(caller, one).contains(column.fieldId()))
                        .map(column -> new Seen(one, column)))
                .findFirst()
                .orElseThrow(() -> new RequestException.NotFound("Column '{0}' of '{1}'", name, table.name()));
    }

    /** What somebody sees without a purpose, and what else with one. */
    private static List<PrincipalView> views(PolicySnapshot then, String user, Seen seen, Set<Integer> known) {
        Principal principal = then.principal(user);
        List<PrincipalView> views = new ArrayList<>();
        Optional<PrincipalView> plain = view(then, principal, seen, known);
        plain.ifPresent(views::add);
        for (String purpose : purposes(then, principal)) {
            view(then, principal.to(Optional.of(purpose)), seen, known)
                    .filter(view ->
                            plain.isEmpty() || !view.access().equals(plain.get().access()))
                    .ifPresent(views::add);
        }
        return views;
    }

    private static Set<String> purposes(PolicySnapshot then, Principal principal) {
        Set<String> purposes = new TreeSet<>();
        Stream.concat(
                        Stream.of(new Grantee.User(principal.name())),
                        principal.profiles().stream().map(Grantee.Profile::new))
                .flatMap(grantee -> then.grants(grantee).stream())
                .map(Grant::purpose)
                .filter(purpose -> !purpose.isEmpty())
                .forEach(purposes::add);
        return purposes;
    }

    private static Optional<PrincipalView> view(
            PolicySnapshot then, Principal principal, Seen seen, Set<Integer> known) {
        if (!(then.decide(principal, Permission.SELECT, seen.table()) instanceof Decision.Allowed allowed)) {
            return Optional.empty();
        }
        ColumnAccess access = allowed.column(seen.column().fieldId());
        if (access instanceof ColumnAccess.Hidden) {
            return Optional.empty();
        }
        Schema schema = seen.table().schema();
        return Optional.of(new PrincipalView(
                principal.name(),
                principal.profiles().stream().sorted().toList(),
                principal.attributes(),
                principal.purpose(),
                AccessView.column(access, schema, known::contains),
                AccessView.rows(allowed.rows(), schema, known::contains)));
    }
}
