package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkspaceIT {
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

    private void edit(String file, String before, String after) throws IOException {
        String text = Files.readString(shop.resolve(file));
        assertThat(text).contains(before);
        Files.writeString(shop.resolve(file), text.replace(before, after));
    }

    private static List<String> texts(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("changes").spliterator(), false)
                .map(change -> change.path("text").asText())
                .toList();
    }

    @Test
    void applied_again_changes_nothing() {
        assertThat(server.plan(shop).json().path("toDo").asInt()).isZero();
        assertThat(server.apply(shop).json().path("toDo").asInt()).isZero();
    }

    @Test
    void plan_says_what_apply_then_does() throws IOException {
        edit("datasets/shop.yaml", "      - {name: region, type: string}\n", """
                      - {name: region, type: string, doc: Where they live}
                      - {name: vip, type: boolean}
                """);
        edit("datasets/shop.yaml", "One row for each customer", "Our customers");
        List<String> planned = texts(server.plan(shop));
        assertThat(planned)
                .contains(
                        "+ column shop_curated.customers.vip: boolean",
                        "~ column shop_curated.customers.region doc: nothing → Where they live",
                        "~ dataset shop_curated.customers description: One row for each customer → Our customers");
        assertThat(texts(server.apply(shop))).isEqualTo(planned);
        assertThat(server.plan(shop).json().path("toDo").asInt()).isZero();
        JsonNode dataset = server.get("de", "/datasets/shop_curated/customers").json();
        assertThat(dataset.path("description").asText()).isEqualTo("Our customers");
        assertThat(dataset.path("schema")).hasSize(7);
        assertThat(server.query("de", "SELECT name, vip FROM shop_curated.customers")
                        .path("state")
                        .asText())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void policy_tests_run_on_what_the_policies_would_be_and_only_for_the_operator() throws IOException {
        Path tests = Files.createDirectories(shop.resolve("policies/tests"));
        Files.writeString(tests.resolve("shop.yaml"), """
                tests:
                  - {as: {user: de}, on: shop_curated.vips, columns: {others: visible}}
                  - {as: {user: analyst}, on: shop_curated.vips, knows: true}
                """);
        Files.writeString(shop.resolve("datasets/vips.yaml"), """
                database: shop_curated
                tables:
                  - {name: vips, owner: steward, columns: [{name: id, type: bigint}]}
                """);
        Answer report = server.operator("POST", "/workspaces/test", Map.of("folder", shop.toString()));
        assertThat(report.status()).as(report.text()).isEqualTo(200);
        assertThat(report.json().path("failed").asInt()).isEqualTo(1);
        assertThat(report.json().path("tests").path(1).path("failures").path(0).asText())
                .isEqualTo("may not know that it exists");
        assertThat(server.get("de", "/datasets/shop_curated/vips").status()).isEqualTo(404);
        for (String user : List.of("admin", "steward", "de", "ds", "analyst", "auditor")) {
            assertThat(server.as(user, "POST", "/workspaces/test", Map.of("folder", shop.toString()))
                            .status())
                    .as(user)
                    .isEqualTo(403);
        }
    }

    @Test
    void a_new_column_is_nobodys_who_is_not_granted_it() throws IOException {
        edit(
                "datasets/shop.yaml",
                "{name: region, type: string}",
                "{name: region, type: string}\n      - {name: diagnosis, type: string, tags: {pii: high}}");
        server.apply(shop);
        assertThat(server.get("analyst", "/datasets/shop_curated/customers").text())
                .contains("diagnosis");
        // The analyst's filter excludes columns by name, so a column added later is in it; its tag hides the values.
        assertThat(server.get("analyst", "/datasets/shop_curated/customers")
                        .json()
                        .path("schema"))
                .filteredOn(column -> column.path("name").asText().equals("diagnosis"))
                .allMatch(column -> column.path("access").path("state").asText().equals("masked"));
    }

    @Test
    void leaves_what_was_granted_by_hand_alone() {
        server.operator("PUT", "/users/analyst/profiles/data-engineer", null);
        assertThat(server.plan(shop).json().path("toDo").asInt()).isZero();
        server.apply(shop);
        assertThat(server.get("analyst", "/me").text()).contains("data-engineer");
    }

    @Test
    void shows_columns_that_are_there_and_not_declared_as_drift() throws IOException {
        edit("datasets/shop.yaml", "      - {name: region, type: string}\n", "");
        edit("datasets/shop.yaml", "    partitioning: [region]\n", "");
        assertThat(texts(server.plan(shop)))
                .contains("! column shop_curated.customers.region was changed by hand: varchar, not declared");
    }

    @Test
    void widens_columns_and_never_narrows_them() throws IOException {
        edit("datasets/shop.yaml", "decimal(12,2)", "decimal(20,2)");
        assertThat(texts(server.apply(shop)))
                .contains("~ column shop_curated.customers.canary_salary: decimal(12,2) → decimal(20,2)");
        edit("datasets/shop.yaml", "decimal(20,2)", "decimal(5,2)");
        Answer refused = server.apply(shop);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asText())
                .contains("shop_curated.customers.canary_salary", "decimal(20,2)", "cannot become");
    }

    @Test
    void a_mistake_is_refused_with_its_place_and_nothing_is_changed() throws IOException {
        edit("datasets/shop.yaml", "partitioning: [region]", "partitoning: [region]");
        edit("datasets/shop.yaml", "One row for each customer", "Changed");
        Answer refused = server.apply(shop);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asText()).contains("shop.yaml", "partitoning", "partitioning");
        assertThat(refused.json().path("line").asInt()).isGreaterThan(1);
        assertThat(server.get("de", "/datasets/shop_curated/customers").text()).doesNotContain("Changed");
    }

    @Test
    void a_mistake_in_one_kind_stops_all_kinds() throws IOException {
        edit("policies/shop.yaml", "except: [ssn]", "except: [sns]");
        edit("datasets/shop.yaml", "One row for each customer", "Changed");
        assertThat(server.apply(shop).status()).isEqualTo(400);
        assertThat(server.get("de", "/datasets/shop_curated/customers").text()).doesNotContain("Changed");
    }

    @Test
    void policies_may_speak_of_columns_that_come_with_them() throws IOException {
        edit("datasets/shop.yaml", "      - {name: region, type: string}\n", """
                      - {name: region, type: string}
                      - {name: vip, type: boolean, tags: {pii: low}}
                """);
        edit("policies/shop.yaml", "except: [ssn, canary_salary]", "except: [ssn, canary_salary, vip]");
        assertThat(server.plan(shop).status()).isEqualTo(200);
        assertThat(server.apply(shop).status()).isEqualTo(200);
        assertThat(server.get("analyst", "/datasets/shop_curated/customers").text())
                .doesNotContain("vip");
    }

    @Test
    void is_the_operators_alone() {
        Map<String, String> body = Map.of("folder", shop.toString());
        assertThat(server.as("admin", "POST", "/workspaces/apply", body).status())
                .isEqualTo(403);
        assertThat(server.as("analyst", "POST", "/workspaces/plan", body).status())
                .isEqualTo(403);
    }

    @Test
    void a_folder_that_is_no_workspace_is_refused() {
        Answer answer = server.plan(server.data());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText()).contains("no workspace", "datasets/");
    }

    @Test
    void a_workspace_without_the_sources_of_this_service_is_refused() throws IOException {
        Files.createDirectories(shop.resolve("sources/servers"));
        assertThat(server.plan(shop).text()).contains("workspaces.sources is 'files'", "has only: servers");
    }
}
