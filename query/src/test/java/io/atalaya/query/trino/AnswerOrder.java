package io.atalaya.query.trino;

import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FetchFirst;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Limit;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.Node;
import io.trino.sql.tree.Offset;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.Query;
import io.trino.sql.tree.QuerySpecification;
import io.trino.sql.tree.SelectItem;
import io.trino.sql.tree.SingleColumn;
import io.trino.sql.tree.SortItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a statement determines of the order of its answer. Without {@code ORDER BY} it is nothing. Rows whose keys tie have no order among
 * them, and which of those at the limit are in the answer is open; that is known where the keys are columns of the answer, otherwise
 * the statement has to have a total order.
 */
final class AnswerOrder {
    private final boolean ordered;
    private final Optional<List<Integer>> keys;
    private final boolean skipsSome;
    private final long limit;

    private AnswerOrder(
            Optional<OrderBy> order,
            List<SelectItem> select,
            List<Answer.Column> columns,
            Optional<Offset> offset,
            Optional<Node> limit) {
        ordered = order.isPresent();
        keys = order.flatMap(by -> keys(by, select, columns));
        skipsSome = offset.isPresent();
        this.limit = limit.map(AnswerOrder::rows).orElse(Long.MAX_VALUE);
    }

    /** The order of a statement whose answer has these columns. */
    static AnswerOrder of(String sql, List<Answer.Column> columns) {
        try {
            if (new SqlParser().createStatement(sql) instanceof Query query) {
                return query.getQueryBody() instanceof QuerySpecification select
                                && query.getOrderBy().isEmpty()
                        ? new AnswerOrder(
                                select.getOrderBy(),
                                select.getSelect().getSelectItems(),
                                columns,
                                select.getOffset(),
                                select.getLimit())
                        : new AnswerOrder(query.getOrderBy(), List.of(), columns, query.getOffset(), query.getLimit());
            }
        } catch (ParsingException e) {
            // A statement of Athena's own tells what it tells in no order.
        }
        return new AnswerOrder(Optional.empty(), List.of(), columns, Optional.empty(), Optional.empty());
    }

    /** Where a limit cuts; one with ties does not cut them. */
    private static long rows(Node limit) {
        Optional<Expression> rows = switch (limit) {
            case Limit all -> Optional.of(all.getRowCount());
            case FetchFirst first when !first.isWithTies() -> first.getRowCount();
            default -> Optional.empty();
        };
        return rows.isPresent() && rows.orElseThrow() instanceof LongLiteral number
                ? number.getParsedValue()
                : Long.MAX_VALUE;
    }

    /** The columns of the answer that are the keys; empty if a key is none of them. */
    private static Optional<List<Integer>> keys(OrderBy order, List<SelectItem> select, List<Answer.Column> columns) {
        List<Integer> keys = new ArrayList<>();
        for (SortItem item : order.getSortItems()) {
            Expression key = item.getSortKey();
            int index = key instanceof LongLiteral ordinal
                    ? (int) ordinal.getParsedValue() - 1
                    : key instanceof Identifier name ? named(name.getValue(), columns) : -1;
            if (index < 0 && select.size() == columns.size()) {
                index = IntStream.range(0, select.size())
                        .filter(at -> select.get(at) instanceof SingleColumn column
                                && column.getExpression().equals(key))
                        .findFirst()
                        .orElse(-1);
            }
            if (index < 0) {
                return Optional.empty();
            }
            keys.add(index);
        }
        return Optional.of(keys);
    }

    private static int named(String name, List<Answer.Column> columns) {
        return IntStream.range(0, columns.size())
                .filter(at -> columns.get(at).name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(-1);
    }

    /** The rows as what is determined of them: two right answers have equal ones. */
    List<List<String>> determined(List<List<String>> rows) {
        if (!ordered) {
            return sorted(rows);
        }
        if (keys.isEmpty()) {
            return rows;
        }
        List<List<String>> determined = new ArrayList<>();
        int end;
        for (int from = 0; from < rows.size(); from = end) {
            List<String> key = key(rows.get(from));
            end = from + 1;
            while (end < rows.size() && key(rows.get(end)).equals(key)) {
                end++;
            }
            boolean partial = (from == 0 && skipsSome) || (end == rows.size() && rows.size() >= limit);
            List<List<String>> ties = sorted(rows.subList(from, end));
            determined.addAll(partial ? ties.stream().map(this::key).toList() : ties);
        }
        return determined;
    }

    private List<String> key(List<String> row) {
        return keys.orElseThrow().stream().map(row::get).toList();
    }

    private static List<List<String>> sorted(List<List<String>> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(Object::toString))
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
