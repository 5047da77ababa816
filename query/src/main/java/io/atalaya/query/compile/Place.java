package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.trino.sql.tree.Node;

/** Where in the statement something stands, to say so when it is refused. */
record Place(int line, int column) {
    static Place of(Node node) {
        return node.getLocation()
                .map(location -> new Place(location.getLineNumber(), location.getColumnNumber()))
                .orElse(new Place(0, 0));
    }

    QueryException notSupported(String construct) {
        return new QueryException.NotSupported(construct, line, column);
    }

    QueryException semantic(String code, String message) {
        return new QueryException.SemanticError(code, line, column, message);
    }

    QueryException mismatch(String message) {
        return semantic("TYPE_MISMATCH", message);
    }
}
