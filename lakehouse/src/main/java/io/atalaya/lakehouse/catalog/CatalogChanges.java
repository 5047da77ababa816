package io.atalaya.lakehouse.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What has changed in the catalog since an earlier version of it. Every change of tables, databases and what is said of them
 * makes a version, in its own transaction.
 *
 * @param version that there is now
 * @param everything whether anything may have changed; then no table is told
 * @param tables that were made, changed, renamed or dropped
 */
public record CatalogChanges(long version, boolean everything, Set<UUID> tables) {
    /** Before the first version. */
    public static final long NEVER = -1;

    private static final String EVERYTHING = "*";

    /** For how many versions the changes are kept. */
    private static final long KEPT = 10_000;

    public CatalogChanges {
        tables = Set.copyOf(tables);
    }

    /** Whether nothing has. */
    public boolean isEmpty() {
        return !everything && tables.isEmpty();
    }

    /** Notes the change of tables as a part of the transaction, which makes no statement after it. */
    public static void note(Handle handle, Collection<UUID> tables) {
        write(handle, tables.stream().map(UUID::toString).distinct().toList());
    }

    /** Notes the change of a database likewise. */
    static void noteDatabase(Handle handle) {
        write(handle, List.of(EVERYTHING));
    }

    /** The row is locked until the transaction ends: whoever sees a version sees all changes up to it. */
    private static void write(Handle handle, List<String> items) {
        if (items.isEmpty()) {
            return;
        }
        handle.execute("UPDATE catalog_version SET version = version + 1 WHERE id = 1");
        for (String item : items) {
            handle.execute(
                    "INSERT INTO catalog_change (version, item) SELECT version, ? FROM catalog_version WHERE id = 1",
                    item);
        }
        handle.execute(
                "DELETE FROM catalog_change WHERE version <= (SELECT version FROM catalog_version WHERE id = 1) - ?",
                KEPT);
    }

    static CatalogChanges since(Jdbi jdbi, long known) {
        return jdbi.withHandle(handle -> {
            long version = handle.createQuery("SELECT version FROM catalog_version WHERE id = 1")
                    .mapTo(Long.class)
                    .one();
            if (version == known) {
                return new CatalogChanges(version, false, Set.of());
            }
            if (known < 0 || known > version || version - known > KEPT) {
                return new CatalogChanges(version, true, Set.of());
            }
            Set<String> items = handle.createQuery("SELECT DISTINCT item FROM catalog_change WHERE version > :known")
                    .bind("known", known)
                    .mapTo(String.class)
                    .collect(Collectors.toSet());
            return items.contains(EVERYTHING)
                    ? new CatalogChanges(version, true, Set.of())
                    : new CatalogChanges(
                            version, false, items.stream().map(UUID::fromString).collect(Collectors.toSet()));
        });
    }
}
