package io.atalaya.policies;

import io.atalaya.policies.predicate.Predicate;
import java.util.List;
import java.util.Map;

/**
 * The answer to "may this principal do this to that table", which explains itself. The same value feeds the SQL rewrite,
 * the "my access" panel and the audit record.
 */
public sealed interface Decision {
    Principal principal();

    Permission permission();

    GovernedTable table();

    /** The policy epoch it was taken at. */
    long epoch();

    /** Never empty. */
    List<Cause> because();

    /**
     * Yes, within limits.
     *
     * @param rows the rows let through, free of user attributes
     * @param columns by field id, exactly the top-level columns of the table's schema
     */
    record Allowed(
            Principal principal,
            Permission permission,
            GovernedTable table,
            long epoch,
            Predicate rows,
            Map<Integer, ColumnAccess> columns,
            List<Cause> because)
            implements Decision {
        public Allowed {
            columns = Map.copyOf(columns);
            because = List.copyOf(because);
        }

        /**
         * What a top-level column is to the principal; hidden if the table has no such column, so that a field id from
         * elsewhere is never read.
         */
        public ColumnAccess column(int fieldId) {
            return columns.getOrDefault(
                    fieldId,
                    new ColumnAccess.Hidden(List.of(new Cause(
                            Cause.Kind.MISSING, "none", Sentence.of("The table has no column #{0}.", fieldId)))));
        }
    }

    /**
     * No.
     *
     * @param visible whether the principal may know that the table exists; if not, it is answered like one that does not
     */
    record Denied(
            Principal principal,
            Permission permission,
            GovernedTable table,
            long epoch,
            boolean visible,
            List<Cause> because)
            implements Decision {
        public Denied {
            because = List.copyOf(because);
        }
    }
}
