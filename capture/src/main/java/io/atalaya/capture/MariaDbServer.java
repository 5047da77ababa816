package io.atalaya.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Request;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.CRC32;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.source.SourceRecord;

/** MariaDB: its log is files, of which it drops the oldest; the engine tells where in them it is. */
final class MariaDbServer extends Server {
    private String endFile = "";
    private long endPosition;
    private String endGtid = "";

    MariaDbServer(Request request) {
        super(request);
    }

    @Override
    void configure(Properties engine) {
        engine.put("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
        engine.put("database.port", Integer.toString(address.getPort() < 0 ? 3306 : address.getPort()));
        CRC32 sum = new CRC32();
        sum.update(follower().getBytes(StandardCharsets.US_ASCII));
        engine.put("database.server.id", Long.toString(1_000_000 + sum.getValue() % 1_000_000_000));
        engine.put("database.ssl.mode", tls() ? "required" : "disable");
        engine.put("database.include.list", database());
        engine.put("table.include.list", database() + "\\." + request.table());
        engine.put("bigint.unsigned.handling.mode", "precise");
        engine.put("include.schema.changes", "false");
        engine.put("schema.history.internal", KeptHistory.class.getName());
        engine.put("schema.history.internal.store.only.captured.tables.ddl", "true");
    }

    private boolean tls() {
        String query = String.valueOf(address.getQuery());
        return query.contains("sslMode=") && !query.contains("sslMode=disable");
    }

    @Override
    Optional<String> loss(Map<String, Object> offset) {
        String file = String.valueOf(offset.get("file"));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet logs = statement.executeQuery("SHOW BINARY LOGS")) {
                while (logs.next()) {
                    if (logs.getString(1).equals(file)) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of("Database '%s' has thrown away %s, which was not read to its end"
                    .formatted(request.database(), file));
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    void markEnd() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet end = statement.executeQuery("SHOW MASTER STATUS")) {
                if (!end.next()) {
                    throw new IngestionException.BadStage(
                            "Database '{0}' writes no binary log; set log_bin, and binlog_format to ROW",
                            request.database());
                }
                endFile = end.getString(1);
                endPosition = end.getLong(2);
            }
            try (ResultSet gtid = statement.executeQuery("SELECT @@GLOBAL.gtid_binlog_pos")) {
                endGtid = gtid.next() ? gtid.getString(1) : "";
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /** Each row has a number of its own. */
    @Override
    Optional<Object> place(SourceRecord record) {
        return Optional.empty();
    }

    @Override
    boolean isNothingBehind(Map<String, Object> offset) {
        return !endGtid.isEmpty()
                && endGtid.equals(offset.get("gtids"))
                && (offset.get("event") == null
                        || offset.get("event").toString().equals("0"));
    }

    @Override
    boolean isEnd(SourceRecord record) {
        return false;
    }

    /** Its log does not wait for followers. */
    @Override
    void forget() {}

    @Override
    boolean isQuiet(String following, long received) {
        try {
            var beans = ManagementFactory.getPlatformMBeanServer();
            var name = new ObjectName("debezium.mariadb:type=connector-metrics,context=streaming,server=" + follower()
                    + "," + FOLLOWING + "=" + following);
            if (!beans.isRegistered(name)) {
                return false;
            }
            if (!(beans.getAttribute(name, "BinlogFilename") instanceof String file) || file.isEmpty()) {
                // It is not connected yet.
                return false;
            }
            long position = ((Number) beans.getAttribute(name, "BinlogPosition")).longValue();
            long told = 0;
            for (String kind : List.of("Create", "Update", "Delete")) {
                told += ((Number) beans.getAttribute(name, "TotalNumberOf" + kind + "EventsSeen")).longValue();
            }
            boolean empty = beans.getAttribute(name, "QueueRemainingCapacity")
                    .equals(beans.getAttribute(name, "QueueTotalCapacity"));
            int files = file.compareTo(endFile);
            boolean reached = files > 0 || (files == 0 && position >= endPosition);
            return reached && empty && told <= received;
        } catch (JMException e) {
            throw new IngestionException.Unavailable("The engine does not say how far it has read", e);
        }
    }
}
