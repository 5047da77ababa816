package io.atalaya.ingestion.database;

import io.atalaya.migrations.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class PostgresPublicationTest extends PublicationContract {
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
    String table() {
        return "CREATE TABLE orders (id INT PRIMARY KEY, on_day DATE, amount NUMERIC(9, 2), at TIMESTAMP, first BOOLEAN, amounts JSONB)";
    }

    @Override
    List<String> noting() {
        return List.of(
                "CREATE FUNCTION note() RETURNS trigger AS 'BEGIN INSERT INTO written (id) VALUES (NEW.id); RETURN NEW; END' LANGUAGE plpgsql",
                "CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note()");
    }

    @Override
    String twice() {
        return "23505";
    }

    @Override
    String truth(boolean value) {
        return value ? "t" : "f";
    }
}
