package io.atalaya.catalog.identity;

import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.UUID;

/**
 * Someone who has proven who they are.
 *
 * @param principal with the profiles and attributes of this moment
 * @param by what they proved it with
 */
public record Authenticated(Principal principal, Credential by) {
    /** What a request is authenticated with. */
    public sealed interface Credential {
        /** A browser session; a change must carry {@code csrfToken}. */
        record OfSession(String csrfToken, Instant expiresAt) implements Credential {
            @Override
            public String toString() {
                return "OfSession[expiresAt=" + expiresAt + "]";
            }
        }

        /** An API token. */
        record OfToken(UUID id, String name) implements Credential {}

        /** An access key; {@code region} is the one the client named. */
        record OfAccessKey(String accessKeyId, String region) implements Credential {}
    }
}
