package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.sql.SQLException;
import java.util.Set;

/** What a database answered, without any value: its messages may quote some. */
final class DatabaseFailure {
    private static final Set<String> PASSING = Set.of("08", "40", "53", "57", "58");
    private static final Set<String> ABOUT_NAMES = Set.of("28", "3D", "3F", "42");

    private DatabaseFailure() {}

    /** Failures of the connection, of concurrency and of resources may pass; those about names and rights quote no value. */
    static IngestionException of(String database, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String kind = state.length() < 2 ? "" : state.substring(0, 2);
        if (PASSING.contains(kind)) {
            return new IngestionException.Unavailable(
                    Sentence.of("Database '{0}' does not answer (SQL state {1})", database, state), e);
        }
        String what = ABOUT_NAMES.contains(kind) ? ": " + firstLine(e) : "";
        return new IngestionException.BadStage(
                Sentence.of("Database '{0}' refuses (SQL state {1}){2}", database, state, what), e);
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
