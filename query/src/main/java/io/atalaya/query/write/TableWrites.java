package io.atalaya.query.write;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.NewTable;
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.TableCreation;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.statement.Command;
import io.atalaya.query.statement.TableDefinition;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;

/** Rows into tables. */
final class TableWrites {
    private final Lakehouse lakehouse;
    private final TableAccess tables;
    private final Governance governance;

    TableWrites(Lakehouse lakehouse, TableAccess tables, Governance governance) {
        this.lakehouse = lakehouse;
        this.tables = tables;
        this.governance = governance;
    }

    CommandOutcome insert(Command.Insert insert, CommandControl control) {
        same(insert.table(), insert.uuid());
        try (WriteBatch batch = lakehouse.writer().begin()) {
            control.onStop(batch::cancel);
            batch.append(insert.table(), RowSource.of(insert.select()), CommitProperties.none());
            control.onStop(null);
            control.checkpoint();
            return written(insert.table(), batch.commit().getFirst());
        } finally {
            control.onStop(null);
        }
    }

    CommandOutcome edit(Command.EditRows edit, CommandControl control) {
        same(edit.table(), edit.uuid());
        try (WriteBatch batch = lakehouse.writer().begin()) {
            control.onStop(batch::cancel);
            batch.edit(edit.table(), edit.changes(), CommitProperties.none());
            return written(edit.table(), batch.commit().getFirst());
        } finally {
            control.onStop(null);
        }
    }

    CommandOutcome create(Principal principal, Command.CreateTableAs create, CommandControl control) {
        TableDefinition definition = create.table();
        if (definition.replaces().isEmpty() && tables.load(definition.name()).isPresent()) {
            return CommandOutcome.DONE;
        }
        try (TableCreation creation = creation(definition)) {
            control.onStop(creation::cancel);
            creation.write(RowSource.of(create.select()));
            control.onStop(null);
            control.checkpoint();
            return written(definition.name(), finish(principal, definition, creation));
        } finally {
            control.onStop(null);
        }
    }

    CommandOutcome define(Principal principal, TableDefinition definition) {
        try (TableCreation creation = creation(definition)) {
            return written(definition.name(), finish(principal, definition, creation));
        }
    }

    /** Each portion is a commit: what a statement that is stopped has done stays done. */
    CommandOutcome optimize(Command.Optimize optimize, CommandControl control) {
        same(optimize.table(), optimize.uuid());
        long files = 0;
        long bytes = 0;
        for (Portion portion : lakehouse.writer().portions(optimize.table(), optimize.filter(), 2, Portion.BYTES)) {
            control.checkpoint();
            same(optimize.table(), optimize.uuid());
            try (WriteBatch batch = lakehouse.writer().begin()) {
                control.onStop(batch::cancel);
                batch.compact(optimize.table(), portion, CommitProperties.none());
                WriteResult result = batch.commit().getFirst();
                files += result.files();
                bytes += result.bytes();
            } finally {
                control.onStop(null);
            }
        }
        Snapshot now = lakehouse.catalog().loadTable(optimize.table()).currentSnapshot();
        return written(optimize.table(), new WriteResult(now == null ? 0 : now.snapshotId(), 0, files, bytes));
    }

    /** Puts the policies of the new table in force before anybody can see it. */
    private WriteResult finish(Principal principal, TableDefinition definition, TableCreation creation) {
        UUID database = tables.database(definition.name().namespace())
                .orElseThrow(() ->
                        new QueryException.NotFound("SCHEMA_NOT_FOUND", 0, 0, "The database was dropped meanwhile"));
        UUID table = creation.table().uuid();
        boolean replaces = definition.replaces().isPresent();
        if (replaces) {
            governance.inheriting(principal, database, table, definition.inheritance());
        } else {
            governance.making(principal, database, table, definition.inheritance());
        }
        try {
            WriteResult result = creation.commit(CommitProperties.none());
            governance.made();
            return result;
        } catch (RuntimeException e) {
            if (!replaces
                    && tables.load(definition.name())
                            .filter(made -> made.governed().uuid().equals(table))
                            .isEmpty()) {
                governance.notMade(principal, database, table, definition.inheritance());
            }
            throw e;
        }
    }

    private static NewTable newTable(TableDefinition definition) {
        return new NewTable(
                definition.name(),
                definition.schema(),
                definition.partitioning(),
                definition.properties(),
                definition.location(),
                definition.replaces().isPresent());
    }

    /** What is made; in the place of a table only if that is still the one that was decided about. */
    private TableCreation creation(TableDefinition definition) {
        definition.replaces().ifPresent(uuid -> same(definition.name(), uuid));
        TableCreation creation = lakehouse.writer().create(newTable(definition));
        boolean changed = definition
                .replaces()
                .filter(uuid -> !creation.table().uuid().equals(uuid)
                        || !creation.table().schema().sameSchema(definition.schema()))
                .isPresent();
        if (changed) {
            creation.close();
            throw WriteErrors.conflict();
        }
        return creation;
    }

    private void same(TableIdentifier table, UUID uuid) {
        if (tables.table(table).filter(now -> now.uuid().equals(uuid)).isEmpty()) {
            throw QueryException.NotFound.table(table.toString(), 0, 0);
        }
    }

    private static CommandOutcome written(TableIdentifier table, WriteResult result) {
        return new CommandOutcome(result.rows(), java.util.Map.of("table", table.toString()))
                .with("snapshot", Long.toString(result.snapshotId()))
                .with("files", result.files());
    }
}
