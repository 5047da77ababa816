package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.notify.Notifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known ways around a policy, each with the tests that close it; those of no other test are here. */
class AttacksIT {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest(name = "{0}: {1}.{2}")
    @CsvSource({
        "errors that depend on hidden rows, SecuredSelectTest, only_rows_that_are_shown",
        "errors that depend on hidden rows, SecuredSelectTest, errors_hold_no_data",
        "search in a masked column, SecuredSelectTest, masked_values",
        "joins and groups and orders by a masked column, SecuredSelectTest, masked_values",
        "joins and groups and orders by a masked column, ConstructsUnderPolicyTest, shows_only_what_the_policies_let_through",
        "counts and bounds from metadata, SecuredSelectTest, counting_counts_what_is_shown",
        "policies lost in a construct, SecuredSelectTest, the_same_in_every_place_a_table_is_named",
        "policies lost in a construct, NothingLeaksTest, queries_answer_as_if_the_rest_were_not_there",
        "policies lost in a construct, NoStatementLeaksTest, statements_do_as_if_the_rest_were_not_there",
        "functions that read files, StatementsTest, files_and_system_tables_are_no_tables",
        "functions that read files, StatementsTest, what_is_not_supported_is_named",
        "bounds in metadata tables, MetadataTablesTest, bounds_and_counts_of_columns_that_are_not_seen_as_they_are_are_left_out",
        "bounds in metadata tables, MetadataTablesTest, who_sees_some_rows_or_none_is_told_nothing",
        "statistics, ShowStatsTest, who_sees_some_gets_the_numbers_of_those",
        "lists of what there is, SecuredSelectTest, metadata_is_of_what_one_may_know",
        "lists of what there is, LeakIT, is_told_nothing_of_hidden_columns_rows_values_and_tables",
        "samples and numbers of rows, LeakIT, gets_a_sample_of_its_rows_with_masks",
        "samples and numbers of rows, LeakIT, sees_snapshots_without_the_numbers_of_rows_it_is_not_shown",
        "refused differs from missing, RouteMatrixIT, answers_everybody_as_declared_and_anothers_like_nobodys",
        "results of another, ResultReuseTest, nobody_gets_the_result_of_another",
        "results of another, ResultReuseTest, a_change_of_profiles_or_attributes_counts",
        "ids of another, RouteMatrixIT, answers_everybody_by_athena_as_declared_and_anothers_like_nobodys",
        "ids of another, LeakIT, a_page_token_of_one_principal_is_none_of_anothers",
        "copies into a laxer place, WritesTest, columns_of_a_new_table_inherit_tags_and_with_them_guards",
        "copies into a laxer place, WritesTest, rows_do_not_get_into_a_laxer_table_but_by_a_steward",
        "copies into a laxer place, UnloadTest, nothing_is_unloaded_that_is_not_shown",
        "other names for the same, AttacksIT, a_column_that_is_renamed_or_swapped_stays_what_it_was",
        "other names for the same, AttacksIT, a_table_that_takes_over_a_name_takes_over_no_rights",
        "other names for the same, ReplacedTablesTest, what_policies_say_of_a_column_stays_with_its_name_and_old_rows_stay_guarded",
        "earlier versions, AttacksIT, is_decided_by_the_policies_of_now",
        "a grant that voids a filter, AccessIT, name_who_gains_what_and_the_filter_that_is_void",
        "nobody there to decide or to record, QueryServiceTest, nothing_runs_that_cannot_be_put_on_record",
        "abuse of requests, RequestIT, is_decided_by_nobody_for_themselves_nor_twice_nor_on_another_scope",
        "abuse of requests, RequestIT, is_approved_once_when_it_is_approved_many_times_at_once",
        "abuse of requests, RequestRulesIT, a_budget_needs_no_approver_and_splitting_does_not_stretch_it",
        "abuse of requests, RequestRefusalsIT, a_decision_is_good_for_one_request_alone",
        "scripts in texts and addresses that lead inside, ServerIT, tells_browsers_what_to_refuse",
        "scripts in texts and addresses that lead inside, AttacksIT, an_address_inside_is_not_posted_to",
    })
    void is_closed_by(String attack, String type, String method) throws IOException {
        assertThat(sources(type))
                .as("%s: a test called %s.%s", attack, type, method)
                .contains("void " + method + "(");
    }

    private static String sources(String type) throws IOException {
        for (String module : List.of("query", "policies", "catalog-server")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                Optional<Path> file = files.filter(
                                path -> path.getFileName().toString().equals(type + ".java"))
                        .findFirst();
                if (file.isPresent()) {
                    return Files.readString(file.get());
                }
            }
        }
        return "";
    }

    @Test
    void an_address_inside_is_not_posted_to() {
        try (Notifier notifier = new Notifier(Map.of(), false)) {
            for (String address : List.of(
                    "http://127.0.0.1:1/",
                    "http://localhost:1/",
                    "http://[::1]:1/",
                    "http://169.254.169.254/latest",
                    "http://10.0.0.1/",
                    "http://192.168.1.1/",
                    "http://172.16.0.1/",
                    "http://100.64.0.1/",
                    "http://0.0.0.0/",
                    "http://[fd00::1]/")) {
                assertThatThrownBy(() -> notifier.post(URI.create(address), new byte[0], Optional.empty()))
                        .as(address)
                        .isInstanceOf(IngestionException.BadStage.class)
                        .hasMessageContaining("private or local");
            }
        }
    }

    @Nested
    class A_table {
        private RunningServer server;

        @BeforeEach
        void start() {
            server = RunningServer.shop();
        }

        @AfterEach
        void stop() {
            server.close();
        }

        private String rows(String user, String sql) {
            JsonNode answer = server.query(user, sql);
            return answer.path("state").asText() + " " + answer.path("results").path("rows");
        }

        @Test
        void a_column_that_is_renamed_or_swapped_stays_what_it_was() {
            Table customers = server.table("shop_curated.customers");
            customers.updateSchema().renameColumn("email", "was_email").commit();
            customers.updateSchema().renameColumn("name", "email").commit();
            customers.updateSchema().renameColumn("was_email", "name").commit();
            customers.updateSchema().renameColumn("ssn", "public_number").commit();

            assertThat(rows("analyst", "SELECT email, name FROM shop_curated.customers ORDER BY id"))
                    .isEqualTo("SUCCEEDED [[\"Ann\",\"xxx@xxxxxx.xxxxxxx\"],[\"Ben\",\"xxx@xxxxxx.xxxxxxx\"]]");
            assertThat(rows("analyst", "SELECT public_number FROM shop_curated.customers"))
                    .startsWith("FAILED")
                    .doesNotContain("CANARY");
        }

        @Test
        void a_table_that_takes_over_a_name_takes_over_no_rights() {
            TableIdentifier customers = TableIdentifier.parse("shop_curated.customers");
            TableIdentifier moved = TableIdentifier.parse("shop_curated.moved");
            server.catalog().renameTable(customers, moved);
            server.catalog()
                    .createTable(customers, server.catalog().loadTable(moved).schema());

            assertThat(rows("analyst", "SELECT id FROM shop_curated.customers")).startsWith("FAILED");
            assertThat(rows("analyst", "SELECT name, email FROM shop_curated.moved ORDER BY id"))
                    .isEqualTo("SUCCEEDED [[\"Ann\",\"xxx@xxxxxx.xxxxxxx\"],[\"Ben\",\"xxx@xxxxxx.xxxxxxx\"]]");
        }

        @Test
        void is_decided_by_the_policies_of_now() {
            long snapshot =
                    server.table("shop_curated.customers").currentSnapshot().snapshotId();
            server.append(
                    "shop_curated.customers",
                    "SELECT 4 AS id, 'Dan' AS name, 'd@canary.example' AS email, 'US' AS region");
            String then = " FROM shop_curated.customers FOR VERSION AS OF " + snapshot + " ORDER BY id";

            assertThat(rows("de", "SELECT name" + then))
                    .contains("Ann", "Canary Eve")
                    .doesNotContain("Dan");
            assertThat(rows("analyst", "SELECT name, email" + then))
                    .isEqualTo("SUCCEEDED [[\"Ann\",\"xxx@xxxxxx.xxxxxxx\"],[\"Ben\",\"xxx@xxxxxx.xxxxxxx\"]]");
            assertThat(rows("analyst", "SELECT ssn" + then)).startsWith("FAILED");
            String id = server.get("admin", "/grants?limit=1000").json().path("items").findParents("id").stream()
                    .filter(grant ->
                            grant.path("grantee").path("profile").asText().equals("analyst"))
                    .map(grant -> grant.path("id").asText())
                    .findFirst()
                    .orElseThrow();
            assertThat(server.as("admin", "DELETE", "/grants/" + id, null).status())
                    .isEqualTo(204);
            assertThat(rows("analyst", "SELECT name" + then))
                    .as("of a version from when there was a grant")
                    .startsWith("FAILED");
        }
    }
}
