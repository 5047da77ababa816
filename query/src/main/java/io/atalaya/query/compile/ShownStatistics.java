package io.atalaya.query.compile;

import io.atalaya.query.CompiledQuery;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StatementKind;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.QueryUtil;
import io.trino.sql.tree.AllColumns;
import io.trino.sql.tree.NodeLocation;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.ShowStats;
import io.trino.sql.tree.Table;
import io.trino.sql.tree.TableSubquery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code SHOW STATS}: numbers of the rows and values that the principal is shown, computed from them. What files and manifests
 * say is of all rows, shown or not, and plays no part.
 */
final class ShownStatistics {
    private static final List<ResultColumn> COLUMNS = List.of(
            StatementCompiler.column("column_name", Varchar.ANY),
            StatementCompiler.column("data_size", Simple.DOUBLE),
            StatementCompiler.column("distinct_values_count", Simple.DOUBLE),
            StatementCompiler.column("nulls_fraction", Simple.DOUBLE),
            StatementCompiler.column("row_count", Simple.DOUBLE),
            StatementCompiler.column("low_value", Varchar.ANY),
            StatementCompiler.column("high_value", Varchar.ANY));

    private static final List<SqlType> TYPES =
            List.of(Varchar.ANY, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Varchar.ANY, Varchar.ANY);

    private final CommandCompiler commands;

    ShownStatistics(CommandCompiler commands) {
        this.commands = commands;
    }

    CompiledQuery of(ShowStats show) {
        Query query = switch (show.getRelation()) {
            case TableSubquery subquery -> subquery.getQuery();
            case Table table -> QueryUtil.simpleQuery(QueryUtil.selectList(everything(show)), table);
            default -> throw Place.of(show).notSupported("SHOW STATS of anything but a table or a query");
        };
        Queries.Printed printed = commands.lake().printing().queries().query(query, Scope.EMPTY);
        commands.lake().printing().checkParameters();
        Secured secured = commands.secured(sql(printed));
        return new CompiledQuery(
                StatementKind.UTILITY,
                "SHOW_STATS",
                secured.sql(),
                Optional.empty(),
                COLUMNS,
                TYPES,
                List.of(),
                secured.decisions(),
                secured.inputs(),
                secured.bytesPlanned(),
                commands.policies().epoch());
    }

    private static AllColumns everything(ShowStats show) {
        return new AllColumns(show.getLocation().orElseGet(() -> new NodeLocation(1, 1)), Optional.empty(), List.of());
    }

    /** One row of aggregates, from which a row for each column is made, and a last one for the rows. */
    private static String sql(Queries.Printed printed) {
        List<String> aggregates = new ArrayList<>(List.of("count(*) AS n"));
        List<String> rows = new ArrayList<>();
        for (int index = 0; index < printed.fields().size(); index++) {
            Queries.Output output = printed.fields().get(index);
            String value = "q.c" + index;
            SqlType type = output.type();
            aggregates.add(size(value, type) + " AS s" + index);
            aggregates.add((isCounted(type) ? "approx_count_distinct(" + value + ")" : "NULL") + " AS d" + index);
            aggregates.add("count(" + value + ") AS k" + index);
            aggregates.add(bound("min", value, type) + " AS l" + index);
            aggregates.add(bound("max", value, type) + " AS h" + index);
            rows.add(
                    "(%1$d, %2$s, a.s%1$d, a.d%1$d, if(a.n = 0, NULL, CAST(a.n - a.k%1$d AS DOUBLE) / a.n), NULL, a.l%1$d, a.h%1$d)"
                            .formatted(
                                    index,
                                    Sql.text(
                                            output.name().orElse("_col" + index).toLowerCase(Locale.ROOT))));
        }
        rows.add("(%d, NULL, NULL, NULL, NULL, a.n, NULL, NULL)"
                .formatted(printed.fields().size()));
        return "SELECT v.a AS c0, CAST(v.b AS DOUBLE) AS c1, CAST(v.c AS DOUBLE) AS c2,"
                + " CAST(v.d AS DOUBLE) AS c3, CAST(v.e AS DOUBLE) AS c4, CAST(v.f AS VARCHAR) AS c5,"
                + " CAST(v.g AS VARCHAR) AS c6 FROM (SELECT " + String.join(", ", aggregates) + " FROM ("
                + printed.sql() + ") AS q) AS a, LATERAL (VALUES " + String.join(", ", rows)
                + ") AS v(o, a, b, c, d, e, f, g) ORDER BY v.o";
    }

    private static String size(String value, SqlType type) {
        return type instanceof Varchar ? "sum(octet_length(encode(" + value + ")))" : "NULL";
    }

    private static boolean isCounted(SqlType type) {
        return switch (type) {
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ -> false;
            case SqlType.Simple simple -> simple != Simple.UNKNOWN;
            default -> true;
        };
    }

    /** Of numbers and moments only, as in Trino. */
    private static String bound(String aggregate, String value, SqlType type) {
        String found = aggregate + "(" + value + ")";
        if (type instanceof SqlType.Decimal decimal) {
            return Decimals.text(found, decimal);
        }
        boolean bounded = switch (type) {
            case SqlType.Timestamp _ -> true;
            case SqlType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DATE -> true;
                    default -> false;
                };
            default -> false;
        };
        return Sql.cast(bounded ? found : "NULL", "VARCHAR");
    }
}
