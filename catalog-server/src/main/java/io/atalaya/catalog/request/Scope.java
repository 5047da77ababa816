package io.atalaya.catalog.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.atalaya.policies.Permission;
import io.atalaya.policies.grant.Grantee;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is asked for, to the last column: exactly this is approved, and exactly this is granted.
 *
 * @param grantee who shall have it, as {@link Grantee#text}
 * @param items never empty; no dataset twice
 * @param from when it begins; at once if empty
 * @param until the first instant at which it has ended
 */
public record Scope(
        String grantee,
        Permission permission,
        List<Item> items,
        Optional<Instant> from,
        Instant until,
        String purpose) {
    public Scope {
        items = List.copyOf(items);
    }

    /**
     * One dataset.
     *
     * @param dataset database and name as the requester wrote them
     * @param table the table they name; empty if there was none when it was asked
     * @param columns never empty for SELECT, else empty
     * @param rows a predicate over field ids; all rows if empty
     * @param known whether the requester could know of the table and all the columns
     */
    public record Item(
            String dataset, Optional<Bound> table, List<Column> columns, Optional<String> rows, boolean known) {
        public Item {
            columns = List.copyOf(columns);
        }

        /** Whether it names only what there is. */
        @JsonIgnore
        public boolean isBound() {
            return table.isPresent()
                    && columns.stream().allMatch(column -> column.fieldId().isPresent());
        }

        /** The same with other columns and rows. */
        public Item with(List<Column> newColumns, Optional<String> newRows) {
            return new Item(dataset, table, newColumns, newRows, known);
        }
    }

    /** The identity of a table. */
    public record Bound(UUID database, UUID table) {}

    /** A column as the requester wrote it; {@code fieldId} is empty if there was none of that name. */
    public record Column(String name, Optional<Integer> fieldId) {}

    /** Who shall have it. */
    public Grantee who() {
        return Grantee.parse(grantee);
    }

    /** Whether the requester could know of everything in it. */
    @JsonIgnore
    public boolean isKnown() {
        return items.stream().allMatch(Item::known);
    }

    /** The same of other datasets until another end. */
    public Scope with(List<Item> newItems, Instant newUntil) {
        return new Scope(grantee, permission, newItems, from, newUntil, purpose);
    }

    /** SHA-256 of all of it, in hexadecimal digits. */
    public String hash() {
        List<Object> all = new ArrayList<>(List.of(
                "scope-1",
                grantee,
                permission.name(),
                from.map(Instant::toString).orElse(""),
                until.toString(),
                purpose));
        for (Item item : items) {
            all.add(List.of(
                    item.dataset(),
                    item.table().map(Bound::table).map(UUID::toString).orElse(""),
                    item.columns().stream()
                            .map(column -> column.fieldId().map(id -> "#" + id).orElse(column.name()))
                            .sorted()
                            .toList(),
                    item.rows().orElse("")));
        }
        try {
            byte[] text = RequestJson.write(all).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
