package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        server.query("analyst", "SELECT name, email FROM shop_curated.customers");
        server.query("analyst", "SELECT * FROM shop_curated.secrets_of_state");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode rows(String user, String sql) {
        JsonNode answer = server.query(user, sql);
        assertThat(answer.path("state").asText()).as(answer.toString()).isEqualTo("SUCCEEDED");
        return answer.path("results").path("rows");
    }

    @Nested
    class The_table_of_events {
        @ParameterizedTest
        @ValueSource(strings = {"auditor", "admin"})
        void is_read_like_any_other(String user) {
            assertThat(rows(user, """
                            SELECT kind, decision, count(*) AS n FROM system.audit_events
                            WHERE principal = 'analyst' GROUP BY 1, 2 ORDER BY 1, 2
                            """).toString())
                    .contains("[\"data.read.denied\",\"denied\",\"1\"]", "[\"data.read.intent\",\"filtered\",\"1\"]");
            assertThat(rows(user, """
                            SELECT e.statement, t FROM lake.system.audit_events e CROSS JOIN UNNEST(e.tables) AS u(t)
                            WHERE e.kind = 'data.read.intent' AND e.principal = 'analyst'
                            """).toString())
                    .isEqualTo("[[\"SELECT name, email FROM shop_curated.customers\",\"shop_curated.customers\"]]");
        }

        @Test
        void has_everything_up_to_the_query_itself_without_gaps() {
            assertThat(rows("auditor", "SELECT count(*) = max(sequence) + 1, min(sequence) FROM system.audit_events")
                            .toString())
                    .isEqualTo("[[\"true\",\"0\"]]");
        }

        @Test
        void is_itself_on_record_when_it_is_read() {
            rows("auditor", "SELECT 'marked' FROM system.audit_events LIMIT 1");
            JsonNode found = server.get("admin", "/audit?principal=auditor&kind=data.read.intent&limit=5")
                    .json()
                    .path("items");
            assertThat(found.toString()).contains("'marked'", "\"name\":\"system.audit_events\"");
        }

        @Test
        void tells_what_was_applied() {
            String details = rows("auditor", """
                            SELECT details FROM system.audit_events
                            WHERE kind = 'data.read.intent' AND principal = 'analyst'
                            """).path(0).path(0).asText();
            assertThat(details)
                    .contains(
                            "\"rows\":\"\\\"region\\\" = 'US'\"",
                            "\"masks\":{",
                            "\"profiles\":[\"analyst\"]",
                            "statementSha256")
                    .contains("decisionSha256", "\"epoch\":", "\"snapshot\":", "\"fields\":[");
        }

        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "steward", "nobody"})
        void is_not_there_for_anybody_else(String user) {
            for (String sql : new String[] {
                "SELECT * FROM system.audit_events",
                "SELECT count(*) FROM lake.system.audit_events",
                "SELECT * FROM awsdatacatalog.system.audit_events",
                "SELECT * FROM \"system\".\"audit_events\"",
                "DESCRIBE system.audit_events",
                "SHOW COLUMNS IN system.audit_events",
                "SHOW TABLES IN system",
                "EXPLAIN SELECT * FROM system.audit_events",
                "CREATE TABLE shop_curated.copied AS SELECT * FROM system.audit_events"
            }) {
                JsonNode there = server.query(user, sql);
                JsonNode absent = server.query(
                        user, sql.replace("audit_events", "audit_evenly").replace("IN system", "IN systen"));
                assertThat(there.path("state").asText()).as(sql).isEqualTo("FAILED");
                assertThat(there.path("error").toString())
                        .isEqualTo(absent.path("error")
                                .toString()
                                .replace("audit_evenly", "audit_events")
                                .replace("systen", "system"));
            }
            assertThat(rows(user, "SHOW DATABASES").toString()).doesNotContain("system");
            for (String table : new String[] {"schemata", "tables", "columns"}) {
                assertThat(rows(user, "SELECT * FROM information_schema." + table)
                                .toString())
                        .doesNotContain("audit_events", "\"system\"");
            }
        }

        @Test
        void is_listed_for_those_who_may_read_it() {
            assertThat(rows("auditor", "SHOW DATABASES").toString()).contains("\"system\"");
            assertThat(rows("auditor", "SHOW TABLES IN system").toString()).contains("audit_events");
            assertThat(rows("auditor", "DESCRIBE system.audit_events").toString())
                    .contains("principal", "decision");
            assertThat(rows(
                                    "auditor",
                                    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'system'")
                            .toString())
                    .contains("statement");
        }

        @Test
        void is_neither_copied_nor_put_into_a_view() {
            for (String sql : new String[] {
                "CREATE TABLE shop_curated.copied AS SELECT * FROM system.audit_events",
                "INSERT INTO shop_curated.customers (name) SELECT principal FROM system.audit_events",
                "CREATE VIEW shop_curated.seen AS SELECT * FROM system.audit_events"
            }) {
                JsonNode answer = server.query("admin", sql);
                assertThat(answer.path("state").asText()).as(sql).isEqualTo("FAILED");
            }
        }
    }

    @Test
    void a_former_user_is_erased_by_an_administrator_unless_held() {
        server.addUser("zoe");
        server.query("zoe", "SELECT 700 + 77");
        String person = "/audit/people/zoe";
        for (String user : new String[] {"auditor", "analyst", "ds", "de", "steward", "nobody"}) {
            assertThat(server.as(user, "DELETE", person, null).status()).isEqualTo(403);
            assertThat(server.get(user, "/audit/holds").status()).isEqualTo(user.equals("auditor") ? 200 : 403);
        }
        assertThat(server.as("admin", "DELETE", person, null).status()).isEqualTo(409);
        server.as("admin", "DELETE", "/users/zoe", null);
        assertThat(server.as("admin", "PUT", "/audit/holds/zoe", Map.of("reason", "case 7"))
                        .status())
                .isEqualTo(204);
        assertThat(server.as("admin", "DELETE", person, null).status()).isEqualTo(409);
        assertThat(server.as("admin", "DELETE", "/audit/holds/zoe", null).status())
                .isEqualTo(204);
        String count = "SELECT count(*) FROM system.audit_events WHERE kind = 'data.read.intent' AND principal = 'zoe'";
        assertThat(rows("auditor", count).toString()).isEqualTo("[[\"1\"]]");
        assertThat(server.as("admin", "DELETE", person, null).status()).isEqualTo(204);
        assertThat(server.as("admin", "DELETE", person, null).status()).isEqualTo(404);
        assertThat(server.get("auditor", "/audit?principal=zoe").json().path("items"))
                .isEmpty();
        assertThat(rows("auditor", count).toString()).isEqualTo("[[\"0\"]]");
        assertThat(server.get("auditor", "/audit?kind=audit.erase")
                        .json()
                        .path("items")
                        .path(0)
                        .path("subject")
                        .asText())
                .startsWith("erased-");
    }

    @Test
    void searches_are_kept_and_exports_made_by_auditors_only() {
        String kept = "/audit/views/refusals";
        assertThat(server.as("auditor", "PUT", kept, Map.of("conditions", Map.of("decision", "denied")))
                        .status())
                .isEqualTo(200);
        assertThat(server.get("admin", "/audit/views").text()).contains("refusals", "denied", "\"own\":false");
        assertThat(server.as("admin", "DELETE", kept, null).status()).isEqualTo(404);
        assertThat(server.get("auditor", "/audit?decision=denied&principal=analyst")
                        .text())
                .contains("data.read.denied")
                .doesNotContain("data.read.intent");
        assertThat(server.get("auditor", "/audit?decision=perhaps").status()).isEqualTo(400);
        assertThat(server.get("auditor", "/audit/export?decision=denied").status())
                .isEqualTo(200);
        assertThat(server.get("admin", "/audit?kind=audit.export").text()).contains("\"principal\":\"auditor\"");
        for (String user : new String[] {"analyst", "ds", "de", "steward", "nobody"}) {
            assertThat(server.get(user, "/audit/export").status()).isEqualTo(403);
            assertThat(server.get(user, "/audit/views").status()).isEqualTo(403);
            assertThat(server.as(user, "PUT", kept, Map.of()).status()).isEqualTo(403);
        }
    }

    @Test
    void reads_of_the_log_and_of_who_may_do_what_are_on_record() {
        server.get("auditor", "/audit?kind=sign-in&limit=1");
        server.get("auditor", "/audit/3");
        server.get("admin", "/grants?table=shop_curated.customers");
        String found = server.get("admin", "/audit?limit=20").text();
        assertThat(found).contains("\"kind\":\"sign-in\"", "\"sequence\":3", "metadata.read", "\"by\":\"token\"");
    }

    @Test
    void who_is_refused_is_on_record() {
        assertThat(server.get("analyst", "/users").status()).isEqualTo(403);
        assertThat(server.get("analyst", "/audit").status()).isEqualTo(403);
        JsonNode found = server.get("auditor", "/audit?principal=analyst&kind=access.denied")
                .json()
                .path("items");
        assertThat(found).extracting(record -> record.path("subject").asText()).contains("/users", "/audit");
    }

    @Test
    void a_result_that_is_taken_away_as_a_file_is_on_record() {
        String id = server.query("de", "SELECT name FROM shop_curated.customers")
                .path("id")
                .asText();
        assertThat(server.get("analyst", "/queries/" + id + "/file").status()).isEqualTo(404);
        assertThat(server.get("de", "/queries/" + id + "/file").status()).isEqualTo(200);
        JsonNode found = server.get("auditor", "/audit?kind=data.export&subject=" + id)
                .json()
                .path("items");
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("principal").asText()).isEqualTo("de");
        assertThat(found.toString()).contains(id + ".csv");
    }

    @Test
    void sign_ins_are_on_record_whether_they_succeed_or_not() {
        server.send("POST", "/session", Map.of("user", "ds", "password", RunningServer.PASSWORD), Map.of());
        server.send("POST", "/session", Map.of("user", "ds", "password", "wrong"), Map.of());
        assertThat(server.get("auditor", "/audit?kind=sign-in&subject=ds")
                        .json()
                        .path("items"))
                .extracting(record -> record.path("kind").asText())
                .containsExactly("sign-in.refused", "sign-in");
    }
}
