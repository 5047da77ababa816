package io.atalaya.ingestion;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.TableWriter;
import io.atalaya.lakehouse.write.WriteBatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Which tables rows become that have lists, maps and rows in them, on one kind of metadata database. */
abstract class NormalizeContract extends IngestionContract {
    private static final String NESTED = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.jsonl"
                  format: JSONL
                  target: shop_raw.orders
                  settle: 50ms
                  columns: [id, customer, lines, labels]
                  typed:
                    who: {from: customer, type: "row(name varchar, city varchar)"}
                    items: {from: lines, type: "array(row(sku varchar, qty bigint, discounts array(double)))"}
                    named: {from: labels, type: "map(varchar, varchar)"}
              - name: split
                needs: [land]
                normalize:
                  text: SELECT id, who, items, named FROM shop_raw.orders
                  key: [id]
                  target: shop_curated.orders
                  tables: {items: shop_curated.order_lines}
            """;
    private static final String FIRST = """
            {"id":"1","customer":{"name":"Ann","city":"Lima"},"lines":[{"sku":"a","qty":2,"discounts":[0.5,0.25]},{"sku":"b","qty":1,"discounts":[]}],"labels":{"gift":"yes"}}
            {"id":"2","customer":null,"lines":[],"labels":null}
            """;

    @Test
    void lists_and_maps_become_tables_that_refer_to_their_row() {
        world.pipeline("orders", NESTED);
        world.drop("a.jsonl", FIRST);
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("split").rowsIn()).isEqualTo(2);
        assertThat(run.stage("split").rowsOut()).isEqualTo(7);
        assertThat(world.ask("shop_curated.orders", "SELECT id, who_name, who_city, length(_key) FROM t ORDER BY id"))
                .containsExactly("1|Ann|Lima|32", "2|null|null|32");
        String order = world.ask("shop_curated.orders", "SELECT _key FROM t WHERE id = '1'")
                .getFirst();
        assertThat(world.ask(
                        "shop_curated.order_lines",
                        "SELECT sku, qty, _ordinal, _parent_key = '%1$s', _root_key = '%1$s' FROM t ORDER BY _ordinal"
                                .formatted(order)))
                .containsExactly("a|2|1|true|true", "b|1|2|true|true");
        String line = world.ask("shop_curated.order_lines", "SELECT _key FROM t WHERE sku = 'a'")
                .getFirst();
        assertThat(world.ask(
                        "shop_curated.orders_items_discounts",
                        "SELECT value, _ordinal, _parent_key = '%s', _root_key = '%s' FROM t ORDER BY _ordinal"
                                .formatted(line, order)))
                .containsExactly("0.5|1|true|true", "0.25|2|true|true");
        assertThat(world.ask("shop_curated.orders_named", "SELECT key, value, _ordinal FROM t"))
                .containsExactly("gift|yes|1");
    }

    @Test
    void the_same_row_has_the_same_keys_in_whatever_company_it_comes() {
        world.pipeline("orders", NESTED);
        world.drop("a.jsonl", FIRST);
        succeeded(world.run("orders"));
        List<String> keys = keys();
        long before = snapshot("shop_curated.order_lines");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("split").message().orElse("")).startsWith("Nothing has changed");
        assertThat(snapshot("shop_curated.order_lines")).isEqualTo(before);
        world.drop("b.jsonl", "{\"id\":\"0\",\"lines\":[{\"sku\":\"a\",\"qty\":2}]}\n");
        succeeded(world.run("orders"));
        assertThat(keys()).hasSize(keys.size() + 2).containsAll(keys).doesNotHaveDuplicates();
        assertThat(world.ask("shop_curated.order_lines", "SELECT count(*) FROM t"))
                .containsExactly("3");
    }

    private List<String> keys() {
        return java.util.stream.Stream.of("orders", "order_lines", "orders_items_discounts", "orders_named")
                .flatMap(table -> world.ask("shop_curated." + table, "SELECT _key FROM t").stream())
                .toList();
    }

    @Test
    void what_cannot_be_told_apart_or_placed_stops_it() {
        world.pipeline("orders", NESTED);
        world.drop("a.jsonl", "{\"id\":\"1\",\"lines\":[]}\n{\"id\":\"1\",\"lines\":[]}\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains("1 rows of stage 'split' have the key [id] of another row; SELECT one of them");
        world.pipeline("orders", NESTED.replace("tables: {items:", "tables: {things:"));
        assertThat(world.run("orders").message().orElse(""))
                .contains(
                        "'things' in 'tables' of stage 'split' is no list or map of its SELECT; those are [items, items.discounts, named]");
        world.pipeline("orders", NESTED.replace("SELECT id, who,", "SELECT id, 'x' AS who_name, who,"));
        assertThat(world.run("orders").message().orElse("")).contains("would have two columns 'who_name'");
        world.pipeline("orders", NESTED.replace("key: [id]", "key: [items]"));
        assertThat(world.run("orders").message().orElse("")).contains("has no column 'items' with plain values");
    }

    @Test
    void a_process_that_dies_while_it_writes_leaves_all_tables_of_one_moment() {
        List<String> deadly =
                List.of("split/begun", "split/intended", "split/written", "split/committed", "split/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", NESTED);
            world.drop("f" + i + ".jsonl", "{\"id\":\"%d\",\"lines\":[{\"sku\":\"a\",\"qty\":%d}]}\n".formatted(i, i));
            UUID run = death.of("orders");
            assertThat(world.count("shop_curated.order_lines")).as(step).isEqualTo(world.count("shop_curated.orders"));
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(world.count("shop_curated.orders")).as(step).isEqualTo(i + 1);
            assertThat(world.count("shop_curated.order_lines")).as(step).isEqualTo(i + 1);
        }
    }

    private static final TableIdentifier INPUT = TableIdentifier.of("shop_raw", "nested");

    private Table nested() {
        return world.lakehouse()
                .catalog()
                .createTable(
                        INPUT,
                        new Schema(
                                optional(1, "id", Types.LongType.get()),
                                optional(2, "who", Types.StructType.of(optional(3, "name", Types.StringType.get()))),
                                optional(
                                        4,
                                        "items",
                                        Types.ListType.ofOptional(
                                                5,
                                                Types.StructType.of(
                                                        optional(6, "sku", Types.StringType.get()),
                                                        optional(
                                                                7,
                                                                "discounts",
                                                                Types.ListType.ofOptional(
                                                                        8, Types.DoubleType.get()))))),
                                optional(
                                        9,
                                        "named",
                                        Types.MapType.ofOptional(
                                                10, 11, Types.StringType.get(), Types.StringType.get()))));
    }

    /** Rows of which some have no list, an empty one, or lists in lists. */
    private static RowSource rows(int from, int to, int version) {
        return RowSource.of("""
                SELECT i AS id,
                    CASE WHEN i %% 5 = 0 THEN NULL ELSE {'name': 'n' || i || 'v%3$d'} END AS who,
                    CASE WHEN i %% 4 = 0 THEN NULL
                        ELSE list_transform(range(i %% 4), lambda x: {'sku': 's' || x, 'discounts': list_transform(range(x), lambda y: y / 2)})
                    END AS items,
                    CASE WHEN i %% 3 = 0 THEN NULL ELSE MAP {'k' || i: 'v', 'l': NULL} END AS named
                FROM range(%1$d, %2$d) r(i)
                """.formatted(from, to, version));
    }

    private void splits(String name, String target, String more) {
        world.pipeline(name, """
                stages:
                  - name: split
                    normalize:
                      text: SELECT id, who, items, named FROM shop_raw.nested
                      key: [id]
                      target: shop_curated.%s
                %s
                """.formatted(target, more.isEmpty() ? "" : "      " + more));
    }

    private void same(String one, String other) {
        for (String table : List.of("", "_items", "_items_discounts", "_named")) {
            String all = "SELECT * FROM t ORDER BY ALL";
            assertThat(world.ask("shop_curated." + one + table, all))
                    .as(table)
                    .isEqualTo(world.ask("shop_curated." + other + table, all));
        }
    }

    private String operation(String table) {
        return world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse(table))
                .currentSnapshot()
                .operation();
    }

    @Test
    void what_is_made_of_new_rows_alone_is_what_is_made_of_all_however_they_were_delivered() {
        TableWriter writer = world.lakehouse().writer();
        nested();
        writer.append(INPUT, rows(0, 3, 0), CommitProperties.none());
        splits("whole", "whole", "");
        splits("news", "news", "newRowsOf: shop_raw.nested");
        Run first = world.run("news");
        succeeded(first);
        assertThat(logs(first))
                .anyMatch(line -> line.startsWith("All of shop_raw.nested is normalized: the tables are"));
        Random random = new Random(20);
        int next = 3;
        for (int step = 0; step < 10; step++) {
            boolean lost = false;
            int commits = 1 + random.nextInt(3);
            for (int i = 0; i < commits; i++) {
                int what = random.nextInt(8);
                if (what == 0) {
                    writer.overwrite(
                            INPUT,
                            Expressions.equal("id", (long) random.nextInt(next)),
                            RowSource.of(rows(0, 0, 0).select()),
                            CommitProperties.none());
                    lost = true;
                } else if (what == 1) {
                    int id = random.nextInt(next);
                    writer.merge(
                            INPUT,
                            List.of("id"),
                            Optional.empty(),
                            rows(id, id + 1, step + 1),
                            CommitProperties.none());
                    lost = true;
                } else if (what < 4) {
                    for (Portion portion : writer.portions(INPUT, Expressions.alwaysTrue(), 2, 1)) {
                        try (WriteBatch batch = writer.begin()) {
                            batch.compact(INPUT, portion, CommitProperties.none());
                            batch.commit();
                        }
                    }
                } else {
                    int to = next + random.nextInt(4);
                    writer.append(INPUT, rows(next, to, 0), CommitProperties.none());
                    next = to;
                }
            }
            Run run = world.run("news");
            succeeded(run);
            succeeded(world.run("whole"));
            same("news", "whole");
            if (!lost) {
                assertThat(logs(run)).as("step %d", step).noneMatch(line -> line.startsWith("All of"));
                assertThat(world.run("news").stage("split").message().orElse(""))
                        .startsWith("Nothing is new in shop_raw.nested since its snapshot");
            }
        }
        assertThat(world.count("shop_curated.news")).isGreaterThan(8);
    }

    @Test
    void only_new_rows_are_read_and_all_of_them_again_when_that_would_be_something_else() {
        TableWriter writer = world.lakehouse().writer();
        nested();
        splits("news", "news", "newRowsOf: shop_raw.nested");
        assertThat(world.run("news").stage("split").message()).hasValue("There is nothing in shop_raw.nested");
        writer.append(INPUT, rows(0, 100, 0), CommitProperties.none());
        assertThat(world.run("news").stage("split").rowsIn()).isEqualTo(100);
        writer.append(INPUT, rows(100, 110, 0), CommitProperties.none());
        assertThat(world.run("news").stage("split").rowsIn()).isEqualTo(10);
        assertThat(operation("shop_curated.news")).isEqualTo("append");
        Table target = world.lakehouse().catalog().loadTable(TableIdentifier.of("shop_curated", "news"));
        long before = target.currentSnapshot().parentId();
        // A row with the key of one that was read before is refused as it would be among all.
        writer.append(INPUT, rows(7, 8, 1), CommitProperties.none());
        String refused = "1 rows of stage 'split' have the key [id] of another row; SELECT one of them";
        assertThat(world.run("news").message().orElse("")).contains(refused);
        splits("whole", "whole", "");
        assertThat(world.run("whole").message().orElse("")).contains(refused);
        writer.overwrite(
                INPUT, Expressions.equal("id", 7L), RowSource.of(rows(7, 8, 2).select()), CommitProperties.none());
        Run run = world.run("news");
        succeeded(run);
        assertThat(logs(run)).contains("All of shop_raw.nested is normalized: rows that were read have gone from it");
        assertThat(run.stage("split").rowsIn()).isEqualTo(110);
        succeeded(world.run("whole"));
        same("news", "whole");
        // One of the tables goes back: they are not of one moment any more.
        target.refresh();
        target.manageSnapshots().rollbackTo(before).commit();
        writer.append(INPUT, rows(110, 112, 0), CommitProperties.none());
        run = world.run("news");
        succeeded(run);
        assertThat(logs(run)).anyMatch(line -> line.startsWith("All of shop_raw.nested is normalized: the tables are"));
        succeeded(world.run("whole"));
        same("news", "whole");
        // All of them go back to what they were, and are brought up again, though it was done before.
        writer.append(INPUT, rows(112, 115, 0), CommitProperties.none());
        for (int again = 0; again < 2; again++) {
            succeeded(world.run("news"));
            assertThat(operation("shop_curated.news")).isEqualTo("append");
            rollBack();
            assertThat(world.count("shop_curated.news")).isEqualTo(112);
        }
        succeeded(world.run("news"));
        succeeded(world.run("whole"));
        same("news", "whole");
        world.pipeline("news", """
                stages:
                  - name: split
                    normalize:
                      text: SELECT id, upper(who.name) AS who, items, named FROM shop_raw.nested
                      key: [id]
                      target: shop_curated.news
                      newRowsOf: shop_raw.nested
                """);
        assertThat(world.run("news").stage("split").rowsIn()).isEqualTo(115);
        world.pipeline("news", """
                stages:
                  - name: split
                    normalize:
                      text: SELECT a.id, a.who FROM shop_raw.nested a JOIN shop_raw.nested b ON a.id = b.id
                      key: [id]
                      target: shop_curated.news
                      newRowsOf: shop_raw.nested
                """);
        assertThat(world.run("news").message().orElse(""))
                .contains("Stage 'split' reads shop_raw.nested 2 times; what its 'newRowsOf' names is read once");
    }

    @Test
    void a_process_that_dies_while_it_adds_to_the_tables_loses_and_doubles_none() {
        TableWriter writer = world.lakehouse().writer();
        nested();
        writer.append(INPUT, rows(0, 5, 0), CommitProperties.none());
        splits("whole", "whole", "");
        splits("news", "news", "newRowsOf: shop_raw.nested");
        succeeded(world.run("news"));
        List<String> deadly =
                List.of("split/begun", "split/intended", "split/written", "split/committed", "split/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.lakehouse().writer().append(INPUT, rows(5 + 4 * i, 7 + 4 * i, 0), CommitProperties.none());
            UUID run = death.of("news");
            world.lakehouse().writer().append(INPUT, rows(7 + 4 * i, 9 + 4 * i, 0), CommitProperties.none());
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            succeeded(world.run("news"));
            succeeded(world.run("whole"));
            same("news", "whole");
            assertThat(operation("shop_curated.news")).as(step).isEqualTo("append");
        }
    }

    private void rollBack() {
        for (String table : List.of("", "_items", "_items_discounts", "_named")) {
            Table one = world.lakehouse().catalog().loadTable(TableIdentifier.of("shop_curated", "news" + table));
            one.manageSnapshots().rollbackTo(one.currentSnapshot().parentId()).commit();
        }
    }

    @Test
    void tables_that_are_rolled_back_while_it_writes_are_brought_up_from_there() {
        nested();
        splits("whole", "whole", "");
        splits("news", "news", "newRowsOf: shop_raw.nested");
        for (int i = 0; i < 3; i++) {
            world.lakehouse().writer().append(INPUT, rows(5 * i, 5 * i + 5, 0), CommitProperties.none());
            succeeded(world.run("news"));
        }
        AtomicInteger times = new AtomicInteger();
        world.restart(step -> {
                    if (step.equals("split/written") && times.getAndIncrement() == 0) {
                        rollBack();
                    }
                })
                .start();
        world.lakehouse().writer().append(INPUT, rows(15, 20, 0), CommitProperties.none());
        Run run = world.run("news");
        succeeded(run);
        assertThat(logs(run))
                .contains("The tables of stage 'split' are not what they were when it began; nothing was written");
        assertThat(run.stage("split").rowsIn()).isEqualTo(10);
        succeeded(world.run("whole"));
        same("news", "whole");
    }

    @Test
    void the_snapshot_it_goes_on_from_stays_through_maintenance() {
        TableWriter writer = world.lakehouse().writer();
        nested();
        writer.append(INPUT, rows(0, 5, 0), CommitProperties.none());
        splits("news", "news", "newRowsOf: shop_raw.nested");
        succeeded(world.run("news"));
        writer.append(INPUT, rows(5, 6, 0), CommitProperties.none());
        world.clock.later(Duration.ofDays(30));
        world.pipeline("tidy", "stages: [{name: tidy, maintain: {tables: [shop_raw.nested]}}]\n");
        succeeded(world.run("tidy"));
        Run run = world.run("news");
        succeeded(run);
        assertThat(run.stage("split").rowsIn()).isEqualTo(1);
    }
}
