package io.atalaya.policies.impact;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.predicate.Predicate;
import java.util.List;
import java.util.Optional;

/**
 * What a change does to what somebody sees of one table.
 *
 * @param who the users that it is the same for, or one profile: somebody who has that and nothing else
 * @param purpose the one that is stated, if it matters
 * @param columns that are something else than before, in the order of the schema
 * @param rows if others are let through than before
 * @param voided filters that have no effect any more, as all that they give is given in every row
 */
public record Effect(
        List<Grantee> who,
        Optional<String> purpose,
        GovernedTable table,
        List<Column> columns,
        Optional<Rows> rows,
        List<DataCellsFilter> voided) {
    public Effect {
        who = List.copyOf(who);
        columns = List.copyOf(columns);
        voided = List.copyOf(voided);
    }

    /** A column before and after. */
    public record Column(int fieldId, ColumnAccess before, ColumnAccess after) {
        /** Whether something of it is seen that was not. */
        public boolean isGained() {
            return before instanceof ColumnAccess.Hidden && !(after instanceof ColumnAccess.Hidden);
        }

        /** Whether nothing of it is seen any more. */
        public boolean isLost() {
            return after instanceof ColumnAccess.Hidden && !(before instanceof ColumnAccess.Hidden);
        }
    }

    /** The rows let through, before and after; none where nothing may be read. */
    public record Rows(Predicate before, Predicate after) {}
}
