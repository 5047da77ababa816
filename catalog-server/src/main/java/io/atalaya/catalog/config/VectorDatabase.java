package io.atalaya.catalog.config;

import java.util.Locale;
import java.util.Optional;

/**
 * A PostgreSQL with pgvector that keeps the indexes of vectors instead of the data directory.
 *
 * @param url a JDBC URL without user and password
 */
public record VectorDatabase(String url, String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
        return "VectorDatabase[url=" + url + ", user=" + user + "]";
    }

    static Optional<VectorDatabase> read(Settings settings, SecretReferences secrets) {
        Optional<String> url = settings.text("pgvector.url");
        Optional<String> user = settings.text("pgvector.user");
        Optional<String> password = settings.text("pgvector.password")
                .map(reference -> secrets.resolve(settings, "pgvector.password", reference));
        if (url.isEmpty()) {
            if (user.isPresent() || password.isPresent()) {
                settings.required("pgvector.url", "it is the JDBC address of the PostgreSQL with pgvector");
            }
            return Optional.empty();
        }
        if (!url.get().startsWith("jdbc:postgresql:")) {
            throw settings.fault("pgvector.url", "must begin with jdbc:postgresql:");
        }
        if (url.get().contains("@") || url.get().toLowerCase(Locale.ROOT).matches(".*[?&](user|password)=.*")) {
            throw settings.fault("pgvector.url", "must have no user and no password in it");
        }
        return Optional.of(new VectorDatabase(url.get(), user.orElse(""), password.orElse("")));
    }
}
