package io.atalaya.catalog.workspace;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code datasets/} as people write it: a database and tables of it; any part may be missing.
 * {@code docs/workspace.md} explains each key.
 *
 * @param zone raw, curated or consumption
 * @param tags value by key
 */
public record DatasetFile(
        @Nullable String database,
        @Nullable String zone,
        @Nullable String owner,
        @Nullable String description,
        @Nullable Map<String, String> tags,
        @Nullable List<TablePart> tables) {

    /**
     * A table.
     *
     * @param owner the user or profile that answers for it
     * @param columns those that are declared; if all have a type, the table is made when it is absent
     * @param partitioning for a table that is made, such as {@code month(received_on)}
     */
    public record TablePart(
            @Nullable String name,
            @Nullable String owner,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable List<ColumnPart> columns,
            @Nullable List<String> partitioning,
            @Nullable FreshnessPart freshness) {}

    /**
     * A column.
     *
     * @param type as SQL writes it, such as {@code decimal(12,2)}
     * @param nullable false for a column that is never null, in a table that is made
     * @param doc what it means
     */
    public record ColumnPart(
            @Nullable String name,
            @Nullable String type,
            @Nullable Boolean nullable,
            @Nullable String doc,
            @Nullable Map<String, String> tags) {}

    /**
     * What is promised of the newest data.
     *
     * @param column a date or timestamp
     * @param within how old its greatest value may be, such as {@code 7d}
     */
    public record FreshnessPart(
            @Nullable String column, @Nullable String within) {}
}
