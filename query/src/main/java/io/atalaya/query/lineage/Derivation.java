package io.atalaya.query.lineage;

import io.atalaya.policies.GovernedTable;
import java.util.List;
import java.util.Set;

/**
 * What the rows of a query are made of.
 *
 * @param columns what each of its columns is made from, in order; a column may be made from none
 * @param tables all that it reads
 */
public record Derivation(List<Set<Origin>> columns, Set<GovernedTable> tables) {
    /** Of rows that come from no table. */
    public static final Derivation NONE = new Derivation(List.of(), Set.of());

    public Derivation {
        columns = List.copyOf(columns);
        tables = Set.copyOf(tables);
    }
}
