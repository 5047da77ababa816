package io.atalaya.query.workgroup;

import java.time.Instant;
import java.util.Optional;

/**
 * A statement kept under a name, to be run by {@code EXECUTE}.
 *
 * @param name unique for its owner in a workgroup, whatever its case
 * @param sql may have a {@code ?} wherever a value may stand
 */
public record PreparedStatement(
        String name, String workgroup, String sql, Optional<String> description, Instant modifiedAt) {}
