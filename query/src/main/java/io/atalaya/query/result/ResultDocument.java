package io.atalaya.query.result;

import io.atalaya.query.QueryExecution;
import io.atalaya.query.StatementKind;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A result as the file that Athena puts in an output location: {@code .csv} with a header for a query, {@code .txt} for
 * anything else, and for {@code UNLOAD} the list of the files that it wrote.
 *
 * @param name of the file
 * @param contentType its media type
 * @param content writes it, from the first row to the last
 */
public record ResultDocument(String name, String contentType, Content content) {
    /** Something that is written once. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; does not close {@code out}. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Whether the result is rows of a query, which have a header. */
    public static boolean hasHeader(QueryExecution execution) {
        return execution.kind() == StatementKind.DML && execution.substatement().equals("SELECT");
    }

    /** What the file is called. */
    public static String nameOf(QueryExecution execution) {
        return execution.id()
                + (execution.substatement().equals("UNLOAD")
                        ? "-manifest.csv"
                        : hasHeader(execution) ? ".csv" : ".txt");
    }

    /** The media type of the file. */
    public static String typeOf(QueryExecution execution) {
        return hasHeader(execution) ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8";
    }
}
