package io.atalaya.ingestion.sql;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What policies made of a query, as text that is the same whenever they made the same of it. */
final class Secured {
    private Secured() {}

    static void describe(List<Decision.Allowed> decisions, StringBuilder to) {
        for (Decision.Allowed decision : decisions) {
            to.append('\n').append(decision.table().uuid()).append(' ').append(decision.rows());
            Map<Integer, ColumnAccess> columns = new TreeMap<>(decision.columns());
            columns.forEach(
                    (field, access) -> to.append(' ').append(field).append('=').append(text(access)));
        }
    }

    private static String text(ColumnAccess access) {
        return switch (access) {
            case ColumnAccess.Visible _ -> "visible";
            case ColumnAccess.VisibleWhere(var where, var _) -> "where " + where;
            case ColumnAccess.Masked(var mask, var where, var _) -> mask + " where " + where;
            case ColumnAccess.Hidden _ -> "hidden";
        };
    }
}
