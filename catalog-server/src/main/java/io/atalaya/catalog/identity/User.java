package io.atalaya.catalog.identity;

import java.time.Instant;

/**
 * Someone who can sign in. Profiles and attributes are the policies' matter.
 *
 * @param name unique, lower case; never given to someone else
 * @param displayName for people to read
 * @param disabled whether nothing of theirs is accepted any more
 * @param password whether they have one
 */
public record User(String name, String displayName, Kind kind, boolean disabled, boolean password, Instant createdAt) {
    /** Whether a person or a program signs in. */
    public enum Kind {
        /** Signs in with a password, and may hold tokens and access keys. */
        HUMAN,
        /** Holds tokens and access keys only. */
        SERVICE
    }
}
