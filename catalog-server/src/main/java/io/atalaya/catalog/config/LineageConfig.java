package io.atalaya.catalog.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where OpenLineage events go; nowhere without a file or an address.
 *
 * @param namespace of jobs and datasets in them
 * @param file what events are added to, a line each
 * @param url what they are posted to
 * @param secret the name of the webhook secret that the post is signed with
 */
public record LineageConfig(String namespace, Optional<Path> file, Optional<URI> url, Optional<String> secret) {
    /** Whether events are wanted. */
    public boolean isWanted() {
        return file.isPresent() || url.isPresent();
    }
}
