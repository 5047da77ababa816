package io.atalaya.lakehouse.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.storage.LocalFileIO;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The Iceberg catalog {@code lake} in the metadata database. Namespaces have one level, an identity and a zone; a table
 * is a pointer to a metadata file, moved by compare-and-set.
 */
public final class LakeCatalog extends BaseMetastoreCatalog implements SupportsNamespaces {
    /** What the catalog is called in SQL. */
    public static final String NAME = "lake";

    /** Databases that hold what the service knows of itself. */
    private static final Set<String> RESERVED = Set.of("system", "information_schema");

    private static final Pattern LEGAL_NAME = Pattern.compile("[a-z0-9_][a-z0-9_-]{0,127}");
    private static final Map<String, String> TABLE_DEFAULTS = Map.of(
            TableProperties.FORMAT_VERSION, "2",
            TableProperties.PARQUET_COMPRESSION, "zstd",
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20");

    private final Jdbi jdbi;
    private final FileIO io;
    private final String root;
    private final Pointers pointers;
    private final NamespaceProperties namespaces;
    private final Cache<String, TableMetadata> metadata =
            Caffeine.newBuilder().maximumSize(2_000).softValues().build();

    /** The catalog of the tables below the root of {@code io}. */
    public LakeCatalog(Jdbi jdbi, LocalFileIO io) {
        this.jdbi = jdbi;
        this.io = io;
        this.root = io.root();
        this.pointers = new Pointers(jdbi);
        this.namespaces = new NamespaceProperties(jdbi);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected Map<String, String> properties() {
        Map<String, String> properties = new java.util.HashMap<>();
        TABLE_DEFAULTS.forEach((key, value) -> properties.put(CatalogProperties.TABLE_DEFAULT_PREFIX + key, value));
        return Map.copyOf(properties);
    }

    @Override
    protected LakeTableOperations newTableOps(TableIdentifier table) {
        return new LakeTableOperations(table, pointers, io, this::read);
    }

    /** Its own folder for every table ever made, so that a table made again never meets the old one's files. */
    @Override
    protected String defaultWarehouseLocation(TableIdentifier table) {
        return "%s/%s/%s-%s"
                .formatted(
                        root,
                        table.namespace().level(0),
                        table.name(),
                        UUID.randomUUID().toString().substring(0, 8));
    }

    @Override
    protected boolean isValidIdentifier(TableIdentifier table) {
        return table.namespace().length() == 1
                && LEGAL_NAME.matcher(table.namespace().level(0)).matches()
                && LEGAL_NAME.matcher(table.name()).matches();
    }

    /** Whether a table of that name exists; its metadata is not read. */
    @Override
    public boolean tableExists(TableIdentifier table) {
        return pointers.find(table).isPresent();
    }

    /**
     * Commits to several tables at once: all of them or none.
     *
     * @throws CommitFailedException if a requirement no longer holds, or another writer was faster
     */
    public void commitTransaction(List<TableCommit> commits) {
        List<LakeTableOperations> tables = new ArrayList<>();
        List<TableMetadata> bases = new ArrayList<>();
        List<Pointers.Move> moves = new ArrayList<>();
        try {
            for (TableCommit commit : commits) {
                LakeTableOperations table = newTableOps(commit.identifier());
                TableMetadata base = table.refresh();
                if (base == null) {
                    throw new NoSuchTableException("Table does not exist: %s", commit.identifier());
                }
                commit.requirements().forEach(requirement -> requirement.validate(base));
                TableMetadata.Builder updated = TableMetadata.buildFrom(base);
                commit.updates().forEach(update -> update.applyTo(updated));
                TableMetadata after = updated.build();
                if (!after.changes().isEmpty()) {
                    tables.add(table);
                    bases.add(base);
                    moves.add(table.prepare(base, after));
                }
            }
            pointers.move(moves);
        } catch (CommitFailedException | NoSuchTableException | ValidationException e) {
            for (int i = 0; i < moves.size(); i++) {
                tables.get(i).discard(moves.get(i));
            }
            throw e;
        } catch (RuntimeException e) {
            // The answer may be lost and the commit made; its metadata files must stay until that is known.
            if (moves.isEmpty() || !isCommitted(moves.getFirst())) {
                throw e;
            }
        }
        for (int i = 0; i < moves.size(); i++) {
            CatalogUtil.deleteRemovedMetadataFiles(
                    io, bases.get(i), moves.get(i).metadata());
        }
    }

    /** Whether the database holds a move although it answered with an error, as when the answer was lost. */
    private boolean isCommitted(Pointers.Move move) {
        return pointers.find(move.table())
                .map(entry -> entry.metadataLocation().equals(move.to()))
                .orElse(false);
    }

    /** Everything the catalog knows about a table without reading its metadata. */
    public Optional<TableEntry> find(TableIdentifier table) {
        return pointers.find(table);
    }

    /** Those of the tables that exist, as they are at one moment: of a commit to several of them, all is seen or nothing. */
    public List<TableEntry> find(Collection<TableIdentifier> tables) {
        return pointers.find(tables);
    }

    /** What a table is called now; empty when it was dropped. */
    public Optional<TableIdentifier> nameOf(UUID table) {
        return find(table).map(TableEntry::identifier);
    }

    /** The same as {@link #find(TableIdentifier)} by identity. */
    public Optional<TableEntry> find(UUID table) {
        return jdbi.withExtension(CatalogStore.class, store -> store.table(table.toString()));
    }

    /** What has changed since that version; one cheap query if nothing has. */
    public CatalogChanges changesSince(long version) {
        return CatalogChanges.since(jdbi, version);
    }

    /** The commit that a write with this identity made to the table, ever. */
    public Optional<RecordedCommit> commit(UUID table, String commitId) {
        return pointers.commit(table, commitId);
    }

    /** All tables, by namespace and name. */
    public List<TableEntry> tables() {
        return tables(Optional.empty(), Integer.MAX_VALUE);
    }

    /** At most {@code limit} tables after {@code after}, by namespace and name. */
    public List<TableEntry> tables(Optional<TableIdentifier> after, int limit) {
        return jdbi.withExtension(
                CatalogStore.class,
                store -> store.tables(
                        after.map(table -> table.namespace().level(0)).orElse(""),
                        after.map(TableIdentifier::name).orElse(""),
                        limit));
    }

    /** The tables of a namespace, by name. */
    public List<TableEntry> tables(Namespace namespace) {
        return tables(namespace, "", Integer.MAX_VALUE);
    }

    /** At most {@code limit} tables of a namespace with a name after {@code after}, by name. */
    public List<TableEntry> tables(Namespace namespace, String after, int limit) {
        return namespace.length() == 1
                ? jdbi.withExtension(CatalogStore.class, store -> store.tablesOf(namespace.level(0), after, limit))
                : List.of();
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        namespaces.require(namespace);
        return tables(namespace).stream().map(TableEntry::identifier).toList();
    }

    /** Forgets the table; its files stay unless {@code purge}. */
    @Override
    public boolean dropTable(TableIdentifier table, boolean purge) {
        Optional<TableEntry> entry = pointers.find(table);
        if (entry.isEmpty()) {
            return false;
        }
        TableMetadata last = purge ? read(entry.get().metadataLocation()) : null;
        UUID uuid = entry.get().uuid();
        int dropped = jdbi.inTransaction(handle -> {
            int deleted = handle.attach(CatalogStore.class).deleteTable(uuid.toString());
            CatalogChanges.note(handle, List.of(uuid));
            return deleted;
        });
        if (dropped > 0 && last != null) {
            CatalogUtil.dropTableData(io, last);
        }
        return dropped > 0;
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        if (!isValidIdentifier(to)) {
            throw new IllegalArgumentException("Invalid table identifier: " + to);
        }
        try {
            jdbi.useTransaction(handle -> {
                CatalogStore store = handle.attach(CatalogStore.class);
                TableEntry table = store.table(from.namespace().level(0), from.name())
                        .orElseThrow(() -> new NoSuchTableException("Table does not exist: %s", from));
                String namespace = store.namespaceUuid(to.namespace().level(0))
                        .orElseThrow(
                                () -> new NoSuchNamespaceException("Namespace does not exist: %s", to.namespace()));
                store.rename(table.uuid().toString(), namespace, to.name());
                CatalogChanges.note(handle, List.of(table.uuid()));
            });
        } catch (UnableToExecuteStatementException e) {
            throw Pointers.isDuplicate(e) ? new AlreadyExistsException(e, "Table already exists: %s", to) : e;
        }
    }

    /** The view of that name. */
    public Optional<ViewEntry> view(TableIdentifier name) {
        return name.namespace().length() == 1
                ? jdbi.withExtension(
                        ViewStore.class, store -> store.view(name.namespace().level(0), name.name()))
                : Optional.empty();
    }

    /** The views of a namespace, by name. */
    public List<ViewEntry> views(Namespace namespace) {
        return namespace.length() == 1
                ? jdbi.withExtension(ViewStore.class, store -> store.views(namespace.level(0)))
                : List.of();
    }

    /**
     * Makes the view, or puts it in the place of the one with its identity.
     *
     * @throws AlreadyExistsException if a table or another view has its name
     */
    public void putView(ViewEntry view) {
        if (!isValidIdentifier(view.identifier())) {
            throw new IllegalArgumentException("Invalid view identifier: " + view.identifier());
        }
        try {
            jdbi.useTransaction(handle -> {
                if (handle.attach(CatalogStore.class)
                        .table(
                                view.identifier().namespace().level(0),
                                view.identifier().name())
                        .isPresent()) {
                    throw new AlreadyExistsException("A table has that name: %s", view.identifier());
                }
                ViewStore store = handle.attach(ViewStore.class);
                store.delete(view.uuid().toString());
                store.insert(
                        view.uuid().toString(),
                        view.namespaceUuid().toString(),
                        view.identifier().name(),
                        view.query(),
                        org.apache.iceberg.SchemaParser.toJson(view.columns()),
                        view.defaultDatabase().map(Namespace::toString).orElse(null),
                        view.definer() ? "DEFINER" : "INVOKER",
                        view.owner(),
                        view.comment().orElse(null));
            });
        } catch (UnableToExecuteStatementException e) {
            throw Pointers.isDuplicate(e)
                    ? new AlreadyExistsException(e, "View already exists: %s", view.identifier())
                    : e;
        }
    }

    /** Whether there was such a view. */
    public boolean dropView(UUID view) {
        return jdbi.withExtension(ViewStore.class, store -> store.delete(view.toString())) > 0;
    }

    /** All namespaces with their properties, by name. */
    public List<NamespaceEntry> namespaces() {
        return namespaces.all();
    }

    /** A namespace with its properties. */
    public Optional<NamespaceEntry> namespace(Namespace namespace) {
        return namespaces.find(namespace);
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> properties) {
        if (namespace.length() != 1 || !LEGAL_NAME.matcher(namespace.level(0)).matches()) {
            throw new IllegalArgumentException(
                    "Invalid namespace: " + namespace + " (one level of lower-case letters, digits and underscores)");
        }
        if (RESERVED.contains(namespace.level(0))) {
            throw new IllegalArgumentException(
                    "Invalid namespace: " + namespace + " (the service has one of that name)");
        }
        namespaces.create(namespace, properties);
    }

    @Override
    public List<Namespace> listNamespaces(Namespace namespace) {
        if (namespace.isEmpty()) {
            return namespaces.all().stream().map(NamespaceEntry::namespace).toList();
        }
        namespaces.require(namespace);
        return List.of();
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
        return namespaces.require(namespace).properties();
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        return namespaces.drop(namespace);
    }

    @Override
    public boolean setProperties(Namespace namespace, Map<String, String> properties) {
        namespaces.set(namespace, properties);
        return true;
    }

    @Override
    public boolean removeProperties(Namespace namespace, Set<String> names) {
        return namespaces.remove(namespace, names);
    }

    @Override
    public void close() {
        metadata.invalidateAll();
    }

    private TableMetadata read(String location) {
        return metadata.get(location, file -> TableMetadataParser.read(io, file));
    }
}
