package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who certifies a dataset, who sees that, and that it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificationIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";
    private static final String SECRETS = "/datasets/shop_curated/secrets_of_state";

    private final SettableClock clock = new SettableClock(Instant.now());
    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop(clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void to(Instant moment) {
        clock.advance(Duration.between(clock.instant(), moment));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Answer say(String user, String dataset, Map<String, Object> body) {
        return server.as(user, "PUT", dataset + "/certification", body);
    }

    private void certified(String user, String dataset, Map<String, Object> more) {
        Map<String, Object> body =
                new java.util.HashMap<>(Map.of("certified", true, "note", "Sums agree with the ledger"));
        body.putAll(more);
        Answer answer = say(user, dataset, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }

    private void withdrawn(String user, String dataset) {
        assertThat(say(user, dataset, Map.of("certified", false, "note", "Sums differ"))
                        .status())
                .isIn(204, 409);
    }

    private JsonNode certification(String user) {
        return server.get(user, CUSTOMERS).json().path("certification");
    }

    private static int count(JsonNode facets, String value) {
        for (JsonNode one : facets.path("certified").path("values")) {
            if (one.path("value").asText().equals(value)) {
                return one.path("count").asInt();
            }
        }
        return 0;
    }

    @Test
    void stewards_and_administrators_certify_and_whoever_may_know_of_it_sees_by_whom_and_why() {
        certified("steward", CUSTOMERS, Map.of("until", today().plusDays(30).toString()));
        for (String user : List.of("analyst", "ds", "de", "steward", "admin")) {
            JsonNode seen = certification(user);
            assertThat(seen.path("person").asText()).as(user).isEqualTo("steward");
            assertThat(seen.path("note").asText()).isEqualTo("Sums agree with the ledger");
            assertThat(seen.path("until").asText())
                    .isEqualTo(today().plusDays(30).toString());
            assertThat(server.get(user, CUSTOMERS)
                            .json()
                            .path("edits")
                            .path("certification")
                            .asBoolean())
                    .as(user)
                    .isEqualTo(List.of("steward", "admin").contains(user));
        }
        certified("admin", CUSTOMERS, Map.of());
        assertThat(certification("ds").path("person").asText()).isEqualTo("admin");
        assertThat(certification("ds").path("until").isNull()).isTrue();
        withdrawn("steward", CUSTOMERS);
        assertThat(certification("analyst").isNull()).isTrue();
        assertThat(say("steward", CUSTOMERS, Map.of("certified", false, "note", "again"))
                        .status())
                .isEqualTo(409);
        JsonNode history =
                server.get("analyst", CUSTOMERS + "/certifications").json().path("items");
        assertThat(history.get(0).path("certified").asBoolean(true)).isFalse();
        assertThat(history.get(0).path("note").asText()).isEqualTo("Sums differ");
        assertThat(history.get(1).path("person").asText()).isEqualTo("admin");
    }

    @Test
    void others_do_not_and_who_may_not_know_of_it_finds_nothing() {
        for (String user : List.of("analyst", "ds", "de")) {
            Answer refused = say(user, CUSTOMERS, Map.of("certified", true, "note", "mine"));
            assertThat(refused.status()).as(user).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("not-steward");
        }
        certified("admin", SECRETS, Map.of("until", today().toString()));
        for (String user : List.of("analyst", "ds", "steward", "auditor", "nobody")) {
            Answer hidden = say(user, SECRETS, Map.of("certified", true, "note", "mine"));
            Answer missing =
                    say(user, SECRETS.replace("of_state", "of_stars"), Map.of("certified", true, "note", "mine"));
            assertThat(hidden.status()).as(user).isEqualTo(404);
            assertThat(hidden.text().replace("of_state", "of_stars")).isEqualTo(missing.text());
            assertThat(server.get(user, SECRETS + "/certifications").status()).isEqualTo(404);
            for (String path : List.of("/datasets?certified=yes", "/datasets/facets", "/certifications")) {
                assertThat(server.get(user, path).text()).doesNotContain("secrets_of_state");
            }
        }
        assertThat(count(server.get("de", "/datasets/facets").json(), "yes")
                        - count(server.get("analyst", "/datasets/facets").json(), "yes"))
                .isEqualTo(1);
        assertThat(server.get("nobody", "/datasets/facets")
                        .json()
                        .path("certified")
                        .path("values"))
                .isEmpty();
        withdrawn("admin", SECRETS);
    }

    @Test
    void it_is_found_by_it_and_counted() {
        certified("steward", CUSTOMERS, Map.of());
        JsonNode found = server.get("analyst", "/datasets?certified=yes").json();
        assertThat(found.path("total").asInt()).isEqualTo(1);
        assertThat(found.path("items").get(0).path("name").asText()).isEqualTo("customers");
        assertThat(found.path("items").get(0).path("certified").asBoolean()).isTrue();
        int all = server.get("analyst", "/datasets").json().path("total").asInt();
        JsonNode facets = server.get("analyst", "/datasets/facets?certified=no").json();
        assertThat(facets.path("total").asInt()).isEqualTo(all - 1);
        assertThat(count(facets, "yes")).isEqualTo(1);
        assertThat(count(facets, "no")).isEqualTo(all - 1);
        assertThat(server.get("analyst", "/datasets?certified=perhaps").status())
                .isEqualTo(400);
        withdrawn("steward", CUSTOMERS);
        assertThat(server.get("analyst", "/datasets?certified=yes")
                        .json()
                        .path("total")
                        .asInt())
                .isZero();
    }

    @Test
    void it_ends_by_itself_after_its_day_and_stewards_are_told_before_and_after() {
        Instant before = clock.instant();
        try {
            certified("steward", CUSTOMERS, Map.of("until", today().plusDays(20).toString()));
            assertThat(server.get("steward", "/certifications").text()).doesNotContain("customers");
            to(before.plus(Duration.ofDays(10)));
            JsonNode soon = server.get("steward", "/certifications")
                    .json()
                    .path("items")
                    .get(0);
            assertThat(soon.path("name").asText()).isEqualTo("customers");
            assertThat(soon.path("ended").asBoolean(true)).isFalse();
            for (String user : List.of("analyst", "ds", "de")) {
                assertThat(server.get(user, "/certifications").json().path("items"))
                        .as(user)
                        .isEmpty();
            }
            to(before.plus(Duration.ofDays(21)));
            assertThat(certification("analyst").isNull()).isTrue();
            assertThat(server.get("analyst", "/datasets?certified=yes")
                            .json()
                            .path("total")
                            .asInt())
                    .isZero();
            assertThat(server.get("steward", "/certifications")
                            .json()
                            .path("items")
                            .get(0)
                            .path("ended")
                            .asBoolean())
                    .isTrue();
            assertThat(server.get("analyst", CUSTOMERS + "/certifications")
                            .json()
                            .path("items")
                            .get(0)
                            .path("certified")
                            .asBoolean())
                    .isTrue();
        } finally {
            to(before);
            withdrawn("steward", CUSTOMERS);
        }
    }

    @Test
    void what_is_no_certification_is_refused() {
        for (Map<String, Object> body : List.<Map<String, Object>>of(
                Map.of("note", "x"),
                Map.of("certified", true),
                Map.of("certified", true, "note", "  "),
                Map.of("certified", true, "note", "x".repeat(1_001)),
                Map.of("certified", true, "note", "a\u0007b"),
                Map.of("certified", true, "note", "x", "until", "soon"),
                Map.of(
                        "certified",
                        true,
                        "note",
                        "x",
                        "until",
                        today().minusDays(1).toString()),
                Map.of(
                        "certified",
                        true,
                        "note",
                        "x",
                        "until",
                        today().plusDays(367).toString()))) {
            assertThat(say("steward", CUSTOMERS, body).status())
                    .as(body.toString())
                    .isEqualTo(400);
        }
        assertThat(server.send("GET", "/certifications", null, Map.of()).status())
                .isEqualTo(401);
    }

    @Test
    void it_is_on_record_without_its_note() {
        certified(
                "steward",
                CUSTOMERS,
                Map.of("note", "CANARY-NOTE", "until", today().plusDays(1).toString()));
        withdrawn("steward", CUSTOMERS);
        assertThat(server.operator("GET", "/audit?kind=dataset.certify", null).text())
                .contains("shop_curated.customers", today().plusDays(1).toString())
                .doesNotContain("CANARY-NOTE");
        assertThat(server.operator("GET", "/audit?kind=dataset.certify.withdraw", null)
                        .text())
                .contains("shop_curated.customers");
    }

    @Test
    void a_view_keeps_that_only_certified_ones_are_looked_for() {
        server.as("ds", "PUT", "/views/mine", Map.of("conditions", Map.of("certified", "yes")));
        assertThat(server.get("ds", "/views").text()).contains("\"certified\":\"yes\"");
    }
}
