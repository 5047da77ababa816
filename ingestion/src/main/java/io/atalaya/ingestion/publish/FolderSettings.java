package io.atalaya.ingestion.publish;

import java.nio.file.Path;
import java.util.Set;

/**
 * A folder that pipelines may publish files to, as the server's settings name it. Workspaces know only its name.
 *
 * @param usedBy users and profiles whose pipelines may; nobody else's
 */
public record FolderSettings(Path path, Set<String> usedBy) {
    public FolderSettings {
        usedBy = Set.copyOf(usedBy);
    }
}
