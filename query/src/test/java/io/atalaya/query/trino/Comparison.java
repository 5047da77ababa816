package io.atalaya.query.trino;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether two answers are one: names and types of columns, what is determined of the rows ({@link AnswerOrder}), and the kind of an error. The
 * entries of a map have no order.
 */
final class Comparison {
    /** What is wrong with the text, whatever the data. */
    private static final Set<String> SEMANTIC = Set.of(
            "TYPE_MISMATCH",
            "FUNCTION_NOT_FOUND",
            "COLUMN_NOT_FOUND",
            "TABLE_NOT_FOUND",
            "SCHEMA_NOT_FOUND",
            "CATALOG_NOT_FOUND",
            "AMBIGUOUS_NAME",
            "MISMATCHED_COLUMN_ALIASES",
            "EXPRESSION_NOT_AGGREGATE",
            "EXPRESSION_NOT_SCALAR",
            "NESTED_AGGREGATION",
            "NESTED_WINDOW",
            "INVALID_COLUMN_REFERENCE",
            "DUPLICATE_COLUMN_NAME",
            "DUPLICATE_NAMED_QUERY",
            "DUPLICATE_WINDOW_NAME",
            "MISSING_COLUMN_NAME",
            "MISSING_ORDER_BY",
            "MISSING_GROUP_BY",
            "MISSING_OVER",
            "INVALID_WINDOW_FRAME",
            "INVALID_WINDOW_REFERENCE",
            "INVALID_ORDER_BY",
            "INVALID_PARAMETER_USAGE",
            "INVALID_RECURSIVE_REFERENCE",
            "MISSING_COLUMN_ALIASES",
            "INVALID_ARGUMENTS",
            "TYPE_NOT_FOUND",
            "INVALID_LITERAL",
            "SUBQUERY_MULTIPLE_COLUMNS",
            "UNSUPPORTED_SUBQUERY",
            "INVALID_LIMIT_CLAUSE",
            "TOO_MANY_ARGUMENTS",
            "INVALID_TYPE_DEFINITION",
            "INVALID_WINDOW_FUNCTION",
            "EXPRESSION_NOT_CONSTANT",
            "EXPRESSION_NOT_IN_DISTINCT",
            "NOT_SUPPORTED",
            "SYNTAX_ERROR");

    /** What is wrong with a value; Trino fails with an internal error on some. */
    private static final Set<String> OF_A_VALUE =
            Set.of("INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE", "DIVISION_BY_ZERO");

    private Comparison() {}

    /** What the first difference is; empty if there is none. */
    static Optional<String> difference(String sql, Answer trino, Answer here) {
        if (trino.error() != null || here.error() != null) {
            return trino.error() != null && here.error() != null && sameKind(trino.code(), here.code())
                    ? Optional.empty()
                    : Optional.of(told(trino, here));
        }
        if (!comparable(trino.columns()).equals(comparable(here.columns()))) {
            return Optional.of(told(trino, here));
        }
        AnswerOrder order = AnswerOrder.of(sql, trino.columns());
        List<List<String>> theirs = order.determined(cells(trino));
        List<List<String>> ours = order.determined(cells(here));
        return theirs.equals(ours) ? Optional.empty() : Optional.of(firstOf(theirs, ours));
    }

    private static boolean sameKind(String trino, String here) {
        return trino.equals(here)
                || ((trino.equals("FUNCTION_NOT_FOUND") || trino.equals("SYNTAX_ERROR"))
                        && here.equals("NOT_SUPPORTED"))
                || (trino.equals("GENERIC_INTERNAL_ERROR") && OF_A_VALUE.contains(here))
                || (SEMANTIC.contains(trino) && SEMANTIC.contains(here) && !here.equals("NOT_SUPPORTED"));
    }

    /** The protocol writes types otherwise than {@code typeof}; the longest that a text can be is no part of a comparison. */
    private static List<Answer.Column> comparable(List<Answer.Column> columns) {
        return columns.stream()
                .map(column -> new Answer.Column(
                        column.name().toLowerCase(Locale.ROOT),
                        column.type()
                                .toLowerCase(Locale.ROOT)
                                .replace("\"", "")
                                .replace(", ", ",")
                                .replaceAll("varchar\\(\\d+\\)", "varchar")))
                .toList();
    }

    private static String told(Answer trino, Answer here) {
        return "Trino: %s\n    here:  %s".formatted(told(trino), told(here));
    }

    private static String told(Answer answer) {
        return answer.error() != null ? answer.error() : answer.columns() + " " + shortened(cells(answer));
    }

    private static String firstOf(List<List<String>> theirs, List<List<String>> ours) {
        for (int index = 0; index < Math.min(theirs.size(), ours.size()); index++) {
            if (!theirs.get(index).equals(ours.get(index))) {
                return "row %d of %d\n    Trino: %s\n    here:  %s"
                        .formatted(index + 1, theirs.size(), line(theirs.get(index)), line(ours.get(index)));
            }
        }
        return "Trino has %d rows, here are %d\n    Trino: %s\n    here:  %s"
                .formatted(theirs.size(), ours.size(), shortened(theirs), shortened(ours));
    }

    private static String shortened(List<List<String>> rows) {
        return rows.stream().limit(5).map(Comparison::line).toList().toString();
    }

    private static String line(List<String> cells) {
        return String.join(" | ", cells);
    }

    private static List<List<String>> cells(Answer answer) {
        List<List<String>> rows = new ArrayList<>();
        for (List<@Nullable String> row : answer.rows()) {
            List<String> cells = new ArrayList<>();
            for (int index = 0; index < row.size(); index++) {
                String cell = row.get(index);
                boolean maps = answer.columns().get(index).type().contains("map(");
                cells.add(cell == null ? "NULL" : maps ? withSortedEntries(cell) : cell);
            }
            rows.add(cells);
        }
        return rows;
    }

    /** Sorts what stands between braces, inside out. */
    static String withSortedEntries(String text) {
        StringBuilder sorted = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) != '{') {
                sorted.append(text.charAt(at++));
                continue;
            }
            int depth = 0;
            int end = at;
            List<String> entries = new ArrayList<>();
            int from = at + 1;
            for (; end < text.length(); end++) {
                char character = text.charAt(end);
                depth += character == '{' || character == '[' ? 1 : character == '}' || character == ']' ? -1 : 0;
                if (depth == 0 || (depth == 1 && text.startsWith(", ", end))) {
                    entries.add(withSortedEntries(text.substring(from, end)));
                    from = end + 2;
                }
                if (depth == 0) {
                    break;
                }
            }
            entries.sort(Comparator.naturalOrder());
            sorted.append('{').append(String.join(", ", entries)).append('}');
            at = end + 1;
        }
        return sorted.toString();
    }
}
