package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of what follows from statements, and shows nobody a table or column that it may not know of. */
class LineageIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        grant("de", Map.of("database", "shop_curated"), "CREATE_TABLE");
        run("CREATE TABLE shop_curated.mails AS SELECT id, lower(email) || region AS contact, ssn AS canary_number "
                + "FROM shop_curated.customers WHERE name <> 'x'");
        run(
                "CREATE TABLE shop_curated.counts AS SELECT contact, count(*) AS n FROM shop_curated.mails GROUP BY contact");
        run("INSERT INTO shop_curated.counts SELECT name, 0 FROM shop_curated.customers");
        run("UPDATE shop_curated.counts SET n = (SELECT max(id) FROM shop_curated.mails)");
        run("CREATE TABLE shop_curated.later AS SELECT n FROM shop_curated.counts");
        grant("analyst", Map.of("table", "shop_curated.counts"), "SELECT", "DESCRIBE");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void grant(String user, Map<String, ?> resource, String... permissions) {
        assertThat(server.as(
                                "admin",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", user),
                                        "resource", resource,
                                        "permissions", List.of(permissions)))
                        .status())
                .isEqualTo(201);
    }

    private static void run(String sql) {
        JsonNode done = server.query("de", sql);
        assertThat(done.path("state").asText()).as("%s", done).isEqualTo("SUCCEEDED");
    }

    private static JsonNode lineage(String user, String rest) {
        Answer answer = server.get(user, "/datasets/shop_curated/" + rest);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> nodes(JsonNode graph) {
        return StreamSupport.stream(graph.path("nodes").spliterator(), false)
                .map(node -> node.path("name").asText())
                .toList();
    }

    private static List<String> columns(JsonNode graph, String from, String to) {
        return StreamSupport.stream(graph.path("edges").spliterator(), false)
                .filter(edge -> edge.path("from").asText().equals("shop_curated." + from)
                        && edge.path("to").asText().equals("shop_curated." + to))
                .flatMap(edge -> StreamSupport.stream(edge.path("columns").spliterator(), false))
                .map(pair -> pair.path("from").asText() + ">" + pair.path("to").asText())
                .toList();
    }

    @Test
    void statements_tell_what_is_made_of_what() {
        JsonNode graph = lineage("de", "counts/lineage?direction=up");
        assertThat(nodes(graph)).containsExactlyInAnyOrder("counts", "mails", "customers");
        assertThat(columns(graph, "customers", "mails"))
                .containsExactly("ssn>canary_number", "email>contact", "region>contact", "id>id");
        assertThat(columns(graph, "mails", "counts")).containsExactly("contact>contact", "id>n");
        assertThat(columns(graph, "customers", "counts")).containsExactly("name>contact");
        assertThat(graph.at("/edges/0/by/0/kind").asText()).isEqualTo("statement");
        assertThat(nodes(lineage("de", "customers/lineage?direction=up"))).containsExactly("customers");
        assertThat(nodes(lineage("de", "customers/lineage?direction=down&depth=1")))
                .containsExactlyInAnyOrder("customers", "mails", "counts");
    }

    @Test
    void a_column_is_followed_to_what_its_values_are_made_of() {
        JsonNode graph = lineage("de", "counts/lineage?column=n&direction=up");
        assertThat(columns(graph, "mails", "counts")).containsExactly("id>n");
        assertThat(columns(graph, "customers", "mails")).containsExactly("id>id");
        assertThat(columns(graph, "customers", "counts")).isEmpty();
        JsonNode down = lineage("de", "customers/lineage?column=email&direction=down");
        assertThat(columns(down, "customers", "mails")).containsExactly("email>contact");
        assertThat(columns(down, "mails", "counts")).containsExactly("contact>contact");
    }

    @Test
    void a_table_that_is_made_anew_is_made_of_nothing_it_was_made_of_before() {
        run("CREATE TABLE shop_curated.anew AS SELECT name AS x FROM shop_curated.customers");
        run("CREATE OR REPLACE TABLE shop_curated.anew AS SELECT id AS x FROM shop_curated.mails");
        assertThat(nodes(lineage("de", "anew/lineage?direction=up&depth=1"))).containsExactly("anew", "mails");
    }

    @Test
    void what_is_done_again_to_a_table_that_was_made_anew_is_told_again() {
        String made = "CREATE OR REPLACE TABLE shop_curated.again AS SELECT id AS x FROM shop_curated.mails";
        String inserted = "INSERT INTO shop_curated.again SELECT id FROM shop_curated.customers";
        run(made);
        run(inserted);
        run(made);
        assertThat(nodes(lineage("de", "again/lineage?direction=up&depth=1"))).containsExactly("again", "mails");
        run(inserted);
        assertThat(nodes(lineage("de", "again/lineage?direction=up&depth=1")))
                .containsExactlyInAnyOrder("again", "customers", "mails");
    }

    @Test
    void what_is_cut_off_is_said() {
        assertThat(lineage("de", "counts/lineage?depth=1&direction=up")
                        .path("cut")
                        .asBoolean())
                .isFalse();
        JsonNode graph = lineage("de", "later/lineage?depth=1&direction=up");
        assertThat(nodes(graph)).containsExactly("later", "counts");
        assertThat(graph.path("cut").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "ds", "steward", "auditor", "nobody"})
    void tables_and_columns_that_one_may_not_know_of_are_not_in_it(String user) {
        for (String table : List.of("counts", "mails", "customers")) {
            Answer answer = server.get(user, "/datasets/shop_curated/" + table + "/lineage?depth=10");
            if (server.get(user, "/datasets/shop_curated/" + table).status() == 404) {
                assertThat(answer.status()).isEqualTo(404);
                continue;
            }
            for (String node : nodes(answer.json())) {
                assertThat(server.get(user, "/datasets/shop_curated/" + node).status())
                        .as(node)
                        .isEqualTo(200);
            }
            answer.json()
                    .path("edges")
                    .forEach(edge -> edge.path("columns").forEach(pair -> {
                        assertThat(schema(user, edge.path("from").asText()))
                                .contains(pair.path("from").asText());
                        assertThat(schema(user, edge.path("to").asText()))
                                .contains(pair.path("to").asText());
                    }));
        }
        assertThat(nodes(lineage("analyst", "counts/lineage"))).doesNotContain("mails");
        assertThat(server.get("analyst", "/datasets/shop_curated/counts/lineage")
                        .text())
                .doesNotContain("canary", "ssn");
    }

    private static List<String> schema(String user, String table) {
        return StreamSupport.stream(
                        server.get(user, "/datasets/" + table.replace('.', '/'))
                                .json()
                                .path("schema")
                                .spliterator(),
                        false)
                .map(column -> column.path("name").asText())
                .toList();
    }

    @Test
    void a_column_that_one_may_not_know_of_cannot_be_followed() {
        assertThat(server.get("analyst", "/datasets/shop_curated/customers/lineage?column=ssn")
                        .status())
                .isEqualTo(server.get("analyst", "/datasets/shop_curated/customers/lineage?column=missing")
                        .status())
                .isEqualTo(404);
        assertThat(server.get("de", "/datasets/shop_curated/customers/lineage?direction=left")
                        .status())
                .isEqualTo(400);
    }
}
