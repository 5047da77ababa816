package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What each profile is told of what became of a table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";

    private RunningServer server;

    /** A second commit with some columns changed, a third without one that is hidden, and a change that nothing was committed after. */
    @BeforeAll
    void start() {
        server = RunningServer.shop();
        server.table("shop_curated.customers")
                .updateSchema()
                .addColumn("tier", Types.StringType.get())
                .renameColumn("name", "full_name")
                .renameColumn("ssn", "canary_number")
                .updateColumn("canary_salary", Types.DecimalType.of(14, 2))
                .commit();
        server.append("shop_curated.customers", """
                SELECT 4 AS id, 'Dan' AS full_name, 'dan@canary.example' AS email, 'CANARY-SSN-4' AS canary_number,
                    94000.50 AS canary_salary, 'US' AS region, 'gold' AS tier
                """);
        server.table("shop_curated.customers")
                .updateSchema()
                .deleteColumn("canary_number")
                .commit();
        server.append("shop_curated.customers", """
                SELECT 5 AS id, 'Eva' AS full_name, 'eva@canary.example' AS email, 95000.50 AS canary_salary,
                    'EU' AS region, 'gold' AS tier
                """);
        server.table("shop_curated.customers")
                .updateSchema()
                .addColumn("note", Types.StringType.get())
                .commit();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode history(String user) {
        RunningServer.Answer answer = server.get(user, CUSTOMERS + "/snapshots");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> changes(JsonNode changes) {
        List<String> told = new ArrayList<>();
        changes.forEach(change -> told.add(change.path("kind").asText() + " "
                + change.path("column").asText()
                + (change.has("from") ? " from " + change.path("from").asText() : "")
                + (change.has("to") ? " to " + change.path("to").asText() : "")));
        return told;
    }

    private JsonNode compared(String user) {
        JsonNode items = history(user).path("items");
        RunningServer.Answer answer = server.get(
                user,
                CUSTOMERS + "/comparison?from=" + items.path(2).path("id").asText() + "&to="
                        + items.path(0).path("id").asText());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void an_engineer_is_told_every_change_where_it_was_made() {
        JsonNode history = history("de");
        assertThat(changes(history.path("items").path(0).path("changes")))
                .containsExactly("dropped canary_number from varchar");
        assertThat(changes(history.path("items").path(1).path("changes")))
                .containsExactly(
                        "renamed full_name from name to full_name",
                        "renamed canary_number from ssn to canary_number",
                        "retyped canary_salary from decimal(12,2) to decimal(14,2)",
                        "added tier to varchar");
        assertThat(changes(history.path("items").path(2).path("changes"))).isEmpty();
        assertThat(changes(history.path("uncommitted"))).containsExactly("added note to varchar");
    }

    @Test
    void a_column_that_is_hidden_is_named_by_no_change_of_it() {
        assertThat(changes(history("ds").path("items").path(1).path("changes")))
                .containsExactly(
                        "renamed full_name from name to full_name",
                        "retyped canary_salary from decimal(12,2) to decimal(14,2)",
                        "added tier to varchar");
        assertThat(changes(history("ds").path("items").path(0).path("changes"))).isEmpty();
        for (String path : List.of("/snapshots", "/comparison")) {
            assertThat(server.get("analyst", CUSTOMERS + path).text().toLowerCase(Locale.ROOT))
                    .doesNotContain("canary", "ssn", "decimal");
        }
        assertThat(compared("analyst").toString().toLowerCase(Locale.ROOT)).doesNotContain("canary", "ssn", "decimal");
        assertThat(changes(compared("analyst").path("changes")))
                .containsExactly("renamed full_name from name to full_name", "added tier to varchar");
    }

    @Test
    void numbers_are_for_those_who_see_every_row() {
        assertThat(compared("de").path("from").path("totalRecords").asLong()).isEqualTo(3);
        assertThat(compared("de").path("to").path("totalRecords").asLong()).isEqualTo(5);
        assertThat(compared("de").path("to").path("totalFiles").asLong()).isGreaterThan(2);
        for (String user : List.of("analyst", "steward", "admin")) {
            for (String side : List.of("from", "to")) {
                for (String number :
                        List.of("addedRecords", "deletedRecords", "totalRecords", "addedFiles", "totalFiles")) {
                    assertThat(compared(user).path(side).path(number).isNull())
                            .as(user + " " + number)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void the_rows_that_differ_are_asked_for_as_whoever_asks() {
        JsonNode all = server.query("de", compared("de").path("sql").asText());
        assertThat(all.path("results").path("rows").toString())
                .contains("Dan", "Eva", "94000.5")
                .doesNotContain("CANARY-SSN", "Ann");
        JsonNode some = server.query("analyst", compared("analyst").path("sql").asText());
        assertThat(some.path("results").path("rows").size()).isEqualTo(1);
        assertThat(some.path("results").path("rows").toString())
                .contains("\"after\"", "Dan")
                .doesNotContain("@canary");
    }

    @Test
    void who_may_not_read_is_given_no_question_and_who_may_not_know_of_it_nothing() {
        assertThat(compared("steward").path("sql").isNull()).isTrue();
        assertThat(compared("admin").path("sql").isNull()).isTrue();
        assertThat(server.get("nobody", CUSTOMERS + "/comparison").status()).isEqualTo(404);
        assertThat(server.get("analyst", CUSTOMERS + "/comparison?from=1").status())
                .isEqualTo(404);
    }

    @Test
    void it_compares_the_newest_with_the_one_before_unless_told_otherwise() {
        JsonNode items = history("de").path("items");
        JsonNode compared = server.get("de", CUSTOMERS + "/comparison").json();
        assertThat(compared.path("to").path("id")).isEqualTo(items.path(0).path("id"));
        assertThat(compared.path("from").path("id")).isEqualTo(items.path(1).path("id"));
    }
}
