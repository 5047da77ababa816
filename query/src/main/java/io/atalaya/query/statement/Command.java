package io.atalaya.query.statement;

import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.lakehouse.write.ExportFormat;
import io.atalaya.lakehouse.write.RowChanges;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.lineage.Inheritance;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;

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

    /** The rows of a query as files of the user's own. */
    record Unload(UnloadLocation location, ExportFormat format, String select) implements Command {
        @Override
        public String target() {
            return location.toString();
        }
    }

    /** A table without rows. */
    record CreateTable(TableDefinition table) implements Command {
        @Override
        public String target() {
            return table.name().toString();
        }
    }

    /** A table goes, with its files. */
    record DropTable(TableIdentifier table, UUID uuid) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** Changes to a table, all or none. */
    record AlterTable(TableIdentifier table, UUID uuid, List<Definition.Alteration> changes) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** Another name for a table. */
    record RenameTable(TableIdentifier table, UUID uuid, TableIdentifier to) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** All rows of a table go. */
    record Truncate(TableIdentifier table, UUID uuid) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** Small files, and files with deletes, become large ones without. */
    record Optimize(TableIdentifier table, UUID uuid, Expression filter) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** Old snapshots go. */
    record Vacuum(TableIdentifier table, UUID uuid) implements Command {
        @Override
        public String target() {
            return table.toString();
        }
    }

    /** A new database. */
    record CreateDatabase(Namespace database, Map<String, String> properties) implements Command {
        @Override
        public String target() {
            return database.toString();
        }
    }

    /** An empty database goes. */
    record DropDatabase(Namespace database) implements Command {
        @Override
        public String target() {
            return database.toString();
        }
    }

    /** Properties of a database. */
    record AlterDatabase(Namespace database, Map<String, String> properties) implements Command {
        @Override
        public String target() {
            return database.toString();
        }
    }

    /** Nothing, as it is so already. */
    record Nothing(String target) implements Command {}

    /**
     * A view, new or in the place of the one with its identity.
     *
     * @param replaces whether it was there
     */
    record CreateView(ViewEntry view, Inheritance inheritance, boolean replaces) implements Command {
        @Override
        public String target() {
            return view.identifier().toString();
        }
    }

    /** A view goes. */
    record DropView(TableIdentifier view, UUID uuid) implements Command {
        @Override
        public String target() {
            return view.toString();
        }
    }
}
