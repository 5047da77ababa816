package io.atalaya.policies;

import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import java.util.List;

/** What one top-level column of a table is to one principal, and why. */
public sealed interface ColumnAccess {
    /** Never empty. */
    List<Cause> because();

    /** Every value of the rows let through is shown. */
    record Visible(List<Cause> because) implements ColumnAccess {
        public Visible {
            because = List.copyOf(because);
        }
    }

    /** Shown in the rows that match {@code where}, null in the others (a Lake Formation cell filter). */
    record VisibleWhere(Predicate where, List<Cause> because) implements ColumnAccess {
        public VisibleWhere {
            because = List.copyOf(because);
        }
    }

    /** Replaced by the mask in the rows that match {@code where}, null in the others. */
    record Masked(Mask mask, Predicate where, List<Cause> because) implements ColumnAccess {
        public Masked {
            because = List.copyOf(because);
        }
    }

    /** Not to be referred to at all. */
    record Hidden(List<Cause> because) implements ColumnAccess {
        public Hidden {
            because = List.copyOf(because);
        }
    }
}
