package io.atalaya.catalog.workbench;

import java.time.Instant;
import java.util.Optional;

/**
 * A named query, as it is kept and shared.
 *
 * @param owner who saved it
 * @param database what names without a database are looked up in
 * @param shared whether those see it, too, who may know of all tables that it reads
 */
public record KeptQuery(
        String id,
        String owner,
        String name,
        Optional<String> description,
        String database,
        String sql,
        String workgroup,
        boolean shared,
        Instant createdAt) {}
