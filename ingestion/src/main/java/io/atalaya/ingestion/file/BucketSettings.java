package io.atalaya.ingestion.file;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * A bucket of S3 that pipelines may read, as the server's settings name it.
 *
 * @param endpoint of what speaks as S3 does; empty for AWS
 * @param key the id of an access key, which needs no more than to list and get objects
 * @param usedBy users and profiles whose pipelines may; nobody else's
 */
public record BucketSettings(String region, Optional<URI> endpoint, String key, String secret, Set<String> usedBy) {
    public BucketSettings {
        usedBy = Set.copyOf(usedBy);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BucketSettings[region=" + region + ", endpoint=" + endpoint + ", key=" + key + ", usedBy=" + usedBy
                + "]";
    }
}
