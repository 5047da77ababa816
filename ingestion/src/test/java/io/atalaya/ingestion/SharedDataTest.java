package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real files with all their dirt, loaded by nothing but the pipelines in {@code shared-data}: rows and peculiarities as the
 * list that comes with the files has them. The files are not shipped; without them, or {@code -Datalaya.shared.data} saying
 * where they are, nothing is tested here.
 */
class SharedDataTest {
    @TempDir
    Path folder;

    static Path data() {
        Optional<Path> found = Stream.of(
                        System.getProperty("atalaya.shared.data", ""), "../../shared/data", "../../../shared/data")
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .filter(path -> Files.isDirectory(path.resolve("seed2-retail")))
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "the shared data is not here");
        return found.orElseThrow().toAbsolutePath().normalize();
    }

    private IngestionWorld load(String pipeline) throws IOException, URISyntaxException {
        Path data = data();
        IngestionWorld world = IngestionWorld.sqlite(folder);
        Files.createSymbolicLink(world.workspace.resolve("data"), data);
        String file = "pipelines/" + pipeline + ".yaml";
        URL resource = Objects.requireNonNull(SharedDataTest.class.getResource("/shared-data/" + file));
        Files.copy(Path.of(resource.toURI()), world.workspace.resolve(file));
        world.apply(world.workspace);
        world.ingestion().start();
        Run run = world.run(pipeline);
        assertThat(run.state())
                .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                .isEqualTo(Run.State.SUCCEEDED);
        assertThat(world.ingestion()
                        .deliveries()
                        .list(pipeline, Optional.empty(), Optional.empty(), 1000)
                        .deliveries())
                .allMatch(delivery -> delivery.state() == Delivery.State.LANDED && delivery.rowsQuarantined() == 0);
        assertThat(run.stages()).allMatch(stage -> stage.rowsRejected() == 0 && stage.rowsIn() == stage.rowsOut());
        return world;
    }

    /** How many rows are there more than once: those that could go. */
    private static List<String> repeated(IngestionWorld world, String table, String columns) {
        return world.ask(
                table,
                "SELECT (SELECT count(*) FROM t) - (SELECT count(*) FROM (SELECT DISTINCT " + columns + " FROM t))");
    }

    @Test
    void complaints_in_six_dialects() throws Exception {
        try (IngestionWorld world = load("cfpb")) {
            assertThat(
                            world.ask(
                                    "complaints_raw.complaints",
                                    "SELECT _dialect, count(*), count(complaint_id), count(received_on) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly(
                            "export-2015|28156|28156|28156",
                            "full-2015-2020|6623|6623|6623",
                            "lower-case-2013|1000|1000|1000",
                            "narratives|3947|0|0",
                            "no-id-2013-2016|3186|0|3186",
                            "snake-2023|3999|3999|3999");
            // A spreadsheet took leading zeros away. The list has them as numbers with a point, which the file has not.
            assertThat(
                            world.ask(
                                    "complaints_raw.complaints",
                                    "SELECT count_if(length(zip_code) IN (3, 4)), count_if(contains(zip_code, '.')) FROM t WHERE _dialect = 'export-2015'"))
                    .containsExactly("2362|0");
            assertThat(
                            world.ask(
                                    "complaints_raw.complaints",
                                    "SELECT count(*) - count(DISTINCT consumer_complaint_narrative) FROM t WHERE _dialect = 'narratives'"))
                    .containsExactly("11");
        }
    }

    @Test
    void a_dump_and_what_was_made_of_it() throws Exception {
        try (IngestionWorld world = load("classicmodels")) {
            List<Long> rows = Stream.of(
                            "customers",
                            "employees",
                            "offices",
                            "orderdetails",
                            "orders",
                            "payments",
                            "productlines",
                            "products")
                    .map(table -> world.count("shop_raw." + table))
                    .toList();
            assertThat(rows).containsExactly(122L, 23L, 7L, 2996L, 326L, 273L, 7L, 110L);
            assertThat(rows.stream().mapToLong(Long::longValue).sum()).isEqualTo(3864);
            assertThat(
                            world.ask(
                                    "shop_raw.customers",
                                    "SELECT count(*) - count(state), count(*) - count(salesrepemployeenumber), count_if(credit_limit = 0) FROM t"))
                    .containsExactly("73|22|24");
            assertThat(world.ask("shop_raw.orders", "SELECT count(*) - count(shipped_on) FROM t"))
                    .containsExactly("14");
            // Texts keep the line ends they have, even bare carriage returns.
            assertThat(
                            world.ask(
                                    "shop_raw.products",
                                    "SELECT count_if(contains(productdescription, chr(13))) > 0, count_if(productdescription LIKE '%\\\\r%') FROM t"))
                    .containsExactly("true|0");
            assertThat(world.ask("shop_raw.ratings", "SELECT productrating, count(*) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly("1|224", "2|562", "3|859", "4|632", "5|255");
        }
    }

    @Test
    void retail_in_many_files() throws Exception {
        try (IngestionWorld world = load("retail")) {
            assertThat(world.count("shop_raw.cj_campaign_descriptions")).isEqualTo(27);
            assertThat(world.count("shop_raw.cj_campaigns")).isEqualTo(6589);
            assertThat(world.count("shop_raw.cj_coupons")).isEqualTo(116_204);
            assertThat(world.count("shop_raw.cj_demographics")).isEqualTo(801);
            assertThat(world.count("shop_raw.cj_products")).isEqualTo(92_331);
            assertThat(world.count("shop_raw.cj_transactions")).isEqualTo(37_158);
            assertThat(world.count("shop_raw.nab_ambient")).isEqualTo(7267);
            assertThat(world.count("shop_raw.nab_machine")).isEqualTo(22_695);
            assertThat(world.count("shop_raw.nab_windows")).isEqualTo(116);
            assertThat(world.count("shop_raw.online_retail")).isEqualTo(245_903);
            // One line has the rest of a subtraction for an amount; as a decimal it would be damaged.
            assertThat(world.ask("shop_raw.cj_transactions", "SELECT count_if(amount > 0 AND amount < 1e-9) FROM t"))
                    .containsExactly("1");
            assertThat(repeated(world, "shop_raw.cj_coupons", "coupon_upc, product_id, campaign_id"))
                    .containsExactly("4872");
            assertThat(
                            world.ask(
                                    "shop_raw.cj_products",
                                    "SELECT count_if(product_category = 'SOFT DRINKS'), count(*) - count(product_category) FROM t"))
                    .containsExactly("1704|540");
            assertThat(world.ask(
                            "shop_raw.nab_windows",
                            "SELECT count(DISTINCT series), count_if(ends_at > begins_at) FROM t"))
                    .containsExactly("52|116");
            assertThat(repeated(
                            world,
                            "shop_raw.online_retail",
                            "invoiceno, stockcode, description, quantity, invoicedate, unitprice, customerid, country"))
                    .containsExactly("2012");
            assertThat(
                            world.ask(
                                    "shop_raw.online_retail",
                                    "SELECT count(DISTINCT _file), round(100 * (1 - count(customerid) / count(*))), min(\"at\"), count_if(contains(description, '£')) > 0 FROM t"))
                    .containsExactly("167|28.0|2010-12-01 08:26:00.0|true");
        }
    }

    @Test
    void spreadsheets_nested_lines_and_columns_that_come_and_go() throws Exception {
        try (IngestionWorld world = load("kaggle")) {
            assertThat(world.ask("shop_raw.lending_16", "SELECT loan_status, count(*) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly("Charged Off|5670", "Fully Paid|34116");
            assertThat(world.count("shop_raw.lending_73")).isEqualTo(9437);
            assertThat(world.ask("shop_raw.lending_45", "SELECT count(*), count_if(loan_status = '1') FROM t"))
                    .containsExactly("31766|8082");
            assertThat(world.ask("shop_raw.lending_74", "SELECT count(*), count(DISTINCT loan_status) FROM t"))
                    .containsExactly("1000|8");
            assertThat(world.ask("shop_raw.pmsm", "SELECT count(*), count(magnet), min(_line), max(_line) FROM t"))
                    .containsExactly("3003|3003|3|3005");
            // The list says 1,991: the last line has no end, and was not counted there.
            assertThat(
                            world.ask(
                                    "shop_raw.papers",
                                    "SELECT count(*), count_if(len(sentences) = len(labels)), count_if(len(summaries) = 1) FROM t"))
                    .containsExactly("1992|1992|1992");
            assertThat(
                            world.ask(
                                    "shop_raw.skab",
                                    "SELECT count(*), count_if(_file LIKE 'valve1%'), count_if(anomalous = 1), count_if(anomaly IS NULL) = count_if(_file = 'anomaly-free.csv.gz') FROM t"))
                    .containsExactly("27565|18160|6309|true");
        }
    }

    @Test
    void positions_by_day_and_in_an_archive() throws Exception {
        try (IngestionWorld world = load("geo")) {
            assertThat(
                            world.ask(
                                    "shop_raw.pings",
                                    "SELECT count(*), count(DISTINCT device_id), count(DISTINCT _file), count_if(on_day < CAST(substr(_file, 7, 10) AS DATE)) FROM t"))
                    .containsExactly("1253257|33|21|146904");
            assertThat(repeated(world, "shop_raw.pings", "device_id, date, time"))
                    .containsExactly("1731");
            assertThat(world.ask(
                            "shop_raw.plt", "SELECT count(*), count(DISTINCT _file), count(lat), min(_line) FROM t"))
                    .containsExactly("88185|80|88185|7");
            assertThat(world.ask(
                            "shop_raw.labels", "SELECT _file, count(*), count(starts) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly(
                            "geolife_raw_plt.tar.gz!/geolife-raw/059/labels.txt|1|1",
                            "geolife_raw_plt.tar.gz!/geolife-raw/075/labels.txt|509|509",
                            "geolife_raw_plt.tar.gz!/geolife-raw/088/labels.txt|1|1");
        }
    }
}
