package io.atalaya.ingestion.cloud;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * An account of AWS, or of what speaks as it does, that pipelines may use, as the server's settings name it.
 *
 * @param endpoint where it answers; empty: AWS, in that region
 * @param key id of the access key
 * @param usedBy users and profiles whose pipelines may; nobody else's
 */
public record CloudSettings(String region, Optional<URI> endpoint, String key, String secret, Set<String> usedBy) {
    public CloudSettings {
        usedBy = Set.copyOf(usedBy);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "CloudSettings[region=" + region + ", endpoint=" + endpoint + ", key=" + key + ", usedBy=" + usedBy
                + "]";
    }
}
