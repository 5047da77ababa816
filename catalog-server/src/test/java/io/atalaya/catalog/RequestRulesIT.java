package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operator's rules of requests: a budget without approvers, and several steps. */
class RequestRulesIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop(Map.of(
                "ATALAYA_REQUESTS_AUTO_COLUMNS", "3",
                "ATALAYA_REQUESTS_SENSITIVE", "pii=medium",
                "ATALAYA_REQUESTS_STEWARD", "data-engineer"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode submitted(String user, int days, String... columns) {
        Answer answer = server.as(
                user,
                "POST",
                "/requests",
                Map.of(
                        "items",
                        List.of(Map.of("dataset", "shop_curated.customers", "columns", List.of(columns))),
                        "until",
                        Instant.now().plus(Duration.ofDays(days)).toString(),
                        "purpose",
                        "test",
                        "justification",
                        "To see"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private static JsonNode approved(String user, JsonNode request, Map<String, Object> more) {
        String path = "/requests/" + request.path("id").asText();
        JsonNode seen = server.get(user, path).json();
        Map<String, Object> body = new HashMap<>(Map.of(
                "version", seen.path("version").asLong(),
                "scopeHash", seen.path("scopeHash").asText(),
                "verdict", "approve"));
        body.putAll(more);
        return server.as(user, "POST", path + "/decision", body).json();
    }

    @Test
    void a_budget_needs_no_approver_and_splitting_does_not_stretch_it() {
        JsonNode first = submitted("analyst", 3, "id", "name");
        assertThat(first.path("state").asText()).isEqualTo("ACTIVE");
        assertThat(first.path("automatic").asBoolean()).isTrue();

        assertThat(submitted("analyst", 3, "id", "region").path("state").asText())
                .as("two and two are more than three")
                .isEqualTo("IN_REVIEW");
        assertThat(submitted("ds", 3, "email").path("state").asText())
                .as("sensitive")
                .isEqualTo("IN_REVIEW");
        assertThat(submitted("ds", 9, "id").path("state").asText())
                .as("longer than the budget gives")
                .isEqualTo("IN_REVIEW");
        assertThat(submitted("nobody", 3, "id").path("state").asText())
                .as("not known")
                .isEqualTo("IN_REVIEW");
    }

    @Test
    void what_a_later_step_narrows_the_earlier_one_approves_again() {
        JsonNode request = submitted("analyst", 20, "id", "email");
        assertThat(request.path("steps"))
                .extracting(step -> step.path("approver").asText())
                .containsExactly("profile:steward", "profile:data-engineer");

        assertThat(approved("steward", request, Map.of()).path("state").asText())
                .isEqualTo("IN_REVIEW");
        JsonNode narrowed = approved(
                "de",
                request,
                Map.of(
                        "narrow",
                        Map.of(
                                "items",
                                List.of(Map.of("dataset", "shop_curated.customers", "columns", List.of("email"))))));
        assertThat(narrowed.path("state").asText()).isEqualTo("IN_REVIEW");
        assertThat(narrowed.path("steps"))
                .extracting(step -> step.path("state").asText())
                .containsExactly("OPEN", "APPROVED");
        assertThat(approved("de", request, Map.of()).path("code").asText()).isEqualTo("second-step");
        assertThat(approved("steward", request, Map.of()).path("state").asText())
                .isEqualTo("ACTIVE");
    }
}
