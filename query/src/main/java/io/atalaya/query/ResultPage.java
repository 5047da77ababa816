package io.atalaya.query;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Part of a result.
 *
 * @param rows cells as Athena's text, null for {@code NULL}; no header row
 * @param first whether these are the first rows of the result
 * @param nextToken of the same principal and execution only; empty after the last page
 * @param updateCount rows written, for statements that write
 */
public record ResultPage(
        List<ResultColumn> columns,
        List<List<@Nullable String>> rows,
        boolean first,
        Optional<String> nextToken,
        OptionalLong updateCount) {
    public ResultPage {
        columns = List.copyOf(columns);
    }
}
