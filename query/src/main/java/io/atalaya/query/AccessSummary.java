package io.atalaya.query;

import io.atalaya.policies.Sentence;
import java.util.List;

/** What policy did to a statement: one entry for each table it reads, in the order they appear. */
public record AccessSummary(List<TableSummary> tables) {
    /** Of a statement that reads no table. */
    public static final AccessSummary NONE = new AccessSummary(List.of());

    public AccessSummary {
        tables = List.copyOf(tables);
    }

    /**
     * How many columns of a table are what to the principal, and which of its rows.
     *
     * @param table database and name
     * @param hidden of those that the principal may know of
     * @param rows the row filter as text; {@code all} if there is none
     * @param because sentences that name the grants and guards
     */
    public record TableSummary(
            String table, int visible, int masked, int conditional, int hidden, String rows, List<Sentence> because) {
        public TableSummary {
            because = List.copyOf(because);
        }
    }
}
