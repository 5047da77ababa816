package io.atalaya.catalog.chart;

import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.compile.StatementNames;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What a query that somebody else wrote and shares may be to one who looks at it. A text names tables, columns and values,
 * so it is told only to whoever could run it.
 */
public final class ChartSight {
    private static final Set<String> REFUSED = Set.of("TABLE_NOT_FOUND", "COLUMN_NOT_FOUND", "PERMISSION_DENIED");

    private final TableAccess tables;
    private final Compiler compiler;
    private final Supplier<PolicySnapshot> policies;

    public ChartSight(TableAccess tables, Compiler compiler, Supplier<PolicySnapshot> policies) {
        this.tables = tables;
        this.compiler = compiler;
        this.policies = policies;
    }

    /** What it is to them. */
    public sealed interface Sight {
        /** They may not know of a table that it reads: nothing is there. */
        record Unknown() implements Sight {}

        /** They may know of all its tables and not read what it reads; {@code datasets} are those to ask for. */
        record Closed(List<String> datasets) implements Sight {}

        /** They may read its tables, and it does not run any more. */
        record Broken() implements Sight {}

        /** They can run it. */
        record Open() implements Sight {}
    }

    /**
     * Whether a text is a query of tables, which alone can be drawn for others.
     *
     * @param database what names without a database are looked up in
     */
    public static boolean isQuery(String sql, Optional<String> database) {
        return StatementNames.of(sql, database.map(Namespace::of))
                .filter(names -> names.write().isEmpty() && !names.tables().isEmpty())
                .isPresent();
    }

    /** Whether they may know that it is there. */
    public boolean isKnown(Principal viewer, String sql, Optional<String> database) {
        PolicySnapshot now = policies.get();
        return StatementNames.of(sql, database.map(Namespace::of))
                        .filter(names -> names.tables().keySet().stream()
                                .allMatch(name -> knowledge(viewer, name, now).isPresent()))
                        .isPresent()
                || !(of(viewer, sql, database) instanceof Sight.Unknown);
    }

    /** What it is to them. */
    public Sight of(Principal viewer, String sql, Optional<String> database) {
        return of(viewer, sql, database, List.of());
    }

    /**
     * The same.
     *
     * @param parameters a literal for each {@code ?} of the text
     */
    public Sight of(Principal viewer, String sql, Optional<String> database, List<String> parameters) {
        Optional<Namespace> namespace = database.map(Namespace::of);
        Optional<StatementNames> names = StatementNames.of(sql, namespace)
                .filter(found -> found.write().isEmpty() && !found.tables().isEmpty());
        if (names.isEmpty()) {
            return new Sight.Unknown();
        }
        boolean refused;
        try {
            compiler.compile(viewer, sql, namespace, parameters);
            return new Sight.Open();
        } catch (QueryException e) {
            refused = REFUSED.contains(e.code());
        }
        PolicySnapshot now = policies.get();
        List<Optional<Knowledge>> known = names.get().tables().keySet().stream()
                .map(name -> knowledge(viewer, name, now))
                .toList();
        if (known.stream().anyMatch(Optional::isEmpty)) {
            return new Sight.Unknown();
        }
        List<String> closed = known.stream()
                .flatMap(Optional::stream)
                .filter(one -> !one.mayRead())
                .map(one -> one.table().name().toString())
                .toList();
        if (!closed.isEmpty()) {
            return new Sight.Closed(closed);
        }
        return refused
                ? new Sight.Closed(names.get().tables().keySet().stream()
                        .map(TableIdentifier::toString)
                        .toList())
                : new Sight.Broken();
    }

    private Optional<Knowledge> knowledge(Principal viewer, TableIdentifier name, PolicySnapshot now) {
        return tables.table(name).flatMap(table -> Knowledge.of(table, viewer, now));
    }
}
