package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every statement and construct there is, over a table with filtered rows, a mask and a hidden column, for who is held back by
 * guards, by a filter, and for who may nothing: what comes back, is put in files, said in errors or put on record holds no
 * canary, and what is not shown is not changed. The cases are in {@code under-policy.txt}, in the order they run.
 */
class StatementsUnderPolicyTest {
    @TempDir
    private static Path folder;

    @TempDir
    private static Path otherFolder;

    private static GovernedWarehouse lake;
    private static GovernedWarehouse filtered;
    private static String unseen = "";
    private static int fresh;

    /** One construct, in a statement, with what {@code ana} gets. */
    record Case(String construct, String sql, String expected) {
        @Override
        public String toString() {
            return construct;
        }
    }

    @BeforeAll
    static void open() {
        lake = GuardedStaff.in(folder);
        filtered = GuardedStaff.in(otherFolder);
        unseen = unseen(lake);
    }

    @AfterAll
    static void close() {
        lake.close();
        filtered.close();
    }

    static List<Case> cases() throws IOException {
        try (var in = Objects.requireNonNull(StatementsUnderPolicyTest.class.getResourceAsStream("under-policy.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ~ ", -1))
                    .map(parts -> new Case(parts[0].strip(), parts[1].strip(), parts[2].strip()))
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shows_and_changes_only_what_policies_let_through(Case each) {
        String got = outcome(lake, "ana", each.sql());
        if (!each.expected().equals("*")) {
            assertThat(got).as(each.sql()).isEqualTo(each.expected());
        }
        if (each.sql().matches("(SELECT|WITH)\\b(?!.*information_schema).*") && !got.startsWith("!") && isLeft(lake)) {
            assertThat(outcome(lake, "eng", each.sql()))
                    .as("all of it: " + each.sql())
                    .isNotEqualTo(got);
        }
        assertThat(unseen(lake)).as(each.sql()).isEqualTo(unseen);
        outcome(filtered, "fil", each.sql());
        assertThat(unseen(filtered)).as("filtered: " + each.sql()).isEqualTo(unseen);
        if (each.sql().contains("staff")) {
            assertThat(outcome(lake, "out", each.sql()))
                    .as("nobody: " + each.sql())
                    .matches("(?s)|!.*");
        }
    }

    private static boolean isLeft(GovernedWarehouse lake) {
        return lake.ask("eng", "SELECT count(*) FROM staff").getFirst().compareTo("4") > 0;
    }

    /** What nobody but {@code eng} sees of the table. */
    private static String unseen(GovernedWarehouse lake) {
        return String.join(
                "\n",
                lake.ask(
                        "eng",
                        "SELECT id, region, secret, age, boss FROM staff WHERE region IS DISTINCT FROM 'US' ORDER BY id"));
    }

    /** The rows, how many there are of those that were written, or {@code !} and why not; nothing of it is a canary. */
    private static String outcome(GovernedWarehouse lake, String user, String statement) {
        String sql = filled(lake, statement);
        lake.audit.clear();
        QueryExecution execution = lake.run(user, sql);
        String got;
        if (execution.state() == QueryState.SUCCEEDED) {
            ResultPage page =
                    lake.service().results(lake.person(user), execution.id().toString(), Optional.empty(), 1000);
            got = page.updateCount().isPresent()
                    ? Long.toString(page.updateCount().getAsLong())
                    : String.join(
                            ", ",
                            page.rows().stream()
                                    .map(row -> String.join(
                                            "|",
                                            row.stream().map(String::valueOf).toList()))
                                    .toList());
            if (user.equals("eng")) {
                return got;
            }
            check(sql, String.valueOf(page.columns()));
            if (execution.substatement().equals("UNLOAD")) {
                checkFiles(lake, user, execution, page.updateCount().orElse(0));
            }
        } else {
            QueryError error = execution.error().orElseThrow();
            assertThat(error.code()).as("%s: %s", sql, error.message()).isNotEqualTo("INTERNAL_ERROR");
            check(sql, error.message());
            got = "!" + error.code();
        }
        check(sql, got);
        lake.audit.forEach(event -> {
            Map<String, Object> details = new TreeMap<>(event.details());
            details.remove("statement");
            details.remove("target");
            check(sql, details.toString());
        });
        return got;
    }

    private static void checkFiles(GovernedWarehouse lake, String user, QueryExecution execution, long rows) {
        String id = execution.id().toString();
        long files =
                text(lake.service().document(lake.person(user), id)).lines().count();
        assertThat(files).isBetween(1L, rows);
        Stream.iterate(0L, number -> number < files, number -> number + 1)
                .forEach(number ->
                        check(execution.sql(), text(lake.service().unloaded(lake.person(user), id, number))));
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

    /** Nothing is told that was not asked with; a number of a snapshot or of bytes may hold any digits. */
    private static void check(String sql, String told) {
        String words = told.replaceAll("\\b[0-9a-f]{8}-[0-9a-f-]{27}\\b|\\b\\d{15,}\\b|\\b[0-9a-f]{64}\\b", "");
        assertThat(words).as(sql).doesNotContain("CANARY-", "CANARY]");
        for (String number : List.of("7770001", "7770002", "7770003", "7770004", "7770005", "7770006", "7770007")) {
            if (!sql.contains(number)) {
                assertThat(words).as(sql).doesNotContain(number);
            }
        }
        if (!sql.contains("CANARY")) {
            assertThat(words).as(sql).doesNotContain(GuardedStaff.CANARY);
        }
        if (!Arrays.asList(sql.split("\\W+")).contains("secret")) {
            assertThat(words).as(sql).doesNotContain("secret");
        }
    }

    private static String filled(GovernedWarehouse lake, String sql) {
        return sql.contains("{snapshot}")
                ? sql.replace(
                        "{snapshot}",
                        lake.ask("eng", "SELECT min_by(snapshot_id, committed_at) FROM \"staff$snapshots\"")
                                .getFirst())
                : sql.replace("{fresh}", "u" + ++fresh);
    }
}
