package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who could see a column on that day. */
class PastAccessIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";

    private final SettableClock clock = new SettableClock();
    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.shop(clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode who(String column, Instant at) {
        Answer answer = server.get("admin", CUSTOMERS + "/columns/" + column + "/principals?at=" + at);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("items");
    }

    private static List<String> users(JsonNode items) {
        return items.findValuesAsText("user");
    }

    @Test
    void is_told_from_what_policies_profiles_and_tags_were() {
        Instant first = clock.instant();
        clock.advance(Duration.ofDays(1));
        server.operator("PUT", "/users/nobody/profiles/data-scientist", null);
        Answer made = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "analyst"),
                        "resource", Map.of("table", "shop_curated.customers", "columns", List.of("ssn")),
                        "permissions", List.of("SELECT"),
                        "until", clock.instant().plus(Duration.ofDays(2)).toString()));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        Instant second = clock.instant();
        clock.advance(Duration.ofDays(1));
        server.operator("DELETE", "/users/nobody/profiles/data-scientist", null);
        Instant third = clock.instant();
        clock.advance(Duration.ofDays(9));

        assertThat(users(who("name", first))).containsExactly("analyst", "de", "ds");
        assertThat(users(who("name", second))).containsExactly("analyst", "de", "ds", "nobody");
        assertThat(users(who("name", third))).containsExactly("analyst", "de", "ds");
        assertThat(users(who("ssn", first))).containsExactly("de");
        assertThat(users(who("ssn", second))).containsExactly("analyst", "de");
        assertThat(users(who("ssn", third))).containsExactly("analyst", "de");
        assertThat(users(who("ssn", clock.instant()))).as("the grant has ended").containsExactly("de");
        assertThat(who("ssn", second).path(0).path("access").path("mask").asText())
                .isEqualTo("null");
        assertThat(who("name", first).path(0).path("rows").asText()).isEqualTo("\"region\" = 'US'");

        assertThat(select("nobody", first)).isFalse();
        assertThat(select("nobody", second)).isTrue();
        assertThat(select("nobody", third)).isFalse();
        assertThat(server.get("auditor", "/audit?kind=metadata.read&limit=1")
                        .json()
                        .path("items")
                        .path(0)
                        .path("details")
                        .path("at")
                        .asText())
                .as("looking is on record")
                .isEqualTo(third.toString());
    }

    private boolean select(String user, Instant at) {
        return server.get("admin", CUSTOMERS + "/access?user=" + user + "&at=" + at)
                .json()
                .path("select")
                .asBoolean();
    }

    @Test
    void is_listed_in_pages() {
        String path = CUSTOMERS + "/columns/name/principals?limit=1&at=" + clock.instant();
        Answer page = server.get("admin", path);
        assertThat(users(page.json().path("items"))).containsExactly("analyst");
        String cursor = page.json().path("nextCursor").asText();
        assertThat(users(server.get("admin", path + "&cursor=" + cursor).json().path("items")))
                .containsExactly("de");
    }

    @Test
    void is_unknown_before_the_history_and_after_now() {
        for (String at : List.of("2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z")) {
            Answer answer = server.get("admin", CUSTOMERS + "/columns/name/principals?at=" + at);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(server.get("admin", CUSTOMERS + "/access?at=" + at).status())
                    .isEqualTo(400);
        }
        assertThat(server.get("admin", CUSTOMERS + "/columns/name/principals?at=2001-01-01T00:00:00Z")
                        .text())
                .contains("known since ", "what was before is unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "ds", "de"})
    void is_not_told_to_those_who_only_read(String user) {
        for (String path : List.of("/columns/name/principals", "/access?at=" + clock.instant())) {
            Answer refused = server.get(user, CUSTOMERS + path);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("oversight-only");
        }
    }

    @Test
    void is_told_to_owners_of_their_own_and_of_hidden_columns_as_of_none() {
        assertThat(server.get("de", "/datasets/shop_curated/secrets_of_state/columns/canary_column/principals")
                        .status())
                .isEqualTo(200);
        Answer missing = server.get("steward", CUSTOMERS + "/columns/nothing/principals");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(server.get("nobody", CUSTOMERS + "/columns/name/principals").status())
                .isEqualTo(404);
    }
}
