package io.atalaya.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Request;
import io.atalaya.policies.Sentence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.zip.CRC32;
import org.apache.kafka.connect.source.SourceRecord;

/** What is particular to a kind of database. */
abstract sealed class Server permits PostgresServer, MariaDbServer {
    /** Tells apart the metrics of engines that follow the same table. */
    static final String FOLLOWING = "following";

    private static final String POSTGRESQL = "jdbc:postgresql:";

    final Request request;
    final URI address;

    Server(Request request) {
        this.request = request;
        this.address = URI.create(request.url().substring("jdbc:".length()));
        if (address.getHost() == null || address.getPath().length() < 2) {
            throw new IngestionException.BadStage(
                    "The address of database '{0}' must name a host and a database", request.database());
        }
    }

    static boolean isKnown(String url) {
        return url.startsWith(POSTGRESQL) || url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:");
    }

    static Server of(Request request) {
        return request.url().startsWith(POSTGRESQL) ? new PostgresServer(request) : new MariaDbServer(request);
    }

    String database() {
        return address.getPath().substring(1);
    }

    /** A name of letters, digits and underscores that is the same for every run of a stage, and no other's. */
    String follower() {
        String plain = request.follower().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        CRC32 sum = new CRC32();
        sum.update((request.follower() + "/" + request.table()).getBytes(StandardCharsets.UTF_8));
        return "atalaya_" + plain.substring(0, Math.min(40, plain.length())) + "_"
                + HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** The place of a record in the log, if others may have the same; empty if not. */
    abstract Optional<Object> place(SourceRecord record);

    /** The settings of the engine that only this kind has. */
    abstract void configure(Properties engine);

    /** Why the log does not reach back to that offset; empty if it does. Also notes where the log ends now. */
    abstract Optional<String> loss(Map<String, Object> offset);

    /** Notes, or has the log note, where its end is, so that {@link #isEnd} knows it. */
    abstract void markEnd();

    /** Whether nothing was in the log behind that offset when the end was noted. */
    abstract boolean isNothingBehind(Map<String, Object> offset);

    /** Whether that record shows that the end was reached which was noted. */
    abstract boolean isEnd(SourceRecord record);

    /**
     * Whether the end was reached though no record shows it; asked when none has come for a moment.
     *
     * @param following which of the engines in this process is asked about, as {@link #FOLLOWING} of its metrics says
     */
    abstract boolean isQuiet(String following, long received);

    /** Has it keep nothing more for this follower. */
    abstract void forget();

    /** A connection of its own, by a driver that is beside the service or part of it. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        request.user().ifPresent(user -> properties.setProperty("user", user));
        request.password().ifPresent(password -> properties.setProperty("password", password));
        for (Driver driver : ServiceLoader.load(Driver.class, Server.class.getClassLoader())) {
            if (driver.acceptsURL(request.url())) {
                Connection connection = driver.connect(request.url(), properties);
                if (connection != null) {
                    return connection;
                }
            }
        }
        throw new IngestionException.BadStage(
                "There is no JDBC driver for database '{0}'; put its jar into the folder that the setting 'drivers' names, and restart",
                request.database());
    }

    IngestionException unavailable(SQLException e) {
        return new IngestionException.Unavailable(
                Sentence.of("Database '{0}' does not answer (SQL state {1})", request.database(), e.getSQLState()), e);
    }
}
