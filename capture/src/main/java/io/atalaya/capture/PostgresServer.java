package io.atalaya.capture;

import io.atalaya.ingestion.capture.ChangeLog.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** PostgreSQL: a replication slot says what it must keep of its log, and a message in the log is its end. */
final class PostgresServer extends Server {
    private static final String MARK = "atalaya";

    private final String mark = UUID.randomUUID().toString();

    PostgresServer(Request request) {
        super(request);
    }

    @Override
    void configure(Properties engine) {
        engine.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        engine.put("database.port", Integer.toString(address.getPort() < 0 ? 5432 : address.getPort()));
        engine.put("database.dbname", database());
        engine.put("plugin.name", "pgoutput");
        engine.put("slot.name", follower());
        engine.put("publication.name", follower());
        engine.put("publication.autocreate.mode", "filtered");
        engine.put(
                "table.include.list",
                (request.table().contains(".") ? request.table() : "public." + request.table()).replace(".", "\\."));
    }

    @Override
    Optional<String> loss(Map<String, Object> offset) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT coalesce(wal_status, '') FROM pg_replication_slots WHERE slot_name = ?")) {
            statement.setString(1, follower());
            try (ResultSet slot = statement.executeQuery()) {
                if (!slot.next()) {
                    return Optional.of(
                            "Replication slot %s of database '%s' is gone".formatted(follower(), request.database()));
                }
                return slot.getString(1).equals("lost")
                        ? Optional.of("Database '%s' has thrown away what replication slot %s had not read"
                                .formatted(request.database(), follower()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    void markEnd() {
        try (Connection connection = connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
            statement.setString(1, MARK);
            statement.setString(2, mark);
            statement.execute();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    Optional<Object> place(SourceRecord record) {
        return Optional.ofNullable(record.sourceOffset().get("lsn"));
    }

    @Override
    boolean isNothingBehind(Map<String, Object> offset) {
        return false;
    }

    @Override
    boolean isEnd(SourceRecord record) {
        return record.value() instanceof Struct value
                && record.valueSchema().field("message") != null
                && value.getStruct("message").get("content") instanceof ByteBuffer content
                && StandardCharsets.UTF_8.decode(content.duplicate()).toString().equals(mark);
    }

    /** Another process that still follows keeps the slot, and this fails. */
    @Override
    void forget() {
        try (Connection connection = connect()) {
            try (PreparedStatement slot = connection.prepareStatement(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?")) {
                slot.setString(1, follower());
                slot.execute();
            }
            try (Statement publication = connection.createStatement()) {
                publication.execute("DROP PUBLICATION IF EXISTS " + follower());
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    boolean isQuiet(String following, long received) {
        return false;
    }
}
