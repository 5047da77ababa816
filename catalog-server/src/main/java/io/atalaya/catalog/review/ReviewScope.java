package io.atalaya.catalog.review;

import java.util.Optional;
import java.util.UUID;

/**
 * Which grants a campaign is about.
 *
 * @param name a tag as {@code domain=sales}, a database, a table as {@code database.table}, a profile, or a user
 * @param id of the database or table
 */
public record ReviewScope(Kind kind, String name, Optional<UUID> id) {
    /** What is named. */
    public enum Kind {
        /** Grants that reach a column, table or database that carries the tag. */
        TAG,
        /** Grants on the database or that reach tables in it. */
        DATABASE,
        /** Grants that reach the table. */
        TABLE,
        /** Grants that the profile holds, itself and through profiles that it includes. */
        PROFILE,
        /** Grants that the user holds, itself and through profiles. */
        USER
    }
}
