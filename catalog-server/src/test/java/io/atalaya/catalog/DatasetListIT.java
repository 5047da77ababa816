package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists and searches hold what somebody may know of at that moment: in their pages, totals, matches and order. */
class DatasetListIT {
    private static final SettableClock CLOCK = new SettableClock();
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop(CLOCK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "steward", "de", "ds", "analyst", "auditor", "nobody"})
    void pages_of_one_are_the_whole_list(String user) {
        for (String question : List.of("", "q=s&", "q=canary&", "q=sales&", "zone=curated&", "tag=domain&")) {
            JsonNode whole = server.get(user, "/datasets?" + question).json();
            List<JsonNode> items = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = server.get(user, "/datasets?" + question + "limit=1" + cursor)
                        .json();
                assertThat(page.path("total")).isEqualTo(whole.path("total"));
                page.path("items").forEach(items::add);
                cursor = page.path("nextCursor").isNull()
                        ? ""
                        : "&cursor=" + page.path("nextCursor").asText();
            } while (!cursor.isEmpty());
            assertThat(items)
                    .hasSize(whole.path("total").asInt())
                    .isEqualTo(List.copyOf(children(whole.path("items"))));
        }
    }

    @Test
    void each_lists_what_its_page_may_be_opened_of() {
        for (String user : RunningServer.USERS) {
            JsonNode items = server.get(user, "/datasets").json().path("items");
            assertThat(items)
                    .allSatisfy(item -> assertThat(server.get(
                                            user,
                                            "/datasets/" + item.path("database").asText() + "/"
                                                    + item.path("name").asText())
                                    .status())
                            .isEqualTo(200));
            assertThat(names(items).contains("secrets_of_state"))
                    .isEqualTo(server.get(user, "/datasets/shop_curated/secrets_of_state")
                                    .status()
                            == 200);
        }
    }

    @Test
    void a_grant_is_seen_at_once_and_until_its_end() {
        assertThat(found("nobody", "secrets")).isEmpty();
        assertThat(server.as(
                                "admin",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee",
                                        Map.of("user", "nobody"),
                                        "resource",
                                        Map.of("table", "shop_curated.secrets_of_state"),
                                        "permissions",
                                        List.of("SELECT"),
                                        "until",
                                        CLOCK.instant().plusSeconds(60).toString()))
                        .status())
                .isEqualTo(201);
        assertThat(found("nobody", "secrets")).containsExactly("secrets_of_state");
        CLOCK.advance(Duration.ofSeconds(59));
        assertThat(found("nobody", "")).containsExactly("secrets_of_state");
        CLOCK.advance(Duration.ofSeconds(1));
        assertThat(found("nobody", "")).isEmpty();
        assertThat(found("nobody", "secrets")).isEmpty();
    }

    @Test
    void a_table_that_is_made_changed_and_dropped_is_followed() {
        assertThat(server.as(
                                "admin",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee",
                                        Map.of("user", "de"),
                                        "resource",
                                        Map.of("database", "shop_curated"),
                                        "permissions",
                                        List.of("CREATE_TABLE")))
                        .status())
                .isEqualTo(201);
        server.query("de", "CREATE TABLE shop_curated.passing AS SELECT 1 AS canary_passing");
        assertThat(found("de", "passing")).containsExactly("passing");
        assertThat(found("analyst", "passing")).isEmpty();
        server.query("de", "ALTER TABLE shop_curated.passing ADD COLUMNS (canary_later bigint)");
        assertThat(found("de", "canary_later")).containsExactly("passing");
        server.query("de", "DROP TABLE shop_curated.passing");
        assertThat(found("de", "passing")).isEmpty();
    }

    private static List<String> found(String user, String words) {
        return names(server.get(user, "/datasets" + (words.isEmpty() ? "" : "?q=" + words))
                .json()
                .path("items"));
    }

    private static List<String> names(JsonNode items) {
        return children(items).stream().map(item -> item.path("name").asText()).toList();
    }

    private static List<JsonNode> children(JsonNode array) {
        List<JsonNode> children = new ArrayList<>();
        array.forEach(children::add);
        return children;
    }
}
