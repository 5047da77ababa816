package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * A view where it is read: its query, printed anew with the rights of whoever asks or, if it is so declared, of its owner; and
 * around it what the policies say about the view itself.
 */
final class ViewQuery {
    private static final int DEEPEST = 16;
    private static final String BARRIER = " LIMIT 9223372036854775807";

    private final LakeTables around;
    private final ViewEntry view;

    ViewQuery(LakeTables around, ViewEntry view) {
        this.around = around;
        this.view = view;
    }

    Queries.Printed print(String alias) {
        Decision.Allowed allowed = allowed();
        if (around.depth() >= DEEPEST) {
            throw new QueryException.LimitExceeded(
                    "TOO_DEEP", "Views are nested more than {0} levels deep, or name each other", DEEPEST);
        }
        Queries.Printed query = query();
        Map<String, Integer> places = new HashMap<>();
        for (int index = 0; index < query.fields().size(); index++) {
            places.put(
                    query.fields()
                            .get(index)
                            .name()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .orElse("_col" + index),
                    index);
        }
        String inner = around.printing().fresh();
        String named = around.printing().fresh();
        PredicateSql predicates = new PredicateSql(view.columns(), named);
        List<String> columns = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        List<String> phantom = new ArrayList<>();
        List<Queries.Output> outputs = new ArrayList<>();
        boolean plain = allowed.rows() instanceof Predicate.Always;
        for (Types.NestedField column : view.columns().columns()) {
            Integer place = places.get(column.name());
            SqlType type = IcebergTypes.toSql(column.type()).orElse(SqlType.Simple.UNKNOWN);
            if (place == null) {
                // Whoever asks does not see what it is made of.
                columns.add(Sql.cast("NULL", type.duck()) + " AS " + Sql.name(column.name()));
                continue;
            }
            SqlType given = query.fields().get(place).type();
            if (!Coercion.fits(given, type) && !type.duck().equals(given.duck())) {
                throw stale("column '%s' has another type than when the view was made".formatted(column.name()));
            }
            columns.add(
                    Casts.coerce(Expr.of(inner + ".c" + place, given), type).sql() + " AS " + Sql.name(column.name()));
            ColumnAccess access = allowed.column(column.fieldId());
            if (access instanceof ColumnAccess.Hidden) {
                continue;
            }
            plain &= access instanceof ColumnAccess.Visible;
            String alone = "c" + shown.size();
            shown.add(shown(access, named + "." + Sql.name(column.name()), type, predicates) + " AS " + alone);
            phantom.add("TRY_CAST(CAST(r AS VARCHAR) AS " + type.duck() + ") AS " + alone);
            boolean padded = given instanceof SqlType.Char && access instanceof ColumnAccess.Visible;
            outputs.add(new Queries.Output(Optional.of(column.name()), padded ? given : type));
        }
        if (outputs.isEmpty()) {
            throw QueryException.NotFound.table(view.identifier().toString(), 0, 0);
        }
        String sql = "SELECT " + String.join(", ", shown) + " FROM (SELECT " + String.join(", ", columns) + " FROM ("
                + query.sql() + ") AS " + inner + ") AS " + named
                + (allowed.rows() instanceof Predicate.Always ? "" : " WHERE " + predicates.print(allowed.rows()));
        String governed = plain
                ? sql
                : "(" + sql + BARRIER + ") UNION ALL (SELECT " + String.join(", ", phantom)
                        + " FROM (SELECT random() AS r) WHERE r < -1" + BARRIER + ")";
        return new Queries.Printed("(" + governed + ") AS " + alias, outputs);
    }

    private Decision.Allowed allowed() {
        return switch (around.policies().decide(around.principal(), Permission.SELECT, TableAccess.governed(view))) {
            case Decision.Allowed allowed -> allowed;
            case Decision.Denied denied -> {
                around.refused(denied);
                throw QueryException.NotFound.table(view.identifier().toString(), 0, 0);
            }
        };
    }

    private Queries.Printed query() {
        Principal reader = view.definer() ? around.policies().principal(view.owner()) : around.principal();
        LakeTables tables = around.within(reader, view.defaultDatabase());
        try {
            if (StatementText.parse(StatementText.normal(view.query())) instanceof Query query) {
                return tables.printing().queries().query(query, Scope.EMPTY);
            }
            throw stale("it is no query");
        } catch (QueryException failed) {
            // What the owner's query names is not for everybody who may read its result.
            throw view.definer() && !(failed instanceof QueryException.LimitExceeded)
                    ? stale("its owner can no longer read what it names")
                    : failed;
        }
    }

    private QueryException stale(String why) {
        return new QueryException.SemanticError(
                "VIEW_IS_STALE", 0, 0, "View '{0}' cannot be read: {1}", view.identifier(), why);
    }

    private static String shown(ColumnAccess access, String name, SqlType type, PredicateSql predicates) {
        return switch (access) {
            case ColumnAccess.Visible _, ColumnAccess.Hidden _ -> name;
            case ColumnAccess.VisibleWhere(var where, var _) -> inRows(where, name, predicates);
            case ColumnAccess.Masked(var mask, var where, var _) ->
                inRows(where, MaskSql.print(mask, name, type), predicates);
        };
    }

    private static String inRows(Predicate where, String value, PredicateSql predicates) {
        return where instanceof Predicate.Always
                ? value
                : "CASE WHEN " + predicates.print(where) + " THEN " + value + " ELSE NULL END";
    }
}
