package io.atalaya.lakehouse.write;

import java.util.Set;
import java.util.UUID;

/**
 * Files of a table that are worth being written anew as fewer ones, in one commit.
 *
 * @param locations of the files, as their manifests name them; never empty
 * @param bytes their size
 */
public record Portion(Set<String> locations, long bytes) {
    /** As much as one commit writes anew, unless somebody says otherwise. */
    public static final long BYTES = 1L << 30;

    public Portion {
        locations = Set.copyOf(locations);
    }

    /** The same for the same files. */
    public String identity() {
        String sorted = String.join("\n", locations.stream().sorted().toList());
        return UUID.nameUUIDFromBytes(sorted.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }
}
