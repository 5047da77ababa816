package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.QueryBody;
import io.trino.sql.tree.Relation;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.Union;
import io.trino.sql.tree.WithQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prints a query of {@code WITH RECURSIVE} that names itself: its steps one after the other, each over the rows of the one before, as
 * many as Trino takes, and a failure where there would be more.
 */
final class Recursion {
    /** How many steps there may be: what Trino and Athena allow unless told otherwise. */
    static final int STEPS = 10;

    private final Printing printing;
    private boolean inside;

    Recursion(Printing printing) {
        this.printing = printing;
    }

    /** The two sides of a query that names itself. */
    record Sides(QueryBody base, QueryBody step, boolean distinct) {}

    /** The sides of the query; empty if it does not name itself. */
    static Optional<Sides> sides(WithQuery query) {
        String name = query.getName().getValue();
        List<Table> all = references(query.getQuery(), name);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Place place = Place.of(all.getFirst());
        if (!(query.getQuery().getQueryBody() instanceof Union union)
                || union.getRelations().size() != 2
                || query.getQuery().getWith().isPresent()
                || query.getQuery().getOrderBy().isPresent()
                || query.getQuery().getLimit().isPresent()
                || query.getQuery().getOffset().isPresent()) {
            throw place.notSupported("a recursive query that is not a UNION of a base and a step");
        }
        Relation base = union.getRelations().getFirst();
        Relation step = union.getRelations().get(1);
        if (!references(base, name).isEmpty()) {
            throw invalid(references(base, name).getFirst(), "the base relation");
        }
        List<Table> steps = references(step, name);
        if (steps.size() > 1) {
            throw invalid(steps.get(1), "the step relation a second time");
        }
        if (!(base instanceof QueryBody first) || !(step instanceof QueryBody next)) {
            throw place.notSupported("UNION of this");
        }
        return Optional.of(new Sides(first, next, union.isDistinct()));
    }

    private static RuntimeException invalid(Table table, String where) {
        return Place.of(table)
                .semantic("INVALID_RECURSIVE_REFERENCE", "WITH table name is referenced in {0} of recursion", where);
    }

    private static List<Table> references(Node node, String name) {
        List<Table> found = new ArrayList<>();
        new DefaultTraversalVisitor<Void>() {
            @Override
            protected @Nullable Void visitTable(Table table, @Nullable Void context) {
                if (table.getName().getParts().size() == 1
                        && table.getName().getSuffix().equalsIgnoreCase(name)) {
                    found.add(table);
                }
                return super.visitTable(table, null);
            }
        }.process(node, null);
        return found;
    }

    /** What a recursive query became: parts of a {@code WITH}, the last of which holds all rows. */
    record Printed(List<String> parts, String name, List<Queries.Output> outputs) {}

    Printed print(WithQuery query, Sides sides, Scope outer) {
        if (inside) {
            throw Place.of(query).notSupported("WITH RECURSIVE in the step of another");
        }
        Queries.Printed base = printing.queries().body(sides.base(), outer);
        List<Queries.Output> outputs = Queries.renamed(query, base.fields());
        List<SqlType> types = outputs.stream().map(Queries.Output::type).toList();
        List<String> parts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        inside = true;
        try {
            String name = "w" + printing.fresh();
            parts.add(name + " AS MATERIALIZED (" + base.sql() + ")");
            names.add(name);
            for (int step = 0; step < STEPS; step++) {
                String sql = step(query, sides.step(), outer, names.getLast(), outputs, types);
                name = "w" + printing.fresh();
                parts.add(name + " AS MATERIALIZED (" + sql + ")");
                names.add(name);
            }
            String all = "w" + printing.fresh();
            String rows = String.join(
                    " UNION ALL ",
                    names.stream().map(one -> "SELECT * FROM " + one).toList());
            String more = step(query, sides.step(), outer, names.getLast(), outputs, types);
            parts.add(all + " AS (" + (sides.distinct() ? "SELECT DISTINCT * FROM (" : "SELECT * FROM (") + rows
                    + " UNION ALL SELECT * FROM (" + more + ") AS " + printing.fresh()
                    + " WHERE CASE WHEN random() >= 0 THEN CAST("
                    + Sql.error("NOT_SUPPORTED", "Recursion depth limit exceeded ({0})", STEPS)
                    + " AS BOOLEAN) END) AS " + printing.fresh() + ")");
            return new Printed(parts, all, outputs);
        } finally {
            inside = false;
        }
    }

    private String step(
            WithQuery query,
            QueryBody step,
            Scope outer,
            String previous,
            List<Queries.Output> outputs,
            List<SqlType> types) {
        printing.relations().enter();
        try {
            printing.relations().define(query.getName().getValue(), previous, outputs);
            Queries.Printed printed = printing.queries().body(step, outer);
            if (printed.fields().size() != types.size()) {
                throw Place.of(step)
                        .mismatch(
                                "UNION query has different number of fields: {0}, {1}",
                                types.size(), printed.fields().size());
            }
            for (int column = 0; column < types.size(); column++) {
                SqlType found = printed.fields().get(column).type();
                SqlType wanted = types.get(column);
                if (!Coercion.fits(found, wanted)) {
                    throw Place.of(step)
                            .mismatch(
                                    "recursion step relation output type ({0}) is not coercible to recursion base relation output type ({1}) at column {2}",
                                    found.trino(), wanted.trino(), column + 1);
                }
            }
            return printing.queries().coerced(printed, types);
        } finally {
            printing.relations().leave();
        }
    }
}
