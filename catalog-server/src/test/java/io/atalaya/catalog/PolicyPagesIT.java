package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policies say, told to those who watch over something, and no more than is about that. */
class PolicyPagesIT {
    private static final List<String> PAGES = List.of(
            "/policies/profiles",
            "/policies/tags",
            "/policies/assignments?key=pii",
            "/policies/grants",
            "/policies/grants?table=shop_curated.customers",
            "/policies/guards",
            "/policies/filters",
            "/policies/matrix",
            "/policies/matrix?q=secrets");
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> told(String user) {
        return PAGES.stream().map(path -> server.get(user, path).text()).toList();
    }

    private static List<JsonNode> items(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        answer.json().path("items").forEach(items::add);
        return items;
    }

    @Nested
    class To_whom {
        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "nobody"})
        void nothing_is_told_who_watches_over_nothing(String user) {
            List<String> all = new ArrayList<>(PAGES);
            all.add("/policies/members");
            all.add("/policies/grants?table=shop_curated.secrets_of_state");
            for (String path : all) {
                Answer refused = server.get(user, path);
                assertThat(refused.status()).as(path).isEqualTo(403);
                assertThat(refused.json().path("code").asText()).isEqualTo("oversight-only");
                assertThat(refused.text()).doesNotContain("customers", "secrets_of_state", "data-engineer");
            }
            assertThat(server.get(user, "/me").json().path("capabilities").toString())
                    .doesNotContain("policies");
        }

        @Test
        void a_steward_is_told_of_the_tables_it_classifies_only() {
            assertThat(server.get("steward", "/me").json().path("capabilities").toString())
                    .contains("policies");
            assertThat(items(server.get("steward", "/policies/grants?table=shop_curated.customers")))
                    .extracting(grant -> grant.path("on").path("kind").asText())
                    .contains("cells", "table");
            assertThat(items(server.get("steward", "/policies/matrix")))
                    .extracting(row -> row.path("name").asText())
                    .containsExactly("customers");
            assertThat(told("steward"))
                    .allSatisfy(text ->
                            assertThat(text).doesNotContain("secrets_of_state", "canary_column", "CANARY-", "@canary"));
            assertThat(server.get("steward", "/policies/grants?table=shop_curated.secrets_of_state")
                            .status())
                    .isEqualTo(404);
            assertThat(server.get("steward", "/policies/members").status())
                    .as("who is who is no matter of a table")
                    .isEqualTo(403);
        }

        /** {@code de} is registered as the owner of one table, and may read both. */
        @Test
        void a_registered_owner_is_told_of_the_tables_it_owns_only() {
            assertThat(server.get("de", "/me").json().path("capabilities").toString())
                    .contains("policies");
            assertThat(items(server.get("de", "/policies/matrix")))
                    .extracting(row -> row.path("name").asText())
                    .containsExactly("secrets_of_state");
            assertThat(server.get("de", "/policies/grants?table=shop_curated.secrets_of_state")
                            .status())
                    .isEqualTo(200);
            assertThat(items(server.get("de", "/policies/grants?table=shop_curated.customers")))
                    .as("nothing but what is on the whole database")
                    .extracting(grant -> grant.path("on").path("kind").asText())
                    .doesNotContain("table", "columns", "cells");
            assertThat(server.get("de", "/policies/guards").text()).doesNotContain("customers", "ssn");
            assertThat(server.get("de", "/policies/members").status()).isEqualTo(403);
            assertThat(server.get("de", "/datasets/shop_curated/secrets_of_state/access?user=nobody")
                            .status())
                    .isEqualTo(200);
            assertThat(server.get("de", "/datasets/shop_curated/customers/access?user=nobody")
                            .status())
                    .isEqualTo(403);
        }

        @Test
        void an_auditor_is_told_of_everybody_and_of_no_table_it_may_not_know_of() {
            assertThat(items(server.get("auditor", "/policies/members?profile=analyst")))
                    .extracting(member -> member.path("user").asText())
                    .containsExactly("analyst");
            assertThat(items(server.get("auditor", "/policies/guards"))).hasSize(2);
            assertThat(items(server.get("auditor", "/policies/matrix"))).isEmpty();
            assertThat(told("auditor"))
                    .allSatisfy(text -> assertThat(text)
                            .doesNotContain("secrets_of_state", "canary_salary", "ssn", "customers_us"));
        }

        @Test
        void reading_it_is_on_record() {
            server.get("auditor", "/policies/grants?principal=analyst");
            assertThat(server.get("admin", "/audit?kind=metadata.read&principal=auditor")
                            .text())
                    .contains("\"/policies/grants\"");
        }
    }

    @Nested
    class To_an_administrator {
        @Test
        void grants_are_told_in_parts_and_found_by_principal_table_and_source() {
            List<JsonNode> ds = items(server.get("admin", "/policies/grants?principal=data-scientist"));
            assertThat(ds).hasSize(1);
            assertThat(ds.getFirst().path("on").path("columns").toString())
                    .contains("canary_salary")
                    .doesNotContain("ssn");
            assertThat(items(server.get("admin", "/policies/grants?source=policy-file")))
                    .hasSize(4);
            assertThat(items(server.get("admin", "/policies/grants?source=request")))
                    .isEmpty();
            assertThat(items(server.get("admin", "/policies/grants?table=shop_curated.secrets_of_state&source=policy")))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/policies/grants",
                    "/policies/members",
                    "/policies/profiles",
                    "/policies/guards",
                    "/policies/matrix",
                    "/policies/assignments?key=pii"
                })
        void pages_put_together_are_the_whole(String path) {
            String more = path.contains("?") ? "&" : "?";
            List<JsonNode> whole = items(server.get("admin", path + more + "limit=100"));
            List<JsonNode> parts = new ArrayList<>();
            String cursor = "";
            do {
                Answer page = server.get("admin", path + more + "limit=1" + cursor);
                parts.addAll(items(page));
                JsonNode next = page.json().path("nextCursor");
                cursor = next.isNull() ? "" : "&cursor=" + next.asText();
            } while (!cursor.isEmpty());
            assertThat(parts).hasSizeGreaterThan(1).isEqualTo(whole);
        }

        @Test
        void guards_and_filters_say_what_they_do_and_for_whom_not() {
            JsonNode contact = items(server.get("admin", "/policies/guards")).stream()
                    .filter(guard -> guard.path("name").asText().equals("contact"))
                    .findFirst()
                    .orElseThrow();
            assertThat(contact.path("on").path("tags").path("pii").path(0).asText())
                    .isEqualTo("medium");
            assertThat(contact.path("effect").path("mask").asText()).isEqualTo("redact");
            assertThat(contact.path("except").path(0).asText()).isEqualTo("data-engineer");
            JsonNode filter = items(server.get("admin", "/policies/filters")).getFirst();
            assertThat(filter.path("rows").asText()).isEqualTo("\"region\" = 'US'");
            assertThat(filter.path("columns").toString()).contains("email").doesNotContain("ssn");
        }

        @Test
        void the_matrix_says_what_each_profile_gets_of_each_dataset() {
            JsonNode customers = items(server.get("admin", "/policies/matrix?q=customers"))
                    .getFirst()
                    .path("profiles");
            JsonNode analyst = customers.path("analyst");
            assertThat(analyst.path("select").asBoolean()).isTrue();
            assertThat(analyst.path("allRows").asBoolean()).isFalse();
            assertThat(analyst.path("columns").path("masked").asInt()).isEqualTo(1);
            assertThat(analyst.path("columns").path("hidden").asInt()).isEqualTo(2);
            assertThat(customers.path("steward").path("select").asBoolean()).isFalse();
            assertThat(customers.path("steward").path("known").asBoolean()).isTrue();
            assertThat(customers.path("auditor").path("known").asBoolean()).isFalse();
        }
    }

    @Nested
    class A_tag_by_hand {
        private final Map<String, Object> region =
                Map.of("table", "shop_curated.customers", "column", "region", "key", "pii", "value", "low");

        @Test
        void is_given_and_taken_back_by_administrators() {
            assertThat(server.as("admin", "PUT", "/policies/assignments", region)
                            .status())
                    .isEqualTo(200);
            assertThat(items(server.get("admin", "/policies/assignments?key=pii")))
                    .filteredOn(one -> one.path("source").asText().equals("hand"))
                    .extracting(one -> one.path("on").path("columns").path(0).asText())
                    .containsExactly("region");
            Map<String, Object> back = new HashMap<>(region);
            back.remove("value");
            assertThat(server.as("admin", "PUT", "/policies/assignments", back).status())
                    .isEqualTo(204);
            assertThat(server.get("admin", "/policies/assignments?key=pii").text())
                    .doesNotContain("\"hand\"");
            assertThat(server.as("admin", "PUT", "/policies/assignments", back).status())
                    .isEqualTo(404);
        }

        @Test
        void is_refused_where_a_policy_file_says_otherwise() {
            Map<String, Object> email = new HashMap<>(region);
            email.put("column", "email");
            assertThat(server.as("admin", "PUT", "/policies/assignments", email).status())
                    .isEqualTo(409);
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "steward", "auditor", "nobody"})
        void is_given_by_nobody_else(String user) {
            assertThat(server.as(user, "PUT", "/policies/assignments", region).status())
                    .isEqualTo(403);
        }
    }

    @Nested
    class A_guard_by_hand {
        private final Map<String, Object> regions = Map.of(
                "on", Map.of("table", "shop_curated.customers", "columns", List.of("region")),
                "mask", Map.of("showFirst", 1, "minHidden", 1),
                "except", List.of("data-engineer"));

        @Test
        void is_tried_made_seen_and_taken_back() {
            assertThat(server.as("admin", "POST", "/policies/consequences", Map.of("guard", Map.of("regions", regions)))
                            .text())
                    .contains("\"name\":\"region\"", "masked");
            assertThat(server.as("admin", "PUT", "/policies/guards/regions", regions)
                            .status())
                    .isEqualTo(204);
            assertThat(items(server.get("admin", "/policies/guards")))
                    .filteredOn(guard -> guard.path("source").asText().equals("hand"))
                    .extracting(guard -> guard.path("effect").path("mask").asText())
                    .containsExactly("show first 1");
            assertThat(server.get("analyst", "/datasets/shop_curated/customers/access")
                            .text())
                    .contains("show first 1");
            assertThat(server.as("admin", "DELETE", "/policies/guards/regions", null)
                            .status())
                    .isEqualTo(204);
            assertThat(server.as("admin", "DELETE", "/policies/guards/regions", null)
                            .status())
                    .isEqualTo(404);
        }

        @Test
        void of_a_policy_file_is_not_taken_back_by_hand_and_nonsense_is_refused() {
            assertThat(server.as("admin", "DELETE", "/policies/guards/contact", null)
                            .status())
                    .isEqualTo(404);
            Map<String, Object> nowhere = new HashMap<>(regions);
            nowhere.put("on", Map.of("table", "shop_curated.nothing"));
            assertThat(server.as("admin", "PUT", "/policies/guards/regions", nowhere)
                            .status())
                    .isEqualTo(404);
            Map<String, Object> none = new HashMap<>(regions);
            none.remove("mask");
            assertThat(server.as("admin", "PUT", "/policies/guards/regions", none)
                            .status())
                    .isEqualTo(400);
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "steward", "auditor", "nobody"})
        void is_made_by_nobody_else(String user) {
            assertThat(server.as(user, "PUT", "/policies/guards/regions", regions)
                            .status())
                    .isEqualTo(403);
            assertThat(server.as(user, "DELETE", "/policies/guards/contact", null)
                            .status())
                    .isEqualTo(403);
        }
    }
}
