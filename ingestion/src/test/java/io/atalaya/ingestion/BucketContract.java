package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of objects that are put into a bucket, on one kind of metadata database. */
abstract class BucketContract extends IngestionContract {
    private static final String FROM_BUCKET = LAND.replace("folder: drop", "folder: s3://lake.drops/in coming");
    private static final String HEAD = "id,day,amount\n";

    private BucketDouble bucket;

    @BeforeEach
    void open() throws IOException {
        bucket = new BucketDouble();
        world.bucket("lake.drops", bucket.address(), BucketDouble.KEY, BucketDouble.SECRET, "robot");
        world.bucket("others", bucket.address(), BucketDouble.KEY, BucketDouble.SECRET, "somebody");
        world.restart(_ -> {}).start();
    }

    @AfterEach
    void close() {
        bucket.close();
    }

    @Test
    void objects_under_a_prefix_are_files_and_land_once() {
        world.pipeline("orders", FROM_BUCKET);
        for (int i = 1; i <= 5; i++) {
            bucket.put("in coming/día %d+~.csv".formatted(i), HEAD + i + ",2020-06-01,5\n");
        }
        bucket.put("in coming/deeper/no.csv", HEAD + "6,2020-06-01,5\n");
        bucket.put("in coming/no.txt", "no");
        bucket.put("elsewhere/no.csv", HEAD + "7,2020-06-01,5\n");
        succeeded(world.run("orders"));
        Run again = world.run("orders");
        succeeded(again);
        assertThat(again.stage("land").rowsIn()).isZero();
        assertThat(world.ask("shop_raw.orders", "SELECT id, _file FROM t ORDER BY id"))
                .containsExactly("1|día 1+~.csv", "2|día 2+~.csv", "3|día 3+~.csv", "4|día 4+~.csv", "5|día 5+~.csv");
    }

    @Test
    void an_object_that_was_replaced_within_a_second_is_another() {
        world.pipeline("orders", FROM_BUCKET);
        bucket.put("in coming/a.csv", HEAD + "1,2020-06-01,5\n");
        succeeded(world.run("orders"));
        bucket.put("in coming/a.csv", HEAD + "2,2020-06-01,5\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_raw.orders", "SELECT id FROM t ORDER BY id")).containsExactly("1", "2");
    }

    @Test
    void an_object_that_changes_after_it_was_listed_is_taken_as_it_is_then_or_not_at_all() {
        world.pipeline("orders", FROM_BUCKET);
        bucket.put("in coming/a.csv", HEAD + "1,2020-06-01,5\n");
        bucket.beforeGet = () -> {
            bucket.beforeGet = () -> {};
            bucket.put("in coming/a.csv", HEAD + "2,2020-06-01,5\n");
        };
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_raw.orders", "SELECT id FROM t")).containsExactly("2");
    }

    @Test
    void a_bucket_that_does_not_answer_is_asked_again() {
        world.pipeline("orders", FROM_BUCKET);
        bucket.put("in coming/a.csv", HEAD + "1,2020-06-01,5\n");
        bucket.failures.set(2);
        Run run = world.run("orders");
        succeeded(run);
        assertThat(logs(run)).anyMatch(line -> line.contains("S3 did not list bucket 'lake.drops': it answered 503"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    @Test
    void a_bucket_is_only_for_those_the_settings_name() {
        world.pipeline("orders", FROM_BUCKET.replace("lake.drops", "others"));
        assertThat(world.run("orders").message().orElse(""))
                .contains("There is no bucket 'others' for 'robot'")
                .contains("under buckets.others");
        world.bucket("lake.drops", bucket.address(), BucketDouble.KEY, "another secret", "robot");
        world.restart(_ -> {}).start();
        world.pipeline("orders", FROM_BUCKET);
        assertThat(world.run("orders").message().orElse(""))
                .contains("S3 did not list bucket 'lake.drops': it answered 403")
                .doesNotContain("another secret");
    }

    @Test
    void what_arrives_in_a_bucket_starts_a_run() {
        bucket.put("in coming/a.csv", HEAD + "1,2020-06-01,5\n");
        world.pipeline("orders", "triggers: [{arrival: land}]\n" + FROM_BUCKET);
        long until = System.nanoTime() + 60_000_000_000L;
        while (world.count("shop_raw.orders") == 0 && System.nanoTime() < until) {
            IngestionWorld.sleep();
        }
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }
}
