package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request walks from a refused query to a grant that ends, and every shortcut is closed. */
class RequestIT {
    private static final String CUSTOMERS = "shop_curated.customers";

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

    private Map<String, Object> draft(List<String> columns) {
        Map<String, Object> draft = new HashMap<>();
        draft.put("items", List.of(Map.of("dataset", CUSTOMERS, "columns", columns)));
        draft.put("until", clock.instant().plus(Duration.ofDays(20)).toString());
        draft.put("purpose", "churn model");
        draft.put("justification", "The model needs it");
        return draft;
    }

    private JsonNode submitted(String user, Map<String, Object> draft) {
        Answer answer = server.as(user, "POST", "/requests", draft);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private JsonNode seenBy(String user, JsonNode request) {
        Answer answer = server.get(user, path(request));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static String path(JsonNode request) {
        return "/requests/" + request.path("id").asText();
    }

    private Answer decide(String user, JsonNode seen, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "version", seen.path("version").asLong(),
                "scopeHash", seen.path("scopeHash").asText(),
                "verdict", "approve"));
        body.putAll(more);
        return server.as(user, "POST", path(seen) + "/decision", body);
    }

    private JsonNode select(String user) {
        return server.query(user, "SELECT id, email, region FROM " + CUSTOMERS + " ORDER BY id");
    }

    @Test
    void narrowed_and_approved_by_the_owner_it_lets_the_query_run_until_it_ends() {
        assertThat(select("nobody").path("state").asText()).isEqualTo("FAILED");

        JsonNode request = submitted("nobody", draft(List.of("id", "email", "region", "name")));
        assertThat(request.path("state").asText()).isEqualTo("IN_REVIEW");
        assertThat(request.has("steps"))
                .as("who cannot know of the table is not told who approves")
                .isFalse();
        assertThat(request.has("scopeHash")).isFalse();

        JsonNode waiting =
                server.get("steward", "/requests?list=approve").json().path("items");
        assertThat(waiting)
                .extracting(item -> item.path("id").asText())
                .containsExactly(request.path("id").asText());
        JsonNode seen = seenBy("steward", request);
        assertThat(seen.path("actions")).extracting(JsonNode::asText).contains("decide");

        Answer approved = decide(
                "steward",
                seen,
                Map.of(
                        "comment",
                        "Americans will do",
                        "narrow",
                        Map.of(
                                "items",
                                List.of(Map.of(
                                        "dataset",
                                        CUSTOMERS,
                                        "columns",
                                        List.of("id", "email", "region"),
                                        "rows",
                                        "region = 'US'")))));
        assertThat(approved.status()).as(approved.text()).isEqualTo(200);
        assertThat(approved.json().path("state").asText()).isEqualTo("ACTIVE");

        JsonNode active = seenBy("nobody", request);
        assertThat(active.path("asked").path("items").get(0).path("columns")).hasSize(4);
        assertThat(active.path("items").get(0).path("columns")).hasSize(3);
        assertThat(active.findValuesAsText("changes").toString()).isNotNull();
        JsonNode provisioned = event(active, "provisioned").path("details").path("evidence");
        assertThat(provisioned.path("byRequest").asBoolean()).isTrue();
        assertThat(provisioned
                        .path("datasets")
                        .get(0)
                        .path("columns")
                        .path("email")
                        .asText())
                .isEqualTo("masked: redact");
        assertThat(provisioned.path("datasets").get(0).path("rows").asText()).contains("region");
        assertThat(event(active, "approved").path("details").path("changes"))
                .extracting(JsonNode::asText)
                .contains("- " + CUSTOMERS + ".name");

        JsonNode rows = select("nobody").path("results").path("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.toString()).contains("xxx@xxxxxx.xxxxxxx").doesNotContain("canary");

        clock.advance(Duration.ofDays(21));
        assertThat(select("nobody").path("state").asText())
                .as("the end is looked at when the query asks, before anybody swept")
                .isEqualTo("FAILED");
        assertThat(seenBy("nobody", request).path("state").asText()).isEqualTo("EXPIRED");
        server.sweepRequests();
        JsonNode expired =
                event(seenBy("nobody", request), "expired").path("details").path("evidence");
        assertThat(expired.path("byRequest").asBoolean()).isFalse();
        assertThat(expired.path("datasets").get(0).path("allowed").asBoolean()).isFalse();
    }

    private static JsonNode event(JsonNode request, String kind) {
        for (JsonNode event : request.path("events")) {
            if (event.path("kind").asText().equals(kind)) {
                return event;
            }
        }
        throw new AssertionError("no " + kind + " in " + request.path("events"));
    }

    @Test
    void revoked_it_leaves_nothing_and_the_proof_of_it() {
        JsonNode request = submitted("nobody", draft(List.of("id", "email", "region")));
        assertThat(decide("steward", seenBy("steward", request), Map.of()).status())
                .isEqualTo(200);
        assertThat(select("nobody").path("state").asText()).isEqualTo("SUCCEEDED");

        JsonNode active = seenBy("nobody", request);
        Answer revoked = server.as(
                "nobody",
                "POST",
                path(request) + "/revoke",
                Map.of("version", active.path("version").asLong(), "reason", "Not needed any more"));

        assertThat(revoked.json().path("state").asText()).as(revoked.text()).isEqualTo("REVOKED");
        JsonNode evidence = event(revoked.json(), "revoked").path("details").path("evidence");
        assertThat(evidence.path("byRequest").asBoolean()).isFalse();
        assertThat(evidence.path("datasets").get(0).path("allowed").asBoolean()).isFalse();
        assertThat(select("nobody").path("state").asText()).isEqualTo("FAILED");
        JsonNode audit = server.get(
                        "auditor", "/audit?subject=" + request.path("id").asText() + "&limit=100")
                .json()
                .path("items");
        assertThat(audit)
                .extracting(item -> item.path("kind").asText())
                .containsExactly(
                        "request.revoked",
                        "request.revoke-requested",
                        "request.provisioned",
                        "request.approved",
                        "request.submitted");
    }
}
