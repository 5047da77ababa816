package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever way the REST API has to say something, it says nothing of what a policy hides. */
class LeakIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        assertThat(server.as(
                                "de",
                                "POST",
                                "/datasets/shop_curated/secrets_of_state/comments",
                                Map.of("text", "CANARYDOC, @analyst @ds @steward @nobody"))
                        .status())
                .isEqualTo(201);
        assertThat(server.as(
                                "admin",
                                "PUT",
                                "/datasets/shop_curated/secrets_of_state/certification",
                                Map.of("certified", true, "note", "CANARYDOC"))
                        .status())
                .isEqualTo(204);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Every way out that a user has, with words that would find what is hidden. */
    private static List<Answer> everything(String user) {
        List<Answer> answers = new ArrayList<>();
        for (String path : List.of(
                "/me",
                "/datasets",
                "/datasets?q=cana",
                "/datasets?q=ssn",
                "/datasets?q=secrets",
                "/datasets?q=nobody",
                "/datasets?zone=curated",
                "/datasets?tag=domain=sales",
                "/datasets?tag=pii",
                "/datasets?q=salery",
                "/datasets?q=secrits",
                "/datasets?q=region+canary",
                "/datasets?sort=newest",
                "/datasets/facets",
                "/datasets/facets?q=canari",
                "/datasets/facets?owner=de",
                "/datasets/facets?certified=yes",
                "/datasets?certified=yes",
                "/certifications",
                "/datasets/shop_curated/customers/certifications",
                "/datasets/shop_curated/secrets_of_state/certifications",
                "/datasets/used",
                "/views",
                "/datasets/shop_curated/customers",
                "/datasets/shop_curated/customers/sample",
                "/datasets/shop_curated/customers/snapshots",
                "/datasets/shop_curated/customers/profile",
                "/datasets/shop_curated/customers/profile?format=html",
                "/datasets/shop_curated/secrets_of_state/profile",
                "/datasets/shop_curated/secrets_of_state",
                "/datasets/shop_curated/secrets_of_state/sample",
                "/datasets/shop_curated/secrets_of_state/snapshots",
                "/datasets/shop_curated/customers/comparison",
                "/datasets/shop_curated/customers/edits",
                "/datasets/shop_curated/secrets_of_state/edits",
                "/datasets/shop_curated/customers/comments",
                "/datasets/shop_curated/secrets_of_state/comments",
                "/notifications",
                "/datasets/shop_curated/customers/usage",
                "/datasets/shop_curated/secrets_of_state/usage",
                "/datasets/shop_curated/customers/quality",
                "/datasets/shop_curated/secrets_of_state/quality",
                "/datasets/shop_curated/secrets_of_state/comparison",
                "/datasets/shop_curated/customers/access",
                "/datasets/shop_curated/customers/access?purpose=any",
                "/datasets/shop_curated/customers/access?profile=data-engineer",
                "/datasets/shop_curated/secrets_of_state/access",
                "/purposes",
                "/break-glass",
                "/policies/profiles",
                "/policies/members",
                "/policies/tags",
                "/policies/assignments?key=pii",
                "/policies/grants",
                "/policies/guards",
                "/policies/filters",
                "/policies/matrix",
                "/grants",
                "/grants?table=shop_curated.secrets_of_state",
                "/audit",
                "/audit/0",
                "/users",
                "/users/admin/tokens",
                "/pipelines",
                "/runs",
                "/workgroups",
                "/queries")) {
            answers.add(server.get(user, path));
        }
        for (String sql : List.of(
                "SELECT * FROM shop_curated.customers",
                "SELECT * FROM shop_curated.secrets_of_state",
                "SELECT nothing FROM shop_curated.customers",
                "SHOW TABLES IN shop_curated",
                "SELECT * FROM information_schema.columns",
                "SELECT * FROM information_schema.tables",
                "SHOW COLUMNS IN shop_curated.customers",
                "SELECT ssn_number FROM shop_curated.customers",
                "DESCRIBE shop_curated.customers",
                "SELECT count(*) FROM shop_curated.customers",
                "SELECT max(email) FROM shop_curated.customers")) {
            answers.add(server.as(user, "POST", "/queries", Map.of("sql", sql, "waitMs", 10_000)));
        }
        return answers;
    }

    @Nested
    class An_analyst {
        @Test
        void is_told_nothing_of_hidden_columns_rows_values_and_tables() {
            for (Answer answer : everything("analyst")) {
                String text = answer.text().toLowerCase(Locale.ROOT);
                assertThat(text)
                        .doesNotContain("canary-ssn", "canary eve", "@canary", "canary-value", "canarydoc")
                        .doesNotContain("canarydescription", "canary_salary", "canary_column", "93000");
            }
        }

        @Test
        void finds_no_dataset_by_what_it_hides() {
            assertThat(server.get("analyst", "/datasets?q=salary")
                            .json()
                            .path("total")
                            .asInt())
                    .isZero();
            assertThat(server.get("analyst", "/datasets?q=social")
                            .json()
                            .path("total")
                            .asInt())
                    .isZero();
            assertThat(server.get("analyst", "/datasets?q=secrets")
                            .json()
                            .path("total")
                            .asInt())
                    .isZero();
            assertThat(server.get("analyst", "/datasets?q=email")
                            .json()
                            .path("total")
                            .asInt())
                    .isOne();
        }

        @Test
        void is_shown_the_columns_that_are_its_own_with_what_they_are() {
            JsonNode dataset =
                    server.get("analyst", "/datasets/shop_curated/customers").json();
            assertThat(dataset.path("schema"))
                    .extracting(column -> column.path("name").asText())
                    .containsExactly("id", "name", "email", "region");
            assertThat(dataset.path("schema"))
                    .extracting(column -> column.path("access").path("state").asText())
                    .containsExactly("visible", "visible", "masked", "visible");
            assertThat(dataset.path("access").path("rows").asText()).contains("US");
            assertThat(dataset.path("access").path("summary").path("all").asInt())
                    .isEqualTo(4);
        }

        @Test
        void gets_a_sample_of_its_rows_with_masks() {
            JsonNode sample = server.get("analyst", "/datasets/shop_curated/customers/sample")
                    .json();
            assertThat(sample.path("rows")).hasSize(2);
            assertThat(sample.toString()).contains("Ann", "xxx@xxxxxx.xxxxxxx").doesNotContain("Eve");
        }

        @Test
        void sees_snapshots_without_the_numbers_of_rows_it_is_not_shown() {
            JsonNode snapshot = server.get("analyst", "/datasets/shop_curated/customers/snapshots")
                    .json()
                    .path("items")
                    .path(0);
            assertThat(snapshot.path("operation").asText()).isEqualTo("append");
            assertThat(snapshot.path("totalRecords").isNull()).isTrue();
        }

        @Test
        void cannot_tell_a_hidden_table_from_one_that_is_not_there() {
            Answer hidden = server.get("analyst", "/datasets/shop_curated/secrets_of_state");
            Answer absent = server.get("analyst", "/datasets/shop_curated/secrets_of_stars");
            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.text().replace("state", "stars")).isEqualTo(absent.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "auditor", "steward", "admin"})
    void who_may_not_read_sees_no_cell(String user) {
        for (Answer answer : everything(user)) {
            assertThat(answer.text().toLowerCase(Locale.ROOT))
                    .doesNotContain("canary-ssn", "canary eve", "@canary", "canary-value", "91000", "93000");
        }
    }

    @Test
    void who_may_do_nothing_knows_of_nothing() {
        assertThat(server.get("nobody", "/datasets").json().path("total").asInt())
                .isZero();
        assertThat(server.get("nobody", "/datasets/shop_curated/customers").status())
                .isEqualTo(404);
        for (Answer answer : everything("nobody")) {
            assertThat(answer.text()).doesNotContain("pii", "redact");
        }
    }

    @Test
    void a_steward_knows_what_there_is_and_reads_none_of_it() {
        JsonNode dataset =
                server.get("steward", "/datasets/shop_curated/customers").json();
        assertThat(dataset.path("schema")).hasSize(6);
        assertThat(dataset.path("access").path("select").asBoolean()).isFalse();
        Answer sample = server.get("steward", "/datasets/shop_curated/customers/sample");
        assertThat(sample.status()).isEqualTo(403);
        assertThat(sample.json().path("code").asText()).isEqualTo("no-select");
    }

    @Test
    void three_profiles_get_three_different_answers() {
        String sql = "SELECT name, email FROM shop_curated.customers ORDER BY id";
        assertThat(server.query("analyst", sql).path("results").path("rows").toString())
                .isEqualTo("[[\"Ann\",\"xxx@xxxxxx.xxxxxxx\"],[\"Ben\",\"xxx@xxxxxx.xxxxxxx\"]]");
        assertThat(server.query("ds", sql).path("results").path("rows")).hasSize(3);
        assertThat(server.query("de", sql).path("results").path("rows").toString())
                .contains("eve@canary.example");
    }

    @Test
    void a_query_is_its_owners_alone() {
        String id = server.query("de", "SELECT ssn FROM shop_curated.customers")
                .path("id")
                .asText();
        for (String other : List.of("analyst", "admin", "auditor")) {
            for (String path : List.of("/queries/" + id, "/queries/" + id + "/results")) {
                assertThat(server.get(other, path).status()).isEqualTo(404);
            }
            assertThat(server.as(other, "DELETE", "/queries/" + id, null).status())
                    .isEqualTo(404);
        }
        assertThat(server.get("de", "/queries/" + id + "/results").json().toString())
                .contains("CANARY-SSN-1");
    }

    @Test
    void a_page_token_of_one_principal_is_none_of_anothers() {
        String cursor =
                server.get("de", "/datasets?limit=1").json().path("nextCursor").asText();
        assertThat(server.get("de", "/datasets?limit=1&cursor=" + cursor).status())
                .isEqualTo(200);
        assertThat(server.get("admin", "/datasets?limit=1&cursor=" + cursor).status())
                .isEqualTo(400);
        assertThat(server.get("de", "/datasets?limit=1&zone=curated&cursor=" + cursor)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_sample_is_on_record_like_any_other_query() {
        server.get("analyst", "/datasets/shop_curated/customers/sample");
        JsonNode records = server.get("auditor", "/audit?principal=analyst&kind=data.read")
                .json()
                .path("items");
        assertThat(records)
                .extracting(record -> record.path("kind").asText())
                .contains("data.read.intent", "data.read.outcome");
        assertThat(records.toString()).contains("\"via\":\"sample\"");
    }

    @Test
    void only_auditors_and_administrators_read_the_audit() {
        assertThat(server.get("analyst", "/audit").status()).isEqualTo(403);
        assertThat(server.get("de", "/audit/0").status()).isEqualTo(403);
        JsonNode proven = server.get("auditor", "/audit/0").json();
        assertThat(proven.path("proof").path("leafHash").asText()).hasSize(64);
    }
}
