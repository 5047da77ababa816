package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is near to a vector is told by REST to each profile as far as it may select it. */
class NearestIT {
    private static final List<Double> WANTED = List.of(1.0, 0.0, 0.0);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        done(server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "de"),
                        "resource", Map.of("database", "shop_curated"),
                        "permissions", List.of("CREATE_TABLE"))));
        JsonNode made = server.query("de", """
                CREATE TABLE shop_curated.faces AS
                SELECT * FROM (VALUES
                    (1, 'Ann', 'EU', ARRAY[REAL '1', REAL '0', REAL '0']),
                    (2, 'Ben', 'US', ARRAY[REAL '0.9', REAL '0.1', REAL '0']),
                    (3, 'Eve', 'US', ARRAY[REAL '0', REAL '1', REAL '0']),
                    (4, 'Ida', 'US', NULL)) AS t(id, name, region, face)""");
        assertThat(made.path("state").asText()).as("%s", made).isEqualTo("SUCCEEDED");
        for (String user : List.of("analyst", "ds")) {
            done(server.as(
                    "admin",
                    "POST",
                    "/grants",
                    Map.of(
                            "grantee", Map.of("user", user),
                            "resource", Map.of("table", "shop_curated.faces"),
                            "permissions", List.of("SELECT"))));
        }
        done(server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "steward"),
                        "resource", Map.of("table", "shop_curated.faces"),
                        "permissions", List.of("DESCRIBE"))));
        done(server.as(
                "admin",
                "PUT",
                "/policies/guards/faces_of_europe",
                Map.of(
                        "on", Map.of("table", "shop_curated.faces"),
                        "rows", "region = 'US'",
                        "except", List.of("data-engineer", "data-scientist"))));
        done(server.as(
                "admin",
                "PUT",
                "/policies/guards/faces",
                Map.of(
                        "on", Map.of("table", "shop_curated.faces", "columns", List.of("face")),
                        "mask", Map.of("null", true),
                        "except", List.of("data-engineer", "analyst"))));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void done(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    }

    private static Answer ask(String user, Map<String, ?> question) {
        Map<String, Object> all = new HashMap<>(Map.of("column", "face"));
        all.putAll(question);
        return server.as(user, "POST", "/datasets/shop_curated/faces/nearest", all);
    }

    private static List<String> names(String user, Map<String, ?> question) {
        Answer answer = ask(user, question);
        done(answer);
        List<String> names = new ArrayList<>();
        answer.json().path("rows").forEach(row -> names.add(row.get(1).asText()));
        return names;
    }

    @Test
    void who_sees_all_finds_the_nearest_first() {
        Answer answer = ask("de", Map.of("to", WANTED));
        assertThat(answer.json().path("columns").findValuesAsText("name"))
                .containsExactly("id", "name", "region", "score");
        assertThat(names("de", Map.of("to", WANTED))).containsExactly("Ann", "Ben", "Eve");
        assertThat(answer.json().path("rows").get(0).get(3).asText()).isEqualTo("1.0");
        assertThat(names("de", Map.of("like", Map.of("id", 3), "k", 2))).containsExactly("Eve", "Ben");
        assertThat(names("de", Map.of("to", WANTED, "metric", "EUCLIDEAN", "k", 1)))
                .containsExactly("Ann");
    }

    @Test
    void who_sees_some_rows_finds_among_them_and_nothing_of_others() {
        assertThat(names("analyst", Map.of("to", WANTED, "k", 2))).containsExactly("Ben", "Eve");
        Answer hidden = ask("analyst", Map.of("like", Map.of("id", 1)));
        Answer missing = ask("analyst", Map.of("like", Map.of("id", 99)));
        assertThat(hidden.status()).isEqualTo(400);
        assertThat(hidden.json().path("detail")).isEqualTo(missing.json().path("detail"));
    }

    @Test
    void who_sees_masks_searches_masks() {
        assertThat(names("ds", Map.of("to", WANTED))).isEmpty();
        assertThat(ask("ds", Map.of("like", Map.of("id", 1))).status()).isEqualTo(400);
    }

    @Test
    void who_may_not_read_is_refused_and_who_may_not_know_is_told_of_nothing() {
        assertThat(ask("steward", Map.of("to", WANTED)).status()).isEqualTo(403);
        assertThat(ask("auditor", Map.of("to", WANTED)).status()).isEqualTo(404);
        assertThat(ask("auditor", Map.of("to", WANTED)).text()).doesNotContain("Ann");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"to": [1, 0, 0], "k": 0}                             | 'k' is a number from 1 to 1000
            {"to": [1, 0, 0], "like": {"id": 1}}                  | One of 'to', 'like' and 'text' is needed
            {"to": [1, null]}                                     | 'to' is a list of numbers
            {"like": {}}                                          | 'like' names columns
            {"like": {"region": "US"}}                            | Several rows have the values of 'like'
            {"like": {"region": ["US"]}}                          | The values of 'like' are texts, numbers or booleans
            {"to": [1, 0, 0], "columns": ["\\" FROM x; --"]}      | cannot be resolved
            {"to": [1, 0, 0], "column": "id"}                     | vectors are array(real)
            """)
    void mistakes_are_named(String question, String message) throws Exception {
        Map<String, Object> body = new HashMap<>();
        JSON.readTree(question).properties().forEach(field -> body.put(field.getKey(), field.getValue()));
        Answer answer = ask("de", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText()).contains(message);
    }
}
