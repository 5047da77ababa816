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

    @Test
    void is_proposed_by_a_refused_query_from_what_its_writer_wrote_and_knows() {
        assertThat(proposed("nobody", "SELECT c.id, c.email FROM shop_curated.customers c")
                        .toString())
                .isEqualTo("{\"permission\":\"SELECT\",\"items\":"
                        + "[{\"dataset\":\"shop_curated.customers\",\"columns\":[\"id\",\"email\"]}]}");
        assertThat(proposed("nobody", "SELECT c.id, c.email FROM shop_curated.nowhere c")
                        .toString())
                .as("what does not exist is proposed alike")
                .isEqualTo("{\"permission\":\"SELECT\",\"items\":"
                        + "[{\"dataset\":\"shop_curated.nowhere\",\"columns\":[\"id\",\"email\"]}]}");
        assertThat(proposed("analyst", "SELECT id, ssn FROM shop_curated.customers WHERE region = 'US'")
                        .path("items")
                        .get(0)
                        .path("columns"))
                .as("only what is missing")
                .extracting(JsonNode::asText)
                .containsExactly("ssn");
        assertThat(proposed("steward", "SELECT * FROM shop_curated.customers")
                        .path("items")
                        .get(0)
                        .path("columns"))
                .extracting(JsonNode::asText)
                .containsExactly("id", "name", "email", "ssn", "canary_salary", "region");
        assertThat(server.query("analyst", "SELEKT 1").has("request")).isFalse();
    }

    private static String wanting(String permission, String dataset, String... columns) {
        String names = columns.length == 0 ? "" : "\"" + String.join("\",\"", columns) + "\"";
        return "{\"permission\":\"%s\",\"items\":[{\"dataset\":\"%s\",\"columns\":[%s]}]}"
                .formatted(permission, dataset, names);
    }

    @Test
    void is_proposed_by_a_change_that_was_refused_one_permission_at_a_time() {
        String nowhere = "shop_curated.nowhere";
        for (String table : List.of(CUSTOMERS, "shop_curated.secrets_of_state", nowhere)) {
            assertThat(proposed("analyst", "INSERT INTO " + table + " SELECT * FROM " + nowhere)
                            .toString())
                    .as("nobody can tell from it whether there is such a table")
                    .isEqualTo(wanting("INSERT", table));
            assertThat(proposed("analyst", "DELETE FROM " + table + " WHERE id = 1")
                            .toString())
                    .isEqualTo(wanting("DELETE", table));
            assertThat(proposed("analyst", "UPDATE " + table + " SET name = 'x' WHERE id = 1")
                            .toString())
                    .isEqualTo(wanting("INSERT", table));
            assertThat(proposed(
                                    "analyst",
                                    "MERGE INTO " + table + " t USING (SELECT 1 AS id) s ON t.id = s.id "
                                            + "WHEN MATCHED THEN DELETE")
                            .toString())
                    .isEqualTo(wanting("DELETE", table));
        }
        grant("INSERT");
        assertThat(proposed("analyst", "UPDATE " + CUSTOMERS + " SET name = 'x' WHERE id = 1")
                        .toString())
                .isEqualTo(wanting("DELETE", CUSTOMERS));
        assertThat(proposed(
                                "analyst",
                                "INSERT INTO " + CUSTOMERS + " (id, name) SELECT n.id, n.name FROM " + nowhere + " n")
                        .toString())
                .as("what it reads, once it may write")
                .isEqualTo(wanting("SELECT", nowhere, "id", "name"));
        grant("DELETE");
        assertThat(proposed("analyst", "DELETE FROM " + CUSTOMERS + " WHERE ssn = 'x'")
                        .toString())
                .isEqualTo(wanting("SELECT", CUSTOMERS, "ssn"));
    }

    private void grant(String permission) {
        Answer made = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "analyst"),
                        "resource", Map.of("table", CUSTOMERS),
                        "permissions", List.of(permission)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private JsonNode proposed(String user, String sql) {
        JsonNode execution = server.query(user, sql);
        assertThat(execution.path("state").asText()).as(execution.toString()).isEqualTo("FAILED");
        return execution.path("request");
    }

    @Test
    void is_decided_by_nobody_for_themselves_nor_twice_nor_on_another_scope() {
        JsonNode own = submitted("steward", draft(List.of("id")));
        Answer self = decide("steward", seenBy("admin", own), Map.of());
        assertThat(self.status()).as(self.text()).isEqualTo(403);
        assertThat(self.json().path("code").asText()).isEqualTo("own-request");

        Map<String, Object> forSteward = draft(List.of("id"));
        forSteward.put("grantee", Map.of("user", "steward"));
        JsonNode forOther = submitted("ds", forSteward);
        assertThat(decide("steward", seenBy("admin", forOther), Map.of())
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("own-request");

        Map<String, Object> forAll = draft(List.of("id"));
        forAll.put("grantee", Map.of("profile", "steward"));
        JsonNode forProfile = submitted("ds", forAll);
        assertThat(decide("steward", seenBy("admin", forProfile), Map.of())
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("own-request");

        JsonNode request = submitted("analyst", draft(List.of("id", "email")));
        JsonNode seen = seenBy("steward", request);
        assertThat(decide("ds", seen, Map.of()).status())
                .as("it does not exist for others")
                .isEqualTo(404);
        assertThat(decide("auditor", seen, Map.of()).json().path("code").asText())
                .isEqualTo("not-approver");
        assertThat(decide("admin", seen, Map.of()).json().path("code").asText()).isEqualTo("not-approver");
        Answer operator = server.operator(
                "POST",
                path(request) + "/decision",
                Map.of("version", 1, "scopeHash", seen.path("scopeHash").asText(), "verdict", "approve"));
        assertThat(operator.json().path("code").asText()).isEqualTo("nobody");

        Map<String, Object> edited = draft(List.of("id", "email", "name"));
        edited.put("version", 1);
        assertThat(server.as("analyst", "PUT", path(request), edited).status()).isEqualTo(200);
        Answer late = decide("steward", seen, Map.of());
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().path("code").asText()).isEqualTo("stale");

        JsonNode now = seenBy("steward", request);
        assertThat(decide(
                                "steward",
                                now,
                                Map.of("scopeHash", seen.path("scopeHash").asText()))
                        .json()
                        .path("code")
                        .asText())
                .as("the version of now with the scope of then")
                .isEqualTo("stale");
        assertThat(decide("steward", now, Map.of()).status()).isEqualTo(200);
        assertThat(decide("steward", now, Map.of()).status()).as("sent again").isEqualTo(409);
    }

    @Test
    void shows_whoever_must_decide_what_approving_it_would_come_to() {
        JsonNode request = submitted("analyst", draft(List.of("id", "ssn")));
        for (String other : List.of("analyst", "auditor", "admin")) {
            assertThat(seenBy(other, request).has("preview")).as(other).isFalse();
        }
        JsonNode preview = seenBy("steward", request).path("preview");
        JsonNode effective = preview.path("effective").path(0);
        assertThat(effective.path("columns").toString())
                .as("a guard holds for the one as well")
                .isEqualTo("{\"id\":\"visible\",\"ssn\":\"masked: null\"}");
        assertThat(preview.path("consequences").toString()).contains("analyst gains ssn");
        assertThat(server.query("analyst", "SELECT ssn FROM " + CUSTOMERS)
                        .path("state")
                        .asText())
                .as("nothing was changed")
                .isEqualTo("FAILED");

        assertThat(decide("steward", seenBy("steward", request), Map.of()).status())
                .isEqualTo(200);
        assertThat(seenBy("steward", request).has("preview")).isFalse();
    }

    @Test
    void is_approved_once_when_it_is_approved_many_times_at_once() {
        JsonNode request = submitted("analyst", draft(List.of("id", "email")));
        JsonNode seen = seenBy("steward", request);
        List<Integer> statuses = java.util.stream.IntStream.range(0, 6)
                .parallel()
                .mapToObj(_ -> decide("steward", seen, Map.of()).status())
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(200, 409, 409, 409, 409, 409);
        assertThat(seenBy("analyst", request).path("events"))
                .extracting(event -> event.path("kind").asText())
                .containsExactly("submitted", "approved", "provisioned");
    }

    @Test
    void is_handed_to_administrators_when_its_deadline_passes() {
        JsonNode request = submitted("analyst", draft(List.of("id", "email")));
        clock.advance(Duration.ofDays(4));
        server.sweepRequests();

        JsonNode seen = seenBy("admin", request);
        assertThat(seen.path("steps").get(0).path("escalated").asBoolean()).isTrue();
        assertThat(server.get("admin", "/requests?list=approve").json().path("items"))
                .hasSize(1);
        assertThat(decide("admin", seen, Map.of()).json().path("state").asText())
                .isEqualTo("ACTIVE");
        assertThat(server.get("analyst", "/notifications").json().path("unread").asInt())
                .isOne();
    }

    @Test
    void goes_on_only_by_a_request_of_its_own_that_is_approved_too() {
        JsonNode request = submitted("analyst", draft(List.of("id", "email")));
        decide("steward", seenBy("steward", request), Map.of());
        Answer extension = server.as(
                "analyst",
                "POST",
                path(request) + "/extend",
                Map.of(
                        "until",
                        clock.instant().plus(Duration.ofDays(300)).toString(),
                        "justification",
                        "Not done yet"));

        assertThat(extension.status()).as(extension.text()).isEqualTo(201);
        assertThat(extension.json().path("extended").asText())
                .isEqualTo(request.path("id").asText());
        assertThat(extension.json().path("state").asText()).isEqualTo("IN_REVIEW");
    }

    @Test
    void exists_on_every_route_only_for_those_whom_it_concerns() {
        JsonNode request = submitted("analyst", draft(List.of("id")));
        Map<String, Object> edited = draft(List.of("id"));
        edited.put("version", 1);
        String hash = seenBy("steward", request).path("scopeHash").asText();
        Map<String, Map<String, Object>> acts = Map.of(
                "PUT ", edited,
                "POST /decision", Map.of("version", 1, "scopeHash", hash, "verdict", "approve"),
                "POST /withdraw", Map.of("version", 1),
                "POST /revoke", Map.of("version", 1, "reason", "so"),
                "POST /extend", Map.of("until", "2026-12-24T00:00:00Z", "justification", "so"),
                "POST /comments", Map.of("text", "so"));
        for (String stranger : List.of("ds", "de", "nobody")) {
            for (Map.Entry<String, Map<String, Object>> act : acts.entrySet()) {
                String[] parts = act.getKey().split(" ", -1);
                String where = stranger + " " + act.getKey();
                Answer other = server.as(stranger, parts[0], path(request) + parts[1], act.getValue());
                Answer none = server.as(
                        stranger, parts[0], "/requests/" + new java.util.UUID(4, 2) + parts[1], act.getValue());
                assertThat(other.status()).as(where).isEqualTo(404);
                assertThat(other.text().replaceAll("[0-9a-f-]{36}", "ID"))
                        .as(where)
                        .isEqualTo(none.text().replaceAll("[0-9a-f-]{36}", "ID"));
            }
            assertThat(server.get(stranger, path(request)).status()).isEqualTo(404);
            assertThat(server.get(stranger, "/requests").json().path("items")).isEmpty();
            assertThat(server.get(stranger, "/requests?list=approve").json().path("items"))
                    .isEmpty();
            assertThat(server.get(stranger, "/notifications").json().path("items"))
                    .isEmpty();
        }
        for (String onlooker : List.of("auditor", "admin", "steward")) {
            assertThat(server.get(onlooker, path(request)).status())
                    .as(onlooker)
                    .isEqualTo(200);
            for (String act : List.of("PUT ", "POST /withdraw", "POST /extend")) {
                String[] parts = act.split(" ", -1);
                assertThat(server.as(onlooker, parts[0], path(request) + parts[1], acts.get(act))
                                .status())
                        .as(onlooker + " " + act)
                        .isEqualTo(403);
            }
        }
        assertThat(server.send("GET", path(request), null, Map.of()).status()).isEqualTo(401);
        assertThat(server.as("analyst", "POST", path(request) + "/revoke", acts.get("POST /revoke"))
                        .status())
                .as("what is not there yet cannot be ended")
                .isEqualTo(409);
        assertThat(server.as("analyst", "POST", path(request) + "/withdraw", acts.get("POST /withdraw"))
                        .status())
                .isEqualTo(200);
        assertThat(server.as("analyst", "POST", path(request) + "/withdraw", Map.of("version", 2))
                        .status())
                .as("it was taken back already")
                .isEqualTo(409);
    }

    @Test
    void says_of_hidden_names_only_that_they_were_written() {
        JsonNode hidden = submitted("analyst", blind("shop_curated.secrets_of_state", "canary_column"));
        JsonNode absent = submitted("analyst", blind("shop_curated.no_such_table", "canary_column"));

        assertThat(shape(hidden)).isEqualTo(shape(absent));
        assertThat(decide("de", seenBy("de", hidden), Map.of())
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("ACTIVE");
        Answer nothing = decide("admin", seenBy("admin", absent), Map.of());
        assertThat(nothing.status()).as(nothing.text()).isEqualTo(400);
        assertThat(server.as("analyst", "POST", "/requests", blind("shop_curated.customers", "ssn"))
                        .json()
                        .has("steps"))
                .as("a hidden column that is sensitive adds a step, which is not told")
                .isFalse();
    }

    private Map<String, Object> blind(String dataset, String column) {
        Map<String, Object> draft = draft(List.of());
        draft.put("items", List.of(Map.of("dataset", dataset, "columns", List.of(column))));
        return draft;
    }

    private static String shape(JsonNode request) {
        return request.toString()
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID")
                .replace("secrets_of_state", "TABLE")
                .replace("no_such_table", "TABLE");
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
