package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What differs between the databases that can be read. */
enum SourceDialect {
    POSTGRESQL("\"") {
        @Override
        Map<String, String> properties() {
            // Texts given for parameters have the type of what they are compared with.
            return Map.of("options", "-c TimeZone=UTC", "stringtype", "unspecified");
        }

        @Override
        void oneSnapshot(List<Connection> connections, String table) throws SQLException {
            String snapshot = null;
            for (Connection connection : connections) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                    if (snapshot != null) {
                        statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
                    } else if (connections.size() > 1) {
                        try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
                            row.next();
                            snapshot = row.getString(1);
                        }
                    }
                }
            }
        }

        @Override
        boolean isInstant(String typeName) {
            return typeName.equals("timestamptz");
        }

        @Override
        String replacing(List<String> key, List<String> columns) {
            String keys = key.stream().map(this::name).collect(Collectors.joining(", "));
            String set = columns.stream()
                    .filter(column -> !key.contains(column))
                    .map(column -> name(column) + " = excluded." + name(column))
                    .collect(Collectors.joining(", "));
            return " ON CONFLICT (" + keys + ") DO " + (set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
        }
    },

    /** Also MySQL, whose protocol and SQL it shares. Texts of instants are brought to UTC by the session's time zone. */
    MARIADB("`") {
        @Override
        Map<String, String> properties() {
            return Map.of(
                    "tinyInt1isBit", "false",
                    "yearIsDateType", "false",
                    "sessionVariables", "time_zone='+00:00'");
        }

        @Override
        void oneSnapshot(List<Connection> connections, String table) throws SQLException {
            if (connections.size() == 1) {
                begin(connections.getFirst());
                return;
            }
            try (Statement lock = connections.getFirst().createStatement()) {
                // Nothing is written to the table while the others begin; the first begins last, which lets go of it.
                lock.execute("LOCK TABLES " + table + " READ");
                for (Connection connection : connections.subList(1, connections.size())) {
                    begin(connection);
                }
                lock.execute("UNLOCK TABLES");
                begin(connections.getFirst());
            }
        }

        @Override
        boolean isInstant(String typeName) {
            return typeName.equals("timestamp");
        }

        @Override
        String instant(String text) {
            return text + "+00";
        }

        @Override
        String replacing(List<String> key, List<String> columns) {
            return columns.stream()
                    .map(column -> name(column) + " = VALUES(" + name(column) + ")")
                    .collect(Collectors.joining(", ", " ON DUPLICATE KEY UPDATE ", ""));
        }
    };

    private static final Pattern QUALIFIED = Pattern.compile("[^.\"`]+(\\.[^.\"`]+){0,2}");

    private final String quote;

    SourceDialect(String quote) {
        this.quote = quote;
    }

    /** Lets all connections see the rows as they are at one moment. */
    abstract void oneSnapshot(List<Connection> connections, String table) throws SQLException;

    /** Whether a type of date and time means a moment, and not what a clock on some wall showed. */
    abstract boolean isInstant(String typeName);

    /** The text of an instant with its offset from UTC. */
    String instant(String text) {
        return text;
    }

    /** The end of an INSERT whose rows replace those with the same key. */
    abstract String replacing(List<String> key, List<String> columns);

    /** What the driver needs to know. */
    abstract Map<String, String> properties();

    /** The name of a column as it stands in a statement. */
    String name(String name) {
        return quote + name.replace(quote, quote + quote) + quote;
    }

    /** The name of a table, in its schema if it has one, as it stands in a statement. */
    String table(String name) {
        if (!QUALIFIED.matcher(name).matches()) {
            throw new IngestionException.BadStage("'{0}' is no table; write schema.table, without quotes", name);
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("\\.", -1)) {
            parts.add(name(part));
        }
        return String.join(".", parts);
    }

    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        }
    }

    /** The dialect of the database at that address. */
    static SourceDialect of(String database, String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        if (lower.startsWith("jdbc:mariadb:") || lower.startsWith("jdbc:mysql:")) {
            return MARIADB;
        }
        throw new IngestionException.BadStage(
                "Database '{0}' is of a kind that cannot be read; its address must begin with jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:",
                database);
    }
}
