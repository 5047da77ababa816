package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.Verification;
import io.atalaya.migrations.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit log of a service that keeps records for a year. */
class RetentionIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";

    private final SettableClock clock = new SettableClock();
    private RunningServer server;
    private Instant early;

    /** Two years: in the first month somebody read customers, and policies changed; a day ago somebody did again. */
    @BeforeEach
    void start() {
        server = RunningServer.shop(clock, settings());
        clock.advance(Duration.ofDays(10));
        server.query("analyst", "SELECT name FROM shop_curated.customers");
        early = clock.instant();
        clock.advance(Duration.ofDays(50));
        retire();
        clock.advance(Duration.ofDays(640));
        server.query("analyst", "SELECT region FROM shop_curated.customers");
        clock.advance(Duration.ofDays(1));
    }

    /** With its metadata in PostgreSQL, where that is installed. */
    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of("ATALAYA_AUDIT_RETENTION", "P1Y"));
        PostgresServer.shared()
                .ifPresent(postgres -> settings.putAll(Map.of(
                        "ATALAYA_METADATA", "postgresql",
                        "ATALAYA_POSTGRESQL_URL", postgres.freshUrl(),
                        "ATALAYA_POSTGRESQL_USER", "atalaya")));
        return settings;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode retire() {
        Answer answer = server.as("admin", "POST", "/audit/retire", null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private void assertRetired(String path) {
        Answer answer = server.get("admin", path);
        assertThat(answer.status()).as(path + answer.text()).isEqualTo(410);
        assertThat(answer.json().path("type").asText()).endsWith("retired");
        assertThat(answer.json().path("detail").asText()).contains("retired");
    }

    private String sql(String sql) {
        return server.query("auditor", sql).path("results").path("rows").toString();
    }

    @Test
    void what_is_older_is_retired_and_questions_about_it_are_refused() throws IOException {
        String column = CUSTOMERS + "/columns/name/principals?at=" + early;
        assertThat(server.get("auditor", "/audit?from=" + early).status()).isEqualTo(200);
        assertThat(server.get("admin", column).status()).isEqualTo(200);
        assertThat(server.get("auditor", "/audit/retention").json().path("due")).hasSize(1);

        JsonNode retired = retire();
        assertThat(retired.path("retention").asText()).isEqualTo("P1Y");
        long first = retired.path("horizon").path("first").asLong();
        assertThat(first).isPositive();
        for (int i = 0; i < 2; i++) {
            assertRetired("/audit?from=" + early);
            assertRetired("/audit?until=" + early);
            assertRetired("/audit/export?from=" + early);
            assertRetired("/audit/0");
            assertRetired(column);
            assertRetired(CUSTOMERS + "/access?user=analyst&at=" + early);
            assertRetired("/reports/unused-grants?days=700");
            assertThat(server.get("auditor", "/reports/unused-grants?days=100").status())
                    .isEqualTo(200);
            JsonNode all = server.get("auditor", "/audit?limit=1000").json();
            assertThat(all.path("horizon")).isEqualTo(retired.path("horizon"));
            assertThat(all.path("items").findValuesAsText("sequence"))
                    .contains(Long.toString(first))
                    .doesNotContain(Long.toString(first - 1));
            assertThat(sql("SELECT min(sequence) FROM system.audit_events")).isEqualTo("[[\"" + first + "\"]]");
            assertThat(server.get(
                                    "admin",
                                    CUSTOMERS + "/access?user=analyst&at="
                                            + clock.instant().minus(Duration.ofDays(1)))
                            .status())
                    .isEqualTo(200);
            assertThat(server.get("auditor", "/audit/export").status()).isEqualTo(200);
            server.restart(() -> {});
        }
        JsonNode record = server.get("auditor", "/audit?kind=audit.retired")
                .json()
                .path("items")
                .path(0);
        assertThat(record.path("principal").asText()).isEqualTo("admin");
        Verification verification = new AuditVerifier().verify(server.data().resolve("audit"));
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.retired()).isEqualTo(first);
    }

    @Test
    void a_hold_on_a_table_or_a_time_keeps_it_until_it_is_released() {
        Map<String, Object> onTable = Map.of("reason", "case 7", "table", "shop_curated.customers");
        for (String user : new String[] {"auditor", "analyst", "ds", "de", "steward", "nobody"}) {
            assertThat(server.as(user, "PUT", "/audit/holds/case-7", onTable).status())
                    .isEqualTo(403);
            assertThat(server.as(user, "POST", "/audit/retire", null).status()).isEqualTo(403);
        }
        assertThat(server.as("admin", "PUT", "/audit/holds/case-7", onTable).status())
                .isEqualTo(204);
        assertThat(server.as("admin", "PUT", "/audit/holds/case-7", Map.of("reason", "x", "person", "ds"))
                        .status())
                .isEqualTo(409);
        Map<String, Object> onTime = Map.of(
                "reason",
                "case 8",
                "from",
                early.minusSeconds(5).toString(),
                "until",
                early.plusSeconds(5).toString());
        assertThat(server.as("admin", "PUT", "/audit/holds/case-8", onTime).status())
                .isEqualTo(204);
        assertThat(server.get("auditor", "/audit/holds").text()).contains("case 7", "shop_curated.customers", "case 8");
        assertThat(retire().path("held").path("heldBy"))
                .extracting(JsonNode::asText)
                .containsExactly("case-7", "case-8");
        assertThat(server.get("auditor", "/audit?from=" + early).status()).isEqualTo(200);
        assertThat(server.as("admin", "DELETE", "/audit/holds/case-7", null).status())
                .isEqualTo(204);
        assertThat(retire().path("held").path("heldBy"))
                .extracting(JsonNode::asText)
                .containsExactly("case-8");
        assertThat(server.as("admin", "DELETE", "/audit/holds/case-8", null).status())
                .isEqualTo(204);
        assertThat(retire().path("horizon").path("first").asLong()).isPositive();
        assertThat(server.get("auditor", "/audit?kind=audit.hold").text()).contains("case 7", "case 8", "shop_curated");
    }

    @Test
    void holds_that_say_nothing_sensible_are_refused() {
        for (Map<String, Object> hold : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("reason", " "),
                Map.of("reason", "x", "table", "customers"),
                Map.of("reason", "x", "from", "yesterday"),
                Map.of("reason", "x", "from", "2026-02-01T00:00:00Z", "until", "2026-01-01T00:00:00Z"),
                Map.of("reason", "x", "column", "name"))) {
            assertThat(server.as("admin", "PUT", "/audit/holds/odd", hold).status())
                    .as(hold.toString())
                    .isEqualTo(400);
        }
        assertThat(server.get("admin", "/audit/holds").json().path("items")).isEmpty();
    }
}
