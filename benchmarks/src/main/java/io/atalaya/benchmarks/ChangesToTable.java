package io.atalaya.benchmarks;

import io.atalaya.ingestion.SourceSettings;
import io.atalaya.ingestion.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of a table of PostgreSQL, as its log tells them, through a pipeline that follows it to committed rows, with commits
 * of five seconds, against the server alone decoding the same changes from its log, in turns, in one run. Of the changes of
 * a turn two thirds are inserts and a third are updates of rows that were there, in transactions of a thousand. The
 * pipeline is timed as a whole: a run begins by connecting and ends when there is nothing more.
 *
 * <p>Arguments: changes in a turn (300000), turns (3), folder (a temporary one).
 */
public final class ChangesToTable {
    private static final int TRANSACTION = 1_000;

    private ChangesToTable() {}

    public static void main(String[] arguments) throws Exception {
        int changes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Double> loaded = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Folders folder = Folders.of(arguments, 2);
                Peers peers = new Peers()) {
            String url = peers.postgresql();
            SourceSettings none = SourceSettings.none(folder.path());
            var shop = new DatabaseSettings(url, Optional.of("atalaya"), Optional.of(""), Set.of("robot"), Set.of());
            var sources = new SourceSettings(
                    Map.of("shop", shop), none.drivers(), Map.of(), none.streams(), none.clouds(), none.folders());
            try (LoadedLake lake = LoadedLake.open(folder.path().resolve("lake"), sources);
                    Connection source = DriverManager.getConnection(url, "atalaya", "");
                    Statement statement = source.createStatement()) {
                prepare(statement, changes);
                lake.pipeline("mirror", """
                        stages:
                          - name: take
                            extract:
                              every: 5s
                              target: bench.items
                              capture: {connection: shop, table: items}
                        """);
                lake.run("mirror");
                for (int turn = 0; turn <= turns; turn++) {
                    change(source, statement, changes, turn);
                    double bare = changes / decoded(statement);
                    long started = System.nanoTime();
                    var run = lake.run("mirror");
                    double ours = changes / ((System.nanoTime() - started) / 1e9);
                    if (run.stage("take").rowsIn() < changes) {
                        throw new IllegalStateException(run.toString());
                    }
                    System.out.printf(
                            Locale.ROOT,
                            "%s: %,.0f changes/s to committed rows, %,.0f changes/s only decoded; %s%n",
                            turn == 0 ? "warm-up" : "turn " + turn,
                            ours,
                            bare,
                            run.stage("take").message().orElse(""));
                    if (turn > 0) {
                        loaded.add(ours);
                        ratios.add(ours / bare);
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "medians: %,.0f changes/s to committed rows, ratio to only decoding %.2f%n",
                MessagesToTable.median(loaded),
                MessagesToTable.median(ratios));
        System.exit(0);
    }

    private static void prepare(Statement statement, int changes) throws SQLException {
        statement.execute(
                "CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT, state TEXT, price NUMERIC(12, 2), changed_at TIMESTAMP)");
        statement.execute("INSERT INTO items " + rows("1", Integer.toString(changes)));
        statement.execute("CREATE PUBLICATION bare FOR TABLE items");
        statement.execute("SELECT pg_create_logical_replication_slot('bare', 'pgoutput')");
    }

    private static String rows(String first, String last) {
        return "SELECT i, 'item ' || i, 'CA', i % 1000 + 0.25, TIMESTAMP '2026-01-01 10:00:00' FROM generate_series("
                + first + ", " + last + ") i";
    }

    private static void change(Connection source, Statement statement, int changes, int turn) throws SQLException {
        source.setAutoCommit(false);
        long next = changes + 1L + turn * (changes * 2L / 3);
        long updated = 1;
        for (int done = 0; done < changes; done += TRANSACTION) {
            if (done / TRANSACTION % 3 == 2) {
                statement.execute("UPDATE items SET price = price + 1, changed_at = now() WHERE id BETWEEN " + updated
                        + " AND " + (updated + TRANSACTION - 1));
                updated += TRANSACTION;
            } else {
                statement.execute(
                        "INSERT INTO items " + rows(Long.toString(next), Long.toString(next + TRANSACTION - 1)));
                next += TRANSACTION;
            }
            source.commit();
        }
        source.setAutoCommit(true);
    }

    private static double decoded(Statement statement) throws SQLException {
        long started = System.nanoTime();
        try (ResultSet row = statement.executeQuery(
                "SELECT count(*), sum(length(data)) FROM pg_logical_slot_get_binary_changes('bare', NULL, NULL, 'proto_version', '1', 'publication_names', 'bare')")) {
            row.next();
        }
        return (System.nanoTime() - started) / 1e9;
    }
}
