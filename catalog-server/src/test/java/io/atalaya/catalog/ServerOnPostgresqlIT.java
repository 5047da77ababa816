package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.PostgresServer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The same service with its metadata in PostgreSQL. */
class ServerOnPostgresqlIT {
    @Test
    void governs_finds_and_records_alike() {
        Optional<PostgresServer> postgres = PostgresServer.shared();
        if (postgres.isEmpty()) {
            System.out.println("SKIP server on PostgreSQL: it is not installed");
            Assumptions.abort("PostgreSQL is not installed");
        }
        Map<String, String> settings = Map.of(
                "ATALAYA_METADATA", "postgresql",
                "ATALAYA_POSTGRESQL_URL", postgres.orElseThrow().freshUrl(),
                "ATALAYA_POSTGRESQL_USER", "atalaya");
        try (RunningServer server = RunningServer.shop(settings)) {
            assertThat(server.query("analyst", "SELECT name, email FROM shop_curated.customers ORDER BY id")
                            .path("results")
                            .path("rows")
                            .toString())
                    .isEqualTo("[[\"Ann\",\"xxx@xxxxxx.xxxxxxx\"],[\"Ben\",\"xxx@xxxxxx.xxxxxxx\"]]");
            assertThat(server.get("analyst", "/datasets").json().path("total").asInt())
                    .isOne();
            assertThat(server.get("auditor", "/audit?principal=analyst&kind=data.read")
                            .json()
                            .path("items"))
                    .isNotEmpty();
            Map<String, Object> draft = Map.of(
                    "items",
                    java.util.List.of(Map.of("dataset", "shop_curated.customers", "columns", java.util.List.of("id"))),
                    "until",
                    java.time.Instant.now().plus(java.time.Duration.ofDays(9)).toString(),
                    "purpose",
                    "test",
                    "justification",
                    "On PostgreSQL too");
            String path = "/requests/"
                    + server.as("nobody", "POST", "/requests", draft)
                            .json()
                            .path("id")
                            .asText();
            var seen = server.get("steward", path).json();
            assertThat(server.as(
                                    "steward",
                                    "POST",
                                    path + "/decision",
                                    Map.of(
                                            "version", seen.path("version").asLong(),
                                            "scopeHash", seen.path("scopeHash").asText(),
                                            "verdict", "approve"))
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("ACTIVE");
            assertThat(server.query("nobody", "SELECT id FROM shop_curated.customers")
                            .path("state")
                            .asText())
                    .isEqualTo("SUCCEEDED");
            assertThat(server.get("nobody", "/requests").json().path("items")).hasSize(1);
            reviews(server);
            assertThat(server.plan(server.data().resolveSibling("shop"))
                            .json()
                            .path("toDo")
                            .asInt())
                    .isZero();
            datasets(server);
        }
    }

    private static void datasets(RunningServer server) {
        String customers = "/datasets/shop_curated/customers";
        var usage = server.get("steward", customers + "/usage").json();
        assertThat(usage.path("who"))
                .extracting(one -> one.path("person").asText())
                .containsExactlyInAnyOrder("analyst", "nobody");
        String edition = server.get("steward", customers)
                .json()
                .path("edits")
                .path("edition")
                .asText();
        RunningServer.Answer edited = server.send(
                "PATCH",
                customers,
                Map.of("description", "", "columns", Map.of("region", "Where they live")),
                Map.of("Authorization", "Bearer " + server.secrets("steward").token(), "If-Match", edition));
        assertThat(edited.status()).as(edited.text()).isEqualTo(204);
        assertThat(server.get("analyst", customers + "/edits").json().path("items"))
                .extracting(edit ->
                        edit.path("field").asText() + " " + edit.path("to").asText())
                .containsExactly("column Where they live", "description ");
        assertThat(server.get("steward", customers + "/quality").status()).isEqualTo(200);
    }

    private static void reviews(RunningServer server) {
        Map<String, Object> draft = Map.of(
                "name", "test",
                "scope", Map.of("user", "nobody"),
                "due",
                        java.time.Instant.now()
                                .plus(java.time.Duration.ofDays(2))
                                .toString());
        String review = "/reviews/"
                + server.as("admin", "POST", "/reviews", draft)
                        .json()
                        .path("id")
                        .asText();
        assertThat(server.get("steward", review + "/items?state=open")
                        .json()
                        .path("items")
                        .get(0)
                        .path("use")
                        .path("used")
                        .asInt())
                .isOne();
        server.sweepReviews();
        assertThat(server.get("steward", "/notifications").json().path("items"))
                .extracting(notice -> notice.path("kind").asText())
                .contains("due-soon");
        var decision = Map.of("version", 1, "verdict", "revoke", "reason", "Not needed");
        assertThat(server.as("admin", "POST", review + "/items/1/decision", decision)
                        .json()
                        .path("item")
                        .path("state")
                        .asText())
                .isEqualTo("DECIDED");
        assertThat(server.get("steward", "/reviews")
                        .json()
                        .path("items")
                        .get(0)
                        .path("counts")
                        .toString())
                .isEqualTo("{\"revoke\":1}");
        server.as("admin", "POST", review + "/close", null);
        assertThat(server.get("admin", review + "/report?format=csv").text()).contains("\"revoked\"");
        assertThat(server.get("admin", "/reports/excess-grants").status()).isEqualTo(200);
    }
}
