package io.atalaya.ingestion.database;

import java.util.Optional;
import java.util.Set;

/**
 * A relational database that pipelines may read or publish to, as the server's settings name it. Workspaces know only its name.
 *
 * @param url of JDBC, without user and password
 * @param usedBy users and profiles whose pipelines may read it; nobody else's
 * @param publishedBy users and profiles whose pipelines may write to it; nobody else's
 */
public record DatabaseSettings(
        String url, Optional<String> user, Optional<String> password, Set<String> usedBy, Set<String> publishedBy) {
    public DatabaseSettings {
        usedBy = Set.copyOf(usedBy);
        publishedBy = Set.copyOf(publishedBy);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", usedBy=" + usedBy + ", publishedBy=" + publishedBy
                + "]";
    }
}
