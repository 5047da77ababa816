package io.atalaya.query.lineage;

import io.atalaya.policies.GovernedTable;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * That values went from columns of tables into columns of a table.
 *
 * @param columns by field id of the target; a column that is made of none may be absent
 * @param read all tables that were read, also those that only chose rows
 */
public record Flow(TableIdentifier target, Map<Integer, Set<Origin>> columns, Set<GovernedTable> read, By by) {
    public Flow {
        columns = Map.copyOf(columns);
        read = Set.copyOf(read);
    }

    /** What made them go. */
    public sealed interface By {
        /** A stage of a pipeline, which is the same from run to run: what it does now is all that it does. */
        record Stage(String pipeline, String stage) implements By {}

        /** A statement that somebody ran, such as {@code INSERT}. */
        record Statement(String kind) implements By {}
    }

    /** Whether it is about no values and no rows. */
    public boolean isEmpty() {
        return columns.isEmpty() && read.isEmpty();
    }

    /** Hears of what a statement has committed, and of what a stage is about to write. */
    @FunctionalInterface
    public interface Listener {
        /** Wants to know nothing. */
        Listener NONE = _ -> {};

        void flowed(Flow flow);
    }
}
