package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a profile that was made of everything tells whom. */
class ProfileIT {
    private static final String PROFILE = "/datasets/shop_curated/customers/profile";
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = RunningServer.shop();
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.writeString(workspace.resolve("pipelines/look.yaml"), """
                name: look
                owner: de
                runAs: de
                stages:
                  - {name: look, profile: {tables: [shop_curated.customers, shop_curated.secrets_of_state]}}
                """);
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        String id = server.as("de", "POST", "/pipelines/look/runs", null)
                .json()
                .path("id")
                .asText();
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        JsonNode run = server.get("de", "/runs/" + id).json();
        while (!run.path("endedAt").isTextual()) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(50);
            run = server.get("de", "/runs/" + id).json();
        }
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void who_sees_everything_sees_all_of_it() {
        JsonNode profile = server.get("de", PROFILE).json();
        assertThat(profile.path("columns"))
                .extracting(column -> column.path("name").asText())
                .containsExactly("id", "name", "email", "ssn", "canary_salary", "region");
        assertThat(profile.path("columns").path(5).path("top").toString())
                .isEqualTo("[{\"value\":\"US\",\"rows\":2},{\"value\":\"EU\",\"rows\":1}]");
        assertThat(profile.path("columns").path(4).path("quantiles").toString()).contains("92000.5");
        assertThat(server.get("auditor", "/audit?kind=data.profile.read&principal=de")
                        .json()
                        .path("items")
                        .path(0)
                        .path("details")
                        .path("fields"))
                .hasSize(6);
    }

    @Test
    void of_columns_that_are_masked_or_hidden_nothing_is_said() {
        JsonNode profile = server.get("ds", PROFILE).json();
        assertThat(profile.path("columns"))
                .extracting(column -> column.path("name").asText())
                .containsExactly("id", "name", "region");
    }

    @Test
    void who_sees_only_some_rows_gets_none_of_it() {
        Answer refused = server.get("analyst", PROFILE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("code").asText()).isEqualTo("no-profile");
    }

    @ParameterizedTest
    @CsvSource({
        "analyst,403,404",
        "ds,200,404",
        "de,200,200",
        "steward,403,404",
        "auditor,404,404",
        "admin,403,403",
        "nobody,404,404"
    })
    void each_profile_gets_its_answer(String user, int customers, int secrets) {
        for (String format : new String[] {"json", "html"}) {
            assertThat(server.get(user, PROFILE + "?format=" + format).status()).isEqualTo(customers);
            assertThat(server.get(user, "/datasets/shop_curated/secrets_of_state/profile?format=" + format)
                            .status())
                    .isEqualTo(secrets);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "ds", "steward", "auditor", "admin", "nobody"})
    void nobody_else_is_told_a_value_that_is_not_theirs(String user) {
        for (String path : new String[] {
            PROFILE,
            PROFILE + "?format=html",
            "/datasets/shop_curated/secrets_of_state/profile",
            "/datasets/shop_curated/secrets_of_state/profile?format=html"
        }) {
            String text = server.get(user, path).text().toLowerCase(Locale.ROOT);
            assertThat(text)
                    .doesNotContain("canary-ssn", "@canary", "canary-value", "canary_column", "canary_salary")
                    .doesNotContain("91000", "92000", "93000");
            if (!user.equals("ds")) {
                assertThat(text).doesNotContain("canary eve", "ann");
            }
        }
    }

    @Test
    void the_file_needs_nothing_and_does_nothing() {
        server.append("shop_curated.customers", "SELECT 4 AS id, '<script>alert(1)</script>' AS name, 'EU' AS region");
        String html = server.get("de", PROFILE + "?format=html").text();
        assertThat(html).startsWith("<!doctype html>").contains("Canary Eve", "<svg", "92000.5");
        assertThat(html).doesNotContain("<script", "<link", "src=", "url(");
    }
}
