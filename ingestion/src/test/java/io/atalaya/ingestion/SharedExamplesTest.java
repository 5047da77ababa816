package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The workspaces of the examples over real files that may not be shipped with them: of other months and dialects than those that are,
 * and nothing of the workspace is changed. Without the files nothing is tested here, as in {@link SharedDataTest}.
 */
class SharedExamplesTest extends ExampleWorlds {
    private static void drop(IngestionWorld world, Path file) throws IOException {
        Path target = world.workspace.resolve("drop").resolve(file.getFileName());
        Files.copy(file, target);
        target.toFile().setWritable(true);
    }

    @Test
    void lending_takes_the_lenders_own_files() throws IOException {
        Path data = SharedDataTest.data().resolve("seed3-kaggle");
        try (IngestionWorld world = world("lending", false)) {
            for (String file : List.of(
                    "lendingclub_2007_2011_16col.csv.gz",
                    "lendingclub_2007_73col_recoded.csv.gz",
                    "lendingclub_2018_45col_creditmodel.csv.gz",
                    "lendingclub_ranadeep_schema_74col_1000.csv.gz")) {
                drop(world, data.resolve(file));
            }
            succeeded(world, "lending-land");
            succeeded(world, "lending");
            assertThat(world.count("lending_raw.loans_quarantine")).isZero();
            assertThat(
                            world.ask(
                                    "lending_curated.loans",
                                    "SELECT kind, count(*), count_if(outcome = 'paid'), count_if(outcome = 'defaulted'), count(issued_on) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly(
                            "full|1000|212|65|1000",
                            "package|31766|23684|8082|31766",
                            "recoded|9437|7565|1872|0",
                            "short|39786|34116|5670|0");
            // 1e+05 is an income, 83.70% a share, 190 the beginning of a ZIP code.
            assertThat(
                            world.ask(
                                    "lending_curated.loans",
                                    "SELECT count_if(annual_income IS NULL), count_if(annual_income = 100000 AND kind = 'package') >= 754, max(revolving_utilisation) FILTER (kind = 'short') < 100, count_if(length(zip3) <> 3) FROM t"))
                    .containsExactly("0|true|true|0");
            assertThat(world.ask(
                            "lending_consumption.outcomes_by_grade",
                            "SELECT sum(loans), sum(paid), sum(defaulted) FROM t"))
                    .containsExactly("81989|65577|15689");
        }
    }

    @Test
    void motors_takes_a_workbook_with_two_lines_of_header() throws IOException {
        Path data = SharedDataTest.data().resolve("seed3-kaggle");
        try (IngestionWorld world = world("motors", true)) {
            drop(world, data.resolve("pmsm_profile24_every5th.xlsx"));
            succeeded(world, "motors-land");
            succeeded(world, "motors");
            assertThat(world.ask(
                            "motors_curated.measures",
                            "SELECT session, count(*), count(magnet) FROM t WHERE session >= 20 GROUP BY 1 ORDER BY 1"))
                    .containsExactly("20|900|900", "24|3003|3003");
            assertThat(world.ask("motors_consumption.sessions", "SELECT count(*) FROM t"))
                    .containsExactly("6");
        }
    }

    @Test
    void motors_asks_each_sample_for_its_session() throws IOException {
        String columns =
                "u_q,coolant,stator_winding,u_d,stator_tooth,motor_speed,i_d,i_q,pm,stator_yoke,ambient,torque";
        String values = "3.5,19.0,20.0,-1.9,20.0,158.0,-23.3,2.8,24.8,19.0,22.8,3.6";
        try (IngestionWorld world = world("motors", true)) {
            world.drop("measures_profile_31.csv", columns + "\n" + values + "\n");
            world.drop(
                    "measures_bench.csv",
                    columns + ",profile_id\n" + (values + ",32\n").repeat(199) + values.replace("158.0", "n/a")
                            + ",32\n" + values + ",abc\n" + values + ",\n");
            String nowhere = columns + "\n" + values + "\n" + values + "\n";
            world.drop("measures_nowhere.csv", nowhere);
            Run land = world.run("motors-land");
            assertThat(land.message().orElse(""))
                    .contains("measures_nowhere.csv has no column 'profile_id', and its name does not say it either")
                    .contains("give the file a name that does, or the column");
            assertThat(world.ask("motors_raw.measures_quarantine", "SELECT _file, _line, _reason FROM t"))
                    .containsExactly("measures_bench.csv|203|no value in column profile_id");
            world.drop("measures_profile33.csv", nowhere);
            succeeded(world, "motors-land");
            for (int round = 0; round < 2; round++) {
                Run run = succeeded(world, "motors");
                assertThat(world.ingestion().checks().of(run.id()))
                        .filteredOn(check -> check.rule().equals("numbers-can-be-read"))
                        .singleElement()
                        .satisfies(check -> {
                            assertThat(check.rowsFailing()).isEqualTo(1);
                            assertThat(check.passed()).isFalse();
                        });
                assertThat(world.ask(
                                "motors_curated.measures",
                                "SELECT session, count(*) FROM t WHERE session > 30 GROUP BY 1 ORDER BY 1"))
                        .containsExactly("31|1", "32|200", "33|2");
                assertThat(world.ask(
                                "motors_raw.measures_quarantine",
                                "SELECT _file, _line, _rule FROM t WHERE _line = 202"))
                        .containsExactly("measures_bench.csv|202|says-its-session");
            }
        }
    }

    @Test
    void pings_takes_days_of_real_positions() throws IOException {
        Path data = SharedDataTest.data().resolve("seed4-geo/geolife-daily");
        try (IngestionWorld world = world("pings", false)) {
            for (int day = 1; day <= 5; day++) {
                drop(world, data.resolve("pings_2008-11-0" + day + ".csv.gz"));
            }
            for (int day = 1; day <= 5; day++) {
                assertThat(succeeded(world, "pings").stage("land").rowsIn()).isPositive();
            }
            assertThat(succeeded(world, "pings").stage("land").rowsIn()).isZero();
            String keys = "SELECT count(*), count(DISTINCT (device_id, fixed_at)) FROM t";
            List<String> raw = world.ask(
                    "pings_raw.pings",
                    "SELECT count(DISTINCT (device_id, CAST(date || ' ' || time AS TIMESTAMP))) FROM t");
            List<String> merged = world.ask("pings_curated.pings", keys);
            long kept = Long.parseLong(merged.getFirst().split("\\|", -1)[0]);
            assertThat(merged.getFirst()).isEqualTo(kept + "|" + kept);
            long elsewhere = world.count("pings_curated.pings_quarantine") + world.count("pings_curated.pings_late");
            assertThat(Long.parseLong(raw.getFirst())).isBetween(kept, kept + elsewhere);
            assertThat(world.ask("pings_consumption.visits", "SELECT count(*) > 50, min(minutes) >= 10 FROM t"))
                    .containsExactly("true|true");
        }
    }

    @Test
    void drinks_takes_all_products_and_keeps_the_drinks() throws IOException, InterruptedException {
        Path data = SharedDataTest.data().resolve("seed2-retail");
        Path shipped = Path.of("../examples/drinks");
        try (IngestionWorld world = world("drinks", false)) {
            drop(world, data.resolve("completejourney_products.csv.gz"));
            drop(world, shipped.resolve("drop/stores.csv"));
            world.ingestion()
                    .streams()
                    .push(
                            DE,
                            world.ingestion().pipelines().find("drinks-sales").orElseThrow(),
                            "take",
                            Files.readAllLines(shipped.resolve("replay/drinks-sales/take.jsonl")).stream()
                                    .map(sale -> sale.getBytes(UTF_8))
                                    .toList());
            for (String pipeline : List.of("drinks-catalog", "drinks-sales", "drinks-stock", "drinks")) {
                succeeded(world, pipeline);
            }
            assertThat(world.count("drinks_raw.products")).isEqualTo(92_331);
            assertThat(world.count("drinks_curated.products")).isEqualTo(1704);
            assertThat(world.ask("drinks_curated.sales", "SELECT count(*), count(kind) FROM t"))
                    .containsExactly("1723|1723");
        }
    }

    @Test
    void drinks_takes_days_of_another_shop_from_a_source_of_their_own() throws IOException, URISyntaxException {
        Path data = SharedDataTest.data().resolve("seed2-retail/online-retail-by-day");
        URL sources = Objects.requireNonNull(SharedExamplesTest.class.getResource("/shared-data/drinks-days"));
        try (IngestionWorld world = world("drinks", false)) {
            Path days = Files.createDirectories(world.workspace.resolve("sources/days"));
            try (Stream<Path> files = Files.list(Path.of(sources.toURI()))) {
                for (Path file : files.toList()) {
                    Files.copy(file, days.resolve(file.getFileName()));
                }
            }
            for (String day : List.of("2010-12-01", "2010-12-02", "2010-12-03", "2010-12-05")) {
                drop(world, data.resolve(day + ".csv.gz"));
            }
            world.ingestion().pipelines().apply(world.workspace, new PipelineReader().readAll(world.workspace, "days"));
            for (String pipeline : List.of("drinks-catalog", "drinks-sales", "drinks-stock", "drinks")) {
                succeeded(world, pipeline);
            }
            assertThat(world.count("drinks_raw.till_days")).isEqualTo(10_144);
            // 130 returns have fewer than no pieces, and four lines more than a thousand; they are kept, and are no
            // sales.
            assertThat(world.count("drinks_curated.sales")).isEqualTo(10_144 - 134);
            assertThat(world.count("drinks_curated.sales_quarantine")).isEqualTo(134);
            assertThat(world.ask("drinks_curated.sales", "SELECT min(quantity) > 0, count(DISTINCT district) FROM t"))
                    .containsExactly("true|1");
            assertThat(world.ask("drinks_consumption.cover", "SELECT count(*) > 100, min(on_hand) >= 0 FROM t"))
                    .containsExactly("true|true");
        }
    }
}
