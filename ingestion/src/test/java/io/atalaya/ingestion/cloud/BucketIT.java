package io.atalaya.ingestion.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files out of a bucket; held against a double that checks signatures, pages and conditions, not against S3 itself. */
class BucketIT {
    private static final String PIPELINE = """
            %s
            stages:
              - name: land
                extract: {bucket: {cloud: aws, name: %s, prefix: sales/}, files: "*.csv", format: CSV, target: shop_raw.sales, columns: [id]}
            """;

    @TempDir
    Path folder;

    private AwsDouble aws;
    private IngestionWorld world;

    @BeforeEach
    void begin() {
        aws = new AwsDouble();
        world = IngestionWorld.sqlite(folder);
        world.cloud("aws", aws.address());
        world.restart(_ -> {}).start();
        world.pipeline("sales", PIPELINE.formatted("", "landing"));
    }

    @AfterEach
    void end() {
        world.close();
        aws.close();
    }

    private void put(String key, String text) {
        aws.put(key, text.getBytes(UTF_8));
    }

    private void succeeded() {
        Run run = world.run("sales");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    private List<String> rows() {
        return world.ask("shop_raw.sales", "SELECT _file, id FROM t ORDER BY ALL");
    }

    @Test
    void objects_below_the_prefix_come_once() {
        put("other/x.csv", "id\n0\n");
        put("sales/", "");
        put("sales/.hidden.csv", "id\n0\n");
        put("sales/a.csv", "id\n1\n");
        put("sales/b.csv", "id\n2\n");
        put("sales/c.csv.tmp", "id\n0\n");
        put("sales/d.csv", "id\n3\n4\n");
        put("sales/old/e.csv", "id\n0\n");
        put("sales/readme.txt", "no");
        succeeded();
        assertThat(rows()).containsExactly("a.csv|1", "b.csv|2", "d.csv|3", "d.csv|4");
        succeeded();
        put("sales/same.csv", "id\n1\n");
        // Put there anew within the second, as long as before: only its tag tells.
        put("sales/b.csv", "id\n5\n");
        succeeded();
        assertThat(rows()).containsExactly("a.csv|1", "b.csv|2", "b.csv|5", "d.csv|3", "d.csv|4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "land/begun",
                "land/kept",
                "land/received",
                "land/intended",
                "land/written",
                "land/committed",
                "land/done"
            })
    void a_process_that_dies_loses_and_doubles_nothing(String dies) throws InterruptedException {
        put("sales/a.csv", "id\n1\n");
        put("sales/b.csv", "id\n2\n");
        CountDownLatch dead = new CountDownLatch(1);
        world.restart(step -> {
                    if (step.equals(dies) && dead.getCount() > 0) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        UUID run = world.ingestion().runs().start(IngestionWorld.DE, "sales").id();
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        world.restart(_ -> {}).start();
        assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
        assertThat(rows()).containsExactly("a.csv|1", "b.csv|2");
    }

    @Test
    void an_object_that_arrives_starts_a_run() throws InterruptedException {
        put("sales/a.csv", "id\n1\n");
        world.pipeline("sales", PIPELINE.formatted("triggers: [{arrival: land}]", "landing"));
        long end = System.nanoTime() + 60_000_000_000L;
        while (world.count("shop_raw.sales") == 0 && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(rows()).containsExactly("a.csv|1");
    }

    @Test
    void a_bucket_that_is_not_there_is_said_without_anything_secret() {
        world.pipeline("sales", PIPELINE.formatted("", "elsewhere"));
        assertThat(world.run("sales").stage("land").message().orElse(""))
                .contains("Cloud 'aws' refuses: NoSuchBucket")
                .doesNotContain("s3cr3t");
    }
}
