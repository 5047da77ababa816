package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may change in place what is said about a dataset, and who sees what was changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String edition(String user) {
        return server.get(user, CUSTOMERS).json().path("edits").path("edition").asText();
    }

    private RunningServer.Answer edit(String user, String edition, Object body) {
        return server.send(
                "PATCH",
                CUSTOMERS,
                body,
                Map.of("Authorization", "Bearer " + server.secrets(user).token(), "If-Match", "\"" + edition + "\""));
    }

    private void done(String user, Object body) {
        RunningServer.Answer answer = edit(user, edition(user), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }

    private JsonNode edits(String user) {
        return server.get(user, CUSTOMERS + "/edits").json().path("items");
    }

    private String doc(String user, String column) {
        for (JsonNode one : server.get(user, CUSTOMERS).json().path("schema")) {
            if (one.path("name").asText().equals(column)) {
                return one.path("doc").asText();
            }
        }
        throw new AssertionError(column);
    }

    @Test
    void owners_stewards_and_those_who_may_alter_change_words_and_everybody_sees_it() {
        done(
                "steward",
                Map.of(
                        "description",
                        "Each customer once\nand no more",
                        "columns",
                        Map.of("region", "Where they live")));
        assertThat(server.get("analyst", CUSTOMERS).json().path("description").asText())
                .isEqualTo("Each customer once\nand no more");
        assertThat(doc("analyst", "region")).isEqualTo("Where they live");
        done("de", Map.of("columns", Map.of("region", "")));
        assertThat(doc("analyst", "region")).isEqualTo("null");
        done("steward", Map.of("freshWithinSeconds", 3_600));
        assertThat(server.get("analyst", CUSTOMERS)
                        .json()
                        .path("freshness")
                        .path("withinSeconds")
                        .asLong())
                .isEqualTo(3_600);
        assertThat(edits("analyst").get(0).path("field").asText()).isEqualTo("freshness");
        assertThat(edits("analyst").get(0).path("from").asText()).isEqualTo("604800");
        assertThat(edits("analyst").get(0).path("person").asText()).isEqualTo("steward");
        assertThat(edits("analyst").get(1).path("from").asText()).isEqualTo("Where they live");
        assertThat(edits("analyst").get(1).has("to")).isFalse();
    }

    @Test
    void who_only_reads_changes_nothing_and_who_may_not_know_finds_nothing() {
        for (String user : List.of("analyst", "ds")) {
            assertThat(server.get(user, CUSTOMERS)
                            .json()
                            .path("edits")
                            .path("words")
                            .asBoolean(true))
                    .as(user)
                    .isFalse();
            assertThat(edit(user, edition(user), Map.of("description", "mine")).status())
                    .as(user)
                    .isEqualTo(403);
        }
        for (String user : List.of("auditor", "nobody")) {
            assertThat(edit(user, "", Map.of("description", "mine")).status())
                    .as(user)
                    .isEqualTo(404);
            assertThat(server.get(user, CUSTOMERS + "/edits").status()).as(user).isEqualTo(404);
        }
    }

    @Test
    void who_answers_for_it_is_changed_by_the_owner_and_administrators_alone() {
        assertThat(edit("de", edition("de"), Map.of("owner", "de")).status()).isEqualTo(403);
        assertThat(edit("admin", edition("admin"), Map.of("owner", "nobody-at-all"))
                        .status())
                .isEqualTo(400);
        done("admin", Map.of("owner", "data-scientist"));
        assertThat(server.get("ds", CUSTOMERS)
                        .json()
                        .path("edits")
                        .path("owner")
                        .asBoolean())
                .isTrue();
        done("ds", Map.of("owner", "steward"));
        assertThat(server.get("ds", CUSTOMERS)
                        .json()
                        .path("edits")
                        .path("owner")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void what_somebody_else_changed_meanwhile_is_not_lost() {
        String seen = edition("de");
        done("steward", Map.of("description", "First"));
        RunningServer.Answer late = edit("de", seen, Map.of("description", "Second"));
        assertThat(late.status()).isEqualTo(409);
        assertThat(server.get("de", CUSTOMERS).json().path("description").asText())
                .isEqualTo("First");
    }

    @Test
    void a_column_that_is_hidden_is_named_in_no_edit_and_cannot_be_edited() {
        String seen = edition("analyst");
        done("de", Map.of("columns", Map.of("ssn", "CANARY-NOTE of numbers")));
        assertThat(edits("de").toString()).contains("CANARY-NOTE", "ssn");
        assertThat(edits("analyst").toString().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("canary", "ssn");
        assertThat(edition("analyst")).isEqualTo(seen);
        server.operator(
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "analyst"),
                        "resource", Map.of("table", "shop_curated.customers"),
                        "permissions", List.of("ALTER")));
        RunningServer.Answer hidden = edit("analyst", edition("analyst"), Map.of("columns", Map.of("ssn", "x")));
        RunningServer.Answer missing = edit("analyst", edition("analyst"), Map.of("columns", Map.of("nix", "x")));
        assertThat(hidden.status()).isEqualTo(400);
        assertThat(hidden.json().path("detail").asText())
                .isEqualTo(missing.json().path("detail").asText().replace("nix", "ssn"));
    }

    @Test
    void the_audit_says_what_was_changed_and_not_the_text() {
        done("de", Map.of("columns", Map.of("canary_salary", "CANARY-TEXT")));
        assertThat(server.operator("GET", "/audit?kind=dataset.edit", null).text())
                .contains("shop_curated.customers", "column ")
                .doesNotContain("CANARY-TEXT", "canary_salary");
    }

    @Test
    void who_is_not_signed_in_is_told_nothing() {
        for (String path :
                List.of(CUSTOMERS + "/edits", "/datasets/none/none/edits", "/datasets/shop_curated/none/edits")) {
            assertThat(server.send("GET", path, null, Map.of()).status())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @Test
    void what_is_no_text_is_refused() {
        assertThat(edit("de", edition("de"), Map.of("description", "x".repeat(4_001)))
                        .status())
                .isEqualTo(400);
        assertThat(edit("de", edition("de"), Map.of("description", "a\u0007b")).status())
                .isEqualTo(400);
        assertThat(edit("de", edition("de"), Map.of("freshWithinSeconds", 5)).status())
                .isEqualTo(400);
        assertThat(server.as("de", "PATCH", CUSTOMERS, Map.of("description", "x"))
                        .status())
                .isEqualTo(400);
    }
}
