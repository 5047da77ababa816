package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.SchemaChange;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.predicate.Predicate;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The commits of a dataset and what they changed. A column of an earlier schema is named to whom the policies of now would name it when
 * that snapshot is read; numbers of rows and files are for those to whom every row is shown.
 */
public final class HistoryRoutes {
    private static final int MOST_ROWS = 1_000;

    private final DatasetIndex index;
    private final LakeCatalog catalog;
    private final Supplier<PolicySnapshot> policies;
    private final Cursors cursors;

    public HistoryRoutes(DatasetIndex index, LakeCatalog catalog, Supplier<PolicySnapshot> policies, Cursors cursors) {
        this.index = index;
        this.catalog = catalog;
        this.policies = policies;
        this.cursors = cursors;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/datasets/{database}/{name}/snapshots", this::snapshots),
                Route.get("/datasets/{database}/{name}/comparison", this::comparison));
    }

    /** A commit; {@code changes} are those of the schema since the commit before it in the history. */
    record SnapshotView(
            String id,
            @Nullable String parentId,
            Instant committedAt,
            @Nullable String operation,
            @Nullable Long addedRecords,
            @Nullable Long deletedRecords,
            @Nullable Long totalRecords,
            @Nullable Long addedFiles,
            @Nullable Long totalFiles,
            @Nullable Integer schemaId,
            List<ChangeView> changes) {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ChangeView(String kind, String column, Optional<String> from, Optional<String> to) {
        static ChangeView of(SchemaChange change) {
            return new ChangeView(
                    change.kind().name().toLowerCase(Locale.ROOT), change.column(), change.from(), change.to());
        }
    }

    /** {@code uncommitted} are changes of the schema since the newest commit. */
    record Snapshots(List<SnapshotView> items, Optional<String> nextCursor, List<ChangeView> uncommitted) {}

    /** Two commits beside each other; {@code sql} asks for the rows that differ, in the columns that both have and the caller may read. */
    record Comparison(SnapshotView from, SnapshotView to, List<ChangeView> changes, Optional<String> sql) {}

    /** What one caller may know of a table as it is and as it was. */
    private final class Past {
        private final Principal principal;
        private final PolicySnapshot now;
        private final Knowledge known;
        private final Table table;
        private final Map<Integer, Knowledge> bySchema = new HashMap<>();

        Past(Context ctx) {
            this.principal = Caller.of(ctx).principal();
            this.now = policies.get();
            this.known = KnownDataset.of(ctx, index, now).knowledge();
            this.table = catalog.loadTable(known.table().name());
        }

        Knowledge at(Snapshot snapshot) {
            return of(SnapshotUtil.schemaFor(table, snapshot.snapshotId()));
        }

        Knowledge of(Schema schema) {
            return bySchema.computeIfAbsent(schema.schemaId(), _ -> {
                GovernedTable then = new GovernedTable(
                        known.table().uuid(),
                        known.table().databaseUuid(),
                        known.table().name(),
                        schema,
                        known.table().partitionSources());
                return Knowledge.of(then, principal, now)
                        .orElseGet(
                                () -> new Knowledge(then, now.decide(principal, Permission.SELECT, then), List.of()));
            });
        }

        /** The commits that are kept, newest first. */
        List<Snapshot> history() {
            List<Snapshot> kept = new ArrayList<>();
            for (HistoryEntry entry : table.history().reversed()) {
                Snapshot snapshot = table.snapshot(entry.snapshotId());
                if (snapshot != null) {
                    kept.add(snapshot);
                }
            }
            return kept;
        }

        SnapshotView view(Snapshot snapshot, Optional<Snapshot> before) {
            Map<String, String> summary =
                    showsEverything(known) && snapshot.summary() != null ? snapshot.summary() : Map.of();
            return new SnapshotView(
                    Long.toString(snapshot.snapshotId()),
                    snapshot.parentId() == null ? null : Long.toString(snapshot.parentId()),
                    Instant.ofEpochMilli(snapshot.timestampMillis()),
                    snapshot.operation(),
                    number(summary, "added-records"),
                    number(summary, "deleted-records"),
                    number(summary, "total-records"),
                    number(summary, "added-data-files"),
                    number(summary, "total-data-files"),
                    snapshot.schemaId(),
                    before.map(earlier -> changes(at(earlier), at(snapshot))).orElse(List.of()));
        }
    }

    private void snapshots(Context ctx) {
        Past past = new Past(ctx);
        String list = "snapshots " + past.known.table().uuid();
        int limit = Parameters.integer(ctx, "limit", 50, 1, 500);
        long before = Parameters.text(ctx, "cursor")
                .map(cursor -> Long.parseLong(cursors.read(list, past.principal, past.now.epoch(), cursor)))
                .orElse(0L);
        List<Snapshot> history = past.history();
        int from = (int) Math.min(before, history.size());
        int until = Math.min(from + limit, history.size());
        List<SnapshotView> items = new ArrayList<>();
        for (int i = from; i < until; i++) {
            items.add(past.view(history.get(i), at(history, i + 1)));
        }
        Optional<String> next = until < history.size()
                ? Optional.of(cursors.write(list, past.principal, past.now.epoch(), Integer.toString(until)))
                : Optional.empty();
        List<ChangeView> uncommitted = at(history, 0)
                .map(newest -> changes(past.at(newest), past.of(past.table.schema())))
                .orElse(List.of());
        Body.write(ctx, new Snapshots(items, next, uncommitted));
    }

    private void comparison(Context ctx) {
        Past past = new Past(ctx);
        List<Snapshot> history = past.history();
        Snapshot to = chosen(ctx, "to", history)
                .or(() -> at(history, 0))
                .orElseThrow(() -> new RequestException.BadRequest("There is no snapshot yet to compare"));
        Snapshot from = chosen(ctx, "from", history)
                .or(() -> at(history, history.indexOf(to) + 1))
                .orElse(to);
        Knowledge then = past.at(from);
        Knowledge later = past.at(to);
        Body.write(
                ctx,
                new Comparison(
                        past.view(from, Optional.empty()),
                        past.view(to, Optional.empty()),
                        changes(then, later),
                        from.snapshotId() == to.snapshotId() ? Optional.empty() : difference(from, then, to, later)));
    }

    private static Optional<Snapshot> chosen(Context ctx, String parameter, List<Snapshot> history) {
        return Parameters.text(ctx, parameter)
                .map(id -> history.stream()
                        .filter(snapshot -> Long.toString(snapshot.snapshotId()).equals(id))
                        .findFirst()
                        .orElseThrow(() -> new RequestException.NotFound("Snapshot '{0}'", id)));
    }

    private static Optional<Snapshot> at(List<Snapshot> history, int place) {
        return place < history.size() ? Optional.of(history.get(place)) : Optional.empty();
    }

    private static List<ChangeView> changes(Knowledge earlier, Knowledge later) {
        return SchemaChange.between(earlier.columns(), later.columns()).stream()
                .map(ChangeView::of)
                .toList();
    }

    /** The question for rows that one of them has and the other has not; asked like any other, by whoever wants to know. */
    private static Optional<String> difference(Snapshot from, Knowledge then, Snapshot to, Knowledge later) {
        Map<Integer, Types.NestedField> before =
                readable(then).stream().collect(Collectors.toMap(Types.NestedField::fieldId, Function.identity()));
        List<Types.NestedField> both = readable(later).stream()
                .filter(column -> before.containsKey(column.fieldId()))
                .toList();
        if (both.isEmpty()) {
            return Optional.empty();
        }
        String earlier = rows(then, from, both, column -> {
            String old = Objects.requireNonNull(before.get(column.fieldId())).name();
            return old.equals(column.name())
                    ? Answers.quoted(old)
                    : Answers.quoted(old) + " AS " + Answers.quoted(column.name());
        });
        String newer = rows(later, to, both, column -> Answers.quoted(column.name()));
        String names =
                both.stream().map(column -> Answers.quoted(column.name())).collect(Collectors.joining(", "));
        return Optional.of("""
                SELECT 'before' AS "_in", %s
                FROM (
                  %s
                  EXCEPT ALL
                  %s
                )
                UNION ALL
                SELECT 'after' AS "_in", %s
                FROM (
                  %s
                  EXCEPT ALL
                  %s
                )
                LIMIT %d""".formatted(names, earlier, newer, names, newer, earlier, MOST_ROWS));
    }

    private static String rows(
            Knowledge knowledge,
            Snapshot snapshot,
            List<Types.NestedField> columns,
            Function<Types.NestedField, String> written) {
        TableIdentifier name = knowledge.table().name();
        return "SELECT %s FROM %s.%s FOR VERSION AS OF %d"
                .formatted(
                        columns.stream().map(written).collect(Collectors.joining(", ")),
                        Answers.quoted(name.namespace().level(0)),
                        Answers.quoted(name.name()),
                        snapshot.snapshotId());
    }

    private static List<Types.NestedField> readable(Knowledge knowledge) {
        return knowledge.columns().stream()
                .filter(column -> !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                .toList();
    }

    private static @Nullable Long number(Map<String, String> summary, String name) {
        String text = summary.get(name);
        return text == null ? null : Long.valueOf(text);
    }

    /** Whether every row is shown; then how many there are is no secret. */
    private static boolean showsEverything(Knowledge knowledge) {
        return knowledge.select() instanceof Decision.Allowed allowed
                && allowed.rows() instanceof Predicate.Always
                && allowed.columns().values().stream().anyMatch(access -> !(access instanceof ColumnAccess.Hidden));
    }
}
