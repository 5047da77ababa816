package io.atalaya.ingestion.table;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.PartitionText;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.query.access.TableAccess;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;

/** Tables a pipeline writes to, checked against what its principal may. */
public final class Targets {
    private final Lakehouse lakehouse;
    private final Policies policies;
    private final TableAccess tables;

    public Targets(Lakehouse lakehouse, Policies policies, TableAccess tables) {
        this.lakehouse = lakehouse;
        this.policies = policies;
        this.tables = tables;
    }

    /**
     * The table, made or given the columns it lacks where that is allowed.
     *
     * @param columns it must have at least, all of them may be missing in a row; ids are not looked at
     * @param partitioning for a table that is made
     * @param writes what will be done to it
     * @throws IngestionException.NotAllowed naming the permission that is missing
     */
    public Table ready(
            Principal principal,
            TableIdentifier name,
            List<Types.NestedField> columns,
            List<String> partitioning,
            Set<Permission> writes) {
        if (tables.table(name).isEmpty()) {
            create(principal, name, columns, partitioning);
        }
        GovernedTable governed = tables.table(name)
                .orElseThrow(() -> new IngestionException.BadStage("Table " + name + " was dropped meanwhile"));
        require(principal, governed, writes);
        Table table = lakehouse.catalog().loadTable(name);
        List<Types.NestedField> lacking = columns.stream()
                .filter(column -> table.schema().caseInsensitiveFindField(column.name()) == null)
                .toList();
        if (!lacking.isEmpty()) {
            require(principal, governed, Set.of(Permission.ALTER));
            UpdateSchema update = table.updateSchema();
            lacking.forEach(column -> update.addColumn(column.name(), column.type()));
            update.commit();
        }
        return table;
    }

    /** Widens columns of the table to the types that its source has come to have. */
    public void widen(Principal principal, TableIdentifier name, SchemaChange change) {
        List<Types.NestedField> widened = change.widened();
        if (!widened.isEmpty()) {
            require(principal, tables.table(name).orElseThrow(), Set.of(Permission.ALTER));
            UpdateSchema update =
                    lakehouse.catalog().loadTable(name).updateSchema().caseSensitive(false);
            widened.forEach(
                    column -> update.updateColumn(column.name(), column.type().asPrimitiveType()));
            update.commit();
        }
    }

    /** Whether the table exists and has columns of these names. */
    public boolean hasAll(TableIdentifier name, List<Types.NestedField> columns) {
        return tables.table(name)
                .filter(table -> columns.stream()
                        .allMatch(column -> table.schema().caseInsensitiveFindField(column.name()) != null))
                .isPresent();
    }

    /** Only looks whether the principal may. */
    public void require(Principal principal, GovernedTable table, Set<Permission> permissions) {
        PolicySnapshot now = policies.current();
        for (Permission permission : new TreeSet<>(permissions)) {
            if (now.decide(principal, permission, table) instanceof Decision.Denied) {
                throw new IngestionException.NotAllowed(
                        "'%s' may not %s %s; a grant of %s on the table or its database to '%s' or one of its profiles is missing"
                                .formatted(principal.name(), permission, table.name(), permission, principal.name()));
            }
        }
    }

    private void create(
            Principal principal, TableIdentifier name, List<Types.NestedField> columns, List<String> partitioning) {
        NamespaceEntry database = lakehouse
                .catalog()
                .namespace(name.namespace())
                .orElseThrow(() -> new IngestionException.BadStage("There is no database '" + name.namespace()
                        + "'; declare it in a file of the workspace's folder 'datasets' and apply"));
        if (!policies.current().allows(principal, Permission.CREATE_TABLE, database.uuid(), database.namespace())) {
            throw new IngestionException.NotAllowed(
                    "There is no table %s, and '%s' may not make one: declare it in 'datasets', or grant CREATE_TABLE on database %s"
                            .formatted(name, principal.name(), name.namespace()));
        }
        Schema schema = new Schema(Numbered.from(columns));
        try {
            lakehouse.catalog().createTable(name, schema, spec(schema, partitioning));
        } catch (AlreadyExistsException _) {
            return;
        } finally {
            policies.bindPending(resolver());
        }
    }

    private static PartitionSpec spec(Schema schema, List<String> partitioning) {
        try {
            return PartitionText.spec(schema, partitioning);
        } catch (IllegalArgumentException e) {
            throw new IngestionException.BadStage(String.valueOf(e.getMessage()));
        }
    }

    /** Names as they stand now. */
    public PolicyResolver resolver() {
        return new PolicyResolver() {
            @Override
            public Optional<GovernedTable> table(TableIdentifier name) {
                return tables.table(name);
            }

            @Override
            public Optional<UUID> database(Namespace name) {
                return lakehouse.catalog().namespace(name).map(NamespaceEntry::uuid);
            }
        };
    }

    /** The table as policies see it, if it exists. */
    public Optional<GovernedTable> find(TableIdentifier name) {
        return tables.table(name);
    }
}
