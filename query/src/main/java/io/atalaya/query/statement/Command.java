package io.atalaya.query.statement;

import io.atalaya.lakehouse.write.RowChanges;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/** What a statement does that changes something: decided, and not done yet. SQL in it was printed by us and is secured. */
public sealed interface Command {
    /** The name of what is changed, for the record. */
    String target();

    /**
     * More rows in a table.
     *
     * @param uuid of the table that was decided about; another of the same name is not written
     * @param select whose columns have the names of the table's
     */
    record Insert(TableIdentifier table, UUID uuid, String select) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /**
     * A new table with the rows of a query.
     *
     * @param select whose columns have the names of the table's
     */
    record CreateTableAs(TableDefinition table, String select) implements Command {
        @Override
        public String target() {
            return table.name().toString();
        }
    }

    /**
     * Rows of a table changed, removed or added.
     *
     * @param uuid of the table that was decided about
     */
    record EditRows(TableIdentifier table, UUID uuid, RowChanges changes) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }
}
