package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which versions a SELECT begins and ends that keeps a history, on one kind of metadata database. */
abstract class HistoryContract extends IngestionContract {
    private static final String KEEP = LAND + """
              - name: keep
                needs: [land]
                sql:
                  text: >
                    SELECT id, on_day, amount, _file AS delivery FROM shop_raw.orders
                    WHERE id IS NOT NULL AND _file = (SELECT max(_file) FROM shop_raw.orders)
                  mode: HISTORY
                  key: [id]
                  order: on_day
                  tracked: [amount]
                  target: shop_curated.orders
            """;
    private static final String STATE = LAND + """
              - name: keep
                needs: [land]
                sql:
                  text: >
                    SELECT id, amount, on_day FROM shop_raw.orders
                    WHERE id IS NOT NULL AND _file = (SELECT max(_file) FROM shop_raw.orders)
                  mode: HISTORY
                  key: [id]
                  deletes: END
                  target: shop_curated.orders
                  partitioning: [is_current]
            """;

    private record Row(String id, LocalDate day, String amount) {}

    private record Version(
            String id,
            String amount,
            String delivery,
            LocalDate from,
            @Nullable LocalDate to) {
        @Override
        public String toString() {
            return id + "|" + amount + "|" + delivery + "|" + from + "|" + to + "|" + (to == null);
        }
    }

    /** Versions as they come about when rows are taken one after the other. */
    private static List<String> recomputed(Map<String, List<Row>> deliveries) {
        Map<String, List<Version>> versions = new TreeMap<>();
        deliveries.forEach((name, rows) -> rows.stream()
                .sorted(Comparator.comparing(Row::day))
                .forEach(row -> {
                    List<Version> had = versions.computeIfAbsent(row.id(), _ -> new ArrayList<>());
                    Version last = had.isEmpty() ? null : had.getLast();
                    if (last != null
                            && (!row.day().isAfter(last.from()) || row.amount().equals(last.amount()))) {
                        return;
                    }
                    if (last != null) {
                        had.set(
                                had.size() - 1,
                                new Version(last.id(), last.amount(), last.delivery(), last.from(), row.day()));
                    }
                    had.add(new Version(row.id(), row.amount(), name, row.day(), null));
                }));
        return versions.values().stream()
                .flatMap(List::stream)
                .map(Version::toString)
                .toList();
    }

    @Test
    void versions_are_those_that_taking_one_row_after_the_other_gives() {
        for (long seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            String number = Long.toString(seed);
            world.pipeline(
                    "orders" + seed,
                    KEEP.replace(".orders", ".orders" + number).replace("*.csv*", "r" + seed + "_*.csv"));
            Map<String, List<Row>> deliveries = new TreeMap<>();
            for (int i = 0; i < 6; i++) {
                String name = "r%d_%02d.csv".formatted(seed, i);
                List<Row> rows = new ArrayList<>();
                Set<String> known = new HashSet<>();
                StringBuilder csv = new StringBuilder("id,day,amount\n");
                for (int j = 1 + random.nextInt(10); j > 0; j--) {
                    // Sometimes older than what is known, sometimes of several days at once, often the same amount.
                    Row row = new Row(
                            "k" + random.nextInt(4),
                            LocalDate.of(2020, 1, 1).plusDays(i * 3L + random.nextInt(8)),
                            random.nextInt(5) == 0 ? "" : Integer.toString(random.nextInt(3)));
                    if (known.add(row.id() + row.day())) {
                        rows.add(row);
                        csv.append("%s,%s,%s\n".formatted(row.id(), row.day(), row.amount()));
                    }
                }
                deliveries.put(name, rows);
                world.drop(name, csv.toString());
                succeeded(world.run("orders" + seed));
            }
            assertThat(world.ask(
                            "shop_curated.orders" + seed,
                            "SELECT id, coalesce(amount, ''), delivery, valid_from, valid_to, is_current FROM t"))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(recomputed(deliveries));
        }
    }

    @Test
    void of_states_that_follow_each_other_every_one_can_be_told_later() {
        for (long seed = 0; seed < 2; seed++) {
            Random random = new Random(seed);
            String table = "shop_curated.orders" + seed;
            String number = Long.toString(seed);
            world.pipeline(
                    "orders" + seed,
                    STATE.replace(".orders", ".orders" + number).replace("*.csv*", "r" + seed + "_*.csv"));
            List<Map<String, String>> states = new ArrayList<>();
            List<String> times = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Map<String, String> state = new HashMap<>();
                StringBuilder csv = new StringBuilder("id,day,amount\n,," + i + "\n");
                for (int id = 0; id < 4; id++) {
                    if (random.nextInt(3) > 0) {
                        state.put("k" + id, Integer.toString(random.nextInt(2)));
                        csv.append("k%d,2020-01-01,%s\n".formatted(id, state.get("k" + id)));
                    }
                }
                states.add(state);
                world.drop("r%d_%02d.csv".formatted(seed, i), csv.toString());
                Run run = world.run("orders" + seed);
                succeeded(run);
                times.add(run.stage("keep").endedAt().orElseThrow().toString().replace("Z", ""));
            }
            for (int i = 0; i < states.size(); i++) {
                assertThat(world.ask(
                                table,
                                "SELECT id, amount FROM t WHERE valid_from <= TIMESTAMP '%1$s' AND (valid_to IS NULL OR valid_to > TIMESTAMP '%1$s')"
                                        .formatted(times.get(i))))
                        .as("seed %d, state %d", seed, i)
                        .containsExactlyInAnyOrderElementsOf(states.get(i).entrySet().stream()
                                .map(entry -> entry.getKey() + "|" + entry.getValue())
                                .toList());
            }
            assertThat(world.ask(table, "SELECT id, amount FROM t WHERE is_current"))
                    .containsExactlyInAnyOrderElementsOf(states.getLast().entrySet().stream()
                            .map(entry -> entry.getKey() + "|" + entry.getValue())
                            .toList());
            assertThat(world.ask(
                            table,
                            "SELECT count(*) FROM t WHERE is_current <> (valid_to IS NULL) OR valid_to <= valid_from"))
                    .containsExactly("0");
        }
    }

    @Test
    void nothing_is_written_when_nothing_has_changed() {
        world.pipeline("orders", KEEP);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        long before = snapshot("shop_curated.orders");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("keep").message().orElse("")).startsWith("Nothing has changed");
        world.drop("b.csv", "id,day,amount\n1,2020-01-05,5\n2,2020-01-01,7\n");
        Run noChange = world.run("orders");
        succeeded(noChange);
        assertThat(noChange.stage("keep").message()).contains("No version has begun or ended");
        assertThat(snapshot("shop_curated.orders")).isEqualTo(before);
        world.drop("c.csv", "id,day,amount\n2,2020-01-03,7\n");
        Run changed = world.run("orders");
        succeeded(changed);
        assertThat(changed.stage("keep").rowsOut()).isEqualTo(2);
        assertThat(world.ask(
                        "shop_curated.orders",
                        "SELECT id, amount, valid_from, valid_to, is_current FROM t ORDER BY ALL"))
                .containsExactly(
                        "1|5|2020-01-01|null|true", "2|6|2020-01-02|2020-01-03|false", "2|7|2020-01-03|null|true");
    }

    @Test
    void a_key_that_comes_back_is_valid_from_when_it_had_ended_at_the_earliest() {
        world.pipeline("orders", KEEP.replace("order: on_day", "order: on_day\n      deletes: END"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-01,6\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.orders", "SELECT id, is_current FROM t ORDER BY ALL"))
                .containsExactly("1|false", "2|true");
        world.drop("c.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n1,2019-12-01,4\n");
        succeeded(world.run("orders"));
        assertThat(
                        world.ask(
                                "shop_curated.orders",
                                "SELECT id, amount, is_current, valid_from = (SELECT max(valid_to) FROM t) FROM t ORDER BY ALL"))
                .containsExactly("1|5|false|false", "1|5|true|true", "2|6|true|false");
    }

    @Test
    void two_rows_of_which_nobody_knows_which_is_valid_stop_it() {
        world.pipeline("orders", STATE);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n1,2020-01-01,5\n1,2020-01-01,6\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains("Stage 'keep' gives 1 keys more than one row, and they differ; say in 'order'");
        world.pipeline("orders", KEEP);
        world.drop("c.csv", "id,day,amount\n1,,6\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains("1 rows of stage 'keep' have no value in id or on_day");
        assertThat(world.count("shop_curated.orders")).isEqualTo(1);
    }

    @Test
    void a_process_that_dies_while_it_writes_begins_and_ends_each_version_once() {
        List<String> deadly = List.of("keep/begun", "keep/intended", "keep/written", "keep/committed", "keep/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", STATE);
            world.drop(
                    "f" + i + ".csv",
                    "id,day,amount\nsame,2020-01-01,1\nother,2020-01-01,%d\nnew%d,2020-01-01,1\n".formatted(i, i));
            UUID run = death.of("orders");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(
                            world.ask(
                                    "shop_curated.orders",
                                    "SELECT count(*), count_if(is_current), count_if(id = 'same'), count_if(id = 'other'), count_if(id LIKE 'new%') FROM t"))
                    .as(step)
                    .containsExactly((2 * i + 3) + "|3|1|" + (i + 1) + "|" + (i + 1));
        }
    }
}
