package io.atalaya.capture;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.KillsContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table changes, on one kind of database. */
abstract class CaptureKills extends KillsContract {
    private String url = "";
    private Connection source;

    abstract String freshUrl();

    abstract String password();

    /** What inserts a row, or replaces that of its id. */
    abstract String put(int id, String name);

    @BeforeEach
    void begin() throws SQLException {
        url = freshUrl();
        source = DriverManager.getConnection(url, "atalaya", password());
        execute("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))");
        for (int id = 1; id <= 50; id++) {
            execute(put(id, "n" + id));
        }
    }

    @AfterEach
    void end() throws SQLException {
        source.close();
    }

    final void execute(String sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("database", "shop", url, "atalaya", password()));
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: take
                    extract: {target: shop_raw.items, capture: {connection: shop, table: items}}
                """;
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "started",
                "take/begun",
                "take/intended",
                "take/written",
                "take/committed",
                "take/noted",
                "take/confirmed",
                "take/done",
                "ending");
    }

    @Override
    protected void happens() throws SQLException {
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            int id = random.nextInt(1, 60);
            execute(
                    switch (random.nextInt(4)) {
                        case 0 -> "DELETE FROM items WHERE id = " + id;
                        case 1 -> "UPDATE items SET name = 'u" + random.nextInt(1000) + "' WHERE id = " + id;
                        case 2 ->
                            "UPDATE items SET id = (SELECT m FROM (SELECT max(id) + 1 AS m FROM items) i) WHERE id = "
                                    + id;
                        default -> put(id, "i" + random.nextInt(1000));
                    });
        }
    }

    /** What the database itself has. */
    @Override
    protected List<String> expected() {
        List<String> rows = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name FROM items ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + "|" + row.getString(2));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        return world.ask("shop_raw.items", "SELECT id, name FROM t ORDER BY id");
    }
}
