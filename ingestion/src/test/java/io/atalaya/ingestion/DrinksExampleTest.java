package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drinks of the examples: who is told before a shelf is empty, and how good that is. */
class DrinksExampleTest {
    @TempDir
    Path folder;

    private static void sell(IngestionWorld world, List<String> sales) throws InterruptedException {
        world.ingestion()
                .streams()
                .push(
                        DE,
                        world.ingestion().pipelines().find("drinks-sales").orElseThrow(),
                        "take",
                        sales.stream().map(sale -> sale.getBytes(UTF_8)).toList());
    }

    private static void run(IngestionWorld world, String... pipelines) {
        for (String pipeline : pipelines) {
            Run run = world.run(pipeline);
            assertThat(run.state())
                    .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                    .isEqualTo(Run.State.SUCCEEDED);
        }
    }

    private static final String POLICIES = """
            profiles: {some: {}, all: {}, pipeline: {}}
            users:
              analyst: {profiles: some, attributes: {district: north}}
              data-engineer: {profiles: all}
              drinks-pipeline: {profiles: pipeline}
            tags:
              scope: [district]
            assignments:
              - {table: drinks_consumption.alerts, columns: {"scope=district": [district]}}
            grants:
              - {to: {profile: some}, allow: SELECT, on: {table: drinks_consumption.alerts}}
              - {to: {profile: all}, allow: SELECT, on: {table: drinks_consumption.alerts}}
            guards:
              own: {on: {columnsTagged: {scope: district}}, rows: value = user.district, except: [all, pipeline]}
            """;

    private static long alerts(IngestionWorld world, String where) {
        return Long.parseLong(world.ask("drinks_consumption.alerts", "SELECT count(*) FROM t WHERE " + where)
                .getFirst());
    }

    private static List<String> heard(IngestionWorld world) {
        List<String> heard = world.words.stream()
                .map(word -> word.who() + word.message().replaceAll(".*[(]", " ("))
                .toList();
        world.words.clear();
        return heard;
    }

    private static List<String> news(long north, long all) {
        List<String> news = new ArrayList<>();
        if (north > 0) {
            news.add("[analyst] (%,d new)".formatted(north));
        }
        if (all > 0) {
            news.add("[data-engineer] (%,d new)".formatted(all));
        }
        return news;
    }

    @Test
    void people_are_told_of_the_shelves_they_see_once_before_these_are_empty_and_of_none_on_quiet_days()
            throws Exception {
        List<String> sales = Files.readAllLines(Path.of("../examples/drinks/replay/drinks-sales/take.jsonl"));
        int known = 1650;
        try (IngestionWorld world = IngestionWorld.sqlite(folder, "drinks-pipeline")) {
            world.example("drinks", "files", true);
            world.ingestion().start();
            sell(world, sales.subList(0, known));
            run(world, "drinks-catalog", "drinks-sales", "drinks-stock", "drinks", "drinks-risk");
            assertThat(heard(world)).as("nobody may see anything yet").isEmpty();
            world.policies(POLICIES);
            run(world, "drinks-risk");
            assertThat(heard(world)).isEqualTo(news(alerts(world, "district = 'north'"), alerts(world, "true")));
            run(world, "drinks-risk");
            assertThat(heard(world)).as("nothing was sold").isEmpty();
            int from = known;
            int quiet = 0;
            for (int until : List.of(1652, 1690, 1691, sales.size())) {
                long north = alerts(world, "district = 'north'");
                long all = alerts(world, "true");
                sell(world, sales.subList(from, until));
                run(world, "drinks-sales", "drinks-stock", "drinks", "drinks-risk");
                List<String> news = news(alerts(world, "district = 'north'") - north, alerts(world, "true") - all);
                assertThat(heard(world)).as("%d sales", until - from).isEqualTo(news);
                quiet += news.isEmpty() ? 1 : 0;
                from = until;
            }
            assertThat(quiet).as("times without an alert").isBetween(1, 3);
            assertThat(world.ask(
                            "drinks_consumption.alerts",
                            "SELECT count(*) = count(DISTINCT (store, kind, filled_at)), min(on_hand) > 0 FROM t"))
                    .containsExactly("true|true");
            figures(world);
        }
    }

    /** Those of docs/examples/drinks.md; what the model says may differ a little on another processor. */
    private static void figures(IngestionWorld world) {
        String quality = "drinks_consumption.alert_quality";
        assertThat(world.ask(
                        quality,
                        "SELECT sum(alerts), sum(right_alerts), sum(stock_outs) FROM t WHERE method = 'cover'"))
                .containsExactly("18|4|115");
        assertThat(world.ask(quality, """
                        SELECT sum(right_alerts) / sum(alerts) BETWEEN 0.25 AND 0.31, sum(right_alerts) / sum(stock_outs) BETWEEN 0.2 AND 0.26,
                            sum(mean_lead_hours * right_alerts) / sum(right_alerts) BETWEEN 120 AND 200
                        FROM t WHERE method = 'model'
                        """)).containsExactly("true|true|true");
        assertThat(world.ask("drinks_curated.stock_out_risk", "SELECT version, stage FROM t ORDER BY version"))
                .as("a week has passed")
                .containsExactly("1|retired", "2|champion");
    }
}
