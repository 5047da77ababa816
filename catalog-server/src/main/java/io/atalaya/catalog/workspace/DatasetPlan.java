package io.atalaya.catalog.workspace;

import io.atalaya.catalog.dataset.Registration;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.catalog.dataset.TypeNames;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.code.PolicyResolver;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * How the tables of the service differ from what a workspace declares, and what makes them equal. Columns are added,
 * widened and documented, never removed or narrowed: what is there and not declared shows up as drift.
 */
final class DatasetPlan {
    private final LakeCatalog catalog;
    private final RegistrationStore registrations;
    private final List<WorkspaceChange> changes = new ArrayList<>();
    private final Map<String, Map<String, String>> newDatabases = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> changedDatabases = new LinkedHashMap<>();
    private final List<DatasetDeclaration> newTables = new ArrayList<>();
    private final List<TableCommit> evolutions = new ArrayList<>();
    private final Map<TableIdentifier, Schema> evolved = new HashMap<>();
    private final Map<TableIdentifier, Registration> registered = new LinkedHashMap<>();

    private DatasetPlan(LakeCatalog catalog, RegistrationStore registrations) {
        this.catalog = catalog;
        this.registrations = registrations;
    }

    /** Compares; changes nothing. */
    static DatasetPlan of(LakeCatalog catalog, RegistrationStore registrations, List<DatasetDeclaration> declarations) {
        DatasetPlan plan = new DatasetPlan(catalog, registrations);
        plan.databases(declarations);
        declarations.stream()
                .filter(declaration -> declaration.table().isPresent())
                .forEach(plan::table);
        return plan;
    }

    List<WorkspaceChange> changes() {
        return changes;
    }

    /** What names will stand for once this is done, so that policies may speak of columns that are being added. */
    PolicyResolver after(PolicyResolver now) {
        return new PolicyResolver() {
            @Override
            public Optional<GovernedTable> table(TableIdentifier name) {
                return now.table(name)
                        .map(table -> new GovernedTable(
                                table.uuid(),
                                table.databaseUuid(),
                                table.name(),
                                evolved.getOrDefault(name, table.schema()),
                                table.partitionSources()))
                        .or(() -> planned(this, name));
            }

            @Override
            public Optional<UUID> database(Namespace name) {
                return now.database(name)
                        .or(() -> newDatabases.containsKey(name.toString())
                                ? Optional.of(identity(name.toString()))
                                : Optional.empty());
            }
        };
    }

    /** A table that is to be made; its identity, like its database's, is made up for now. */
    private Optional<GovernedTable> planned(PolicyResolver databases, TableIdentifier name) {
        return newTables.stream()
                .filter(declaration -> declaration.table().equals(Optional.of(name)))
                .findFirst()
                .map(declaration -> {
                    Schema schema = declaration.schema();
                    return new GovernedTable(
                            identity(name.toString()),
                            databases.database(name.namespace()).orElseThrow(),
                            name,
                            schema,
                            declaration.spec(schema).fields().stream()
                                    .map(PartitionField::sourceId)
                                    .collect(Collectors.toSet()));
                });
    }

    private static UUID identity(String name) {
        return UUID.nameUUIDFromBytes(("planned " + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Does it: databases, then new tables, then all changes of tables in one commit, then all registrations in one. */
    void apply(Instant now) {
        newDatabases.forEach((name, properties) -> catalog.createNamespace(Namespace.of(name), properties));
        changedDatabases.forEach((name, properties) -> catalog.setProperties(Namespace.of(name), properties));
        for (DatasetDeclaration declaration : newTables) {
            Schema schema = declaration.schema();
            catalog.createTable(declaration.table().orElseThrow(), schema, declaration.spec(schema));
        }
        if (!evolutions.isEmpty()) {
            catalog.commitTransaction(evolutions);
        }
        Map<UUID, Registration> byUuid = new HashMap<>();
        registered.forEach((table, registration) ->
                catalog.find(table).map(TableEntry::uuid).ifPresent(uuid -> byUuid.put(uuid, registration)));
        registrations.putAll(byUuid, now);
    }

    private void databases(List<DatasetDeclaration> declarations) {
        Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
        for (DatasetDeclaration declaration : declarations) {
            Map<String, String> properties = wanted.computeIfAbsent(declaration.database(), _ -> new LinkedHashMap<>());
            declaration.zone().ifPresent(zone -> {
                String other = properties.put("zone", zone);
                if (other != null && !other.equals(zone)) {
                    throw new WorkspaceException(declaration.file() + ": zone: database '" + declaration.database()
                            + "' is '" + other + "' in another file and '" + zone + "' here");
                }
            });
            if (declaration.table().isEmpty()) {
                declaration.registration().description().ifPresent(text -> properties.put("description", text));
                declaration.registration().owner().ifPresent(owner -> properties.put("owner", owner));
            }
        }
        wanted.forEach(this::database);
    }

    private void database(String name, Map<String, String> properties) {
        Optional<NamespaceEntry> there = catalog.namespace(Namespace.of(name));
        if (there.isEmpty()) {
            String zone = properties.computeIfAbsent("zone", _ -> zoneOf(name));
            newDatabases.put(name, properties);
            changes.add(WorkspaceChange.add("database", name, "zone " + zone));
            return;
        }
        Map<String, String> different = new LinkedHashMap<>(properties);
        different.entrySet().removeAll(there.get().properties().entrySet());
        different.forEach((key, value) -> changes.add(WorkspaceChange.change(
                "database", name + " " + key, there.get().properties().getOrDefault(key, "nothing"), value)));
        if (!different.isEmpty()) {
            changedDatabases.put(name, different);
        }
    }

    /** Databases are named {@code <domain>_<zone>}, so the zone need not be said again. */
    private static String zoneOf(String database) {
        String last = database.substring(database.lastIndexOf('_') + 1);
        return switch (last) {
            case "raw", "curated", "consumption" -> last;
            default ->
                throw new WorkspaceException("Database '" + database
                        + "' needs a zone: say 'zone: raw', 'curated' or 'consumption' in a file of datasets/");
        };
    }

    private void table(DatasetDeclaration declaration) {
        TableIdentifier name = declaration.table().orElseThrow();
        registered.put(name, declaration.registration());
        Optional<TableEntry> entry = catalog.find(name);
        if (entry.isEmpty() && declaration.isComplete()) {
            newTables.add(declaration);
            changes.add(WorkspaceChange.add(
                    "dataset", name.toString(), declaration.columns().size() + " columns"));
        } else if (entry.isEmpty()) {
            changes.add(WorkspaceChange.waits(
                    "dataset",
                    name.toString(),
                    "the table does not exist yet; apply again when a pipeline has made it"));
        } else {
            registration(name, entry.get().uuid(), declaration.registration());
            evolve(name, declaration);
        }
    }

    private void registration(TableIdentifier name, UUID uuid, Registration wanted) {
        Registration there = registrations.of(uuid);
        difference(name + " owner", there.owner(), wanted.owner());
        difference(name + " description", there.description(), wanted.description());
        difference(
                name + " freshness",
                there.freshness().map(Object::toString),
                wanted.freshness().map(Object::toString));
    }

    private void difference(String subject, Optional<String> there, Optional<String> wanted) {
        if (!there.equals(wanted)) {
            changes.add(new WorkspaceChange("dataset", WorkspaceChange.Action.CHANGE, subject, there, wanted));
        }
    }

    private void evolve(TableIdentifier name, DatasetDeclaration declaration) {
        if (declaration.columns().isEmpty()) {
            return;
        }
        Table table = catalog.loadTable(name);
        UpdateSchema update = table.updateSchema();
        int before = changes.size();
        for (DatasetDeclaration.Column column : declaration.columns()) {
            column(name, table.schema(), update, column);
        }
        if (changes.size() > before && table instanceof BaseTable base) {
            TableMetadata metadata = base.operations().current();
            Schema schema = update.apply();
            evolved.put(name, schema);
            evolutions.add(TableCommit.create(name, metadata, metadata.updateSchema(schema)));
        }
        if (declaration.isComplete()) {
            for (Types.NestedField column : table.schema().columns()) {
                if (declaration.columns().stream().noneMatch(one -> one.name().equals(column.name()))) {
                    changes.add(WorkspaceChange.drift(
                            "column", name + "." + column.name(), TypeNames.trino(column.type()) + ", not declared"));
                }
            }
        }
    }

    private void column(TableIdentifier name, Schema schema, UpdateSchema update, DatasetDeclaration.Column column) {
        String subject = name + "." + column.name();
        Types.NestedField there = schema.findField(column.name());
        if (there == null) {
            Type type = column.type()
                    .orElseThrow(() -> new WorkspaceException(
                            "Table " + name + " has no column '" + column.name() + "'; say its 'type' to add it"));
            update.addColumn(column.name(), type, column.doc().orElse(null));
            changes.add(WorkspaceChange.add("column", subject, TypeNames.trino(type)));
            return;
        }
        column.type().ifPresent(type -> widen(subject, update, there, type));
        String doc = column.doc().orElse(null);
        if (doc != null && !doc.equals(there.doc())) {
            update.updateColumnDoc(column.name(), doc);
            changes.add(new WorkspaceChange(
                    "column",
                    WorkspaceChange.Action.CHANGE,
                    subject + " doc",
                    Optional.ofNullable(there.doc()),
                    Optional.of(doc)));
        }
    }

    private void widen(String subject, UpdateSchema update, Types.NestedField there, Type wanted) {
        String is = TypeNames.trino(there.type());
        String shall = TypeNames.trino(wanted);
        if (is.equals(shall)) {
            return;
        }
        if (!wanted.isPrimitiveType() || !TypeUtil.isPromotionAllowed(there.type(), wanted.asPrimitiveType())) {
            throw new WorkspaceException("Column " + subject + " is " + is + " and cannot become " + shall
                    + "; only integer → bigint, real → double and more digits of a decimal are possible");
        }
        update.updateColumn(there.name(), wanted.asPrimitiveType());
        changes.add(WorkspaceChange.change("column", subject, is, shall));
    }
}
