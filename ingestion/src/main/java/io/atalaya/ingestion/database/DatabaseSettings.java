package io.atalaya.ingestion.database;

import java.util.Optional;
import java.util.Set;

/**
 * A relational database that pipelines may read, as the server's settings name it. Workspaces know only its name.
 *
 * @param url of JDBC, without user and password
 * @param usedBy users and profiles whose pipelines may; nobody else's
 */
public record DatabaseSettings(String url, Optional<String> user, Optional<String> password, Set<String> usedBy) {
    public DatabaseSettings {
        usedBy = Set.copyOf(usedBy);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", usedBy=" + usedBy + "]";
    }
}
