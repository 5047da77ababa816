package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every shortcut to an approval, refused by its code. RequestIT has them in their context, and many at once. */
class RequestRefusalsIT {
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

    private static Map<String, Object> draft(String... columns) {
        return new HashMap<>(Map.of(
                "items",
                List.of(Map.of("dataset", "shop_curated.customers", "columns", List.of(columns))),
                "until",
                CLOCK.instant().plus(Duration.ofDays(5)).toString(),
                "purpose",
                "test",
                "justification",
                "To see"));
    }

    /** As whoever oversees it sees it. */
    private static JsonNode submitted(String user, String... columns) {
        Answer answer = server.as(user, "POST", "/requests", draft(columns));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return seen(answer.json().path("id").asText());
    }

    private static JsonNode seen(String id) {
        return server.get("admin", "/requests/" + id).json();
    }

    private static String id(JsonNode request) {
        return request.path("id").asText();
    }

    private static Answer decide(String user, String id, JsonNode as, String verdict) {
        return server.as(
                user,
                "POST",
                "/requests/" + id + "/decision",
                Map.of(
                        "version",
                        as.path("version").asLong(),
                        "scopeHash",
                        as.path("scopeHash").asText(),
                        "verdict",
                        verdict,
                        "comment",
                        "So be it"));
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().path("code").asText()).isEqualTo(code);
    }

    @Test
    void nobody_approves_their_own() {
        JsonNode own = submitted("steward", "id");
        refused(decide("steward", id(own), own, "approve"), 403, "own-request");
    }

    @Test
    void nobody_approves_twice() {
        JsonNode request = submitted("analyst", "id");
        assertThat(decide("steward", id(request), request, "approve").status()).isEqualTo(200);
        refused(decide("steward", id(request), request, "approve"), 409, "illegal-transition");
        JsonNode now = seen(id(request));
        refused(decide("steward", id(request), now, "reject"), 409, "illegal-transition");
        assertThat(seen(id(request)).path("state").asText()).isEqualTo("ACTIVE");
    }

    @Test
    void an_approval_of_what_was_written_anew_since_is_stale() {
        JsonNode request = submitted("analyst", "id");
        Map<String, Object> wider = draft("id", "email");
        wider.put("version", 1);
        assertThat(server.as("analyst", "PUT", "/requests/" + id(request), wider)
                        .status())
                .isEqualTo(200);
        refused(decide("steward", id(request), request, "approve"), 409, "stale");
        assertThat(decide("steward", id(request), seen(id(request)), "approve").status())
                .isEqualTo(200);
        Map<String, Object> widest = draft("id", "email", "ssn");
        widest.put("version", seen(id(request)).path("version").asLong());
        refused(server.as("analyst", "PUT", "/requests/" + id(request), widest), 409, "illegal-transition");
    }

    @Test
    void a_decision_is_good_for_one_request_alone() {
        JsonNode small = submitted("analyst", "id");
        JsonNode large = submitted("ds", "id", "email");
        refused(decide("steward", id(large), small, "approve"), 409, "stale");
        assertThat(seen(id(large)).path("state").asText()).isEqualTo("IN_REVIEW");
    }

    @Test
    void what_was_refused_or_taken_back_is_not_approved_by_an_old_link() {
        JsonNode rejected = submitted("analyst", "id");
        assertThat(decide("steward", id(rejected), rejected, "reject").status()).isEqualTo(200);
        refused(decide("steward", id(rejected), rejected, "approve"), 409, "illegal-transition");

        JsonNode withdrawn = submitted("analyst", "id");
        assertThat(server.as("analyst", "POST", "/requests/" + id(withdrawn) + "/withdraw", Map.of("version", 1))
                        .status())
                .isEqualTo(200);
        refused(decide("steward", id(withdrawn), withdrawn, "approve"), 409, "illegal-transition");
    }

    @Test
    void what_would_have_ended_already_is_not_approved() {
        JsonNode request = submitted("analyst", "id");
        CLOCK.advance(Duration.ofDays(6));
        Answer late = decide("steward", id(request), request, "approve");
        assertThat(late.status()).as(late.text()).isBetween(400, 409);
        assertThat(seen(id(request)).path("state").asText()).isNotIn("ACTIVE", "PROVISIONING");
    }
}
