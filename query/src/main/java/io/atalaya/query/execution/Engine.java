package io.atalaya.query.execution;

import java.sql.Connection;
import java.sql.SQLException;

/** Where statements run: the locked reader instance. */
@FunctionalInterface
public interface Engine {
    /** A connection for one statement, closed after it. */
    Connection connect() throws SQLException;
}
