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
 * @param secret that the post is signed with
 * @param every how often, if there is a new one
 */
public record Checkpoints(Optional<Path> file, Optional<URI> url, Optional<String> secret, Duration every) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "Checkpoints[file=" + file + ", url=" + url + ", every=" + every + "]";
    }
}
