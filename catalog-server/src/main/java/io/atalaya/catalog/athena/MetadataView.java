package io.atalaya.catalog.athena;

import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Databases and tables as far as a principal may know of them; columns that are hidden from it are not there. */
public interface MetadataView {
    /** In name order. */
    Page<Database> databases(Principal principal, Optional<String> after, int max);

    /** Empty if there is none, or none for this principal. */
    Optional<Database> database(Principal principal, String name);

    /**
     * In name order.
     *
     * @param name what the whole name must match
     * @throws AthenaException if the database is absent or not for this principal
     */
    Page<TableMetadata> tables(
            Principal principal, String database, Optional<Pattern> name, Optional<String> after, int max);

    /** Empty if there is none, or none for this principal. */
    Optional<TableMetadata> table(Principal principal, String database, String name);

    /** A database. */
    record Database(String name, Optional<String> description) {}

    /** A table with the columns that are not hidden, in the order of its schema. */
    record TableMetadata(String name, Optional<Instant> createdAt, List<Column> columns, Optional<String> description) {
        public TableMetadata {
            columns = List.copyOf(columns);
        }
    }

    /** A column; {@code type} in the words of Glue's catalog, such as {@code array<string>}. */
    record Column(String name, String type, Optional<String> comment) {}

    /** Part of a list; {@code last} is the name to go on after, if there is more. */
    record Page<T>(List<T> items, Optional<String> last) {
        public Page {
            items = List.copyOf(items);
        }
    }
}
