package io.atalaya.policies.tag;

import java.util.UUID;

/** What carries a tag. A tag is inherited from database to table to column, unless a nearer one has the same key. */
public sealed interface TagTarget {
    /** A database and, unless overridden, all in it. */
    record OfDatabase(UUID database) implements TagTarget {}

    /** A table and, unless overridden, its columns. */
    record OfTable(UUID database, UUID table) implements TagTarget {}

    /** A top-level column with everything inside it. */
    record OfColumn(UUID database, UUID table, int fieldId) implements TagTarget {}

    /** The database it is or is in. */
    UUID database();

    /** The target as one word, which {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case OfDatabase(var database) -> "database/" + database;
            case OfTable(var database, var table) -> "table/" + database + "/" + table;
            case OfColumn(var database, var table, var field) -> "column/" + database + "/" + table + "/" + field;
        };
    }

    /** The target that {@code text} was made from. */
    static TagTarget parse(String text) {
        String[] parts = text.split("/", -1);
        UUID database = UUID.fromString(parts[1]);
        return switch (parts[0]) {
            case "database" -> new OfDatabase(database);
            case "table" -> new OfTable(database, UUID.fromString(parts[2]));
            case "column" -> new OfColumn(database, UUID.fromString(parts[2]), Integer.parseInt(parts[3]));
            default -> throw new IllegalArgumentException("no tag target: " + text);
        };
    }
}
