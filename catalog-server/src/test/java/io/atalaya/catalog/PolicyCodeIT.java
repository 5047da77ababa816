package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
                        "grantee", Map.of("profile", profile),
                        "resource", resource,
                        "permissions", List.of(permission),
                        "reason", "for a day: or two"));
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
        assertThat(planned.path("changes")).isNotEmpty().allSatisfy(change -> assertThat(
                        change.path("action").asText())
                .isEqualTo("take_over"));
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
}
