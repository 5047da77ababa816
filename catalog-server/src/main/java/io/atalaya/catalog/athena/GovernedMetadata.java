package io.atalaya.catalog.athena;

import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.TableAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * Databases and tables as far as a principal may know of them, each answer at one policy epoch; columns that are hidden
 * from it are not there.
 */
public final class GovernedMetadata {
    /** How many names are taken from the catalog at a time while a page is being filled. */
    private static final int CHUNK = 200;

    private final LakeCatalog catalog;
    private final TableAccess access;
    private final Supplier<PolicySnapshot> policies;

    public GovernedMetadata(LakeCatalog catalog, TableAccess access, Supplier<PolicySnapshot> policies) {
        this.catalog = catalog;
        this.access = access;
        this.policies = policies;
    }

    /** In name order. */
    public Page<Database> databases(Principal principal, Optional<String> after, int max) {
        PolicySnapshot snapshot = policies.get();
        List<Database> found = catalog.namespaces().stream()
                .filter(entry -> after.isEmpty() || name(entry).compareTo(after.get()) > 0)
                .filter(entry -> snapshot.mayDescribe(principal, entry.uuid(), entry.namespace()))
                .sorted(Comparator.comparing(GovernedMetadata::name))
                .limit(max + 1L)
                .map(GovernedMetadata::database)
                .toList();
        return page(found, max, Database::name);
    }

    /** Empty if there is none, or none for this principal. */
    public Optional<Database> database(Principal principal, String name) {
        return visible(principal, policies.get(), name).map(GovernedMetadata::database);
    }

    /**
     * In name order.
     *
     * @param name what the whole name must match
     * @throws AthenaException if the database is absent or not for this principal
     */
    public Page<TableMetadata> tables(
            Principal principal, String database, Optional<Pattern> name, Optional<String> after, int max) {
        PolicySnapshot snapshot = policies.get();
        Namespace namespace = visible(principal, snapshot, database)
                .orElseThrow(MetadataOperations::notFound)
                .namespace();
        List<TableMetadata> found = new ArrayList<>();
        String last = after.orElse("");
        List<TableEntry> chunk;
        do {
            chunk = catalog.tables(namespace, last, CHUNK);
            for (TableEntry entry : chunk) {
                last = entry.identifier().name();
                if (found.size() <= max
                        && (name.isEmpty() || name.get().matcher(last).matches())) {
                    access.load(entry)
                            .flatMap(table -> known(principal, snapshot, table.governed(), false))
                            .ifPresent(found::add);
                }
            }
        } while (chunk.size() == CHUNK && found.size() <= max);
        access.views(namespace).stream()
                .map(TableAccess::governed)
                .filter(view -> view.name().name().compareTo(after.orElse("")) > 0)
                .filter(view ->
                        name.isEmpty() || name.get().matcher(view.name().name()).matches())
                .flatMap(view -> known(principal, snapshot, view, true).stream())
                .forEach(found::add);
        found.sort(Comparator.comparing(TableMetadata::name));
        return page(found, max, TableMetadata::name);
    }

    /** Empty if there is none, or none for this principal. */
    public Optional<TableMetadata> table(Principal principal, String database, String name) {
        PolicySnapshot snapshot = policies.get();
        TableIdentifier identifier = TableIdentifier.of(database, name);
        Optional<TableAccess.Loaded> table = access.load(identifier);
        return table.isPresent()
                ? known(principal, snapshot, table.get().governed(), false)
                : access.view(identifier).flatMap(view -> known(principal, snapshot, TableAccess.governed(view), true));
    }

    private Optional<NamespaceEntry> visible(Principal principal, PolicySnapshot snapshot, String name) {
        return catalog.namespace(Namespace.of(name))
                .filter(entry -> snapshot.mayDescribe(principal, entry.uuid(), entry.namespace()));
    }

    private static Optional<TableMetadata> known(
            Principal principal, PolicySnapshot snapshot, GovernedTable table, boolean view) {
        return snapshot.mayDescribe(principal, table)
                ? Optional.of(new TableMetadata(
                        table.name().name(),
                        view,
                        Optional.empty(),
                        columns(principal, snapshot, table),
                        Optional.empty()))
                : Optional.empty();
    }

    /** Whoever may read some of a table is told of that part; whoever may read none, what a grant describes to it. */
    private static List<Column> columns(Principal principal, PolicySnapshot snapshot, GovernedTable table) {
        return Knowledge.of(table, principal, snapshot).stream()
                .flatMap(known -> known.columns().stream()
                        .filter(field -> !known.mayRead() || !(known.access(field) instanceof ColumnAccess.Hidden)))
                .map(GovernedMetadata::column)
                .toList();
    }

    private static Column column(Types.NestedField field) {
        return new Column(field.name(), GlueType.of(field.type()), Optional.ofNullable(field.doc()));
    }

    private static Database database(NamespaceEntry entry) {
        return new Database(name(entry), Optional.ofNullable(entry.properties().get("description")));
    }

    private static String name(NamespaceEntry entry) {
        return entry.namespace().level(0);
    }

    private static <T> Page<T> page(List<T> found, int max, Function<T, String> name) {
        return found.size() <= max
                ? new Page<>(found, Optional.empty())
                : new Page<>(found.subList(0, max), Optional.of(name.apply(found.get(max - 1))));
    }

    /** A database. */
    record Database(String name, Optional<String> description) {}

    /** A table, or a view, with the columns that are not hidden, in the order of its schema. */
    record TableMetadata(
            String name,
            boolean view,
            Optional<Instant> createdAt,
            List<Column> columns,
            Optional<String> description) {
        public TableMetadata {
            columns = List.copyOf(columns);
        }
    }

    /** A column; {@code type} in the words of Glue's catalog, such as {@code array<string>}. */
    record Column(String name, String type, Optional<String> comment) {}

    /** Part of a list; {@code last} is the name to go on after, if there is more. */
    record Page<T>(List<T> items, Optional<String> last) {
        public Page {
            items = List.copyOf(items);
        }
    }
}
