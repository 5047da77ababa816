package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever holds something with grant option passes it on, sees what they passed on, and takes it back. */
class PassingOnIT {
    private static final String CUSTOMERS = "shop_curated.customers";
    private static final String ASKED = "SELECT region FROM shop_curated.customers";
    private static final String PASSED_ON = "/grants?passedOn=true";
    private static RunningServer server;

    private final List<String> made = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void nobody_reads_customers() {
        assertThat(state("nobody")).isEqualTo("FAILED");
    }

    @AfterEach
    void take_back_what_was_given() {
        made.forEach(id -> server.as("admin", "DELETE", "/grants/" + id, null));
        assertThat(items(server.get("admin", "/grants?principal=nobody"))).isEmpty();
    }

    private static String state(String user) {
        return server.query(user, ASKED).path("state").asText();
    }

    private static List<JsonNode> items(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        answer.json().path("items").forEach(items::add);
        return items;
    }

    /** By the administrator, with grant option. */
    private String given(Map<String, String> grantee, Map<String, Object> resource) {
        Answer answer = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee",
                        grantee,
                        "resource",
                        resource,
                        "permissions",
                        List.of("SELECT"),
                        "grantOption",
                        true));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        made.add(answer.json().path("id").asText());
        return made.getLast();
    }

    private static Answer passOn(String user, Object resource) {
        return server.as(
                user,
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "nobody"),
                        "resource", resource,
                        "permissions", List.of("SELECT")));
    }

    private static Map<String, Object> columns(String... names) {
        return Map.of("table", CUSTOMERS, "columns", List.of(names));
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "ds", "de", "steward", "auditor"})
    void whoever_passed_a_grant_on_sees_it_and_takes_it_back(String user) {
        given(Map.of("user", user), columns("id", "region"));
        Answer passed = passOn(user, columns("region"));
        assertThat(passed.status()).as(passed.text()).isEqualTo(201);
        assertThat(passed.json().path("source").asText()).isEqualTo("passed-on:" + user);
        assertThat(state("nobody")).isEqualTo("SUCCEEDED");

        assertThat(items(server.get(user, PASSED_ON + "&table=" + CUSTOMERS)))
                .singleElement()
                .satisfies(grant -> {
                    assertThat(grant.path("grantee").path("user").asText()).isEqualTo("nobody");
                    assertThat(grant.path("on").toString())
                            .isEqualTo("{\"table\":\"" + CUSTOMERS + "\",\"columns\":[\"region\"]}");
                });
        String id = passed.json().path("id").asText();
        for (String other : List.of("analyst", "ds", "de", "steward", "auditor", "admin")) {
            if (!other.equals(user)) {
                assertThat(items(server.get(other, PASSED_ON))).as(other).isEmpty();
            }
            if (!other.equals(user) && !other.equals("admin")) {
                assertThat(server.as(other, "DELETE", "/grants/" + id, null).status())
                        .as(other)
                        .isEqualTo(404);
            }
        }
        assertThat(server.as(user, "DELETE", "/grants/" + id, null).status()).isEqualTo(204);
        assertThat(state("nobody")).isEqualTo("FAILED");
        assertThat(server.as(user, "DELETE", "/grants/" + id, null).status()).isEqualTo(404);
        assertThat(server.get("auditor", "/audit?kind=policy.change&principal=" + user + "&limit=5")
                        .text())
                .contains("to user nobody on");
    }

    @Test
    void whoever_got_it_cannot_take_it_from_others_nor_see_who_else_got_it() {
        given(Map.of("user", "analyst"), columns("region"));
        passOn("analyst", columns("region"));
        assertThat(server.as(
                                "analyst",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "ds"),
                                        "resource", columns("region"),
                                        "permissions", List.of("SELECT")))
                        .status())
                .isEqualTo(201);
        JsonNode toDs = items(server.get("analyst", PASSED_ON)).stream()
                .filter(grant -> grant.path("grantee").path("user").asText().equals("ds"))
                .findFirst()
                .orElseThrow();
        assertThat(server.get("nobody", "/grants").text())
                .doesNotContain(toDs.path("id").asText());
        assertThat(server.as("nobody", "DELETE", "/grants/" + toDs.path("id").asText(), null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void what_others_gave_to_a_profile_is_not_taken_back_by_those_who_have_it() {
        server.operator("PUT", "/users/steward/profiles/data-scientist", null);
        String option = given(Map.of("profile", "data-scientist"), columns("region"));
        assertThat(server.as("steward", "DELETE", "/grants/" + option, null).status())
                .isEqualTo(403);
        server.operator("DELETE", "/users/steward/profiles/data-scientist", null);
    }

    @Test
    void what_was_passed_on_ends_with_the_right_to_pass_it_on() {
        String option = given(Map.of("user", "analyst"), columns("region"));
        passOn("analyst", columns("region"));
        assertThat(state("nobody")).isEqualTo("SUCCEEDED");
        assertThat(server.as("admin", "DELETE", "/grants/" + option, null).status())
                .isEqualTo(204);
        assertThat(state("nobody")).isEqualTo("FAILED");
        assertThat(items(server.get("analyst", PASSED_ON))).isEmpty();
    }

    @Test
    void what_was_passed_on_ends_with_the_profile_that_let_one() {
        server.operator("PUT", "/users/steward/profiles/data-scientist", null);
        given(Map.of("profile", "data-scientist"), columns("region"));
        assertThat(passOn("steward", columns("region")).status()).isEqualTo(201);
        assertThat(state("nobody")).isEqualTo("SUCCEEDED");
        server.operator("DELETE", "/users/steward/profiles/data-scientist", null);
        assertThat(state("nobody")).isEqualTo("FAILED");
    }

    @Test
    void what_one_may_pass_on_of_a_table_is_found_by_its_columns_its_database_and_its_tags() {
        given(Map.of("user", "analyst"), columns("region"));
        given(Map.of("user", "analyst"), Map.of("tablesTagged", Map.of("domain", List.of("sales"))));
        List<JsonNode> reaching = items(server.get("analyst", "/grants?principal=analyst&reaching=" + CUSTOMERS));
        assertThat(reaching)
                .extracting(grant -> grant.path("on").toString())
                .contains("{\"table\":\"" + CUSTOMERS + "\",\"columns\":[\"region\"]}")
                .contains("{\"table\":\"" + CUSTOMERS + "\",\"filter\":\"customers_us\"}");
        boolean tagged = server.get("analyst", "/datasets/shop_curated/customers")
                .json()
                .path("tags")
                .toString()
                .contains("sales");
        assertThat(reaching.stream().anyMatch(grant -> grant.path("on").has("tablesTagged")))
                .isEqualTo(tagged);
        for (JsonNode grant : reaching) {
            if (!grant.path("grantable").isEmpty()) {
                Answer passed = passOn("analyst", RunningServer.JSON.convertValue(grant.path("on"), HashMap.class));
                assertThat(passed.status()).as(passed.text()).isEqualTo(201);
            }
        }
        assertThat(server.get("analyst", "/grants?reaching=shop_curated.secrets_of_state")
                        .status())
                .isEqualTo(404);
        items(server.get("analyst", PASSED_ON))
                .forEach(grant -> server.as(
                        "analyst", "DELETE", "/grants/" + grant.path("id").asText(), null));
    }
}
