package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped example with its real data; the numbers were counted with another program. */
class ComplaintsExampleTest {
    private static final String CURATED = "complaints_curated.complaints";
    private static final String SUMMARY = "complaints_consumption.complaints_by_product_month_state";

    @TempDir
    Path folder;

    private static Run load(IngestionWorld world) {
        world.example("complaints", "files", true);
        world.ingestion().start();
        return run(world);
    }

    private static Run run(IngestionWorld world) {
        assertThat(world.run("complaints-land").state()).isEqualTo(Run.State.SUCCEEDED);
        Run run = world.run("complaints");
        assertThat(run.state())
                .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                .isEqualTo(Run.State.SUCCEEDED);
        return run;
    }

    @Test
    void six_dialects_land_whole() {
        try (IngestionWorld world = IngestionWorld.sqlite(folder, "complaints-pipeline")) {
            Run run = load(world);
            assertThat(world.ingestion()
                            .deliveries()
                            .list("complaints-land", Optional.empty(), Optional.empty(), 10)
                            .deliveries())
                    .extracting(
                            Delivery::name,
                            delivery -> delivery.dialect().orElse(""),
                            Delivery::rowsIn,
                            Delivery::rowsQuarantined)
                    .containsExactlyInAnyOrder(
                            tuple("complaints_2013_2016_14col_noid.csv.gz", "no-id-2013-2016", 3186L),
                            tuple("complaints_2013_lowercase_headers.csv.gz", "lower-case-2013", 1000L),
                            tuple("complaints_2015_2020_18col_unzip_preamble.csv.gz", "full-2015-2020", 6623L),
                            tuple("complaints_2015q1_13col_crlf.csv.gz", "export-2015", 28156L),
                            tuple("complaints_2023_ddmmyyyy_snake_headers.csv.gz", "snake-2023", 3999L),
                            tuple("complaints_narratives_3col.csv.gz", "narratives", 3947L));
            assertThat(world.count("complaints_raw.complaints")).isEqualTo(46_911);
            assertThat(world.count("complaints_raw.complaints_quarantine")).isZero();
            // Lines in the file are counted, those inside quotes too.
            assertThat(
                            world.ask(
                                    "complaints_raw.complaints",
                                    "SELECT count(*), count(DISTINCT _line), count(received_on) FROM t WHERE _dialect = 'narratives'"))
                    .containsExactly("3947|3947|0");
            assertThat(world.ask("complaints_raw.complaints", "SELECT count(*) FROM t WHERE received_on IS NULL"))
                    .containsExactly("3947");
            // 11 complaints without id are there twice, and 11 narratives.
            assertThat(world.ask(CURATED, "SELECT count(*), count(DISTINCT complaint_key), count(narrative) FROM t"))
                    .containsExactly("46889|46889|5609");
            assertThat(world.ask(CURATED, "SELECT length(zip_code), count(*) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly("5|42020", "null|4869");
            assertThat(world.ask(CURATED, "SELECT zip_code, received_on, sent_on FROM t WHERE complaint_id = 1288324"))
                    .containsExactly("07067|2015-03-18|2015-03-18");
            assertThat(world.ask(
                            CURATED,
                            "SELECT received_on, zip_code FROM t WHERE complaint_id IN (3571115, 6896026) ORDER BY 1"))
                    .containsExactly("2020-03-18|330XX", "2023-04-27|19145");
            assertThat(world.ask(SUMMARY, "SELECT count(*), sum(complaints) FROM t"))
                    .containsExactly("4344|46889");
            assertThat(run.stages()).allMatch(stage -> stage.progress() == 1);
        }
    }

    @Test
    void narratives_are_learned_from_and_told_apart() throws IOException {
        try (IngestionWorld world = IngestionWorld.sqlite(folder, "complaints-pipeline")) {
            Run run = load(world);
            assertThat(run.stage("learn").message().orElse("")).contains("from 3,936 rows", "in use");
            assertThat(world.ask("complaints_curated.product_of_narrative", """
                            SELECT stage, agreement, json_array_length(classes),
                                (metrics->>'accuracy')::DOUBLE >= 0.80, (metrics->>'macroF1')::DOUBLE >= 0.58,
                                (metrics->>'calibrationError')::DOUBLE < 0.05,
                                (baselines->'naive Bayes of narrative'->>'accuracy')::DOUBLE > 0.77,
                                json_extract(evaluation, '$.perClass[7].rows')
                            FROM t"""))
                    .containsExactly("champion|1.0|11|true|true|true|true|7");
            assertThat(world.ask("complaints_curated.told_products", "SELECT count(*), min(model_version) FROM t"))
                    .containsExactly("1673|1");
            assertThat(world.ask("complaints_curated.products_to_review", "SELECT max(confidence) < 0.6 FROM t"))
                    .containsExactly("true");

            // A file that is dropped later is scored as it comes, and nothing else.
            Files.writeString(world.workspace.resolve("drop").resolve("later.csv"), """
                    Date received,Product,Consumer complaint narrative,Company,Complaint ID
                    2020-05-01,Mortgage,My mortgage servicer lost my escrow payment and started foreclosure on my home.,ACME,999999001
                    """);
            Run later = run(world);
            assertThat(later.stage("learn").message().orElse("")).contains("Nothing to learn from has changed");
            assertThat(later.stage("tell").rowsOut()).isEqualTo(1);
            assertThat(world.ask(
                            "complaints_curated.told_products",
                            "SELECT told_product, confidence > 0.9 FROM t WHERE complaint_key = '999999001'"))
                    .containsExactly("Mortgage|true");
        }
    }

    private static org.assertj.core.groups.Tuple tuple(String name, String dialect, long rows) {
        return org.assertj.core.groups.Tuple.tuple(name, dialect, rows, 0L);
    }
}
