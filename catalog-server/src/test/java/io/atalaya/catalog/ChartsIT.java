package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Saved charts, as each profile finds those of others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartsIT {
    private static final List<String> OTHERS = List.of("analyst", "ds", "steward", "auditor", "admin", "nobody");

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Map<String, Object> draft(String sql, boolean shared) {
        return Map.of(
                "title",
                "Of the CANARY-TITLE",
                "sql",
                sql,
                "chart",
                Map.of("kind", "bar", "x", "region", "y", List.of("n")),
                "shared",
                shared);
    }

    private String saved(String user, String sql, boolean shared) {
        RunningServer.Answer answer = server.as(user, "POST", "/charts", draft(sql, shared));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private boolean lists(String user, String id) {
        return server.get(user, "/charts").text().contains(id);
    }

    /** {@code absent}, or what state it is in, with the text if that is told. */
    private String found(String user, String id) {
        RunningServer.Answer answer = server.get(user, "/charts/" + id);
        if (answer.status() == 404) {
            assertThat(lists(user, id)).as(user).isFalse();
            assertThat(answer.text()).doesNotContain("CANARY");
            return "absent";
        }
        assertThat(lists(user, id)).as(user).isTrue();
        JsonNode chart = answer.json();
        assertThat(chart.path("chart").isNull()).isEqualTo(chart.path("sql").isNull());
        return chart.path("state").asText()
                + (chart.path("sql").isNull() ? "" : " with text")
                + (chart.path("ask").isEmpty() ? "" : " ask " + chart.path("ask"));
    }

    @Test
    void what_is_not_shared_is_its_owners_alone() {
        String id = saved("de", "SELECT region, count(*) AS n FROM shop_curated.customers GROUP BY 1", false);
        assertThat(found("de", id)).isEqualTo("open with text");
        assertThat(OTHERS).allSatisfy(user -> assertThat(found(user, id)).isEqualTo("absent"));
    }

    @Test
    void what_is_shared_is_there_for_those_who_may_know_of_its_tables_and_its_text_for_those_who_can_run_it() {
        String id = saved("de", "SELECT region, count(*) AS n FROM shop_curated.customers GROUP BY 1", true);
        assertThat(found("analyst", id)).isEqualTo("open with text");
        assertThat(found("ds", id)).isEqualTo("open with text");
        String ask = "closed ask [\"shop_curated.customers\"]";
        assertThat(found("steward", id)).isEqualTo(ask);
        assertThat(found("admin", id)).isEqualTo(ask);
        for (String user : List.of("auditor", "nobody")) {
            assertThat(found(user, id)).as(user).isEqualTo("absent");
        }
        assertThat(server.query(
                                "analyst",
                                server.get("analyst", "/charts/" + id)
                                        .json()
                                        .path("sql")
                                        .asText())
                        .path("results")
                        .path("rows")
                        .toString())
                .isEqualTo("[[\"US\",\"2\"]]");
    }

    @Test
    void a_table_that_may_not_be_known_hides_the_chart() {
        String id = saved(
                "de",
                "SELECT c.region, count(*) AS n FROM shop_curated.customers c, shop_curated.secrets_of_state GROUP BY 1",
                true);
        assertThat(found("de", id)).isEqualTo("open with text");
        for (String user : List.of("analyst", "ds", "steward", "auditor", "nobody")) {
            assertThat(found(user, id)).as(user).isEqualTo("absent");
            for (String method : List.of("PUT", "DELETE")) {
                assertThat(server.as(user, method, "/charts/" + id, draft("SELECT 1 FROM a.b", true))
                                .status())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void a_table_is_not_hidden_from_the_rule_by_a_function_a_view_of_with_or_a_subquery() {
        for (String sql : List.of(
                "WITH s AS (SELECT * FROM shop_curated.secrets_of_state) SELECT region, (SELECT count(*) FROM s) AS n FROM shop_curated.customers",
                "SELECT region, 1 AS n FROM shop_curated.customers WHERE EXISTS (SELECT 1 FROM shop_curated.secrets_of_state)",
                "SELECT c.region, 1 AS n FROM shop_curated.customers c CROSS JOIN TABLE(vector_search(input => TABLE(shop_curated.secrets_of_state), column => DESCRIPTOR(canary_column), query => ARRAY[1.0], k => 1))")) {
            assertThat(found("analyst", saved("de", sql, true))).as(sql).isEqualTo("absent");
        }
    }

    @Test
    void a_column_that_may_not_be_read_keeps_the_text_from_who_may_know_of_the_table() {
        String id = saved("de", "SELECT region, max(canary_salary) AS n FROM shop_curated.customers GROUP BY 1", true);
        assertThat(found("analyst", id)).isEqualTo("closed ask [\"shop_curated.customers\"]");
        assertThat(server.get("analyst", "/charts/" + id).text()).doesNotContain("canary_salary");
    }

    @Test
    void what_no_longer_runs_says_so_and_not_why() {
        String id = saved("de", "SELECT region, sum(name) AS n FROM shop_curated.customers GROUP BY 1", true);
        assertThat(found("de", id)).isEqualTo("broken with text");
        assertThat(found("analyst", id)).isEqualTo("broken");
    }

    @Test
    void only_who_saved_it_changes_it_and_it_goes_with_its_named_query() {
        String id = saved("de", "SELECT region, count(*) AS n FROM shop_curated.customers GROUP BY 1", true);
        assertThat(server.as("analyst", "DELETE", "/charts/" + id, null).status())
                .isEqualTo(403);
        assertThat(server.as(
                                "analyst",
                                "PUT",
                                "/charts/" + id,
                                draft("SELECT 1 AS n FROM shop_curated.customers", true))
                        .status())
                .isEqualTo(403);
        assertThat(server.as(
                                "de",
                                "PUT",
                                "/charts/" + id,
                                draft("SELECT region, 1 AS n FROM shop_curated.customers", false))
                        .json()
                        .path("shared")
                        .asBoolean(true))
                .isFalse();
        assertThat(found("analyst", id)).isEqualTo("absent");
        String body = "{\"NamedQueryId\":\"%s\"}".formatted(id);
        assertThat(server.athena(Optional.of("de"), "GetNamedQuery", body).text())
                .contains("CANARY-TITLE");
        assertThat(server.athena(Optional.of("de"), "DeleteNamedQuery", body).status())
                .isEqualTo(200);
        assertThat(found("de", id)).isEqualTo("absent");
    }

    @Test
    void what_cannot_be_drawn_is_refused() {
        assertThat(server.as("de", "POST", "/charts", draft("DELETE FROM shop_curated.customers", true))
                        .text())
                .contains("'sql' is not a query of tables");
        assertThat(server.as("de", "POST", "/charts", draft("SELECT 1 AS n", true))
                        .status())
                .isEqualTo(400);
        Map<String, Object> pie = new HashMap<>(draft("SELECT 1 AS n FROM a.b", true));
        pie.put("chart", Map.of("kind", "histogram", "x", "region", "y", List.of("n")));
        assertThat(server.as("de", "POST", "/charts", pie).text()).contains("'x' has no place in a histogram");
    }
}
