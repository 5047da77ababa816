package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies out of the service into files and back. */
class PolicyCodeIT {
    private RunningServer server;
    private Path shop;

    @BeforeEach
    void start() {
        server = RunningServer.shop();
        shop = server.data().resolveSibling("shop");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path exported(RunningServer from, String name) throws IOException {
        Answer answer = from.get("auditor", "/policies/export");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Path folder = server.data().resolveSibling(name);
        for (JsonNode workspace : answer.json().path("workspaces")) {
            for (JsonNode file : workspace.path("files")) {
                Path path = folder.resolve(workspace.path("name").asText())
                        .resolve(file.path("path").asText());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.path("text").asText());
            }
        }
        return folder;
    }

    private void byHand(String profile, Object resource, String permission) {
        Answer granted = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee",
                        Map.of("profile", profile),
                        "resource",
                        resource,
                        "permissions",
                        List.of(permission),
                        "reason",
                        "for a day: or two"));
        assertThat(granted.status()).as(granted.text()).isEqualTo(201);
    }

    @Test
    void an_export_has_nothing_to_do_where_it_came_from() throws IOException {
        byHand("analyst", Map.of("table", "shop_curated.secrets_of_state"), "DESCRIBE");
        Path folder = exported(server, "exported");
        assertThat(folder.resolve("shop")).isDirectory();
        assertThat(folder.resolve("by-hand")).isDirectory();
        for (String workspace : List.of("shop", "by-hand")) {
            Answer plan = server.plan(folder.resolve(workspace));
            assertThat(plan.json().path("toDo").asInt()).as(plan.text()).isZero();
            assertThat(plan.json().path("consequences")).isEmpty();
        }
        JsonNode planned = server.plan(folder.resolve("by-hand")).json();
        assertThat(planned.path("changes"))
                .isNotEmpty()
                .allSatisfy(change -> assertThat(change.path("action").asText()).isEqualTo("take_over"));
        assertThat(planned.toString()).contains("= grant to profile analyst on shop_curated.secrets_of_state");

        assertThat(server.apply(folder.resolve("by-hand")).json().path("changes"))
                .isEqualTo(planned.path("changes"));
        assertThat(server.plan(folder.resolve("by-hand")).json().path("changes"))
                .isEmpty();
        assertThat(server.get("admin", "/me").json().toString()).contains("administrator");
        assertThat(server.get("analyst", "/datasets/shop_curated/secrets_of_state")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void views_and_what_was_made_by_sql_are_exported_by_name() throws IOException {
        byHand("data-engineer", Map.of("database", "shop_curated"), "CREATE_TABLE");
        server.query("de", "CREATE VIEW shop_curated.names AS SELECT id, name FROM shop_curated.customers");
        server.query("de", "CREATE TABLE shop_curated.copy AS SELECT id, email FROM shop_curated.customers");
        Answer answer = server.get("admin", "/policies/export");
        assertThat(answer.json().path("leftOut")).isEmpty();
        assertThat(answer.text()).contains("shop_curated.names", "shop_curated.copy");
        assertThat(server.plan(exported(server, "exported").resolve("by-hand"))
                        .json()
                        .path("toDo")
                        .asInt())
                .isZero();
    }

    @Test
    void only_administrators_and_auditors_export_and_it_is_on_record() {
        for (String user : List.of("steward", "de", "ds", "analyst", "nobody")) {
            Answer refused = server.get(user, "/policies/export");
            assertThat(refused.status()).as(user).isEqualTo(403);
            assertThat(refused.text()).doesNotContain("canary", "shop_curated");
        }
        assertThat(server.get("admin", "/policies/export").status()).isEqualTo(200);
        assertThat(server.get("auditor", "/audit?kind=policy.export")
                        .json()
                        .path("items")
                        .path(0)
                        .path("principal")
                        .asText())
                .isEqualTo("admin");
    }

    @Test
    void tags_of_datasets_are_bound_again_when_a_table_comes_that_policies_wait_for() throws IOException {
        Files.writeString(shop.resolve("policies/later.yaml"), """
                grants:
                  - {to: {profile: analyst}, allow: SELECT, on: {table: shop_curated.later}}
                """);
        assertThat(server.apply(shop).status()).isEqualTo(200);
        byHand("data-engineer", Map.of("database", "shop_curated"), "CREATE_TABLE");
        assertThat(server.query("de", "CREATE TABLE shop_curated.later AS SELECT id FROM shop_curated.customers")
                        .path("state")
                        .asText())
                .isEqualTo("SUCCEEDED");
        assertThat(server.query("analyst", "SELECT count(*) FROM shop_curated.later")
                        .path("state")
                        .asText())
                .isEqualTo("SUCCEEDED");
        assertThat(server.plan(shop).json().path("toDo").asInt()).isZero();
    }

    private JsonNode drift(Map<String, String> body) {
        Answer answer = server.operator("POST", "/workspaces/drift", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void drift_names_what_is_not_as_files_say_and_who_made_it_so() throws IOException {
        Files.writeString(shop.resolve("policies/admins.yaml"), "users: {admin: {profiles: administrator}}");
        server.apply(shop);
        assertThat(drift(Map.of()).path("drift")).isEmpty();
        assertThat(drift(Map.of("folder", shop.toString())).path("drift")).isEmpty();

        byHand("analyst", Map.of("table", "shop_curated.secrets_of_state"), "DESCRIBE");
        Answer grants = server.as("admin", "GET", "/grants", null);
        for (JsonNode grant : grants.json().path("items")) {
            if (grant.path("grantee").path("profile").asText().equals("steward")) {
                server.as("admin", "DELETE", "/grants/" + grant.path("id").asText(), null);
            }
        }
        Files.writeString(
                shop.resolve("policies/shop.yaml"),
                Files.readString(shop.resolve("policies/shop.yaml"))
                        .replace("rows: region = 'US'", "rows: region = 'EU'"));
        JsonNode drifted = drift(Map.of("folder", shop.toString())).path("drift");
        assertThat(drifted)
                .extracting(one -> one.path("text").asText())
                .anySatisfy(text -> assertThat(text)
                        .startsWith(
                                "+ grant to profile analyst on shop_curated.secrets_of_state: in no file, but the service"
                                        + " has DESCRIBE; for a day: or two (hand; admin at 2"))
                .anySatisfy(text -> assertThat(text)
                        .startsWith(
                                "- grant to profile steward on shop_curated.customers: in the files, but not in the service"
                                        + " (policy-file:shop; admin at 2"))
                .anySatisfy(text -> assertThat(text)
                        .startsWith("~ filter customers_us of shop_curated.customers: the files say")
                        .contains("'EU', the service has", "'US' (policy-file:shop; "))
                .hasSize(3);
        assertThat(drift(Map.of()).path("drift")).hasSize(2);
        assertThat(server.send(
                                "POST",
                                "/workspaces/drift",
                                Map.of(),
                                Map.of(
                                        "Authorization",
                                        "Bearer " + server.secrets("auditor").token(),
                                        "Accept-Language",
                                        "es"))
                        .json()
                        .path("drift")
                        .findValuesAsText("subject"))
                .containsExactlyInAnyOrder(
                        "para el perfil analyst sobre shop_curated.secrets_of_state",
                        "para el perfil steward sobre shop_curated.customers");
        for (String user : RunningServer.USERS) {
            Answer answer = server.as(user, "POST", "/workspaces/drift", Map.of());
            if (Set.of("admin", "auditor").contains(user)) {
                assertThat(answer.json()).isEqualTo(drift(Map.of()));
            } else {
                assertThat(answer.status()).as(user).isEqualTo(403);
                assertThat(answer.text()).as(user).doesNotContain("shop");
            }
            assertThat(server.as(user, "POST", "/workspaces/drift", Map.of("folder", shop.toString()))
                            .status())
                    .as(user)
                    .isEqualTo(403);
        }
        assertThat(server.get("auditor", "/audit?kind=metadata.read&subject=%2Fworkspaces%2Fdrift")
                        .json()
                        .path("items")
                        .findValuesAsText("principal"))
                .containsExactlyInAnyOrder("admin", "auditor", "auditor");
    }

    @Test
    void the_default_profiles_do_in_each_zone_what_the_table_says_and_no_rule_is_untested() {
        try (RunningServer fresh = RunningServer.empty(Map.of())) {
            Path folder = fresh.copyOf(Path.of("../examples/default-policies"));
            Answer answer = fresh.operator("POST", "/workspaces/test", Map.of("folder", folder.toString()));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JsonNode tests = answer.json().path("tests");
            assertThat(tests)
                    .isNotEmpty()
                    .allSatisfy(test -> assertThat(test.path("failures"))
                            .as(test.toString())
                            .isEmpty());
            assertThat(answer.json().path("unnoticed")).isEmpty();
            assertThat(answer.json().path("pending")).isEmpty();
            for (String profile : List.of("analyst", "data-scientist", "data-engineer", "steward", "auditor")) {
                for (String table :
                        List.of("sales_raw.orders", "sales_curated.orders", "sales_consumption.by_region")) {
                    assertThat(tests)
                            .extracting(test -> test.path("subject").asText())
                            .contains(profile + " on " + table);
                }
            }
            assertThat(fresh.apply(folder).status()).isEqualTo(200);
        }
    }

    private Answer consequences(String change) {
        return server.send(
                "POST",
                "/policies/consequences",
                change.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                Map.of(
                        "Authorization",
                        "Bearer " + server.secrets("admin").token(),
                        "Content-Type",
                        "application/json"));
    }

    private List<String> effects(String change) {
        Answer answer = consequences(change);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("effects").findValuesAsText("text");
    }

    @Test
    void what_a_guard_or_filter_would_do_is_told_before_it_is_written() {
        assertThat(effects("""
                        {"guard": {"contact": {"on": {"columnsTagged": {"pii": ["medium"]}}, "hide": true}}}
                        """)).anyMatch(text -> text.contains("loses email") && text.contains("analyst"));
        assertThat(effects("{\"removeGuard\": {\"name\": \"contact\"}}"))
                .anyMatch(text -> text.contains("email") && text.contains("analyst"));
        assertThat(effects("""
                        {"filter": {"customers_us": {"table": "shop_curated.customers", "except": ["ssn"],
                         "rows": "region = 'EU'"}}}
                        """)).anyMatch(text -> text.contains("'EU'") && text.contains("canary_salary"));
        assertThat(effects("""
                        {"removeFilter": {"table": "shop_curated.customers", "name": "customers_us"}}
                        """)).anyMatch(text -> text.contains("analyst") && text.contains("loses"));
        assertThat(effects("""
                        {"guard": {"new": {"on": {"table": "shop_curated.customers"}, "rows": "region = 'US'"}}}
                        """)).anyMatch(text -> text.contains("data-engineer"));
        assertThat(server.plan(shop).json().path("toDo").asInt()).isZero();
        assertThat(drift(Map.of("folder", shop.toString())).path("drift"))
                .as("nothing was changed")
                .hasSize(1);
    }

    @Test
    void what_is_no_guard_or_filter_is_refused_with_its_place() {
        assertThat(consequences("{\"guard\": {\"x\": {\"hide\": true}}}").text())
                .contains("\"status\":400", "guards.x", "'on' is missing");
        assertThat(consequences("{\"guard\": {\"x\": {\"on\": {\"table\": \"shop_curated.none\"}, \"hide\": true}}}")
                        .status())
                .isEqualTo(404);
        assertThat(consequences(
                                "{\"filter\": {\"x\": {\"table\": \"shop_curated.customers\", \"rows\": \"shoe = 1\"}}}")
                        .text())
                .contains("\"status\":400", "filters.x.rows", "shoe");
        assertThat(consequences("{\"removeGuard\": {\"name\": \"none\"}}").status())
                .isEqualTo(404);
        assertThat(consequences("{\"removeGuard\": {\"name\": \"salary\"}, \"revoke\": \"x\"}")
                        .status())
                .isEqualTo(400);
    }
}
