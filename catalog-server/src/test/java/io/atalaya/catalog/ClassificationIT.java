package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proposals are known to those who may classify the table, name no value, and do what a steward says. */
class ClassificationIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        grant("de", Map.of("database", "shop_curated"), "CREATE_TABLE");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void grant(String user, Map<String, ?> resource, String... permissions) {
        assertThat(server.as(
                                "admin",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", user),
                                        "resource", resource,
                                        "permissions", List.of(permissions)))
                        .status())
                .isEqualTo(201);
    }

    /** A table of its own, whose steward is the steward, with one column of addresses that nobody has tagged. */
    private static void contacts(String name) {
        JsonNode made = server.query(
                "de",
                "CREATE TABLE shop_curated." + name + " AS SELECT * FROM (VALUES "
                        + "(1, 'eve@canary.example'), (2, 'bob@canary.example'), (3, 'unknown')) AS t (id, canary_mail)");
        assertThat(made.path("state").asText()).as("%s", made).isEqualTo("SUCCEEDED");
        grant("steward", Map.of("table", "shop_curated." + name), "DESCRIBE", "ASSOCIATE");
    }

    private static JsonNode scan(String user, String name) {
        Answer answer = server.as(user, "POST", "/classification/scans", Map.of("table", "shop_curated." + name));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("proposals");
    }

    private static Answer decide(String user, JsonNode proposal, String how) {
        return server.as(
                user,
                "POST",
                "/classification/proposals/" + proposal.path("id").asText() + "/" + how,
                Map.of("reason", "looked at it"));
    }

    private static String tag(String name, String column) {
        return StreamSupport.stream(
                        server.get("admin", "/datasets/shop_curated/" + name)
                                .json()
                                .path("schema")
                                .spliterator(),
                        false)
                .filter(one -> one.path("name").asText().equals(column))
                .findFirst()
                .orElseThrow()
                .path("tags")
                .path("pii")
                .asText();
    }

    @Test
    void a_scan_proposes_counts_and_a_confirmed_proposal_is_a_tag() {
        contacts("confirmed");
        JsonNode proposals = scan("steward", "confirmed");
        assertThat(proposals).hasSize(1);
        JsonNode proposal = proposals.get(0);
        assertThat(proposal.path("column").asText()).isEqualTo("canary_mail");
        assertThat(proposal.path("kind").asText()).isEqualTo("email");
        assertThat(proposal.path("tag").asText()).isEqualTo("pii=high");
        assertThat(proposal.path("matched").asInt()).isEqualTo(2);
        assertThat(proposal.path("sampled").asInt()).isEqualTo(3);
        assertThat(proposals.toString()).doesNotContain("@canary");
        JsonNode detail = server.get(
                        "steward",
                        "/classification/proposals/" + proposal.path("id").asText())
                .json();
        assertThat(detail.path("consequences").isArray()).isTrue();
        assertThat(decide("steward", proposal, "confirm").status()).isEqualTo(200);
        assertThat(tag("confirmed", "canary_mail")).isEqualTo("high");
        assertThat(decide("steward", proposal, "dismiss").status()).isEqualTo(409);
        assertThat(scan("steward", "confirmed")).isEmpty();
    }

    @Test
    void a_dismissed_proposal_does_not_come_back_for_what_the_column_still_holds() {
        contacts("dismissed");
        JsonNode proposal = scan("steward", "dismissed").get(0);
        assertThat(decide("steward", proposal, "dismiss").status()).isEqualTo(200);
        assertThat(scan("steward", "dismissed")).isEmpty();
        server.query("de", "DELETE FROM shop_curated.dismissed");
        server.query("de", "INSERT INTO shop_curated.dismissed SELECT 1, '12345678Z'");
        assertThat(scan("steward", "dismissed"))
                .extracting(one -> one.path("kind").asText())
                .containsExactly("national-id");
        assertThat(tag("dismissed", "canary_mail")).isEmpty();
    }

    @Test
    void what_is_made_from_a_column_is_proposed_what_is_proposed_for_it() {
        contacts("source");
        scan("steward", "source");
        server.query(
                "de",
                "CREATE TABLE shop_curated.derived AS SELECT upper(canary_mail) AS m, id FROM shop_curated.source");
        JsonNode derived = server.get("admin", "/classification/proposals?table=shop_curated.derived")
                .json()
                .path("items");
        assertThat(derived).hasSize(1);
        assertThat(derived.get(0).path("column").asText()).isEqualTo("m");
        assertThat(derived.get(0).path("source").asText()).isEqualTo("lineage");
    }

    @Test
    void lowering_a_tag_takes_another_person() {
        contacts("lowered");
        decide("steward", scan("steward", "lowered").get(0), "confirm");
        Map<String, String> lowering = Map.of(
                "table", "shop_curated.lowered", "column", "canary_mail", "tag", "pii=low", "reason", "test addresses");
        assertThat(server.as("analyst", "POST", "/classification/lowerings", lowering)
                        .status())
                .isEqualTo(404);
        Answer proposed = server.as("de", "POST", "/classification/lowerings", lowering);
        assertThat(proposed.status()).as(proposed.text()).isEqualTo(201);
        assertThat(tag("lowered", "canary_mail")).isEqualTo("high");
        assertThat(decide("de", proposed.json(), "confirm").status()).isEqualTo(404);
        JsonNode own = server.as("steward", "POST", "/classification/lowerings", lowering)
                .json();
        assertThat(decide("steward", own, "confirm").status()).isEqualTo(403);
        assertThat(decide("steward", proposed.json(), "confirm").status()).isEqualTo(200);
        assertThat(tag("lowered", "canary_mail")).isEqualTo("low");
        assertThat(server.as("de", "POST", "/classification/lowerings", lowering)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_tag_of_a_policy_file_is_changed_there() {
        JsonNode email = StreamSupport.stream(scan("steward", "customers").spliterator(), false)
                .filter(one -> one.path("column").asText().equals("email"))
                .findFirst()
                .orElseThrow();
        assertThat(decide("steward", email, "confirm").status()).isEqualTo(409);
        assertThat(tag("customers", "email")).isEqualTo("medium");
        assertThat(server.get(
                                "steward",
                                "/classification/proposals/" + email.path("id").asText())
                        .json()
                        .path("proposal")
                        .path("state")
                        .asText())
                .isEqualTo("open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "ds", "analyst", "auditor", "nobody"})
    void who_may_not_classify_a_table_is_told_nothing_of_its_proposals(String user) {
        JsonNode proposal = StreamSupport.stream(scan("admin", "customers").spliterator(), false)
                .findFirst()
                .orElseThrow();
        String id = proposal.path("id").asText();
        JsonNode list = server.get(user, "/classification/proposals").json();
        assertThat(list.path("total").asInt()).isZero();
        assertThat(list.path("items")).isEmpty();
        assertThat(list.path("nextCursor").isNull()).isTrue();
        Answer hidden = server.get(user, "/classification/proposals/" + id);
        assertThat(hidden.status()).isEqualTo(404);
        String absent = id.replace(id.charAt(0), id.charAt(0) == '0' ? '1' : '0');
        assertThat(hidden.text().replace(id, "?"))
                .isEqualTo(server.get(user, "/classification/proposals/" + absent)
                        .text()
                        .replace(absent, "?"));
        assertThat(decide(user, proposal, "confirm").status()).isEqualTo(404);
        assertThat(decide(user, proposal, "dismiss").status()).isEqualTo(404);
        Answer scanned =
                server.as(user, "POST", "/classification/scans", Map.of("table", "shop_curated.secrets_of_state"));
        assertThat(scanned.status()).isIn(403, 404);
        assertThat(scanned.text().toLowerCase(java.util.Locale.ROOT)).doesNotContain("canary");
        JsonNode whole = server.as(user, "POST", "/classification/scans", Map.of("database", "shop_curated"))
                .json();
        assertThat(whole.path("tables")).isEmpty();
        assertThat(whole.path("proposals")).isEmpty();
    }

    @Test
    void a_steward_knows_of_its_own_tables_only() {
        scan("admin", "customers");
        server.append("shop_curated.secrets_of_state", "SELECT 'ann@canary.example' AS canary_column FROM range(50)");
        assertThat(scan("admin", "secrets_of_state")).isNotEmpty();
        JsonNode mine =
                server.get("steward", "/classification/proposals?limit=500").json();
        assertThat(mine.toString()).doesNotContain("secrets_of_state").doesNotContain("@canary");
        assertThat(mine.path("total").asInt()).isEqualTo(mine.path("items").size());
        assertThat(server.as(
                                "steward",
                                "POST",
                                "/classification/scans",
                                Map.of("table", "shop_curated.secrets_of_state"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void what_is_decided_is_on_record_without_values() {
        contacts("recorded");
        decide("steward", scan("steward", "recorded").get(0), "confirm");
        for (String kind : List.of("classification.scan", "classification.propose", "classification.confirm")) {
            JsonNode records = server.get("admin", "/audit?kind=" + kind).json();
            assertThat(records.path("items")).as(kind).isNotEmpty();
            assertThat(records.toString()).doesNotContain("@canary");
        }
    }

    private static long scans(String name) {
        return StreamSupport.stream(
                        server.get("admin", "/audit?kind=classification.scan&limit=1000")
                                .json()
                                .path("items")
                                .spliterator(),
                        false)
                .filter(record -> record.toString().contains("shop_curated." + name + "\""))
                .count();
    }

    @Test
    void the_sweep_looks_at_what_is_new_or_has_other_columns_and_at_nothing_twice() {
        contacts("swept");
        server.sweepClassification();
        assertThat(open("swept")).containsExactly("canary_mail");
        assertThat(scans("swept")).isEqualTo(1);
        server.query("de", "INSERT INTO shop_curated.swept SELECT 4, 'ann@canary.example'");
        server.sweepClassification();
        assertThat(scans("swept")).as("other rows wait for their time").isEqualTo(1);
        JsonNode altered = server.query("de", "ALTER TABLE shop_curated.swept ADD COLUMNS (email varchar)");
        assertThat(altered.path("state").asText()).as("%s", altered).isEqualTo("SUCCEEDED");
        server.query("de", "INSERT INTO shop_curated.swept SELECT 5, 'ann@canary.example', 'bob@canary.example'");
        server.sweepClassification();
        assertThat(scans("swept")).isEqualTo(2);
        assertThat(open("swept")).contains("canary_mail", "email");
        server.sweepClassification();
        assertThat(scans("swept")).isEqualTo(2);
    }

    private static List<String> open(String name) {
        return server.get("steward", "/classification/proposals?table=shop_curated." + name)
                .json()
                .path("items")
                .findValuesAsText("column");
    }

    @Test
    void pages_put_together_are_the_whole_also_when_some_are_decided_meanwhile() {
        for (int i = 0; i < 4; i++) {
            contacts("paged_" + i);
            scan("steward", "paged_" + i);
        }
        List<String> whole = server.get("steward", "/classification/proposals?limit=500")
                .json()
                .path("items")
                .findValuesAsText("id");
        assertThat(whole).hasSizeGreaterThan(3).doesNotHaveDuplicates();
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.get("steward", "/classification/proposals?limit=1" + cursor)
                    .json();
            assertThat(page.path("items")).hasSize(1);
            JsonNode item = page.path("items").get(0);
            paged.add(item.path("id").asText());
            if (item.path("table").asText().startsWith("shop_curated.paged_")) {
                assertThat(decide("steward", item, "dismiss").status()).isEqualTo(200);
            }
            cursor = page.path("nextCursor").isTextual()
                    ? "&cursor=" + page.path("nextCursor").asText()
                    : "";
        } while (!cursor.isEmpty());
        assertThat(paged).isEqualTo(whole);
        assertThat(server.get("steward", "/classification/proposals?table=shop_curated.paged_0")
                        .json()
                        .path("total")
                        .asInt())
                .isZero();
        assertThat(server.get("steward", "/classification/proposals?table=shop_curated.nowhere")
                        .json()
                        .path("items"))
                .isEmpty();
    }
}
