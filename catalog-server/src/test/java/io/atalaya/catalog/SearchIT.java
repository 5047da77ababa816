package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search finds and why, how it spreads, and what one used lately: of what somebody may know, and nothing else. */
class SearchIT {
    private static final SettableClock CLOCK = new SettableClock();
    private static final List<String> FACETS = List.of("zone", "database", "owner", "tag", "access");
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop(CLOCK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> users() {
        return RunningServer.USERS.stream();
    }

    @Test
    void a_word_with_an_error_finds_what_was_meant_among_what_one_may_know() {
        assertThat(found("analyst", "custommers")).containsExactly("customers");
        assertThat(found("analyst", "cutsomers")).containsExactly("customers");
        assertThat(found("analyst", "regoin")).containsExactly("customers");
        assertThat(found("analyst", "sales regoin")).containsExactly("customers");
        assertThat(found("analyst", "salse")).containsExactly("customers");
        assertThat(found("nobody", "custommers")).isEmpty();
        // Two letters are no error of a short word, and numbers have none.
        assertThat(found("analyst", "rexoin")).isEmpty();
        assertThat(found("admin", "1234567")).isEmpty();
    }

    @Test
    void an_error_does_not_lead_to_names_that_one_may_not_know() {
        assertThat(found("ds", "canary_salery")).containsExactly("customers");
        assertThat(found("analyst", "canary_salery")).isEmpty();
        assertThat(found("analyst", "salery")).isEmpty();
        assertThat(found("de", "secrits")).containsExactly("secrets_of_state");
        for (String user : List.of("analyst", "ds", "steward", "auditor", "nobody")) {
            assertThat(found(user, "secrits")).as(user).isEmpty();
            assertThat(found(user, "CANARYDESCRIPTOIN")).as(user).isEmpty();
        }
    }

    @Test
    void errors_are_forgiven_only_if_nothing_is_as_it_was_written_whatever_is_chosen() {
        assertThat(found("admin", "custommers")).containsExactly("customers");
        JsonNode chosen = server.get("admin", "/datasets?q=customers&owner=de").json();
        assertThat(chosen.path("total").asInt()).isZero();
    }

    @Test
    void each_of_several_words_may_be_somewhere_else_and_it_is_told_where() {
        JsonNode hit = server.get("analyst", "/datasets?q=region+steward+sales")
                .json()
                .path("items")
                .path(0);
        assertThat(stream(hit.path("matches"))
                        .map(match -> match.path("field").asText() + "/"
                                + match.path("text").asText() + "/"
                                + match.path("words").asText()))
                .containsExactly("column/region/region", "owner/steward/steward", "tag/domain=sales/sales");
        JsonNode almost = server.get("analyst", "/datasets?q=regoin")
                .json()
                .path("items")
                .path(0)
                .path("matches")
                .path(0);
        assertThat(almost.path("words").asText()).isEqualTo("region");
        assertThat(found("analyst", "region ssn")).isEmpty();
        assertThat(found("de", "region ssn")).containsExactly("customers");
    }

    @ParameterizedTest
    @MethodSource("users")
    void facets_count_what_the_list_then_holds(String user) {
        for (String question : List.of(
                "", "q=s&", "q=custommers&", "zone=curated&", "owner=steward&", "tag=domain=sales&", "access=read&")) {
            JsonNode list = server.get(user, "/datasets?" + question).json();
            JsonNode facets = server.get(user, "/datasets/facets?" + question).json();
            assertThat(facets.path("total")).as(question).isEqualTo(list.path("total"));
            for (String facet : FACETS) {
                for (JsonNode value : facets.path(facet).path("values")) {
                    String chosen = value.path("value").asText();
                    String others = question.startsWith(facet + "=") ? "" : question;
                    assertThat(server.get(user, "/datasets?" + others + facet + "=" + encoded(chosen))
                                    .json()
                                    .path("total"))
                            .as("%s of %s for '%s'", chosen, facet, question)
                            .isEqualTo(value.path("count"));
                    assertThat(value.path("count").asInt()).isPositive();
                }
            }
        }
    }

    @Test
    void facets_tell_nobody_of_what_they_may_not_know() {
        for (String user : RunningServer.USERS) {
            boolean knows =
                    server.get(user, "/datasets/shop_curated/secrets_of_state").status() == 200;
            boolean any = server.get(user, "/datasets").json().path("total").asInt() > 0;
            Map<String, Integer> owners = counts(user, "owner");
            assertThat(owners.containsKey("de")).as(user).isEqualTo(knows);
            assertThat(counts(user, "database")).as(user).hasSize(any ? 1 : 0);
            assertThat(counts(user, "access"))
                    .as(user)
                    .isEqualTo(
                            switch (user) {
                                case "admin" -> Map.of("ask", 2);
                                case "steward" -> Map.of("ask", 1);
                                case "de" -> Map.of("read", 2);
                                case "ds", "analyst" -> Map.of("read", 1);
                                default -> Map.of();
                            });
        }
    }

    @Test
    void what_may_be_read_is_counted_anew_when_a_grant_comes_or_ends() {
        assertThat(counts("admin", "access")).isEqualTo(Map.of("ask", 2));
        assertThat(counts("analyst", "access")).isEqualTo(Map.of("read", 1));
        for (String user : List.of("admin", "analyst")) {
            grant(user, "SELECT", Map.of("table", "shop_curated.secrets_of_state"));
        }
        assertThat(counts("admin", "access")).isEqualTo(Map.of("ask", 1, "read", 1));
        assertThat(counts("analyst", "access")).isEqualTo(Map.of("read", 2));
        CLOCK.advance(Duration.ofSeconds(61));
        assertThat(counts("admin", "access")).isEqualTo(Map.of("ask", 2));
        assertThat(counts("analyst", "access")).isEqualTo(Map.of("read", 1));
    }

    @Test
    void a_column_is_found_anew_when_a_grant_comes_or_ends_or_the_dataset_changes() {
        assertThat(found("analyst", "canary_salary")).isEmpty();
        grant("analyst", "SELECT", Map.of("table", "shop_curated.customers", "columns", List.of("canary_salary")));
        assertThat(found("analyst", "canary_salary")).containsExactly("customers");
        assertThat(found("analyst", "canary_salary")).containsExactly("customers");
        assertThat(found("ds", "canary_column")).isEmpty();
        CLOCK.advance(Duration.ofSeconds(61));
        assertThat(found("analyst", "canary_salary")).isEmpty();

        grant("de", "CREATE_TABLE", Map.of("database", "shop_curated"));
        server.query("de", "CREATE TABLE shop_curated.passing AS SELECT 1 AS quetzal, 2 AS b");
        grant("nobody", "SELECT", Map.of("table", "shop_curated.passing", "columns", List.of("quetzal")));
        assertThat(found("nobody", "quetzal")).containsExactly("passing");
        server.query("de", "ALTER TABLE shop_curated.passing RENAME COLUMN quetzal TO ocelot");
        assertThat(found("nobody", "quetzal")).isEmpty();
        assertThat(found("nobody", "ocelot")).containsExactly("passing");
        server.query("de", "DROP TABLE shop_curated.passing");
        assertThat(found("nobody", "ocelot")).isEmpty();
    }

    @Test
    void what_may_be_read_is_counted_anew_when_a_dataset_changes() {
        grant("de", "CREATE_TABLE", Map.of("database", "shop_curated"));
        server.query("de", "CREATE TABLE shop_curated.passing AS SELECT 1 AS a, 2 AS b");
        grant("nobody", "SELECT", Map.of("table", "shop_curated.passing", "columns", List.of("a")));
        assertThat(counts("nobody", "access")).isEqualTo(Map.of("read", 1));
        assertThat(counts("nobody", "access")).isEqualTo(Map.of("read", 1));
        server.query("de", "ALTER TABLE shop_curated.passing DROP COLUMN a");
        assertThat(counts("nobody", "access")).isEqualTo(Map.of("ask", 1));
        server.query("de", "DROP TABLE shop_curated.passing");
        assertThat(counts("nobody", "access")).isEmpty();
    }

    /** Grants it for a minute. */
    private static void grant(String user, String permission, Map<String, Object> resource) {
        assertThat(server.as(
                                "admin",
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee",
                                        Map.of("user", user),
                                        "resource",
                                        resource,
                                        "permissions",
                                        List.of(permission),
                                        "until",
                                        CLOCK.instant().plusSeconds(60).toString()))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access=write", "sort=oldest"})
    void what_there_is_no_choice_of_is_refused(String wrong) {
        assertThat(server.get("analyst", "/datasets?" + wrong).status()).isEqualTo(400);
    }

    @Test
    void the_last_changed_comes_first_page_by_page() {
        assertThat(names(server.get("admin", "/datasets?sort=newest").json())).startsWith("secrets_of_state");
        server.append("shop_curated.customers", """
                SELECT 4 AS id, 'Dan' AS name, 'd@canary.example' AS email, 'CANARY-SSN-4' AS ssn,
                    CAST(1 AS DECIMAL(12, 2)) AS canary_salary, 'US' AS region
                """);
        assertThat(names(server.get("admin", "/datasets?sort=newest").json()))
                .containsExactly("customers", "secrets_of_state");
        JsonNode first = server.get("admin", "/datasets?sort=newest&limit=1").json();
        assertThat(names(first)).containsExactly("customers");
        JsonNode second = server.get(
                        "admin",
                        "/datasets?sort=newest&limit=1&cursor="
                                + first.path("nextCursor").asText())
                .json();
        assertThat(names(second)).containsExactly("secrets_of_state");
        assertThat(second.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void what_one_read_lately_is_ones_own_and_goes_with_the_right_to_know_of_it() {
        server.query("de", "SELECT count(*) FROM shop_curated.customers");
        CLOCK.advance(Duration.ofSeconds(1));
        server.query("de", "SELECT count(*) FROM shop_curated.secrets_of_state");
        assertThat(names(server.get("de", "/datasets/used").json())).containsExactly("secrets_of_state", "customers");
        assertThat(names(server.get("de", "/datasets/used?limit=1").json())).containsExactly("secrets_of_state");
        assertThat(names(server.get("admin", "/datasets/used").json())).isEmpty();
        grant("nobody", "SELECT", Map.of("table", "shop_curated.secrets_of_state"));
        server.query("nobody", "SELECT count(*) FROM shop_curated.secrets_of_state");
        assertThat(names(server.get("nobody", "/datasets/used").json())).containsExactly("secrets_of_state");
        CLOCK.advance(Duration.ofSeconds(61));
        assertThat(names(server.get("nobody", "/datasets/used").json())).isEmpty();
        assertThat(counts("nobody", "owner")).isEmpty();
    }

    private static Map<String, Integer> counts(String user, String facet) {
        Map<String, Integer> counts = new TreeMap<>();
        server.get(user, "/datasets/facets")
                .json()
                .path(facet)
                .path("values")
                .forEach(value -> counts.put(
                        value.path("value").asText(), value.path("count").asInt()));
        return counts;
    }

    private static List<String> found(String user, String words) {
        return names(server.get(user, "/datasets?q=" + encoded(words)).json());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<String> names(JsonNode page) {
        return stream(page.path("items"))
                .map(item -> item.path("name").asText())
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
