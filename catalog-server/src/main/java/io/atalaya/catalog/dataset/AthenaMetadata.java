package io.atalaya.catalog.dataset;

import io.atalaya.catalog.athena.AthenaException;
import io.atalaya.catalog.athena.MetadataView;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** Databases and tables for Athena's clients; they have no way to say "hidden", so a column that is hidden is absent. */
public final class AthenaMetadata implements MetadataView {
    private final LakeCatalog catalog;
    private final DatasetIndex index;
    private final DatasetSearch search;
    private final Supplier<PolicySnapshot> policies;

    public AthenaMetadata(
            LakeCatalog catalog, DatasetIndex index, DatasetSearch search, Supplier<PolicySnapshot> policies) {
        this.catalog = catalog;
        this.index = index;
        this.search = search;
        this.policies = policies;
    }

    @Override
    public Page<Database> databases(Principal principal, Optional<String> after, int max) {
        PolicySnapshot now = policies.get();
        List<NamespaceEntry> known = catalog.namespaces().stream()
                .filter(entry -> now.mayDescribe(principal, entry.uuid(), entry.namespace()))
                .sorted(Comparator.comparing(entry -> entry.namespace().level(0)))
                .toList();
        return page(known, after, max, entry -> entry.namespace().level(0), AthenaMetadata::database);
    }

    @Override
    public Optional<Database> database(Principal principal, String name) {
        return known(principal, name, policies.get()).map(AthenaMetadata::database);
    }

    @Override
    public Page<TableMetadata> tables(
            Principal principal, String database, Optional<Pattern> name, Optional<String> after, int max) {
        PolicySnapshot now = policies.get();
        if (known(principal, database, now).isEmpty()) {
            throw AthenaException.entityNotFound();
        }
        List<Knowledge> known = search.knownTo(principal, now).stream()
                .filter(dataset -> dataset.databaseName().equals(database))
                .filter(dataset -> name.filter(
                                pattern -> !pattern.matcher(dataset.name()).matches())
                        .isEmpty())
                .flatMap(dataset -> Knowledge.of(dataset, principal, now).stream())
                .toList();
        return page(known, after, max, knowledge -> knowledge.dataset().name(), AthenaMetadata::table);
    }

    @Override
    public Optional<TableMetadata> table(Principal principal, String database, String name) {
        return index.find(TableIdentifier.of(database, name))
                .flatMap(dataset -> Knowledge.of(dataset, principal, policies.get()))
                .map(AthenaMetadata::table);
    }

    private Optional<NamespaceEntry> known(Principal principal, String database, PolicySnapshot now) {
        return catalog.namespace(Namespace.of(database))
                .filter(entry -> now.mayDescribe(principal, entry.uuid(), entry.namespace()));
    }

    private static Database database(NamespaceEntry entry) {
        return new Database(
                entry.namespace().level(0),
                Optional.ofNullable(entry.properties().get("comment")));
    }

    private static TableMetadata table(Knowledge knowledge) {
        Dataset dataset = knowledge.dataset();
        return new TableMetadata(
                dataset.name(),
                dataset.updatedAt(),
                knowledge.columns().stream()
                        .filter(column -> !(knowledge.access(column) instanceof ColumnAccess.Hidden))
                        .map(column -> new Column(
                                column.name(), TypeNames.glue(column.type()), Optional.ofNullable(column.doc())))
                        .toList(),
                dataset.description());
    }

    private static <S, T> Page<T> page(
            List<S> all, Optional<String> after, int max, Function<S, String> name, Function<S, T> view) {
        List<T> items = new ArrayList<>();
        Optional<String> last = Optional.empty();
        for (S item : all) {
            if (after.filter(position -> name.apply(item).compareTo(position) <= 0)
                    .isPresent()) {
                continue;
            }
            if (items.size() == max) {
                return new Page<>(items, last);
            }
            items.add(view.apply(item));
            last = Optional.of(name.apply(item));
        }
        return new Page<>(items, Optional.empty());
    }
}
