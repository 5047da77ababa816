package io.atalaya.lakehouse.catalog;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.storage.LocalFileIO;
import io.atalaya.lakehouse.storage.Warehouse;
import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalog promises on every metadata database. */
abstract class LakeCatalogContract {
    private static final Schema SCHEMA =
            new Schema(required(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));
    private static final Namespace SALES = Namespace.of("sales_raw");
    private static final TableIdentifier ORDERS = TableIdentifier.of(SALES, "orders");
    private static final TableIdentifier ITEMS = TableIdentifier.of(SALES, "items");

    @TempDir
    Path folder;

    private MetadataDatabase database;
    private LakeCatalog catalog;

    abstract MetadataDatabase open(Path folder);

    @BeforeEach
    void open() {
        database = open(folder);
        catalog = another();
        catalog.createNamespace(SALES, Map.of("zone", "raw", "owner", "ana"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A catalog over the same database, as another process has one. */
    private LakeCatalog another() {
        Warehouse warehouse = Warehouse.at(folder.resolve("warehouse"));
        return new LakeCatalog(database.jdbi(), new LocalFileIO(warehouse.root()));
    }

    @Test
    void a_namespace_needs_a_zone() {
        assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("a"), Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("raw, curated or consumption");
        assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("a"), Map.of("zone", "gold")))
                .isInstanceOf(ValidationException.class);
        assertThatThrownBy(() -> catalog.removeProperties(SALES, Set.of("zone")))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void a_namespace_has_one_level() {
        assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("a", "b"), Map.of("zone", "raw")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(catalog.namespaceExists(Namespace.of("a", "b"))).isFalse();
    }

    @Test
    void a_namespace_keeps_its_identity_when_its_properties_change() {
        UUID before = catalog.namespace(SALES).orElseThrow().uuid();
        catalog.setProperties(SALES, Map.of("owner", "eva", "zone", "curated", "note", "x"));
        catalog.removeProperties(SALES, Set.of("note"));
        assertThat(catalog.namespace(SALES))
                .contains(new NamespaceEntry(before, SALES, Zone.CURATED, Map.of("owner", "eva", "zone", "curated")));
        assertThat(catalog.namespaces()).hasSize(1);
    }

    @Test
    void a_namespace_is_created_once_and_dropped_when_empty() {
        assertThatThrownBy(() -> catalog.createNamespace(SALES, Map.of("zone", "raw")))
                .isInstanceOf(AlreadyExistsException.class);
        catalog.createTable(ORDERS, SCHEMA);
        assertThatThrownBy(() -> catalog.dropNamespace(SALES)).isInstanceOf(NamespaceNotEmptyException.class);
        catalog.dropTable(ORDERS, true);
        assertThat(catalog.dropNamespace(SALES)).isTrue();
        assertThat(catalog.dropNamespace(SALES)).isFalse();
        assertThatThrownBy(() -> catalog.loadNamespaceMetadata(SALES)).isInstanceOf(NoSuchNamespaceException.class);
    }

    @Test
    void what_changed_since_a_version_is_told() {
        Table table = catalog.createTable(ORDERS, SCHEMA);
        UUID uuid = table.uuid();
        assertThat(catalog.changesSince(CatalogChanges.NEVER).everything()).isTrue();
        long made = catalog.changesSince(CatalogChanges.NEVER).version();
        assertThat(catalog.changesSince(made).isEmpty()).isTrue();
        table.updateProperties().set("comment", "x").commit();
        assertThat(catalog.changesSince(made).tables()).containsExactly(uuid);
        long committed = catalog.changesSince(made).version();
        TableIdentifier renamed = TableIdentifier.of(SALES, "renamed");
        catalog.renameTable(ORDERS, renamed);
        assertThat(catalog.changesSince(committed).tables()).containsExactly(uuid);
        long before = catalog.changesSince(committed).version();
        catalog.dropTable(renamed, false);
        assertThat(catalog.changesSince(before).tables()).containsExactly(uuid);
        catalog.setProperties(SALES, Map.of("note", "x"));
        assertThat(catalog.changesSince(before).everything()).isTrue();
    }

    @Test
    void a_table_has_the_defaults_of_the_lakehouse() {
        Table table = catalog.createTable(ORDERS, SCHEMA);
        assertThat(((HasTableOperations) table).operations().current().formatVersion())
                .isEqualTo(2);
        assertThat(table.properties())
                .containsEntry(TableProperties.PARQUET_COMPRESSION, "zstd")
                .containsEntry(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
    }

    @Test
    void a_table_is_created_once_and_only_in_a_namespace() {
        catalog.createTable(ORDERS, SCHEMA);
        assertThatThrownBy(() -> catalog.createTable(ORDERS, SCHEMA)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> catalog.createTable(TableIdentifier.of("nowhere", "t"), SCHEMA))
                .isInstanceOf(NoSuchNamespaceException.class);
        assertThatThrownBy(() -> catalog.createTable(TableIdentifier.of("sales_raw", "../up"), SCHEMA))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_table_is_known_by_its_identity_through_a_rename() {
        UUID uuid = catalog.createTable(ORDERS, SCHEMA).uuid();
        catalog.createNamespace(Namespace.of("other"), Map.of("zone", "curated"));
        TableIdentifier renamed = TableIdentifier.of("other", "orders2");
        catalog.renameTable(ORDERS, renamed);
        assertThat(catalog.nameOf(uuid)).contains(renamed);
        assertThat(catalog.loadTable(renamed).uuid()).isEqualTo(uuid);
        assertThatThrownBy(() -> catalog.loadTable(ORDERS)).isInstanceOf(NoSuchTableException.class);
        catalog.createTable(ORDERS, SCHEMA);
        assertThatThrownBy(() -> catalog.renameTable(renamed, ORDERS)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> catalog.renameTable(TableIdentifier.of("other", "none"), ITEMS))
                .isInstanceOf(NoSuchTableException.class);
    }

    @Test
    void a_table_made_again_is_another_table() {
        Table first = catalog.createTable(ORDERS, SCHEMA);
        String metadata = first.location();
        assertThat(catalog.dropTable(ORDERS, false)).isTrue();
        assertThat(catalog.dropTable(ORDERS, false)).isFalse();
        assertThat(Path.of(metadata)).isNotEmptyDirectory();
        Table second = catalog.createTable(ORDERS, SCHEMA);
        assertThat(second.uuid()).isNotEqualTo(first.uuid());
        assertThat(second.location()).isNotEqualTo(first.location());
        assertThat(catalog.nameOf(first.uuid())).isEmpty();
    }

    @Test
    void a_purged_table_leaves_no_metadata() throws Exception {
        Path location = Path.of(catalog.createTable(ORDERS, SCHEMA).location());
        catalog.dropTable(ORDERS, true);
        try (var files = Files.walk(location)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void listings_are_by_name_and_come_in_pages() {
        for (String name : List.of("c", "a", "b")) {
            catalog.createTable(TableIdentifier.of(SALES, name), SCHEMA);
        }
        catalog.createNamespace(Namespace.of("zeta"), Map.of("zone", "raw"));
        catalog.createTable(TableIdentifier.of("zeta", "a"), SCHEMA);
        assertThat(catalog.listTables(SALES)).extracting(TableIdentifier::name).containsExactly("a", "b", "c");
        assertThat(catalog.tables())
                .extracting(entry -> entry.identifier().toString())
                .containsExactly("sales_raw.a", "sales_raw.b", "sales_raw.c", "zeta.a");
        List<TableEntry> page = catalog.tables(Optional.empty(), 2);
        assertThat(page).hasSize(2);
        assertThat(catalog.tables(Optional.of(page.getLast().identifier()), 2))
                .extracting(entry -> entry.identifier().toString())
                .containsExactly("sales_raw.c", "zeta.a");
        assertThat(catalog.tables(SALES, "a", 1))
                .extracting(entry -> entry.identifier().name())
                .containsExactly("b");
        assertThatThrownBy(() -> catalog.listTables(Namespace.of("none"))).isInstanceOf(NoSuchNamespaceException.class);
    }

    @Test
    void of_two_commits_from_one_state_the_second_is_refused_and_leaves_no_file() throws Exception {
        catalog.createTable(ORDERS, SCHEMA);
        TableOperations one = operations(catalog.loadTable(ORDERS));
        TableOperations two = operations(another().loadTable(ORDERS));
        TableMetadata base = one.current();
        TableMetadata stale = two.current();
        one.commit(base, base.replaceProperties(Map.of("a", "1")));
        Path metadata = Path.of(base.location(), "metadata");
        long before = count(metadata);
        assertThatThrownBy(() -> two.commit(stale, stale.replaceProperties(Map.of("b", "2"))))
                .isInstanceOf(CommitFailedException.class);
        assertThat(count(metadata)).isEqualTo(before);
        assertThat(another().loadTable(ORDERS).properties())
                .containsEntry("a", "1")
                .doesNotContainKey("b");
    }

    @Test
    void commits_of_many_writers_all_arrive() throws Exception {
        catalog.createTable(
                ORDERS,
                SCHEMA,
                PartitionSpec.unpartitioned(),
                Map.of(TableProperties.COMMIT_NUM_RETRIES, "50", TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "5"));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                all.add(threads.submit(() -> another()
                        .loadTable(ORDERS)
                        .newAppend()
                        .appendFile(file(number))
                        .commit()));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(catalog.loadTable(ORDERS).currentSnapshot().summary()).containsEntry("total-data-files", "16");
    }

    @Test
    void several_tables_commit_together_or_not_at_all() {
        Table orders = catalog.createTable(ORDERS, SCHEMA);
        Table items = catalog.createTable(ITEMS, SCHEMA);
        TableCommit first = append(ORDERS, orders);
        TableCommit second = append(ITEMS, items);
        another().loadTable(ITEMS).newAppend().appendFile(file(9)).commit();
        assertThatThrownBy(() -> catalog.commitTransaction(List.of(first, second)))
                .isInstanceOf(CommitFailedException.class);
        assertThat(catalog.loadTable(ORDERS).currentSnapshot()).isNull();

        items.refresh();
        catalog.commitTransaction(List.of(first, append(ITEMS, items)));
        assertThat(catalog.loadTable(ORDERS).currentSnapshot()).isNotNull();
        assertThat(catalog.loadTable(ITEMS).currentSnapshot().summary()).containsEntry("total-data-files", "2");
    }

    @Test
    void tables_are_found_together() {
        catalog.createTable(ORDERS, SCHEMA);
        catalog.createTable(ITEMS, SCHEMA);
        TableIdentifier missing = TableIdentifier.of(ORDERS.namespace(), "missing");
        TableIdentifier elsewhere = TableIdentifier.of("nowhere", ORDERS.name());
        assertThat(catalog.find(List.of(ORDERS, missing, ITEMS, elsewhere, TableIdentifier.of("bare"))))
                .containsExactlyInAnyOrder(
                        catalog.find(ORDERS).orElseThrow(), catalog.find(ITEMS).orElseThrow());
        assertThat(catalog.find(List.of())).isEmpty();
    }

    @Test
    void a_commit_with_an_identity_is_remembered_with_the_table() {
        Table table = catalog.createTable(ORDERS, SCHEMA);
        table.newAppend()
                .appendFile(file(1))
                .set(RecordedCommit.COMMIT_ID, "load-1")
                .commit();
        RecordedCommit commit = catalog.commit(table.uuid(), "load-1").orElseThrow();
        assertThat(commit.snapshotId()).isEqualTo(table.currentSnapshot().snapshotId());
        assertThat(commit.rowCount()).isEqualTo(10);
        table.updateProperties().set("a", "b").commit();
        assertThat(catalog.commit(table.uuid(), "load-2")).isEmpty();
        assertThatThrownBy(() -> {
                    Table again = another().loadTable(ORDERS);
                    again.updateProperties()
                            .set(TableProperties.COMMIT_NUM_RETRIES, "0")
                            .commit();
                    again.newAppend()
                            .appendFile(file(2))
                            .set(RecordedCommit.COMMIT_ID, "load-1")
                            .commit();
                })
                .isInstanceOf(CommitFailedException.class);
        catalog.dropTable(ORDERS, false);
        assertThat(catalog.commit(table.uuid(), "load-1")).isEmpty();
    }

    @Test
    void old_metadata_files_are_removed() throws Exception {
        Table table = catalog.createTable(ORDERS, SCHEMA);
        for (int i = 0; i < 30; i++) {
            table.updateProperties().set("a", Integer.toString(i)).commit();
        }
        assertThat(count(Path.of(table.location(), "metadata"))).isLessThanOrEqualTo(21);
    }

    private static long count(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }

    private static TableOperations operations(Table table) {
        return ((HasTableOperations) table).operations();
    }

    private static TableCommit append(TableIdentifier name, Table table) {
        BaseTransaction transaction = (BaseTransaction) table.newTransaction();
        transaction.newAppend().appendFile(file(1)).commit();
        return TableCommit.create(name, transaction.startMetadata(), transaction.currentMetadata());
    }

    private static DataFile file(int number) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("/none/" + number + ".parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(10)
                .withRecordCount(10)
                .build();
    }
}
