package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The databases that pipelines may read, and their drivers. */
public final class Databases {
    private final Map<String, DatabaseSettings> byName;
    private final ClassLoader drivers;

    /**
     * Databases by the names pipelines know them by.
     *
     * @param drivers folder with jars of JDBC drivers beside the one of PostgreSQL; it need not exist
     */
    public Databases(Map<String, DatabaseSettings> byName, Path drivers) {
        this.byName = Map.copyOf(byName);
        this.drivers = new URLClassLoader("jdbc-drivers", jars(drivers), Databases.class.getClassLoader());
    }

    private static URL[] jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return new URL[0];
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(jar.toUri().toURL());
            }
            return jars.toArray(URL[]::new);
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The settings of that database, which the principal may use.
     *
     * @throws IngestionException.NotAllowed if there is none of that name, or not for this principal
     */
    public DatabaseSettings settings(Principal principal, String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(settings -> settings.usedBy().contains(principal.name())
                        || principal.profiles().stream().anyMatch(settings.usedBy()::contains))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no database '{0}' for '{1}'; the server's settings name it under databases.{2}, and in usedBy who may read it",
                        name, principal.name(), name));
    }

    /**
     * The settings of that database, for what the service itself has to do there.
     *
     * @throws IngestionException.BadStage if there is none of that name any more
     */
    public DatabaseSettings settings(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IngestionException.BadStage(
                        "The server's settings do not name databases.{0} any more", name));
    }

    /** What the folder of drivers holds, before it the service itself. */
    public ClassLoader drivers() {
        return drivers;
    }

    /**
     * The same of a database that the principal may publish to.
     *
     * @throws IngestionException.NotAllowed if there is none of that name, or not for this principal
     */
    DatabaseSettings toPublish(Principal principal, String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(settings -> settings.publishedBy().contains(principal.name())
                        || principal.profiles().stream().anyMatch(settings.publishedBy()::contains))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no database '{0}' that '{1}' may publish to; the server's settings name it under databases.{2}, and in publishedBy who may write to it",
                        name, principal.name(), name));
    }

    /** Opens a connection; what it does is not committed by itself. */
    Connection open(String name, DatabaseSettings settings) {
        Properties properties = new Properties();
        settings.user().ifPresent(user -> properties.setProperty("user", user));
        settings.password().ifPresent(password -> properties.setProperty("password", password));
        SourceDialect.of(name, settings.url()).properties().forEach(properties::setProperty);
        try {
            Connection connection = driver(name, settings.url()).connect(settings.url(), properties);
            if (connection == null) {
                throw new IngestionException.BadStage("The driver does not take the address of database '{0}'", name);
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            throw DatabaseFailure.of(name, e);
        }
    }

    private Driver driver(String name, String url) throws SQLException {
        for (Driver driver : ServiceLoader.load(Driver.class, drivers)) {
            if (driver.acceptsURL(url)) {
                return driver;
            }
        }
        throw new IngestionException.BadStage(
                "There is no JDBC driver for database '{0}'; put its jar into the folder that the setting 'drivers' names, and restart",
                name);
    }
}
