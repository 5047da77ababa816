package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboards of a workspace, as each profile finds them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsIT {
    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Each chart as title and state. */
    private List<String> charts(String user, String dashboard) {
        List<String> charts = new ArrayList<>();
        RunningServer.Answer answer = server.get(user, "/dashboards/" + dashboard);
        for (JsonNode chart : answer.json().path("charts")) {
            boolean told = !chart.path("sql").isNull();
            assertThat(told)
                    .as(chart.toString())
                    .isEqualTo(chart.path("state").asText().equals("open"));
            charts.add(chart.path("title").path("en").asText() + ": "
                    + chart.path("state").asText());
        }
        assertThat(answer.status()).isEqualTo(charts.isEmpty() ? 404 : 200);
        return charts;
    }

    private List<String> pages(String user) {
        List<String> pages = new ArrayList<>();
        server.get(user, "/dashboards")
                .json()
                .path("items")
                .forEach(item -> pages.add(
                        item.path("name").asText() + " " + item.path("charts").asInt()));
        return pages;
    }

    @Test
    void a_chart_is_there_for_who_may_know_of_its_tables_and_drawn_for_who_may_read_what_it_needs() {
        assertThat(charts("de", "customers"))
                .containsExactly("By region: open", "Salaries: open", "Of the CANARY: open");
        assertThat(charts("analyst", "customers")).containsExactly("By region: open", "Salaries: closed");
        assertThat(charts("ds", "customers")).containsExactly("By region: open", "Salaries: open");
        assertThat(charts("steward", "customers")).containsExactly("By region: closed", "Salaries: closed");
        assertThat(charts("auditor", "customers")).isEmpty();
        assertThat(charts("nobody", "customers")).isEmpty();
        for (String user : List.of("analyst", "steward")) {
            assertThat(server.get(user, "/dashboards/customers").text()).doesNotContain("CANARY", "canary");
        }
    }

    @Test
    void a_page_without_a_chart_for_somebody_is_not_there_nor_is_the_place_for_pages() {
        assertThat(pages("de")).containsExactly("customers 3", "secrets 1");
        assertThat(pages("analyst")).containsExactly("customers 2");
        assertThat(pages("auditor")).isEmpty();
        assertThat(server.get("analyst", "/dashboards/secrets").text()).doesNotContain("CANARY");
        assertThat(server.get("analyst", "/me").json().path("capabilities").toString())
                .contains("dashboards");
        assertThat(server.get("auditor", "/me").json().path("capabilities").toString())
                .doesNotContain("dashboards");
    }

    @Test
    void a_closed_chart_says_what_to_ask_for() {
        JsonNode closed = server.get("steward", "/dashboards/customers")
                .json()
                .path("charts")
                .path(0);
        assertThat(closed.path("ask").toString()).isEqualTo("[\"shop_curated.customers\"]");
        assertThat(closed.path("chart").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            dashboard: D                                                        | d.yaml:1:1: dashboard: 'D' must be
            {dashboard: d, title: {en: a, es: b}}                               | charts: has 1 to 24 charts
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: DROP TABLE a.b}]} | charts[0].sql: is no query of tables
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: SELECT 1 FROM t}]} | charts[0].sql: is no query of tables
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: SELECT 1 FROM a.b}]} | allowed: bar, line, scatter, histogram, map
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: SELECT 1 FROM a.b, kind: bar}]} | charts[0]: 'x' names a column
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: SELECT 1 FROM a.b, kind: histogram, y: [a, b]}]} | 'y' names one column
            {dashboard: d, title: {en: a, es: b}, charts: [{sql: SELECT 1 FROM a.b, kind: histogram, y: a}]} | charts[0].title: needs 'en' and 'es'
            {dashboard: d, titel: {en: a, es: b}}                               | titel
            """)
    void a_mistake_is_told_with_its_place(String yaml, String said) throws IOException {
        Path workspace = Files.createTempDirectory("atalaya-it");
        Files.createDirectories(workspace.resolve("dashboards"));
        Files.writeString(workspace.resolve("dashboards/d.yaml"), yaml);
        RunningServer.Answer plan = server.plan(workspace);
        assertThat(plan.status()).isEqualTo(400);
        assertThat(plan.json().path("detail").asText()).contains(said);
        assertThat(plan.json().path("line").asInt()).isEqualTo(1);
    }

    @Test
    void what_a_workspace_no_longer_has_is_removed_and_a_name_of_another_is_refused() throws IOException {
        Path workspace = Files.createTempDirectory("atalaya-it");
        Files.createDirectories(workspace.resolve("dashboards"));
        Path file = workspace.resolve("dashboards/d.yaml");
        String text = "{dashboard: %s, title: {en: a, es: b}, charts: [{title: {en: c, es: d}, "
                + "sql: SELECT id FROM shop_curated.customers, kind: histogram, y: id}]}";
        Files.writeString(file, text.formatted("customers"));
        assertThat(server.plan(workspace).text()).contains("'customers' of the workspace 'shop' already");
        assertThat(server.apply(workspace).status()).isEqualTo(400);
        Files.writeString(file, text.formatted("ids"));
        assertThat(server.plan(workspace).text()).contains("+ dashboard ids");
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        assertThat(pages("analyst")).containsExactly("customers 2", "ids 1");
        assertThat(server.plan(workspace).json().path("toDo").asInt()).isZero();
        Files.delete(file);
        assertThat(server.apply(workspace).text()).contains("- dashboard ids");
        assertThat(pages("analyst")).containsExactly("customers 2");
    }
}
