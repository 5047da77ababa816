package io.atalaya.capture;

import io.atalaya.ingestion.database.MariaDbServer;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class MariaDbKillsIT extends CaptureKills {
    static boolean isInstalled() {
        return MariaDbServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return MariaDbServer.shared().orElseThrow().freshUrl();
    }

    @Override
    String password() {
        return "tower";
    }

    @Override
    String put(int id, String name) {
        return "REPLACE INTO items VALUES (%d, '%s')".formatted(id, name);
    }
}
