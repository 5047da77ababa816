package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.util.List;
import java.util.UUID;
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
}
