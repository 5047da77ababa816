package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.extract.DeliveryPage;
import io.atalaya.ingestion.extract.DeliveryStore;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** What becomes of files that are dropped, on one kind of metadata database. */
abstract class FileDropContract extends IngestionContract {
    @Test
    void a_file_becomes_rows_with_their_origin() throws IOException {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,\"2020-01-02\",\"6\n\"\n3,,\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("land").rowsOut()).isEqualTo(3);
        assertThat(run.stage("land").progress()).isEqualTo(1);
        assertThat(world.ask(
                        "shop_raw.orders",
                        "SELECT id, day, amount, on_day, _file, _line, _dialect FROM t ORDER BY _line"))
                .containsExactly(
                        "1|2020-01-01|5|2020-01-01|one.csv|2|any",
                        "2|2020-01-02|6\n|2020-01-02|one.csv|3|any",
                        "3|null|null|null|one.csv|5|any");
        Delivery delivery = world.ingestion()
                .deliveries()
                .list("orders", Optional.empty(), Optional.empty(), 10)
                .deliveries()
                .getFirst();
        assertThat(folder.resolve("raw/orders").resolve(delivery.sha256()).resolve("one.csv"))
                .exists();
        assertThat(world.audit)
                .extracting(event -> event.kind() + " " + event.subject())
                .containsSubsequence(
                        "pipeline.run.start orders",
                        "data.write.intent shop_raw.orders",
                        "data.write.outcome shop_raw.orders",
                        "pipeline.run.outcome orders");
        assertThat(folder.resolve("temp")).isEmptyDirectory();
    }

    @Test
    void the_same_content_lands_once_whatever_its_name_and_packing() throws IOException {
        world.pipeline("orders", LAND);
        String text = "id,day,amount\n1,2020-01-01,5\n";
        world.drop("one.csv", text);
        succeeded(world.run("orders"));
        succeeded(world.run("orders"));
        world.drop("again.csv", text);
        Files.write(world.workspace.resolve("drop/packed.csv.gz"), gzip(text));
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(world.ingestion()
                        .deliveries()
                        .list("orders", Optional.empty(), Optional.empty(), 10)
                        .deliveries())
                .extracting(delivery -> delivery.name() + " " + delivery.state())
                .containsExactlyInAnyOrder("one.csv LANDED", "packed.csv.gz DUPLICATE");
        assertThat(logs(run)).anyMatch(line -> line.contains("again.csv is the same file as one.csv"));
        world.drop("one.csv", text + "2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(3);
    }

    @Test
    void a_run_takes_no_more_files_than_it_may_in_the_order_of_their_names() {
        world.pipeline("orders", LAND + "      perRun: 2\n");
        for (int day = 5; day >= 1; day--) {
            world.drop("day" + day + ".csv", "id,day,amount\n" + day + ",2020-01-0" + day + ",5\n");
        }
        for (String there : List.of("1,2", "1,2,3,4", "1,2,3,4,5", "1,2,3,4,5")) {
            succeeded(world.run("orders"));
            assertThat(world.ask("shop_raw.orders", "SELECT string_agg(id, ',' ORDER BY id) FROM t"))
                    .containsExactly(there);
        }
    }

    @Test
    void damaged_rows_go_to_quarantine_in_the_same_commit() {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,soon,6\n3\n4,2020-01-04,7\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("land").rowsIn()).isEqualTo(4);
        assertThat(run.stage("land").rowsRejected()).isEqualTo(2);
        assertThat(world.count("shop_raw.orders")).isEqualTo(2);
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _line, _reason, _raw, _file FROM t ORDER BY _line"))
                .containsExactly("3|no date in column day|2,soon,6|one.csv", "4|1 fields, the header has 3|3|one.csv");
        Delivery delivery = world.ingestion()
                .deliveries()
                .list("orders", Optional.empty(), Optional.empty(), 10)
                .deliveries()
                .getFirst();
        assertThat(delivery.rowsIn())
                .isEqualTo(delivery.rowsLanded() + delivery.rowsQuarantined())
                .isEqualTo(4);
        assertThat(logs(run).toString()).doesNotContain("soon");
    }

    @Test
    void a_file_that_is_refused_keeps_no_other_from_landing() throws IOException {
        world.pipeline("orders", LAND);
        byte[] whole = gzip("id,day,amount\n" + "1,2020-01-01,5\n".repeat(5000) + UUID.randomUUID());
        Files.write(world.workspace.resolve("drop/a.csv.gz"), Arrays.copyOf(whole, whole.length - 12));
        world.drop("b.csv", "id,day,amount\n1,2020-01-01,5\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse(""))
                .contains("Stage 'land': a.csv.gz is a truncated gzip file: it ends at byte ")
                .contains("The other 1 files landed");
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        // It is not tried again until it, or the pipeline, is another; the run that failed may be resumed.
        succeeded(world.run("orders"));
        Run resumed = world.await(world.ingestion().runs().resume(DE, run.id()).id());
        assertThat(resumed.state()).isEqualTo(Run.State.FAILED);
        Files.write(world.workspace.resolve("drop/a.csv.gz"), gzip("id,day,amount\n9,2020-01-09,5\n"));
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(2);
    }

    @Test
    void what_is_wrong_with_a_file_as_a_whole_shows_while_it_is_written_and_leaves_nothing() throws IOException {
        world.pipeline("orders", LAND.replace("50%", "10"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        long snapshot = snapshot("shop_raw.orders");
        world.drop("b.csv", "id,day,amount\n" + "1,2020-01-01,5\n".repeat(60_000) + "2\n".repeat(11));
        Run run = world.run("orders");
        assertThat(run.message().orElse("")).contains("b.csv has 11 damaged rows among 60,011");
        assertThat(snapshot("shop_raw.orders")).isEqualTo(snapshot);
        assertThat(world.count("shop_raw.orders_quarantine")).isZero();
        assertThat(folder.resolve("temp")).isEmptyDirectory();
    }

    @Test
    void an_encoding_that_shows_late_is_found_while_the_file_is_written() throws IOException {
        world.pipeline("orders", LAND);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        String text = "id,day,amount\n" + "1,2020-01-01,5\n".repeat(60_000) + "2,2020-01-02,caf\u00e9\n";
        Files.write(
                world.workspace.resolve("drop/b.csv"), text.getBytes(java.nio.charset.Charset.forName("windows-1252")));
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(60_002);
        assertThat(world.ask("shop_raw.orders", "SELECT amount, _line FROM t WHERE id = '2'"))
                .containsExactly("caf\u00e9|60002");
    }

    @Test
    void a_file_that_is_refused_makes_no_table() {
        world.pipeline("orders", LAND.replace("50%", "0"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2\n");
        assertThat(world.run("orders").state()).isEqualTo(Run.State.FAILED);
        assertThat(world.lakehouse().catalog().tableExists(TableIdentifier.parse("shop_raw.orders")))
                .isFalse();
    }

    @Test
    void two_files_that_would_make_the_same_table_at_once_both_land_in_it() {
        String file = "id,day,amount\n1,2020-01-01,5\n2\n";
        AtomicBoolean first = new AtomicBoolean(true);
        world.restart(step -> {
                    if (step.equals("land/read") && first.getAndSet(false)) {
                        world.pipeline("other", LAND);
                        succeeded(world.run("other"));
                    }
                })
                .start();
        world.pipeline("orders", LAND);
        world.drop("a.csv", file);
        Run run = world.run("orders");
        succeeded(run);
        assertThat(logs(run))
                .anyMatch(line -> line.contains("was made by somebody else meanwhile: a.csv is read again"));
        assertThat(world.ask("shop_raw.orders", "SELECT id, on_day, _file, _line FROM t"))
                .containsExactly("1|2020-01-01|a.csv|2", "1|2020-01-01|a.csv|2");
        assertThat(world.count("shop_raw.orders_quarantine")).isEqualTo(2);
    }

    @Test
    void a_process_that_dies_while_a_file_makes_its_table_loses_and_doubles_no_row() {
        List<String> deadly = List.of("land/read", "land/made", "land/intended", "land/written", "land/committed");
        for (int i = 0; i < deadly.size(); i++) {
            String target = "orders" + i;
            IngestionWorld.Death death = world.dyingAt(deadly.get(i));
            world.pipeline("orders", LAND.replace("shop_raw.orders\n", "shop_raw." + target + "\n"));
            world.drop("f" + i + ".csv", "id,day,amount\n%d,2020-01-01,5\n2\n".formatted(i));
            UUID run = death.of("orders");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(world.ask("shop_raw." + target, "SELECT id, _line FROM t"))
                    .as(deadly.get(i))
                    .containsExactly(i + "|2");
        }
    }

    @Test
    void a_file_that_was_refused_lands_when_the_pipeline_is_corrected() {
        world.pipeline("orders", LAND.replace("[id, day, amount]", "[id, day]"));
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains("column 'amount' that dialect 'any' has no place for");
        world.pipeline("orders", LAND);
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    @Test
    void a_file_that_was_refused_is_left_alone_once_it_is_dismissed_and_tried_again_when_somebody_says_so() {
        DeliveryStore deliveries = world.ingestion().deliveries();
        world.pipeline("orders", LAND);
        world.drop("bad.csv", "id,day,amount,surplus\n1,2020-01-01,5,9\n");
        world.drop("good.csv", "id,day,amount\n2,2020-01-02,6\n");
        assertThat(world.run("orders").state()).isEqualTo(Run.State.FAILED);
        Delivery bad = delivered(Delivery.State.REFUSED).getFirst();
        assertThat(bad.message().orElseThrow().toString()).contains("'surplus'");
        assertThat(bad.dismissedBy()).isEmpty();

        assertThat(deliveries.dismiss(bad, "ana").dismissedBy()).contains("ana");
        world.pipeline("orders", LAND + "      perRun: 2\n");
        succeeded(world.run("orders"));

        Delivery again = deliveries.retry(bad);
        assertThat(again.state()).isEqualTo(Delivery.State.RECEIVED);
        assertThat(again.dismissedBy()).isEmpty();
        assertThat(world.run("orders").state()).isEqualTo(Run.State.FAILED);
        deliveries.dismiss(deliveries.get("orders", "land", bad.sha256()), "ana");
        world.drop("bad under another name.csv", "id,day,amount,surplus\n1,2020-01-01,5,9\n");
        assertThat(world.run("orders").state()).isEqualTo(Run.State.FAILED);

        Delivery good = delivered(Delivery.State.LANDED).getFirst();
        assertThatThrownBy(() -> deliveries.dismiss(good, "ana")).hasMessage("'good.csv' is not refused");
        assertThatThrownBy(() -> deliveries.retry(good)).hasMessage("'good.csv' is not refused");
        assertThatThrownBy(() -> deliveries.get("orders", "land", "none"))
                .isInstanceOf(IngestionException.NotFound.class);
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    private List<Delivery> delivered(Delivery.State state) {
        return world.ingestion()
                .deliveries()
                .list("orders", Optional.of(state), Optional.empty(), 10)
                .deliveries();
    }

    @Test
    void files_are_told_page_by_page_newest_first() {
        world.pipeline("orders", LAND);
        for (int day = 1; day <= 5; day++) {
            world.drop("day" + day + ".csv", "id,day,amount\n" + day + ",2020-01-0" + day + ",5\n");
            if (day % 2 == 0) {
                succeeded(world.run("orders"));
            }
        }
        succeeded(world.run("orders"));
        List<Delivery> told = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            DeliveryPage page = world.ingestion().deliveries().list("orders", Optional.empty(), cursor, 2);
            assertThat(page.deliveries()).hasSizeBetween(1, 2);
            told.addAll(page.deliveries());
            cursor = page.nextCursor();
        } while (cursor.isPresent());
        assertThat(told)
                .extracting(Delivery::name)
                .containsExactlyInAnyOrder("day1.csv", "day2.csv", "day3.csv", "day4.csv", "day5.csv");
        assertThat(told).extracting(Delivery::receivedAt).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(delivered(Delivery.State.LANDED)).containsExactlyElementsOf(told);
        assertThat(delivered(Delivery.State.REFUSED)).isEmpty();
        assertThat(world.ingestion()
                        .deliveries()
                        .list("orders", Optional.empty(), Optional.of("none of ours"), 10)
                        .deliveries())
                .isEmpty();
    }

    @Test
    void a_file_that_is_still_being_written_is_left_alone() throws IOException {
        world.pipeline("orders", LAND.replace("settle: 50ms", "settle: 300ms"));
        world.drop("done.csv", "id,day,amount\n1,2020-01-01,5\n");
        Files.setLastModifiedTime(
                world.workspace.resolve("drop/done.csv"),
                FileTime.from(Instant.now().minusSeconds(9)));
        world.drop("half.csv.part", "id,day,amount\n2,2020");
        Path growing = world.workspace.resolve("drop/growing.csv");
        Thread writer = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                world.drop(
                        "growing.csv",
                        "id,day,amount\n" + "3,2020-01-03,1\n".repeat(1 + (int) (System.nanoTime() % 999)));
                IngestionWorld.sleep();
            }
        });
        try {
            Run run = world.run("orders");
            succeeded(run);
            assertThat(logs(run)).anyMatch(line -> line.contains("growing.csv is still being written"));
        } finally {
            writer.interrupt();
        }
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(growing).exists();
    }

    @Test
    void tsv_json_lines_and_parquet_are_files_too() throws Exception {
        world.pipeline("mixed", """
                stages:
                  - name: tsv
                    extract: {folder: drop, files: "*.tsv", format: TSV, target: shop_raw.tsv, settle: 50ms}
                  - name: json
                    extract: {folder: drop, files: "*.jsonl*", format: JSONL, columns: [id, tags], target: shop_raw.json, settle: 50ms}
                  - name: parquet
                    extract: {folder: drop, files: "*.parquet", format: PARQUET, target: shop_raw.parquet, settle: 50ms}
                """);
        world.drop("a.tsv", "ID\tThe Name\n1\tx\n");
        world.drop("b.jsonl", "{\"id\": 1, \"tags\": [\"a\"]}\n");
        try (var duck = world.lakehouse().duckWriter().connect();
                var statement = duck.createStatement()) {
            statement.execute(
                    "COPY (SELECT 1 AS id, 2.50::DECIMAL(8,2) AS price, DATE '2020-01-01' AS d, [1, 2] AS list) TO '"
                            + world.workspace.resolve("drop/c.parquet") + "' (FORMAT parquet)");
        }
        Run run = world.run("mixed");
        succeeded(run);
        assertThat(world.ask("shop_raw.tsv", "SELECT id, the_name, _line FROM t"))
                .containsExactly("1|x|2");
        assertThat(world.ask("shop_raw.json", "SELECT id, tags, _line FROM t")).containsExactly("1|[\"a\"]|1");
        assertThat(world.ask("shop_raw.parquet", "SELECT id + 1, price, d, list, _line FROM t"))
                .containsExactly("2|2.50|2020-01-01|[1,2]|1");
        world.drop("c.parquet", "PAR1 nonsense");
        assertThat(world.run("mixed").message().orElse("")).contains("c.parquet is no Parquet file");
    }

    @Test
    void json_is_nested_in_the_table_as_it_is_in_the_file() {
        world.pipeline("people", """
                stages:
                  - name: land
                    extract:
                      folder: drop
                      files: "*.json"
                      format: JSON
                      records: $.people
                      target: shop_raw.people
                      maxRejects: 1
                      settle: 50ms
                      columns: [id, city, orders]
                      typed: {bought: {from: orders, type: "array(row(at date, price decimal(30,2)))"}}
                      dialects: [{columns: {$.home.city: city}, unknown: KEEP}]
                """);
        world.drop("a.json", """
                {"at": 1, "people": [
                  {"id": 1, "home": {"city": "Oslo", "zip": "0150"}, "orders": [{"price": 12345678901234567890.5}]},
                  {"id": 2, "orders": "none"},
                  {"id": 3, "orders": []}]}
                """);
        Run run = world.run("people");
        succeeded(run);
        assertThat(
                        world.ask(
                                "shop_raw.people",
                                "SELECT id, city, bought[1].price + 1, bought[1].at, len(bought), _rest, _line FROM t ORDER BY _line"))
                .containsExactly(
                        "1|Oslo|12345678901234567891.50|null|1|{\"home\":{\"zip\":\"0150\"}}|1",
                        "3|null|null|null|0|null|3");
        assertThat(world.ask("shop_raw.people_quarantine", "SELECT _line, _raw FROM t"))
                .containsExactly("2|{\"id\": 2, \"orders\": \"none\"}");
    }

    @Test
    void two_extracts_of_one_database_do_not_disturb_each_other() {
        world.pipeline("a", LAND.replace("shop_raw.orders", "shop_raw.both").replace("\"*.csv*\"", "a.csv"));
        world.pipeline("b", LAND.replace("shop_raw.orders", "shop_raw.both").replace("\"*.csv*\"", "b.csv"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        world.drop("b.csv", "id,day,amount\n2,2020-01-01,5\n");
        UUID first = world.ingestion().runs().start(DE, "a").id();
        UUID second = world.ingestion().runs().start(DE, "b").id();
        succeeded(world.await(first));
        succeeded(world.await(second));
        assertThat(world.count("shop_raw.both")).isEqualTo(2);
    }
}
