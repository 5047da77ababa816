package io.atalaya.query.compile;

import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import io.trino.sql.tree.Node;
import org.jspecify.annotations.Nullable;

/** Where in the statement something stands, to say so when it is refused. */
record Place(int line, int column) {
    static Place of(Node node) {
        return node.getLocation()
                .map(location -> new Place(location.getLineNumber(), location.getColumnNumber()))
                .orElse(new Place(0, 0));
    }

    /** The place of a character. */
    static Place at(String sql, int index) {
        String before = sql.substring(0, index);
        return new Place(
                1 + (int) before.chars().filter(each -> each == '\n').count(), index - before.lastIndexOf('\n'));
    }

    /** The character at the place, counted from zero. */
    int in(String sql) {
        int start = 0;
        for (int seen = 1; seen < line; seen++) {
            start = sql.indexOf('\n', start) + 1;
        }
        return start + column - 1;
    }

    QueryException notSupported(String template, @Nullable Object... values) {
        return new QueryException.NotSupported(Sentence.of(template, values), line, column);
    }

    QueryException semantic(String code, String template, @Nullable Object... values) {
        return new QueryException.SemanticError(code, line, column, template, values);
    }

    QueryException mismatch(String template, @Nullable Object... values) {
        return semantic("TYPE_MISMATCH", template, values);
    }
}
