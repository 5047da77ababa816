package io.atalaya.ingestion.database;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class MariaDbPublicationTest extends PublicationContract {
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
    String table() {
        return "CREATE TABLE orders (id INT PRIMARY KEY, on_day DATE, amount NUMERIC(9, 2), at DATETIME, first BOOLEAN, amounts JSON)";
    }

    @Override
    List<String> noting() {
        return List.of(
                "CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW INSERT INTO written (id) VALUES (NEW.id)");
    }

    @Override
    String twice() {
        return "23000";
    }

    @Override
    String truth(boolean value) {
        return value ? "1" : "0";
    }
}
