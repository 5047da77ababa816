package io.atalaya.policies.guard;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.tag.TagExpression;
import java.util.Set;
import java.util.UUID;

/**
 * Something restricted, whatever is granted. Guards are ANDed: each takes away, none gives. A guard holds for everybody
 * but the holders of its exempt profiles, so a profile added later is restricted until it is named.
 *
 * @param id stable for as long as the guard stands
 * @param name unique within its source
 * @param description why, for people; may be empty
 * @param exempt names of profiles it does not hold for
 */
public record Guard(
        String id, String name, String description, Selector on, Effect effect, Set<String> exempt, Source source) {
    /** Stands for "the guarded column" in the predicate of a guard on columns. */
    public static final int VALUE = 0;

    public Guard {
        exempt = Set.copyOf(exempt);
        if (effect instanceof Effect.Rows(var rows)) {
            boolean anyField = on instanceof Selector.Table;
            for (int field : rows.fields()) {
                if (!anyField && (on instanceof Selector.Database || field != VALUE)) {
                    throw new PolicyException.Invalid("guard '{0}': its rows may only speak of 'value'", name);
                }
            }
        }
    }

    /** What it guards. */
    public sealed interface Selector {
        /** Every column whose tags, inherited ones too, match. */
        record Tagged(TagExpression expression) implements Selector {}

        /** Some columns of a table. */
        record Columns(UUID database, UUID table, ColumnSelection columns) implements Selector {}

        /** A table and all its columns. */
        record Table(UUID database, UUID table) implements Selector {}

        /** All tables of a database. */
        record Database(UUID database) implements Selector {}
    }

    /** What it does to what it guards. */
    public sealed interface Effect {
        /** The columns are not to be referred to. */
        record Hide() implements Effect {}

        /** The columns show masked values. */
        record Masks(Mask mask) implements Effect {}

        /**
         * Only these rows are visible.
         *
         * @param rows for a guard on a table, over its field ids; for one on columns, over {@link #VALUE} alone
         */
        record Rows(Predicate rows) implements Effect {}
    }
}
