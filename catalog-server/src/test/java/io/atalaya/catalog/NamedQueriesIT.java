package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Named queries, as each profile finds those that others share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamedQueriesIT {
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
        return Map.of("name", "Of the CANARY-NAME", "sql", sql, "shared", shared);
    }

    private String saved(String sql, boolean shared) {
        RunningServer.Answer answer = server.as("de", "POST", "/named-queries", draft(sql, shared));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    /** {@code absent}, or what state it is in, with the text if that is told. */
    private String found(String user, String id) {
        boolean listed = server.get(user, "/named-queries").text().contains(id);
        RunningServer.Answer answer = server.get(user, "/named-queries/" + id);
        assertThat(answer.status()).as(user).isEqualTo(listed ? 200 : 404);
        if (!listed) {
            assertThat(answer.text()).doesNotContain("CANARY");
            return "absent";
        }
        JsonNode query = answer.json();
        assertThat(query.path("database").isNull()).isEqualTo(query.path("sql").isNull());
        return query.path("state").asText()
                + (query.path("sql").isNull() ? "" : " with text")
                + (query.path("ask").isEmpty() ? "" : " ask " + query.path("ask"));
    }

    @Test
    void what_is_not_shared_is_its_owners_alone() {
        String id = saved("SELECT region FROM shop_curated.customers", false);
        assertThat(found("de", id)).isEqualTo("open with text");
        assertThat(OTHERS).allSatisfy(user -> assertThat(found(user, id)).isEqualTo("absent"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT region FROM shop_curated.customers",
                "SELECT region FROM shop_curated.customers WHERE id > ? AND name = ? OFFSET ? LIMIT ?"
            })
    void what_is_shared_is_there_for_those_who_may_know_of_its_tables_and_its_text_for_those_who_can_run_it(
            String sql) {
        String id = saved(sql, true);
        String ask = "closed ask [\"shop_curated.customers\"]";
        assertThat(found("analyst", id)).isEqualTo("open with text");
        assertThat(found("ds", id)).isEqualTo("open with text");
        assertThat(found("steward", id)).isEqualTo(ask);
        assertThat(found("admin", id)).isEqualTo(ask);
        assertThat(found("auditor", id)).isEqualTo("absent");
        assertThat(found("nobody", id)).isEqualTo("absent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT c.region FROM shop_curated.customers c, shop_curated.secrets_of_state",
                "SELECT region FROM shop_curated.customers WHERE EXISTS (SELECT 1 FROM shop_curated.secrets_of_state WHERE id = ?)"
            })
    void a_table_that_may_not_be_known_hides_it(String sql) {
        String id = saved(sql, true);
        for (String user : List.of("analyst", "ds", "steward", "auditor", "nobody")) {
            assertThat(found(user, id)).as(user).isEqualTo("absent");
            for (String method : List.of("PUT", "DELETE")) {
                assertThat(server.as(user, method, "/named-queries/" + id, draft("SELECT 1", false))
                                .status())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void a_column_that_may_not_be_read_keeps_the_text_from_who_may_know_of_the_table() {
        for (String sql : List.of(
                "SELECT max(canary_salary) FROM shop_curated.customers",
                "SELECT id FROM shop_curated.customers WHERE canary_salary > ?")) {
            String id = saved(sql, true);
            assertThat(found("analyst", id)).isEqualTo("closed ask [\"shop_curated.customers\"]");
            assertThat(server.get("analyst", "/named-queries/" + id).text()).doesNotContain("canary_salary");
        }
    }

    @Test
    void only_a_query_of_tables_can_be_shared_and_anything_can_be_kept() {
        for (String sql : List.of("DELETE FROM shop_curated.customers", "SELECT 1", "no SQL at all")) {
            assertThat(server.as("de", "POST", "/named-queries", draft(sql, true))
                            .status())
                    .as(sql)
                    .isEqualTo(400);
            assertThat(found("de", saved(sql, false))).isEqualTo("open with text");
        }
        String id = saved("SELECT region FROM shop_curated.customers", true);
        assertThat(server.as("de", "PUT", "/named-queries/" + id, draft("SELECT 1", true))
                        .status())
                .isEqualTo(400);
        assertThat(found("analyst", id)).isEqualTo("open with text");
    }

    @Test
    void a_text_that_athenas_client_changes_is_decided_on_anew() {
        String id = saved("SELECT region FROM shop_curated.customers", true);
        assertThat(found("analyst", id)).isEqualTo("open with text");
        for (String sql : List.of("SELECT * FROM shop_curated.secrets_of_state", "DROP TABLE shop_curated.customers")) {
            server.athena(
                    Optional.of("de"),
                    "UpdateNamedQuery",
                    "{\"NamedQueryId\":\"%s\",\"Name\":\"CANARY\",\"QueryString\":\"%s\"}".formatted(id, sql));
            assertThat(found("analyst", id)).as(sql).isEqualTo("absent");
            assertThat(found("de", id)).isEqualTo("open with text");
        }
    }

    @Test
    void only_who_saved_it_changes_it_and_it_is_the_named_query_of_athenas_clients() {
        String id = saved("SELECT region FROM shop_curated.customers", true);
        assertThat(server.as("analyst", "PUT", "/named-queries/" + id, draft("SELECT 1", false))
                        .status())
                .isEqualTo(403);
        assertThat(server.as("analyst", "DELETE", "/named-queries/" + id, null).status())
                .isEqualTo(403);
        String body = "{\"NamedQueryId\":\"%s\"}".formatted(id);
        assertThat(server.athena(Optional.of("de"), "GetNamedQuery", body).text())
                .contains("CANARY-NAME");
        assertThat(server.athena(Optional.of("analyst"), "GetNamedQuery", body).text())
                .doesNotContain("CANARY-NAME");
        assertThat(server.as(
                                "de",
                                "PUT",
                                "/named-queries/" + id,
                                Map.of("name", "Other", "sql", "SELECT id FROM shop_curated.customers"))
                        .json()
                        .path("shared")
                        .asBoolean(true))
                .isFalse();
        assertThat(found("analyst", id)).isEqualTo("absent");
        assertThat(server.athena(Optional.of("de"), "GetNamedQuery", body).text())
                .contains("SELECT id FROM");
        assertThat(server.as("de", "DELETE", "/named-queries/" + id, null).status())
                .isEqualTo(204);
        assertThat(found("de", id)).isEqualTo("absent");
    }

    @Test
    void the_query_of_a_chart_is_not_among_them() {
        String chart = server.as(
                        "de",
                        "POST",
                        "/charts",
                        Map.of(
                                "title",
                                "Of the CANARY-TITLE",
                                "sql",
                                "SELECT id FROM shop_curated.customers",
                                "chart",
                                Map.of("kind", "histogram", "y", List.of("id")),
                                "shared",
                                true))
                .json()
                .path("id")
                .asText();
        assertThat(found("de", chart)).isEqualTo("absent");
        assertThat(found("analyst", chart)).isEqualTo("absent");
    }
}
