package io.atalaya.ingestion.table;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.PartitionText;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.NewTable;
import io.atalaya.lakehouse.write.TableCreation;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.lineage.LineageStore;
import io.atalaya.query.lineage.Strictness;
import io.atalaya.query.write.Governance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;

/** Tables a pipeline writes to, checked against what its principal may. */
public final class Targets {
    private final Lakehouse lakehouse;
    private final Policies policies;
    private final TableAccess tables;
    private final Governance governance;
    private final LineageStore lineage;
    private final Flow.Listener flows;

    public Targets(
            Lakehouse lakehouse,
            Policies policies,
            TableAccess tables,
            Governance governance,
            LineageStore lineage,
            Flow.Listener flows) {
        this.lakehouse = lakehouse;
        this.policies = policies;
        this.tables = tables;
        this.governance = governance;
        this.lineage = lineage;
        this.flows = flows;
    }

    /**
     * The table, made or given the columns it lacks where that is allowed. What is about to be put into it is told, before it is:
     * whatever happens then, what a column may hold is known.
     *
     * @param columns it must have at least, all of them may be missing in a row; ids are not looked at
     * @param heritage what they are made of; the tags and guards of that hold for those that come to be, before anybody sees them
     * @param partitioning for a table that is made
     * @param writes what will be done to it
     * @throws IngestionException.NotAllowed naming the permission that is missing, or the column that would come to hold what it is
     *     laxer than
     */
    public Table ready(
            StageWork work,
            TableIdentifier name,
            List<Types.NestedField> columns,
            Heritage heritage,
            List<String> partitioning,
            Set<Permission> writes) {
        Principal principal = work.principal();
        Table table = ready(
                principal,
                name,
                columns,
                heritage,
                partitioning,
                writes,
                filled -> keepUp(principal, filled, flow(work, filled, heritage), heritage));
        tables.table(name).ifPresent(governed -> flows.flowed(flow(work, governed, heritage)));
        return table;
    }

    /** The same of columns that come from outside. */
    public Table ready(
            Principal principal,
            TableIdentifier name,
            List<Types.NestedField> columns,
            List<String> partitioning,
            Set<Permission> writes) {
        return ready(principal, name, columns, new Heritage.None(), partitioning, writes, _ -> {});
    }

    private Table ready(
            Principal principal,
            TableIdentifier name,
            List<Types.NestedField> columns,
            Heritage heritage,
            List<String> partitioning,
            Set<Permission> writes,
            Consumer<GovernedTable> filling) {
        if (tables.table(name).isEmpty()) {
            create(principal, name, columns, heritage, partitioning);
        }
        GovernedTable governed = tables.table(name)
                .orElseThrow(() -> new IngestionException.BadStage("Table {0} was dropped meanwhile", name));
        require(principal, governed, writes);
        Table table = lakehouse.catalog().loadTable(name);
        // Who declares an empty table says how it is governed; columns that had values do not get stricter ones
        // unnoticed.
        if (table.currentSnapshot() != null) {
            filling.accept(governed);
        }
        List<Types.NestedField> lacking = columns.stream()
                .filter(column -> table.schema().caseInsensitiveFindField(column.name()) == null)
                .toList();
        if (!lacking.isEmpty()) {
            require(principal, governed, Set.of(Permission.ALTER));
            UpdateSchema update = table.updateSchema();
            lacking.forEach(column -> update.addColumn(column.name(), column.type()));
            List<Types.NestedField> added = update.apply().columns().stream()
                    .filter(column -> table.schema().findField(column.fieldId()) == null)
                    .toList();
            inherit(principal, governed, inheritance(heritage, governed.databaseUuid(), added, /* classified= */ true));
            update.commit();
        }
        return table;
    }

    /**
     * Sees to it that columns do not come to hold values that they are laxer than. A quarantine takes over the policies of columns that
     * its table has got; elsewhere it takes somebody who may classify the table.
     */
    private void keepUp(Principal principal, GovernedTable governed, Flow flow, Heritage heritage) {
        Flow news = lineage.news(flow, governed.uuid());
        if (news.isEmpty()) {
            return;
        }
        switch (heritage) {
            case Heritage.None _ -> {}
            case Heritage.Rows _ ->
                inherit(
                        principal,
                        governed,
                        inheritance(
                                heritage,
                                governed.databaseUuid(),
                                governed.schema().columns(),
                                /* classified= */ true));
            case Heritage.Selected _ -> {
                if (!mayClassify(principal, governed)) {
                    try {
                        new Strictness(policies.current()).checkNotLaxer(governed, news.columns(), news.read());
                    } catch (QueryException.NotAllowed refused) {
                        throw new IngestionException.NotAllowed(
                                "{0}: tag the column so, or grant ASSOCIATE on {1} to '{2}'",
                                refused.sentence(), governed.name(), principal.name());
                    }
                }
            }
        }
    }

    private void inherit(Principal principal, GovernedTable governed, Inheritance inheritance) {
        governance.inheriting(principal, governed.databaseUuid(), governed.uuid(), inheritance);
    }

    private boolean mayClassify(Principal principal, GovernedTable table) {
        return policies.current().isAdministrator(principal) || allows(principal, table, Permission.ASSOCIATE);
    }

    /** A quarantine for rows of the table, or those that were to be. */
    public void quarantine(StageWork work, TableIdentifier name, TableIdentifier of) {
        List<Types.NestedField> columns =
                hasAll(name, QuarantineTable.FROM_FILES) ? QuarantineTable.FROM_FILES : QuarantineTable.COLUMNS;
        Heritage heritage = new Heritage.Rows(tables.table(of)
                .orElseThrow(() -> new IngestionException.BadStage("Table {0} was dropped meanwhile", of)));
        ready(work, name, columns, heritage, List.of(), Set.of(Permission.INSERT));
    }

    private static Flow flow(StageWork work, GovernedTable table, Heritage heritage) {
        return new Flow(
                table.name(),
                heritage.byField(table.schema().columns()),
                heritage.read(),
                new Flow.By.Stage(work.pipeline().name(), work.stage()));
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
                        "'{0}' may not {1} {2}; a grant of {3} on the table or its database to '{4}' or one of its profiles is missing",
                        principal.name(), permission, table.name(), permission, principal.name());
            }
        }
    }

    /** Whether the principal may. */
    public boolean allows(Principal principal, GovernedTable table, Permission permission) {
        return policies.current().decide(principal, permission, table) instanceof Decision.Allowed;
    }

    /**
     * Only looks whether the principal may make a table of that name.
     *
     * @throws IngestionException.NotAllowed naming what is missing
     * @throws IngestionException.BadStage if there is no such database
     */
    public void requireCreate(Principal principal, TableIdentifier name) {
        database(policies.current(), principal, name);
    }

    private NamespaceEntry database(PolicySnapshot now, Principal principal, TableIdentifier name) {
        NamespaceEntry database = lakehouse
                .catalog()
                .namespace(name.namespace())
                .orElseThrow(() -> new IngestionException.BadStage(
                        "There is no database '{0}'; declare it in a file of the workspace's folder 'datasets' and apply",
                        name.namespace()));
        if (!now.allows(principal, Permission.CREATE_TABLE, database.uuid(), database.namespace())) {
            throw new IngestionException.NotAllowed(
                    "There is no table {0}, and '{1}' may not make one: declare it in 'datasets', or grant CREATE_TABLE on database {2}",
                    name, principal.name(), name.namespace());
        }
        return database;
    }

    private void create(
            Principal principal,
            TableIdentifier name,
            List<Types.NestedField> columns,
            Heritage heritage,
            List<String> partitioning) {
        try (Making making = making(principal, name, columns, heritage, partitioning)) {
            making.make();
        }
    }

    /**
     * A table of columns that come from outside, which is not there before {@link Making#make} is called.
     *
     * @throws IngestionException.NotAllowed if the principal may not make it
     * @throws AlreadyExistsException if it is there
     */
    public Making making(
            Principal principal, TableIdentifier name, List<Types.NestedField> columns, List<String> partitioning) {
        return making(principal, name, columns, new Heritage.None(), partitioning);
    }

    private Making making(
            Principal principal,
            TableIdentifier name,
            List<Types.NestedField> columns,
            Heritage heritage,
            List<String> partitioning) {
        NamespaceEntry database = database(policies.current(), principal, name);
        Schema schema = new Schema(Numbered.from(columns));
        NewTable made = new NewTable(name, schema, spec(schema, partitioning), Map.of(), Optional.empty(), false);
        return new Making(
                principal, name, database, heritage, lakehouse.writer().create(made));
    }

    /** A table that is about to be made. */
    public final class Making implements AutoCloseable {
        private final Principal principal;
        private final TableIdentifier name;
        private final NamespaceEntry database;
        private final Heritage heritage;
        private final TableCreation creation;

        private Making(
                Principal principal,
                TableIdentifier name,
                NamespaceEntry database,
                Heritage heritage,
                TableCreation creation) {
            this.principal = principal;
            this.name = name;
            this.database = database;
            this.heritage = heritage;
            this.creation = creation;
        }

        /** The table as it will be. */
        public Table table() {
            return creation.table();
        }

        /** Makes the table, without rows; false if somebody else has made one of that name. */
        public boolean make() {
            PolicySnapshot now = policies.current();
            UUID table = creation.table().uuid();
            boolean classified = now.awaits(name)
                    || now.isAdministrator(principal)
                    || now.allows(principal, Permission.ASSOCIATE, database.uuid(), database.namespace());
            try {
                Inheritance inheritance = inheritance(
                        heritage, database.uuid(), creation.table().schema().columns(), classified);
                governance.inheriting(principal, database.uuid(), table, inheritance);
                try {
                    creation.commit(CommitProperties.none());
                    return true;
                } catch (AlreadyExistsException _) {
                    governance.notMade(principal, database.uuid(), table, inheritance);
                    return false;
                }
            } finally {
                governance.made();
            }
        }

        @Override
        public void close() {
            creation.close();
        }
    }

    private Inheritance inheritance(
            Heritage heritage, UUID database, List<Types.NestedField> columns, boolean classified) {
        Strictness strictness = new Strictness(policies.current());
        try {
            return switch (heritage) {
                case Heritage.None _ -> Inheritance.NONE;
                case Heritage.Selected selected ->
                    strictness.inherited(database, columns, selected.byField(columns), selected.read(), classified);
                case Heritage.Rows rows -> strictness.ofWholeRows(database, Heritage.Rows.holding(columns), rows.of());
            };
        } catch (QueryException.NotAllowed refused) {
            throw new IngestionException.NotAllowed(
                    "{0}: grant ASSOCIATE on its database, or let policy files speak of the table", refused.sentence());
        }
    }

    private static PartitionSpec spec(Schema schema, List<String> partitioning) {
        try {
            return PartitionText.spec(schema, partitioning);
        } catch (IllegalArgumentException e) {
            throw new IngestionException.BadStage(String.valueOf(e.getMessage()));
        }
    }

    /** The table as policies see it, if it exists. */
    public Optional<GovernedTable> find(TableIdentifier name) {
        return tables.table(name);
    }
}
