package io.atalaya.query.workgroup;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A text that its owner keeps to run it again.
 *
 * @param name not unique
 * @param database what names without a database are looked up in
 */
public record NamedQuery(
        UUID id,
        String name,
        Optional<String> description,
        String database,
        String sql,
        String workgroup,
        Instant createdAt) {}
