package io.atalaya.catalog.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the audit log's checkpoints are published, which should be where whoever runs the service cannot change them.
 *
 * @param file that they are added to, such as one on a file system that only grows
 * @param url that they are posted to
 * @param secret the name of the webhook secret that the post is signed with
 * @param bucket that each is put into
 * @param every how often, if there is a new one
 */
public record Checkpoints(
        Optional<Path> file, Optional<URI> url, Optional<String> secret, Optional<Bucket> bucket, Duration every) {
    /**
     * A bucket of S3.
     *
     * @param prefix of the names of objects; may be empty
     * @param endpoint of what speaks as S3 does; empty for AWS
     * @param key the id of an access key, which needs no more than to put objects
     */
    public record Bucket(String name, String prefix, String region, Optional<URI> endpoint, String key, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Bucket[name=" + name + ", prefix=" + prefix + ", region=" + region + ", endpoint=" + endpoint
                    + ", key=" + key + "]";
        }
    }
}
