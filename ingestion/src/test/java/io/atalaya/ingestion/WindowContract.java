package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a merge takes that has a window, and where the rest goes, on one kind of metadata database. */
abstract class WindowContract extends IngestionContract {
    private static final LocalDate FIRST = LocalDate.of(2020, 1, 1);
    private static final String MERGE =
            LAND.replace("columns: [id, day, amount]", "columns: [id, day, amount, seq]") + """
              - name: merge
                needs: [land]
                sql:
                  text: SELECT id, on_day, CAST(amount AS bigint) AS amount, CAST(seq AS bigint) AS seq FROM shop_raw.orders
                  mode: MERGE
                  key: [id, on_day]
                  order: seq
                  window: {column: on_day, length: 3d}
                  target: shop_curated.orders
                  partitioning: [day(on_day)]
            """;

    private record Row(int id, LocalDate day, int amount, int seq) {
        String csv() {
            return id + "," + day + "," + amount + "," + seq + "\n";
        }
    }

    /** What the merge is to do, written down as simply as possible. */
    private static final class Recomputed {
        private LocalDate newest = LocalDate.MIN;
        private final Map<String, Row> merged = new TreeMap<>();
        private final List<String> late = new ArrayList<>();

        LocalDate take(List<Row> delivery) {
            for (Row row : delivery) {
                newest = row.day().isAfter(newest) ? row.day() : newest;
            }
            LocalDate begins = newest.minusDays(2);
            for (Row row : delivery) {
                if (row.day().isBefore(begins)) {
                    late.add(row.id() + "|" + row.day() + "|" + row.amount() + "|" + row.seq() + "|" + begins);
                } else {
                    merged.merge(row.id() + "|" + row.day(), row, (had, now) -> now.seq() >= had.seq() ? now : had);
                }
            }
            return begins;
        }

        List<String> target() {
            return merged.values().stream()
                    .map(row -> row.id() + "|" + row.day() + "|" + row.amount() + "|" + row.seq())
                    .toList();
        }

        List<String> late() {
            return late.stream().sorted().toList();
        }
    }

    @Test
    void in_any_order_of_delivery_it_is_what_recomputing_gives_and_only_the_window_is_written() {
        for (long seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            String orders = "shop_curated.orders" + seed;
            String pipeline = MERGE.replace("shop_curated.orders", orders)
                    .replace("shop_raw.orders", "shop_raw.orders" + seed)
                    .replace("*.csv*", "r" + seed + "_*.csv");
            world.pipeline("orders" + seed, pipeline);
            Recomputed recomputed = new Recomputed();
            List<List<Row>> deliveries = deliveries(random);
            for (int i = 0; i < deliveries.size(); i++) {
                List<Row> delivery = deliveries.get(i);
                StringBuilder csv = new StringBuilder("id,day,amount,seq\n");
                delivery.forEach(row -> csv.append(row.csv()));
                world.drop("r%d_%02d.csv".formatted(seed, i), csv.toString());
                LocalDate begins = recomputed.take(delivery);
                Run run = world.run("orders" + seed);
                succeeded(run);
                assertThat(run.stage("merge").rowsRejected())
                        .as("seed %d", seed)
                        .isEqualTo(delivery.stream()
                                .filter(row -> row.day().isBefore(begins))
                                .count());
                assertThat(daysWritten(orders))
                        .as("seed %d", seed)
                        .allSatisfy(day -> assertThat(day).isAfterOrEqualTo(begins));
            }
            assertThat(world.ask(orders, "SELECT id, on_day, amount, seq FROM t"))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(recomputed.target());
            assertThat(world.ask(orders + "_late", "SELECT id, on_day, amount, seq, _window_from FROM t"))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(recomputed.late());
        }
    }

    /** Days of files that the newest snapshot has removed or added. */
    private List<LocalDate> daysWritten(String name) {
        return world.written(name).stream()
                .map(file -> LocalDate.ofEpochDay(file.partition().get(0, Integer.class)))
                .toList();
    }

    /** Rows of some days, delivered about then or much later, some of them once more; in any order. */
    private static List<List<Row>> deliveries(Random random) {
        List<List<Row>> deliveries = new ArrayList<>();
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            List<Row> delivery = new ArrayList<>();
            int rows = 1 + random.nextInt(12);
            for (int j = 0; j < rows; j++) {
                boolean again = !all.isEmpty() && random.nextInt(4) == 0;
                Row row = again
                        ? all.get(random.nextInt(all.size()))
                        : new Row(
                                random.nextInt(4),
                                FIRST.plusDays(Math.max(0, i * 2L - random.nextInt(6))),
                                random.nextInt(100),
                                // Never the same, so that it is certain which stays.
                                random.nextInt(1000) * 1000 + i * 100 + j);
                delivery.add(row);
            }
            all.addAll(delivery);
            deliveries.add(delivery);
        }
        Collections.shuffle(deliveries, random);
        return deliveries;
    }

    @Test
    void a_row_with_a_wrong_year_makes_no_other_late() {
        world.pipeline("orders", MERGE);
        world.drop("a.csv", "id,day,amount,seq\n1,2020-01-05,5,1\n2,2999-01-01,6,2\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount,seq\n3,2020-01-04,7,3\n4,2020-01-02,8,4\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("merge").message().orElse("")).contains("1 rows into", "; 1 came too late for the window");
        assertThat(world.ask("shop_curated.orders", "SELECT id FROM t ORDER BY id"))
                .containsExactly("1", "2", "3");
        assertThat(world.ask("shop_curated.orders_late", "SELECT id, _window_from, _run FROM t"))
                .containsExactly("4|2020-01-03|" + run.id());
    }

    @Test
    void a_process_that_dies_while_it_merges_loses_and_doubles_none() {
        List<String> deadly =
                List.of("merge/begun", "merge/intended", "merge/written", "merge/committed", "merge/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", MERGE);
            world.drop(
                    "f" + i + ".csv",
                    "id,day,amount,seq\n%d,2020-01-0%d,5,1\n%d,2019-12-01,5,1\n".formatted(i, i + 1, i));
            UUID run = death.of("orders");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            succeeded(world.run("orders"));
            assertThat(world.count("shop_curated.orders")).as(step).isEqualTo(i + 1);
            assertThat(world.ask("shop_curated.orders_late", "SELECT count(*), count(DISTINCT id) FROM t"))
                    .as(step)
                    .containsExactly((i + 1) + "|" + (i + 1));
        }
    }

    @Test
    void without_a_window_a_merge_may_also_read_only_what_is_new() {
        world.pipeline(
                "orders",
                LAND + CURATE.replace("order: delivered_at", "order: delivered_at\n      newRowsOf: shop_raw.orders"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,7\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("curate").rowsIn()).isEqualTo(1);
        assertThat(world.ask("shop_curated.orders", "SELECT id, amount FROM t ORDER BY id"))
                .containsExactly("1|5.0", "2|7.0");
    }
}
