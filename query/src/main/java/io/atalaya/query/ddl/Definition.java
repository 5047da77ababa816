package io.atalaya.query.ddl;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;

/** A statement about databases, tables and views as it was written, in Athena's words or Trino's. Names are lower case. */
public sealed interface Definition {
    /** A column as it is declared. */
    record Column(String name, Type type, boolean required, Optional<String> comment) {}

    /** A new table without rows. */
    record CreateTable(
            List<String> name,
            List<Column> columns,
            Optional<String> comment,
            List<String> partitioning,
            Optional<String> location,
            Map<String, String> properties,
            boolean ifNotExists,
            boolean replaces)
            implements Definition {}

    /** A table that goes, with its rows. */
    record DropTable(List<String> name, boolean ifExists) implements Definition {}

    /** Changes to a table, all or none. */
    record AlterTable(List<String> name, List<Alteration> changes, boolean ifExists) implements Definition {}

    /** Another name for a table. */
    record RenameTable(List<String> name, List<String> to, boolean ifExists) implements Definition {}

    /** A new database. */
    record CreateDatabase(String name, Map<String, String> properties, boolean ifNotExists) implements Definition {}

    /** A database that goes; it must be empty. */
    record DropDatabase(String name, boolean ifExists, boolean cascade) implements Definition {}

    /** Properties of a database. */
    record AlterDatabase(String name, Map<String, String> properties) implements Definition {}

    /** All rows of a table go. */
    record Truncate(List<String> name) implements Definition {}

    /**
     * Small files become large ones.
     *
     * @param where a condition on partition columns, as written
     */
    record Optimize(List<String> name, Optional<String> where) implements Definition {}

    /** Old snapshots go, with the files that only they have. */
    record Vacuum(List<String> name) implements Definition {}

    /** A view that goes. */
    record DropView(List<String> name, boolean ifExists) implements Definition {}

    /** Which partitions a table has. */
    record ShowPartitions(List<String> name) implements Definition {}

    /** The properties of a table, or one of them. */
    record ShowProperties(List<String> name, Optional<String> property) implements Definition {}

    /** The views of a database. */
    record ShowViews(Optional<String> database, Optional<String> pattern) implements Definition {}

    /**
     * Rows of a query as files.
     *
     * @param query its text, at the lines and columns it has in the statement
     * @param location where they go, as written
     * @param options other than {@code partitioned_by}
     */
    record Unload(String query, String location, Map<String, String> options, List<String> partitionedBy)
            implements Definition {}

    /** A statement that Athena has and that means nothing here, or is not done. */
    record Refused(String construct, String reason) implements Definition {}

    /** One change to a table. */
    sealed interface Alteration {
        /** More columns. */
        record Add(List<Column> columns, boolean ifNotExists) implements Alteration {}

        /** A column that goes. */
        record Drop(String column, boolean ifExists) implements Alteration {}

        /** Another name for a column. */
        record Rename(String column, String to, boolean ifExists) implements Alteration {}

        /** A wider type for a column. */
        record Retype(String column, Type type) implements Alteration {}

        /** A column that may be without values from now on. */
        record DropNotNull(String column) implements Alteration {}

        /** What is said about a column. */
        record Comment(String column, Optional<String> comment) implements Alteration {}

        /** A column that comes first, or after another. */
        record Move(String column, Optional<String> after) implements Alteration {}

        /** Properties, among them {@code partitioning} as a list with line ends between. */
        record SetProperties(Map<String, String> properties, Optional<List<String>> partitioning)
                implements Alteration {}

        /** Properties that go. */
        record UnsetProperties(Set<String> names) implements Alteration {}
    }
}
