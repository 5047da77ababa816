package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Purposes, consequences, explanations and broken glass by the REST API, and what they tell to whom. */
class AccessIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers/access";
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Map<String, Object> grant(String to, String table, Map<String, Object> more) {
        Map<String, Object> grant = new HashMap<>(Map.of(
                "grantee", Map.of("user", to),
                "resource", Map.of("table", table),
                "permissions", List.of("SELECT")));
        grant.putAll(more);
        return grant;
    }

    private static JsonNode column(JsonNode explained, String name) {
        for (JsonNode column : explained.path("columns")) {
            if (column.path("name").asText().equals(name)) {
                return column.path("access");
            }
        }
        throw new AssertionError("no column " + name + " in " + explained);
    }

    @Nested
    class An_explanation {
        @Test
        void says_to_oneself_what_each_column_is_and_why() {
            JsonNode own = server.get("analyst", CUSTOMERS).json();
            assertThat(own.path("select").asBoolean()).isTrue();
            assertThat(own.path("rows").asText()).isEqualTo("\"region\" = 'US'");
            assertThat(column(own, "name").path("state").asText()).isEqualTo("visible");
            assertThat(column(own, "name").path("because")).isNotEmpty();
            assertThat(own.path("ofOthers").asBoolean()).isFalse();
            assertThat(own.path("breakGlass").asBoolean()).isFalse();
            assertThat(own.toString()).doesNotContain("ssn").doesNotContain("canary_salary");
        }

        @Test
        void of_others_is_for_administrators_auditors_and_stewards_without_any_data() {
            for (String watcher : List.of("admin", "steward")) {
                Answer seen = server.get(watcher, CUSTOMERS + "?profile=analyst");
                assertThat(seen.status()).isEqualTo(200);
                assertThat(seen.json().path("rows").asText()).isEqualTo("\"region\" = 'US'");
                assertThat(column(seen.json(), "ssn").path("state").asText()).isEqualTo("hidden");
                assertThat(seen.text().toLowerCase(Locale.ROOT)).doesNotContain("canary-ssn", "@canary", "canary eve");
                assertThat(server.get(watcher, CUSTOMERS + "?user=analyst").status())
                        .isEqualTo(200);
            }
            assertThat(server.get("auditor", CUSTOMERS + "?user=analyst").status())
                    .as("who may not know of the table does not learn of it this way")
                    .isEqualTo(404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de"})
        void of_others_is_not_for(String user) {
            for (String other : List.of("?user=steward", "?profile=steward", "?user=nobody-at-all")) {
                Answer refused = server.get(user, CUSTOMERS + other);
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.json().path("code").asText()).isEqualTo("oversight-only");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "steward", "auditor"})
        void of_what_one_may_not_know_is_that_of_what_is_not_there(String user) {
            Answer hidden = server.get(user, "/datasets/shop_curated/secrets_of_state/access");
            Answer missing = server.get(user, "/datasets/shop_curated/nothing_at_all/access");
            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.json().path("detail").asText().replace("secrets_of_state", "nothing_at_all"))
                    .isEqualTo(missing.json().path("detail").asText());
        }
    }

    @Nested
    class Consequences {
        @Test
        void name_who_gains_what_and_the_filter_that_is_void() {
            int before = server.get("admin", "/grants?limit=1000")
                    .json()
                    .path("items")
                    .size();
            Map<String, Object> wide = grant("analyst", "shop_curated.customers", Map.of());
            Answer answer = server.as("admin", "POST", "/policies/consequences", Map.of("grant", wide));
            assertThat(answer.status()).isEqualTo(200);
            JsonNode effect = answer.json().path("effects").path(0);
            assertThat(effect.path("who").path(0).path("user").asText()).isEqualTo("analyst");
            assertThat(effect.path("voidedFilters").path(0).asText()).isEqualTo("customers_us");
            assertThat(effect.path("text").asText()).contains("gains", "ssn", "all rows", "customers_us");
            assertThat(effect.path("rows").path("after").isNull()).isTrue();
            assertThat(server.get("admin", "/grants?limit=1000").json().path("items"))
                    .hasSize(before);
            assertThat(answer.text()).doesNotContain("CANARY-SSN");
        }

        @Test
        void are_told_of_tags_memberships_and_what_is_taken_back() {
            JsonNode tagged = server.as(
                            "admin",
                            "POST",
                            "/policies/consequences",
                            Map.of(
                                    "tag",
                                    Map.of(
                                            "table",
                                            "shop_curated.customers",
                                            "column",
                                            "region",
                                            "key",
                                            "pii",
                                            "value",
                                            "high")))
                    .json();
            assertThat(tagged.path("effects")).isNotEmpty();
            assertThat(tagged.toString()).contains("\"name\":\"region\"").contains("masked");
            JsonNode joined = server.as(
                            "admin",
                            "POST",
                            "/policies/consequences",
                            Map.of("member", Map.of("user", "analyst", "profile", "data-engineer")))
                    .json();
            assertThat(joined.path("effects")).isNotEmpty();
            String id = server.get("admin", "/grants?principal=ds")
                    .json()
                    .path("items")
                    .path(0)
                    .path("id")
                    .asText();
            JsonNode taken = server.as("admin", "POST", "/policies/consequences", Map.of("revoke", id))
                    .json();
            assertThat(taken.toString()).contains("loses");
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "steward", "auditor"})
        void are_told_to_nobody_but_administrators(String user) {
            for (String table :
                    List.of("shop_curated.customers", "shop_curated.secrets_of_state", "shop_curated.nothing")) {
                Answer refused = server.as(
                        user, "POST", "/policies/consequences", Map.of("grant", grant("analyst", table, Map.of())));
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.text()).doesNotContain("secrets_of_state").doesNotContain("customers_us");
            }
        }
    }

    @Nested
    class A_grant {
        @Test
        void is_refused_alike_for_a_hidden_column_and_one_that_is_not_there() {
            Map<String, Object> hidden = grant("ds", "shop_curated.customers", Map.of());
            hidden.put("resource", Map.of("table", "shop_curated.customers", "columns", List.of("ssn")));
            Map<String, Object> missing = new HashMap<>(hidden);
            missing.put("resource", Map.of("table", "shop_curated.customers", "columns", List.of("nix")));
            Answer first = server.as("analyst", "POST", "/grants", hidden);
            Answer second = server.as("analyst", "POST", "/grants", missing);
            assertThat(first.status()).isEqualTo(404).isEqualTo(second.status());
            assertThat(first.json().path("detail").asText().replace("ssn", "nix"))
                    .isEqualTo(second.json().path("detail").asText());
        }

        @Test
        void for_a_purpose_counts_only_for_queries_that_state_it() {
            Answer unknown = server.as(
                    "admin",
                    "POST",
                    "/grants",
                    grant("steward", "shop_curated.customers", Map.of("purpose", "gossip")));
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.json().path("detail").asText()).contains("'gossip'");
            Map<String, Object> query = Map.of("sql", "SELECT 1", "purpose", "gossip", "waitMs", 10_000);
            assertThat(server.as("steward", "POST", "/queries", query).status()).isEqualTo(400);
            assertThat(server.get("analyst", "/purposes").json().path("items")).isEmpty();
        }
    }

    @Nested
    class Breaking_the_glass {
        @Test
        void gives_rows_at_once_and_waits_for_a_review_by_somebody_else() {
            Map<String, Object> may = grant("de", "shop_curated.customers", Map.of());
            may.put("grantee", Map.of("user", "steward"));
            may.put("permissions", List.of("BREAK_GLASS"));
            assertThat(server.as("admin", "POST", "/grants", may).status()).isEqualTo(201);
            assertThat(server.get("steward", CUSTOMERS)
                            .json()
                            .path("breakGlass")
                            .asBoolean())
                    .isTrue();
            Map<String, Object> sql = Map.of("sql", "SELECT count(*) FROM shop_curated.customers", "waitMs", 10_000);
            assertThat(server.as("steward", "POST", "/queries", sql)
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("FAILED");
            Map<String, Object> glass =
                    Map.of("table", "shop_curated.customers", "reason", "The nightly load lost rows", "minutes", 30);
            Answer broken = server.as("steward", "POST", "/break-glass", glass);
            assertThat(broken.status()).isEqualTo(201);
            assertThat(server.as("steward", "POST", "/queries", sql)
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("SUCCEEDED");

            String id = broken.json().path("id").asText();
            assertThat(server.get("analyst", "/break-glass").json().path("items"))
                    .isEmpty();
            assertThat(server.get("auditor", "/break-glass").text()).contains(id);
            for (String user : List.of("steward", "analyst", "auditor")) {
                assertThat(server.as(user, "POST", "/break-glass/" + id + "/review", Map.of("verdict", "fine"))
                                .status())
                        .isEqualTo(403);
            }
            Answer reviewed =
                    server.as("admin", "POST", "/break-glass/" + id + "/review", Map.of("verdict", "Justified"));
            assertThat(reviewed.json().path("review").path("by").asText()).isEqualTo("admin");
            assertThat(server.as("admin", "POST", "/break-glass/" + id + "/review", Map.of("verdict", "Again"))
                            .status())
                    .isEqualTo(409);
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "admin"})
        void takes_the_right_to_do_it(String user) {
            Map<String, Object> glass =
                    Map.of("table", "shop_curated.customers", "reason", "I would like to look", "minutes", 30);
            assertThat(server.as(user, "POST", "/break-glass", glass).status()).isEqualTo(403);
            Map<String, Object> hidden =
                    Map.of("table", "shop_curated.secrets_of_state", "reason", "I would like to look", "minutes", 30);
            assertThat(server.as(user, "POST", "/break-glass", hidden).status())
                    .isEqualTo(user.equals("analyst") || user.equals("ds") ? 404 : 403);
        }
    }
}
