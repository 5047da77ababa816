package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random statements of every kind, given for a table full of canaries and for one that holds only what the asker may see: both
 * answer alike, become alike, and of the rows that are not shown none is changed. {@code -Datalaya.queries} takes more of them.
 */
class NoStatementLeaksTest {
    private static final int STATEMENTS = Integer.getInteger("atalaya.queries", 1400) / 28;

    @TempDir
    private Path folder;

    private GovernedWarehouse lake;

    @BeforeEach
    void open() {
        lake = GuardedStaff.in(folder);
        GuardedStaff.twin(lake);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ana", "fil"})
    void statements_do_as_if_the_rest_were_not_there(String user) {
        String unseen = unseen();
        int succeeded = 0;
        for (int seed = 0; seed < STATEMENTS; seed++) {
            String statement = new RandomStatements(user.hashCode() * 1_000_003L + seed).statement();
            String governed = outcome(user, statement, "staff", "a" + seed);
            String twin = outcome(user, statement, "seen", "b" + seed);
            assertThat(governed).as("seed %d: %s", seed, statement).isEqualTo(twin);
            succeeded += governed.startsWith("!") ? 0 : 1;
            if (statement.matches("(INSERT|UPDATE|DELETE|MERGE|OPTIMIZE|VACUUM).*")) {
                assertThat(rows(user, "staff"))
                        .as("seed %d: %s", seed, statement)
                        .isEqualTo(rows(user, "seen"));
                assertThat(unseen()).as("seed %d: %s", seed, statement).isEqualTo(unseen);
            }
        }
        // Enough of them must do something for the rest to mean something.
        assertThat(succeeded).isGreaterThan(STATEMENTS / 3);
    }

    private List<String> rows(String user, String table) {
        return lake.ask(user, "SELECT * FROM " + table).stream().sorted().toList();
    }

    private String unseen() {
        return String.join("\n", lake.ask("eng", "SELECT * FROM staff WHERE region IS DISTINCT FROM 'US' ORDER BY id"));
    }

    private String outcome(String user, String statement, String table, String fresh) {
        String sql = statement.replaceAll("\\bT\\b", table).replaceAll("\\bN\\b", fresh);
        lake.audit.clear();
        QueryExecution execution = lake.run(user, sql);
        lake.audit.forEach(event -> {
            Map<String, Object> details = new TreeMap<>(event.details());
            details.remove("statement");
            check(sql, details.toString());
        });
        if (execution.state() != QueryState.SUCCEEDED) {
            QueryError error = execution.error().orElseThrow();
            assertThat(error.code()).as("%s: %s", sql, error.message()).isNotEqualTo("INTERNAL_ERROR");
            check(sql, error.message());
            // Where several values fail, threads race for which is met first.
            return "!";
        }
        String id = execution.id().toString();
        ResultPage page = lake.service().results(lake.person(user), id, Optional.empty(), 1000);
        List<String> rows = page.rows().stream().map(String::valueOf).sorted().toList();
        check(sql, rows.toString());
        if (execution.substatement().equals("UNLOAD")) {
            checkFiles(user, sql, id);
        }
        if (sql.startsWith("CREATE")) {
            return outcome(user, "SELECT * FROM shop_consumption.N", table, fresh);
        }
        return sql.startsWith("EXPLAIN") ? "planned" : rows + page.updateCount().toString();
    }

    private void checkFiles(String user, String sql, String id) {
        long files =
                text(lake.service().document(lake.person(user), id)).lines().count();
        for (long number = 0; number < files; number++) {
            check(sql, text(lake.service().unloaded(lake.person(user), id, number)));
        }
    }

    private static String text(io.atalaya.query.result.ResultDocument document) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.content().writeTo(out);
            return out.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Numbers of snapshots and times may hold any digits. */
    private static void check(String sql, String told) {
        String words = told.replaceAll("\\b[0-9a-f]{8}-[0-9a-f-]{27}\\b|\\b\\d{15,}\\b|\\b[0-9a-f]{64}\\b", "");
        assertThat(words).as(sql).doesNotContain("777000");
        if (!sql.contains(GuardedStaff.CANARY)) {
            assertThat(words).as(sql).doesNotContain(GuardedStaff.CANARY, "secret");
        }
    }
}
