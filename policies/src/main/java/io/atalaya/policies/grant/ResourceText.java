package io.atalaya.policies.grant;

import io.atalaya.policies.tag.TagExpression;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A resource as one word, equal for equal resources: how it is stored and compared. */
public final class ResourceText {
    private ResourceText() {}

    static String print(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "catalog";
            case Resource.OfDatabase(var database) -> "database/" + database;
            case Resource.AllTables(var database) -> "tables/" + database;
            case Resource.OfTable(var database, var table) -> "table/" + database + "/" + table;
            case Resource.OfColumns(var database, var table, var columns) ->
                "columns/" + database + "/" + table + "/" + print(columns);
            case Resource.OfCells(var database, var table, var filter) ->
                "cells/" + database + "/" + table + "/" + filter;
            case Resource.Tagged(var kind, var expression) -> "tagged/" + kind + "/" + expression.text();
            case Resource.TaggedAs(var kind, var name) -> "tagged-as/" + kind + "/" + name;
            case Resource.OfLocation(var uri) -> "location/" + uri;
        };
    }

    /** The columns as one word, which {@link #columns} reads. */
    public static String print(ColumnSelection columns) {
        return switch (columns) {
            case ColumnSelection.Include(var ids) -> "include:" + list(ids);
            case ColumnSelection.Exclude(var ids) -> "exclude:" + list(ids);
        };
    }

    /** The columns that {@code text} was made from. */
    public static ColumnSelection columns(String text) {
        int colon = text.indexOf(':');
        Set<Integer> ids = colon == text.length() - 1
                ? Set.of()
                : java.util.Arrays.stream(text.substring(colon + 1).split(",", -1))
                        .map(Integer::valueOf)
                        .collect(Collectors.toUnmodifiableSet());
        return text.startsWith("include:") ? new ColumnSelection.Include(ids) : new ColumnSelection.Exclude(ids);
    }

    /** The resource that {@code text} was made from. */
    public static Resource parse(String text) {
        String[] parts = text.split("/", 4);
        return switch (parts[0]) {
            case "catalog" -> new Resource.OfCatalog();
            case "database" -> new Resource.OfDatabase(UUID.fromString(parts[1]));
            case "tables" -> new Resource.AllTables(UUID.fromString(parts[1]));
            case "table" -> new Resource.OfTable(UUID.fromString(parts[1]), UUID.fromString(parts[2]));
            case "columns" ->
                new Resource.OfColumns(UUID.fromString(parts[1]), UUID.fromString(parts[2]), columns(parts[3]));
            case "cells" ->
                new Resource.OfCells(UUID.fromString(parts[1]), UUID.fromString(parts[2]), UUID.fromString(parts[3]));
            case "tagged" ->
                new Resource.Tagged(
                        Resource.Tagged.Kind.valueOf(parts[1]),
                        TagExpression.parse(text.substring("tagged/".length() + parts[1].length() + 1)));
            case "tagged-as" -> new Resource.TaggedAs(Resource.Tagged.Kind.valueOf(parts[1]), parts[2]);
            case "location" -> new Resource.OfLocation(text.substring("location/".length()));
            default -> throw new IllegalArgumentException("no resource: " + text);
        };
    }

    private static String list(Set<Integer> ids) {
        return ids.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    }
}
