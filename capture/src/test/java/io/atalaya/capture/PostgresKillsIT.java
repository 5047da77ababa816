package io.atalaya.capture;

import io.atalaya.migrations.PostgresServer;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class PostgresKillsIT extends CaptureKills {
    static boolean isInstalled() {
        return PostgresServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return PostgresServer.shared().orElseThrow().freshUrl();
    }

    @Override
    String password() {
        return "";
    }

    @Override
    String put(int id, String name) {
        return "INSERT INTO items VALUES (%d, '%s') ON CONFLICT (id) DO UPDATE SET name = excluded.name"
                .formatted(id, name);
    }

    @AfterEach
    void dropSlots() throws SQLException {
        execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database() AND NOT active");
    }
}
