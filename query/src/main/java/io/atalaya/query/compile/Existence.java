package io.atalaya.query.compile;

import io.trino.sql.tree.AllColumns;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.NodeLocation;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.Select;
import io.trino.sql.tree.SelectItem;
import io.trino.sql.tree.SingleColumn;
import java.util.List;
import java.util.Optional;

/** A query of which only counts whether it has a row: {@code SELECT *} then reads no column for its own sake. */
final class Existence {
    private Existence() {}

    static Query of(Query query) {
        if (!(query.getQueryBody() instanceof QuerySpecification body) || !reduces(query, body)) {
            return query;
        }
        NodeLocation place = body.getSelect().getLocation().orElseThrow();
        Select one = new Select(
                place, false, List.of(new SingleColumn(place, new LongLiteral(place, "1"), Optional.empty())));
        return new Query(
                query.getLocation().orElse(place),
                query.getSessionProperties(),
                query.getFunctions(),
                query.getWith(),
                new QuerySpecification(
                        body.getLocation().orElse(place),
                        one,
                        body.getFrom(),
                        body.getWhere(),
                        body.getGroupBy(),
                        body.getHaving(),
                        body.getWindows(),
                        body.getOrderBy(),
                        body.getOffset(),
                        body.getLimit()),
                query.getOrderBy(),
                query.getOffset(),
                query.getLimit());
    }

    /** Whether nothing but the SELECT speaks of what the star stands for. */
    private static boolean reduces(Query query, QuerySpecification body) {
        List<SelectItem> items = body.getSelect().getSelectItems();
        return !body.getSelect().isDistinct()
                && items.size() == 1
                && items.getFirst() instanceof AllColumns all
                && all.getTarget().isEmpty()
                && body.getFrom().isPresent()
                && body.getGroupBy().isEmpty()
                && body.getHaving().isEmpty()
                && body.getOrderBy().isEmpty()
                && query.getOrderBy().isEmpty();
    }
}
