package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.profile.Profile;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;

/** What each profile gets of each dataset, at a glance; metadata only, of datasets that the reader watches over. */
public final class MatrixRoutes {
    private final DatasetSearch search;
    private final Supplier<PolicySnapshot> policies;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Function<PolicySnapshot, DatasetOwners> owners;
    private final Cursors cursors;

    public MatrixRoutes(
            DatasetSearch search,
            Supplier<PolicySnapshot> policies,
            LakeCatalog catalog,
            TableAccess tables,
            Function<PolicySnapshot, DatasetOwners> owners,
            Cursors cursors) {
        this.search = search;
        this.policies = policies;
        this.catalog = catalog;
        this.tables = tables;
        this.owners = owners;
        this.cursors = cursors;
    }

    /** The one there is. */
    public List<Route> routes() {
        return List.of(Route.get("/policies/matrix", this::matrix));
    }

    /** What somebody with one profile gets of one dataset. */
    private record Cell(boolean known, boolean select, boolean allRows, AccessView.Counts columns) {}

    private record Row(String database, String name, String zone, Map<String, Cell> profiles) {}

    private record Matrix(List<String> profiles, List<Row> items, Optional<String> nextCursor) {}

    private void matrix(Context ctx) {
        PolicySnapshot now = policies.get();
        DatasetOwners owning = owners.apply(now);
        PolicyRoutes.Reader reader = PolicyRoutes.reader(ctx, now, catalog, tables, owning);
        Principal principal = reader.caller().principal();
        Optional<String> words = Parameters.text(ctx, "q").map(text -> text.toLowerCase(Locale.ROOT));
        Optional<String> zone = Parameters.text(ctx, "zone").map(text -> text.toLowerCase(Locale.ROOT));
        int limit = Parameters.integer(ctx, "limit", 25, 1, 100);
        String list = "matrix " + words + zone;
        Optional<String> after =
                Parameters.text(ctx, "cursor").map(cursor -> cursors.read(list, principal, now.epoch(), cursor));
        List<String> profiles =
                now.profiles().stream().map(Profile::name).distinct().sorted().toList();
        List<Row> rows = new ArrayList<>();
        Optional<String> next = Optional.empty();
        String last = "";
        for (DatasetSearch.Hit hit : search.find(
                        principal,
                        now,
                        new DatasetSearch.Question(
                                words,
                                zone,
                                Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty(),
                                DatasetSearch.Order.BEST))
                .hits()) {
            GovernedTable table = hit.dataset().table();
            if (after.filter(position -> hit.position().compareTo(position) <= 0)
                            .isPresent()
                    || !Oversight.of(reader.caller(), table, now, owning)) {
                continue;
            }
            if (rows.size() == limit) {
                next = Optional.of(cursors.write(list, principal, now.epoch(), last));
                break;
            }
            rows.add(row(hit.dataset(), profiles, reader.oversight().columns(table), now));
            last = hit.position();
        }
        Body.write(ctx, new Matrix(profiles, rows, next));
    }

    private static Row row(Dataset dataset, List<String> profiles, Set<Integer> known, PolicySnapshot now) {
        GovernedTable table = dataset.table();
        List<Types.NestedField> columns = table.schema().columns().stream()
                .filter(column -> known.contains(column.fieldId()))
                .toList();
        Map<String, Cell> cells = new TreeMap<>();
        for (String profile : profiles) {
            Principal holder = now.holder(profile);
            Decision select = now.decide(holder, Permission.SELECT, table);
            cells.put(
                    profile,
                    new Cell(
                            now.mayDescribe(holder, table),
                            select instanceof Decision.Allowed,
                            select instanceof Decision.Allowed allowed
                                    && AccessView.rows(allowed.rows(), table.schema(), _ -> true) == null,
                            new AccessView(new Knowledge(table, select, columns)).counts()));
        }
        return new Row(dataset.databaseName(), dataset.name(), dataset.zone(), cells);
    }
}
