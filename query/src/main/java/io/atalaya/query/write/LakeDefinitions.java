package io.atalaya.query.write;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.PartitionText;
import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.lakehouse.maintenance.SnapshotExpiry;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.ddl.Definition.Alteration;
import io.atalaya.query.statement.Command;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;

/** Databases and tables as such: made, changed, dropped. */
final class LakeDefinitions {
    private static final long DAY_SECONDS = 86_400;

    private final LakeCatalog catalog;
    private final SnapshotExpiry expiry;
    private final TableAccess tables;
    private final Governance governance;

    LakeDefinitions(Lakehouse lakehouse, TableAccess tables, Governance governance) {
        this.catalog = lakehouse.catalog();
        this.expiry = new SnapshotExpiry(lakehouse.warehouse(), Clock.systemUTC());
        this.tables = tables;
        this.governance = governance;
    }

    private Table load(TableIdentifier name, UUID uuid) {
        if (tables.table(name).filter(now -> now.uuid().equals(uuid)).isEmpty()) {
            throw QueryException.NotFound.table(name.toString(), 0, 0);
        }
        return catalog.loadTable(name);
    }

    CommandOutcome drop(Command.DropTable drop) {
        load(drop.table(), drop.uuid());
        catalog.dropTable(drop.table(), true);
        return CommandOutcome.DONE;
    }

    CommandOutcome rename(Command.RenameTable rename) {
        load(rename.table(), rename.uuid());
        catalog.renameTable(rename.table(), rename.to());
        governance.made();
        return CommandOutcome.DONE.with("to", rename.to().toString());
    }

    CommandOutcome truncate(Command.Truncate truncate) {
        Table table = load(truncate.table(), truncate.uuid());
        table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        return CommandOutcome.DONE;
    }

    CommandOutcome vacuum(Command.Vacuum vacuum) {
        Table table = load(vacuum.table(), vacuum.uuid());
        Duration age = Duration.ofSeconds(number(table, "vacuum_max_snapshot_age_seconds", 5 * DAY_SECONDS));
        int atLeast = Math.clamp(number(table, "vacuum_min_snapshots_to_keep", 1), 1, Integer.MAX_VALUE);
        expiry.expire(table, expiry.expirable(table, age, atLeast, Set.of()), () -> {});
        return CommandOutcome.DONE;
    }

    private static long number(Table table, String property, long otherwise) {
        String value = table.properties().get(property);
        try {
            return value == null ? otherwise : Math.max(0, Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new QueryException.SemanticError(
                    "INVALID_TABLE_PROPERTY", 0, 0, "Table property '{0}' is no number", property);
        }
    }

    CommandOutcome createDatabase(Principal principal, Command.CreateDatabase create) {
        catalog.createNamespace(create.database(), create.properties());
        tables.database(create.database()).ifPresent(uuid -> governance.madeDatabase(principal, uuid));
        return CommandOutcome.DONE;
    }

    CommandOutcome dropDatabase(Command.DropDatabase drop) {
        catalog.dropNamespace(drop.database());
        return CommandOutcome.DONE;
    }

    CommandOutcome alterDatabase(Command.AlterDatabase alter) {
        catalog.setProperties(alter.database(), alter.properties());
        return CommandOutcome.DONE;
    }

    CommandOutcome createView(Principal principal, Command.CreateView create) {
        ViewEntry view = create.view();
        if (create.replaces()) {
            governance.inheriting(principal, view.namespaceUuid(), view.uuid(), create.inheritance());
        } else {
            governance.making(principal, view.namespaceUuid(), view.uuid(), create.inheritance());
        }
        try {
            catalog.putView(view);
        } catch (RuntimeException e) {
            if (!create.replaces()) {
                governance.notMade(principal, view.namespaceUuid(), view.uuid(), create.inheritance());
            }
            throw e;
        }
        governance.made();
        return CommandOutcome.DONE;
    }

    CommandOutcome dropView(Command.DropView drop) {
        catalog.dropView(drop.uuid());
        return CommandOutcome.DONE;
    }

    CommandOutcome alter(Command.AlterTable alter) {
        if (alter.changes().isEmpty()) {
            return CommandOutcome.DONE;
        }
        Table table = load(alter.table(), alter.uuid());
        Transaction transaction = table.newTransaction();
        UpdateSchema schema = transaction.updateSchema();
        alter.changes().forEach(change -> schema(table, schema, change));
        schema.commit();
        UpdateProperties properties = transaction.updateProperties();
        for (Alteration change : alter.changes()) {
            switch (change) {
                case Alteration.SetProperties(var given, var _) -> given.forEach(properties::set);
                case Alteration.UnsetProperties(var names) -> names.forEach(properties::remove);
                default -> {}
            }
        }
        properties.commit();
        for (Alteration change : alter.changes()) {
            if (change instanceof Alteration.SetProperties(Map<String, String> _, var partitioning)
                    && partitioning.isPresent()) {
                repartition(table, transaction, partitioning.orElseThrow());
            }
        }
        transaction.commitTransaction();
        return CommandOutcome.DONE;
    }

    private static void schema(Table table, UpdateSchema schema, Alteration change) {
        switch (change) {
            case Alteration.Add(var columns, boolean _) -> {
                for (Definition.Column column : columns) {
                    schema.addColumn(
                            column.name(), column.type(), column.comment().orElse(null));
                }
            }
            case Alteration.Drop(var column, boolean _) -> schema.deleteColumn(named(table, column));
            case Alteration.Rename(var column, var to, boolean _) -> schema.renameColumn(named(table, column), to);
            case Alteration.Retype(var column, var type) -> {
                if (!type.isPrimitiveType()) {
                    throw new IllegalArgumentException(
                            "The type of column " + column + " cannot be changed to " + type);
                }
                schema.updateColumn(named(table, column), type.asPrimitiveType());
            }
            case Alteration.DropNotNull(var column) -> schema.makeColumnOptional(named(table, column));
            case Alteration.Comment(var column, var comment) ->
                schema.updateColumnDoc(named(table, column), comment.orElse(null));
            case Alteration.Move(var column, var after) -> {
                if (after.isPresent()) {
                    schema.moveAfter(named(table, column), named(table, after.orElseThrow()));
                } else {
                    schema.moveFirst(named(table, column));
                }
            }
            case Alteration.SetProperties _, Alteration.UnsetProperties _ -> {}
        }
    }

    /** The column's name in its own case, or that of one that is being added. */
    private static String named(Table table, String column) {
        var field = table.schema().caseInsensitiveFindField(column);
        return field == null ? column : field.name();
    }

    private static void repartition(Table table, Transaction transaction, java.util.List<String> fields) {
        UpdatePartitionSpec spec = transaction.updateSpec();
        table.spec().fields().stream()
                .filter(field -> !field.transform().isVoid())
                .forEach(field -> spec.removeField(field.name()));
        fields.forEach(field -> spec.addField(PartitionText.parse(field).term(table.schema())));
        spec.commit();
    }
}
