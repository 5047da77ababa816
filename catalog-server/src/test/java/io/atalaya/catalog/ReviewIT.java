package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import io.atalaya.catalog.audit.LogKey;
import io.atalaya.catalog.review.ReportCheck;
import io.atalaya.catalog.review.ReportWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A review walks from its start to a signed report, and what was decided is what the policies say since. */
class ReviewIT {
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

    private void grant(String user, List<String> columns) {
        Answer answer = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", user),
                        "resource", Map.of("table", CUSTOMERS, "columns", columns),
                        "permissions", List.of("SELECT")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private Map<String, Object> draft(Map<String, Object> scope) {
        return new HashMap<>(Map.of(
                "name",
                "Sales, autumn",
                "scope",
                scope,
                "due",
                clock.instant().plus(Duration.ofDays(14)).toString()));
    }

    private JsonNode started(String user, Map<String, Object> draft) {
        Answer answer = server.as(user, "POST", "/reviews", draft);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private static String path(JsonNode review) {
        return "/reviews/" + review.path("id").asText();
    }

    private JsonNode items(String user, JsonNode review) {
        Answer answer = server.get(user, path(review) + "/items");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("items");
    }

    private JsonNode item(String user, JsonNode review, String grantee) {
        for (JsonNode item : items("admin", review)) {
            if (item.path("grantee").toString().contains('"' + grantee + '"')) {
                Answer answer = server.get(
                        user, path(review) + "/items/" + item.path("number").asLong());
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                return answer.json();
            }
        }
        throw new AssertionError("no item of " + grantee);
    }

    private Answer decide(String user, JsonNode review, JsonNode item, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(
                Map.of("version", item.path("item").path("version").asLong()));
        body.putAll(more);
        return server.as(
                user,
                "POST",
                path(review) + "/items/" + item.path("item").path("number").asLong() + "/decision",
                body);
    }

    private void decided(String user, JsonNode review, String grantee, Map<String, Object> more) {
        Answer answer = decide(user, review, item(user, review, grantee), more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private String state(String user, String column) {
        return server.query(user, "SELECT " + column + " FROM " + CUSTOMERS)
                .path("state")
                .asText();
    }

    @Test
    void takes_away_what_nobody_needs_and_reports_it_signed() throws Exception {
        grant("nobody", List.of("id", "name", "region"));
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");

        JsonNode review = started("steward", draft(Map.of("tag", "domain=sales")));

        assertThat(items("steward", review))
                .as("what the steward watches over; whoever has all tables has one that the steward does not")
                .extracting(item -> item.path("grantee").toString() + " "
                        + item.path("reviewer").path("profile").asText())
                .containsExactly(
                        "{\"user\":null,\"profile\":\"analyst\"} steward",
                        "{\"user\":null,\"profile\":\"data-scientist\"} steward",
                        "{\"user\":null,\"profile\":\"steward\"} administrator",
                        "{\"user\":\"nobody\",\"profile\":null} steward");
        JsonNode nobody = item("steward", review, "nobody");
        assertThat(nobody.path("item").path("use").path("granted").asLong()).isEqualTo(3);
        assertThat(nobody.path("item").path("use").path("used").asLong()).isEqualTo(1);
        assertThat(nobody.path("item").path("use").path("people").asLong()).isEqualTo(1);
        assertThat(nobody.path("evidence").path("given").path("by").asText()).isEqualTo("admin");
        assertThat(nobody.path("evidence")
                        .path("datasets")
                        .get(0)
                        .path("columns")
                        .toString())
                .isEqualTo("[{\"name\":\"id\",\"used\":true},{\"name\":\"name\",\"used\":false},"
                        + "{\"name\":\"region\",\"used\":false}]");

        decided(
                "steward",
                review,
                "nobody",
                Map.of("verdict", "narrow", "reason", "One will do", "narrow", Map.of("used", true)));
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");
        assertThat(state("nobody", "name")).isEqualTo("FAILED");

        assertThat(state("ds", "id")).isEqualTo("SUCCEEDED");
        decided("steward", review, "data-scientist", Map.of("verdict", "revoke", "reason", "The model is done"));
        assertThat(state("ds", "id")).isEqualTo("FAILED");
        JsonNode revoked = item("steward", review, "data-scientist").path("ruling");
        assertThat(revoked.path("outcome").path("byGrant").asBoolean()).isFalse();
        assertThat(revoked.path("outcome")
                        .path("datasets")
                        .get(0)
                        .path("allowed")
                        .asBoolean())
                .isFalse();

        decided("steward", review, "analyst", Map.of("verdict", "certify"));
        assertThat(server.as("steward", "POST", path(review) + "/close", null).status())
                .as("one is not decided")
                .isEqualTo(409);
        assertThat(decide("steward", review, item("steward", review, "steward"), Map.of("verdict", "certify"))
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("own-access");
        decided("admin", review, "steward", Map.of("verdict", "certify", "reason", "=HYPERLINK(\"https://evil\")"));

        Answer closed = server.as("steward", "POST", path(review) + "/close", null);
        assertThat(closed.status()).as(closed.text()).isEqualTo(200);
        assertThat(closed.json().path("counts").toString()).isEqualTo("{\"certify\":2,\"narrow\":1,\"revoke\":1}");
        Answer csv = server.get("auditor", path(review) + "/report?format=csv");
        assertThat(csv.text().lines()).hasSize(5);
        assertThat(csv.text())
                .contains(
                        "\"user:nobody\"",
                        "\"narrowed\"",
                        "\"" + CUSTOMERS + ".id\"",
                        "\"'=HYPERLINK(\"\"https://evil\"\")\"")
                .doesNotContain("\"=HYPERLINK");
        LogKey key = LogKey.parse(
                Files.readString(server.data().resolve("audit/public-key")).strip());
        Optional<Map<String, Object>> note = ReportWriter.verified(
                server.get("admin", path(review) + "/report?format=note").text(), key);
        assertThat(note.orElseThrow())
                .containsEntry("items", 4)
                .containsEntry("csvSha256", sha256(csv.text().getBytes(StandardCharsets.UTF_8)));
        assertThat(server.get("steward", path(review) + "/report?format=pdf").text())
                .startsWith("%PDF-");
        Path signed = Files.writeString(
                server.data().resolveSibling("note.txt"),
                server.get("admin", path(review) + "/report?format=note").text());
        Path file = Files.writeString(server.data().resolveSibling("report.csv"), csv.text());
        assertThat(ReportCheck.check(signed, List.of(file), key)).isPresent();
        Files.writeString(file, csv.text().replace("narrowed", "certified"));
        assertThat(ReportCheck.check(signed, List.of(file), key)).isEmpty();
        assertThat(server.get("auditor", "/audit?subject=" + review.path("id").asText() + "&kind=review&limit=100")
                        .json()
                        .path("items"))
                .extracting(item -> item.path("kind").asText())
                .contains("review.started", "review.decided", "review.applied", "review.closed", "review.report");
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void is_decided_by_default_when_its_time_is_up() {
        grant("nobody", List.of("id", "name"));
        grant("ds", List.of("id"));
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");
        JsonNode narrowing = started("admin", with(draft(Map.of("user", "nobody")), "onSilence", "narrow"));
        JsonNode revoking = started("admin", draft(Map.of("user", "ds")));
        assertThat(items("admin", revoking))
                .as("what comes with a profile is shared")
                .extracting(item -> item.path("shared").asBoolean())
                .containsExactly(false, true);

        clock.advance(Duration.ofDays(12));
        server.sweepReviews();
        assertThat(server.get("steward", "/notifications").json().path("items"))
                .extracting(notice -> notice.path("kind").asText())
                .contains("due-soon", "started");
        assertThat(server.get("admin", path(revoking)).json().path("state").asText())
                .isEqualTo("OPEN");

        clock.advance(Duration.ofDays(3));
        assertThat(decide("admin", revoking, item("admin", revoking, "ds"), Map.of("verdict", "certify"))
                        .status())
                .as("too late")
                .isEqualTo(409);
        server.sweepReviews();
        server.sweepReviews();
        JsonNode narrowed = server.get("admin", path(narrowing)).json();
        assertThat(narrowed.path("state").asText()).isEqualTo("CLOSED");
        assertThat(narrowed.path("counts").toString()).isEqualTo("{\"narrow\":1}");
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");
        assertThat(state("nobody", "name")).isEqualTo("FAILED");
        assertThat(server.get("admin", path(revoking)).json().path("counts").toString())
                .as("silence takes nothing from others than the one who was reviewed")
                .isEqualTo("{\"keep\":1,\"revoke\":1}");
        assertThat(state("ds", "id")).isEqualTo("SUCCEEDED");
    }

    private static Map<String, Object> with(Map<String, Object> draft, String key, Object value) {
        draft.put(key, value);
        return draft;
    }

    @Test
    void names_the_request_that_a_grant_comes_from_and_ends_it() {
        Map<String, Object> asked = Map.of(
                "items",
                List.of(Map.of("dataset", CUSTOMERS, "columns", List.of("id", "region"))),
                "until",
                clock.instant().plus(Duration.ofDays(20)).toString(),
                "purpose",
                "churn model",
                "justification",
                "The model needs it");
        JsonNode request = server.as("nobody", "POST", "/requests", asked).json();
        String requested = "/requests/" + request.path("id").asText();
        JsonNode seen = server.get("steward", requested).json();
        server.as(
                "steward",
                "POST",
                requested + "/decision",
                Map.of("version", 1, "scopeHash", seen.path("scopeHash").asText(), "verdict", "approve"));
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");

        JsonNode review = started(
                "admin", with(draft(Map.of("table", CUSTOMERS)), "reviewers", List.of(Map.of("user", "auditor"))));
        JsonNode item = item("auditor", review, "nobody");
        assertThat(item.path("evidence").path("request").path("approvers").toString())
                .isEqualTo("[\"steward\"]");
        assertThat(item.path("item").path("source").asText())
                .isEqualTo("request:" + request.path("id").asText());
        assertThat(item.path("item").path("until").asText()).isNotEmpty();

        decided(
                "auditor",
                review,
                "nobody",
                Map.of(
                        "verdict", "narrow",
                        "reason", "No regions",
                        "narrow", Map.of("columns", List.of(Map.of("dataset", CUSTOMERS, "columns", List.of("id"))))));
        assertThat(state("nobody", "region")).isEqualTo("FAILED");
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");
        assertThat(server.get("steward", requested).json().path("events"))
                .extracting(event -> event.path("kind").asText())
                .contains("narrowed-by-review");

        JsonNode again = started(
                "admin", with(draft(Map.of("user", "nobody")), "reviewers", List.of(Map.of("user", "auditor"))));
        decided("auditor", again, "nobody", Map.of("verdict", "revoke", "reason", "The model is done"));
        assertThat(server.get("nobody", requested).json().path("state").asText())
                .isEqualTo("REVOKED");
        assertThat(state("nobody", "id")).isEqualTo("FAILED");
    }

    @Test
    void is_not_there_for_others_and_shows_reviewers_their_items_only() {
        grant("ds", List.of("id", "ssn"));
        JsonNode review = started(
                "admin",
                with(
                        draft(Map.of("database", "shop_curated")),
                        "reviewers",
                        List.of(Map.of("user", "nobody"), Map.of("profile", "steward"))));
        JsonNode all = items("admin", review);
        assertThat(all).hasSize(5);
        assertThat(items("auditor", review)).hasSize(5);
        assertThat(items("nobody", review)).hasSize(4);
        JsonNode hidden = null;
        for (JsonNode item : items("nobody", review)) {
            assertThat(item.path("reviewer").path("user").asText()).isEqualTo("nobody");
            JsonNode whole = server.get(
                            "nobody",
                            path(review) + "/items/" + item.path("number").asLong())
                    .json();
            assertThat(whole.toString())
                    .as("who reviews is told how many columns, not those that they may not know of")
                    .doesNotContain("ssn", "canary_salary", "canary_column");
            hidden = whole;
        }
        assertThat(hidden).isNotNull();

        JsonNode own = item("admin", review, "data-engineer");
        for (String user : RunningServer.USERS) {
            boolean reads = List.of("admin", "auditor").contains(user);
            boolean reviews = List.of("nobody", "steward").contains(user);
            Map<String, Integer> expected = new HashMap<>();
            expected.put("GET " + path(review), reads || reviews ? 200 : 404);
            expected.put("GET " + path(review) + "/items", reads || reviews ? 200 : 404);
            expected.put("GET " + path(review) + "/items/999", 404);
            expected.put("GET " + path(review) + "/report", reads ? 404 : reviews ? 403 : 404);
            expected.put("POST " + path(review) + "/close", reads || reviews ? user.equals("admin") ? 409 : 403 : 404);
            expected.put("GET /reports/unused-grants", reads || user.equals("steward") ? 200 : 403);
            expected.put("GET /reports/excess-grants", reads || user.equals("steward") ? 200 : 403);
            expected.forEach((route, status) -> {
                String[] parts = route.split(" ", 2);
                assertThat(server.as(user, parts[0], parts[1], null).status())
                        .as(user + " " + route)
                        .isEqualTo(status);
            });
            if (!reads && !reviews) {
                assertThat(decide(user, review, own, Map.of("verdict", "certify"))
                                .status())
                        .as(user)
                        .isEqualTo(404);
            }
            assertThat(server.get(user, "/reviews?list=all").json().path("items"))
                    .as(user)
                    .hasSize(reads || reviews ? 1 : 0);
            if (!List.of("admin", "steward").contains(user)) {
                assertThat(server.as(user, "POST", "/reviews", draft(Map.of("profile", "analyst")))
                                .json()
                                .path("code")
                                .asText())
                        .as(user)
                        .isEqualTo("not-steward");
            }
        }
        assertThat(decide("auditor", review, own, Map.of("verdict", "certify"))
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("not-reviewer");
        assertThat(server.send("GET", path(review), null, Map.of()).status()).isEqualTo(401);
        assertThat(server.operator(
                                "POST", path(review) + "/items/1/decision", Map.of("version", 1, "verdict", "certify"))
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("nobody");
    }

    @Test
    void answers_a_steward_about_hidden_names_as_about_none() {
        for (Map<String, Object> scope : List.<Map<String, Object>>of(
                Map.of("table", "shop_curated.secrets_of_state"), Map.of("table", "shop_curated.nowhere"))) {
            Answer answer = server.as("steward", "POST", "/reviews", draft(scope));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().path("detail").asText())
                    .isEqualTo("Table '" + scope.get("table") + "' does not exist or you have no permission on it");
        }
        for (String user : List.of("de", "no-such-user")) {
            assertThat(server.as("steward", "POST", "/reviews", draft(Map.of("user", user)))
                            .json()
                            .path("detail")
                            .asText())
                    .as(user)
                    .isEqualTo("there is no grant in this scope that you may have reviewed");
        }
        clock.advance(Duration.ofDays(2));
        assertThat(server.get("steward", "/reports/unused-grants?days=1").text())
                .contains("customers_us")
                .doesNotContain("secrets_of_state", "data-engineer");
    }

    @Test
    void is_handed_on_to_somebody_who_may_and_decided_once() {
        grant("nobody", List.of("id", "name"));
        JsonNode review = started("steward", draft(Map.of("user", "nobody")));
        JsonNode item = item("steward", review, "nobody");
        String path = path(review) + "/items/1";
        assertThat(server.as(
                                "steward",
                                "POST",
                                path + "/reassign",
                                Map.of("version", 1, "to", Map.of("user", "nobody"), "reason", "Ask them"))
                        .status())
                .as("to the one who has it")
                .isEqualTo(400);
        assertThat(server.as(
                                "steward",
                                "POST",
                                path + "/reassign",
                                Map.of("version", 1, "to", Map.of("user", "de"), "reason", "Knows better"))
                        .status())
                .isEqualTo(204);
        assertThat(server.get("de", "/notifications")
                        .json()
                        .path("items")
                        .get(0)
                        .path("review")
                        .asText())
                .isEqualTo(review.path("id").asText());
        assertThat(decide("steward", review, item, Map.of("verdict", "certify"))
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("not-reviewer");
        assertThat(decide("de", review, item, Map.of("verdict", "certify"))
                        .json()
                        .path("code")
                        .asText())
                .as("what they did not look at")
                .isEqualTo("stale");
        JsonNode now = item("de", review, "nobody");
        assertThat(decide("de", review, now, Map.of("verdict", "revoke")).status())
                .as("without a reason")
                .isEqualTo(400);
        List<Integer> statuses = IntStream.range(0, 4)
                .parallel()
                .mapToObj(_ -> decide("de", review, now, Map.of("verdict", "revoke", "reason", "Gone"))
                        .status())
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(200, 409, 409, 409);
        assertThat(state("nobody", "id")).isEqualTo("FAILED");
    }

    @Test
    void notes_a_grant_that_was_gone_and_what_became_of_it_the_last_time() {
        grant("nobody", List.of("id", "name"));
        JsonNode first = started("admin", draft(Map.of("user", "nobody")));
        decided("admin", first, "nobody", Map.of("verdict", "certify", "reason", "Still needed"));
        server.as("admin", "POST", path(first) + "/close", null);
        clock.advance(Duration.ofDays(90));

        JsonNode second = started("admin", draft(Map.of("user", "nobody")));
        JsonNode item = item("admin", second, "nobody");
        assertThat(item.path("evidence").path("before").path("verdict").asText())
                .isEqualTo("certify");
        assertThat(item.path("evidence").path("before").path("review").asText())
                .isEqualTo(first.path("id").asText());
        assertThat(server.as("admin", "DELETE", "/grants/" + item.path("grant").asText(), null)
                        .status())
                .isEqualTo(204);
        assertThat(decide("admin", second, item, Map.of("verdict", "certify"))
                        .json()
                        .path("ruling")
                        .path("verdict")
                        .asText())
                .isEqualTo("gone");
        assertThat(server.as("admin", "POST", path(second) + "/cancel", Map.of("reason", "A try"))
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("CANCELLED");
    }

    @Test
    void refuses_a_scope_that_is_too_wide_with_the_number() {
        try (RunningServer small = RunningServer.shop(Map.of("ATALAYA_REVIEWS_MOST", "2"))) {
            Map<String, Object> draft = draft(Map.of("database", "shop_curated"));
            draft.put("due", java.time.Instant.now().plus(Duration.ofDays(3)).toString());
            Answer refused = small.as("admin", "POST", "/reviews", draft);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("detail").asText())
                    .isEqualTo("there are 4 grants in this scope and a campaign has at most 2;"
                            + " split it, by database, table or profile");
        }
    }

    @Test
    void reports_what_is_not_used_and_what_is_more_than_needed_page_by_page() {
        grant("nobody", List.of("id", "name"));
        assertThat(state("nobody", "id")).isEqualTo("SUCCEEDED");
        assertThat(grantees("/reports/unused-grants?days=90"))
                .as("those of today are not unused for 90 days")
                .isEmpty();
        assertThat(grantees("/reports/excess-grants?days=90")).containsExactly("nobody");
        clock.advance(Duration.ofDays(100));
        assertThat(grantees("/reports/unused-grants?days=90"))
                .containsExactly("analyst", "data-engineer", "data-scientist", "nobody");
        assertThat(grantees("/reports/excess-grants?days=90")).isEmpty();

        JsonNode first = server.get("auditor", "/reports/unused-grants?limit=3").json();
        assertThat(first.path("items")).hasSize(3);
        assertThat(server.get(
                                "auditor",
                                "/reports/unused-grants?limit=3&cursor="
                                        + first.path("nextCursor").asText())
                        .json()
                        .path("items"))
                .hasSize(1);
    }

    private List<String> grantees(String path) {
        return server.get("auditor", path).json().path("items").findValues("grantee").stream()
                .map(who -> who.path("user").asText("").isEmpty()
                        ? who.path("profile").asText()
                        : who.path("user").asText())
                .toList();
    }
}
