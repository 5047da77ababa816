package io.atalaya.lakehouse.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Namespaces with their zone and other properties. */
final class NamespaceProperties {
    private final Jdbi jdbi;

    NamespaceProperties(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    List<NamespaceEntry> all() {
        return entries(jdbi.withExtension(CatalogStore.class, store -> store.namespaces(null)));
    }

    Optional<NamespaceEntry> find(Namespace namespace) {
        return namespace.length() == 1
                ? jdbi.withExtension(CatalogStore.class, store -> find(store, namespace))
                : Optional.empty();
    }

    NamespaceEntry require(Namespace namespace) {
        return find(namespace).orElseThrow(() -> missing(namespace));
    }

    void create(Namespace namespace, Map<String, String> properties) {
        Zone zone = Zone.in(namespace, properties);
        String uuid = UUID.randomUUID().toString();
        try {
            jdbi.useTransaction(handle -> {
                CatalogStore store = handle.attach(CatalogStore.class);
                store.insertNamespace(uuid, namespace.level(0), zone.text());
                write(store, uuid, properties);
                CatalogChanges.noteDatabase(handle);
            });
        } catch (UnableToExecuteStatementException e) {
            throw Pointers.isDuplicate(e)
                    ? new AlreadyExistsException(e, "Namespace already exists: %s", namespace)
                    : e;
        }
    }

    void set(Namespace namespace, Map<String, String> properties) {
        jdbi.useTransaction(handle -> {
            CatalogStore store = handle.attach(CatalogStore.class);
            String uuid = uuid(store, namespace);
            if (properties.containsKey(Zone.PROPERTY)) {
                store.setZone(uuid, Zone.in(namespace, properties).text());
            }
            write(store, uuid, properties);
            CatalogChanges.noteDatabase(handle);
        });
    }

    boolean remove(Namespace namespace, Set<String> names) {
        if (names.contains(Zone.PROPERTY)) {
            throw new ValidationException("namespace %s cannot be without a zone", namespace);
        }
        return jdbi.inTransaction(handle -> {
            CatalogStore store = handle.attach(CatalogStore.class);
            String uuid = uuid(store, namespace);
            int removed = names.stream()
                    .mapToInt(name -> store.deleteProperty(uuid, name))
                    .sum();
            CatalogChanges.noteDatabase(handle);
            return removed > 0;
        });
    }

    boolean drop(Namespace namespace) {
        return jdbi.inTransaction(handle -> {
            CatalogStore store = handle.attach(CatalogStore.class);
            Optional<NamespaceEntry> entry = namespace.length() == 1 ? find(store, namespace) : Optional.empty();
            if (entry.isEmpty()) {
                return false;
            }
            String uuid = entry.get().uuid().toString();
            long tables = store.tablesIn(uuid);
            if (!handle.attach(ViewStore.class).views(namespace.level(0)).isEmpty()) {
                throw new NamespaceNotEmptyException("Namespace %s is not empty: it has views", namespace);
            }
            if (tables > 0) {
                throw new NamespaceNotEmptyException("Namespace %s is not empty: %s tables", namespace, tables);
            }
            int deleted = store.deleteNamespace(uuid);
            CatalogChanges.noteDatabase(handle);
            return deleted > 0;
        });
    }

    private static void write(CatalogStore store, String uuid, Map<String, String> properties) {
        properties.forEach((name, value) -> {
            if (!name.equals(Zone.PROPERTY)) {
                store.deleteProperty(uuid, name);
                store.insertProperty(uuid, name, value);
            }
        });
    }

    private static String uuid(CatalogStore store, Namespace namespace) {
        return find(store, namespace)
                .orElseThrow(() -> missing(namespace))
                .uuid()
                .toString();
    }

    private static Optional<NamespaceEntry> find(CatalogStore store, Namespace namespace) {
        return entries(store.namespaces(namespace.level(0))).stream().findFirst();
    }

    private static NoSuchNamespaceException missing(Namespace namespace) {
        return new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
    }

    private static List<NamespaceEntry> entries(List<CatalogStore.NamespaceRow> rows) {
        Map<UUID, List<CatalogStore.NamespaceRow>> grouped = new LinkedHashMap<>();
        rows.forEach(row ->
                grouped.computeIfAbsent(row.uuid(), _ -> new ArrayList<>()).add(row));
        return grouped.values().stream().map(NamespaceProperties::entry).toList();
    }

    private static NamespaceEntry entry(List<CatalogStore.NamespaceRow> rows) {
        CatalogStore.NamespaceRow first = rows.getFirst();
        Map<String, String> properties = new HashMap<>();
        properties.put(Zone.PROPERTY, first.zone());
        for (CatalogStore.NamespaceRow row : rows) {
            if (row.property() != null && row.value() != null) {
                properties.put(row.property(), row.value());
            }
        }
        return new NamespaceEntry(
                first.uuid(), first.namespace(), Zone.of(first.namespace(), first.zone()), properties);
    }
}
