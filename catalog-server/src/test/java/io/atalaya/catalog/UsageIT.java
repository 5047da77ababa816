package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What each profile is told of how a dataset is used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers/usage";

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
        server.query("analyst", "SELECT region FROM shop_curated.customers");
        server.query(
                "analyst",
                "SELECT a.region, b.id FROM shop_curated.customers a JOIN shop_curated.customers b ON a.id = b.id");
        server.query("de", "SELECT canary_salary, region FROM shop_curated.customers");
        server.query("analyst", "SELECT nothing FROM shop_curated.customers");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode usage(String user) {
        RunningServer.Answer answer = server.get(user, CUSTOMERS);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static long of(JsonNode usage, String column) {
        for (JsonNode one : usage.path("columns")) {
            if (one.path("column").asText().equals(column)) {
                return one.path("statements").asLong();
            }
        }
        return -1;
    }

    @Test
    void who_watches_over_it_is_told_who_reads_it_and_how_often() {
        for (String user : List.of("steward", "admin")) {
            JsonNode usage = usage(user);
            assertThat(usage.path("told").asText()).as(user).isEqualTo("people");
            assertThat(usage.path("statements").asLong()).isEqualTo(3);
            assertThat(usage.path("who"))
                    .extracting(one -> one.path("person").asText() + " "
                            + one.path("statements").asLong())
                    .containsExactly("analyst 2", "de 1");
        }
    }

    @Test
    void who_may_read_it_is_told_numbers_of_columns_that_they_may_know_of_and_no_person() {
        JsonNode analyst = usage("analyst");
        assertThat(analyst.path("told").asText()).isEqualTo("numbers");
        assertThat(analyst.path("statements").asLong()).isEqualTo(3);
        assertThat(analyst.path("people").asLong()).isEqualTo(2);
        assertThat(analyst.path("who")).isEmpty();
        assertThat(of(analyst, "region")).isEqualTo(3);
        assertThat(of(analyst, "id")).isEqualTo(1);
        assertThat(analyst.toString()).doesNotContain("canary", "ssn", "\"de\"");
        assertThat(of(usage("ds"), "canary_salary")).isEqualTo(1);
        assertThat(of(usage("ds"), "ssn")).isEqualTo(-1);
    }

    @Test
    void who_may_not_know_of_it_is_told_nothing() {
        for (String user : List.of("auditor", "nobody")) {
            assertThat(server.get(user, CUSTOMERS).status()).as(user).isEqualTo(404);
        }
        assertThat(server.get("analyst", "/datasets/shop_curated/secrets_of_state/usage")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void who_may_know_of_it_and_not_read_it_is_told_no_number() {
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                java.util.Map.of(
                                        "grantee", java.util.Map.of("user", "nobody"),
                                        "resource", java.util.Map.of("table", "shop_curated.secrets_of_state"),
                                        "permissions", List.of("DESCRIBE")))
                        .status())
                .isEqualTo(201);
        server.query("de", "SELECT * FROM shop_curated.secrets_of_state");
        JsonNode usage = server.get("nobody", "/datasets/shop_curated/secrets_of_state/usage")
                .json();
        assertThat(usage.path("told").asText()).isEqualTo("nothing");
        assertThat(usage.path("statements").isNull()).isTrue();
        assertThat(usage.path("days")).isEmpty();
        assertThat(usage.path("columns")).isEmpty();
    }

    @Test
    void what_is_older_is_not_told_and_it_is_counted_again_from_the_log() {
        SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
        try (RunningServer old = RunningServer.shop(clock)) {
            old.query("de", "SELECT id FROM shop_curated.customers");
            clock.advance(Duration.ofDays(29));
            assertThat(old.get("de", CUSTOMERS).json().path("statements").asLong())
                    .isEqualTo(1);
            old.query("de", "SELECT id FROM shop_curated.customers");
            old.restart(() -> {});
            assertThat(old.get("de", CUSTOMERS).json().path("statements").asLong())
                    .isEqualTo(2);
            clock.advance(Duration.ofDays(1));
            assertThat(old.get("de", CUSTOMERS).json().path("statements").asLong())
                    .isEqualTo(1);
        }
    }
}
