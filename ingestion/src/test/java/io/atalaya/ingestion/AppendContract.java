package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What a SELECT adds that appends, on one kind of metadata database. */
abstract class AppendContract extends IngestionContract {
    private static final String ADD = LAND + """
              - name: add
                needs: [land]
                sql:
                  text: SELECT id, amount FROM shop_raw.orders WHERE amount IS NOT NULL
                  mode: APPEND
                  target: shop_curated.added
            """;

    @Test
    void each_row_of_its_input_is_added_once_however_often_it_runs() {
        world.pipeline("orders", ADD);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        long snapshot = snapshot("shop_curated.added");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("add").message().orElse("")).startsWith("Nothing is new in shop_raw.orders");
        assertThat(snapshot("shop_curated.added")).isEqualTo(snapshot);
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,6\n3,2020-01-03,7\n4,2020-01-04,\n");
        Run next = world.run("orders");
        succeeded(next);
        assertThat(next.stage("add").rowsOut()).isEqualTo(2);
        assertThat(world.ask("shop_curated.added", "SELECT id, amount FROM t ORDER BY ALL"))
                .containsExactly("1|5", "2|6", "2|6", "3|7");
    }

    @Test
    void rows_that_were_only_written_anew_are_not_new() {
        world.pipeline("orders", ADD + """
                          - {name: gate, needs: [add], check: {table: shop_raw.orders, rules: [{name: dated, onFailure: QUARANTINE, notNull: [on_day]}]}}
                        """);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,,6\n");
        Run first = world.run("orders");
        succeeded(first);
        assertThat(first.stage("gate").rowsRejected()).isEqualTo(1);
        succeeded(world.run("orders"));
        // The same in the columns that are read as a row that has left since.
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.added", "SELECT id, amount FROM t ORDER BY ALL"))
                .containsExactly("1|5", "2|6", "2|6");
    }

    @Test
    void an_input_that_was_rolled_back_is_read_on_from_there_and_nothing_twice() {
        world.pipeline("orders", ADD);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        var input = world.lakehouse().catalog().loadTable(TableIdentifier.parse("shop_raw.orders"));
        long first = input.currentSnapshot().snapshotId();
        for (int round = 0; round < 3; round++) {
            world.drop("b" + round + ".csv", "id,day,amount\nb%d,2020-01-02,6\n".formatted(round));
            succeeded(world.run("orders"));
            input.refresh();
            input.manageSnapshots().rollbackTo(first).commit();
            succeeded(world.run("orders"));
            assertThat(world.run("orders").stage("add").message().orElse("")).startsWith("Nothing is new");
            // As if the process had died before it noted how far it came.
            world.database().jdbi().useHandle(handle -> handle.execute("DELETE FROM source_position"));
        }
        world.drop("c.csv", "id,day,amount\nc,2020-01-03,7\n");
        succeeded(world.run("orders"));
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.added", "SELECT id FROM t ORDER BY ALL"))
                .containsExactly("1", "b0", "b1", "b2", "c");
    }

    @Test
    void a_target_that_was_rolled_back_is_added_to_from_what_it_has() {
        world.pipeline("orders", ADD);
        List<Long> snapshots = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            world.drop(id + ".csv", "id,day,amount\n%s,2020-01-01,5\n".formatted(id));
            succeeded(world.run("orders"));
            snapshots.add(snapshot("shop_curated.added"));
        }
        for (int had : List.of(1, 2, 1, 3, 1)) {
            rollBack(snapshots.get(had - 1));
            Run run = world.run("orders");
            succeeded(run);
            assertThat(run.stage("add").rowsOut()).isEqualTo(3 - had);
            // As if the process had died before it noted how far it came.
            world.database().jdbi().useHandle(handle -> handle.execute("DELETE FROM source_position"));
            assertThat(world.run("orders").stage("add").message().orElse("")).startsWith("Nothing is new");
            assertThat(world.ask("shop_curated.added", "SELECT id FROM t ORDER BY ALL"))
                    .containsExactly("a", "b", "c");
        }
        rollBack(snapshots.get(1));
        IngestionWorld.Death death = world.dyingAt("add/committed");
        world.drop("d.csv", "id,day,amount\nd,2020-01-04,7\n");
        UUID run = death.of("orders");
        world.restart(_ -> {}).start();
        succeeded(world.await(run));
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.added", "SELECT id FROM t ORDER BY ALL"))
                .containsExactly("a", "b", "c", "d");
    }

    @Test
    void a_target_that_is_rolled_back_while_rows_are_on_their_way_lacks_none() {
        world.pipeline("orders", ADD);
        List<Long> snapshots = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            world.drop(id + ".csv", "id,day,amount\n%s,2020-01-01,5\n".formatted(id));
            succeeded(world.run("orders"));
            snapshots.add(snapshot("shop_curated.added"));
        }
        AtomicInteger written = new AtomicInteger();
        world.restart(step -> {
                    if (step.equals("add/written") && written.getAndIncrement() == 0) {
                        rollBack(snapshots.getFirst());
                    }
                })
                .start();
        world.drop("c.csv", "id,day,amount\nc,2020-01-04,7\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(written).hasValue(2);
        assertThat(logs(run)).anyMatch(line -> line.contains("was rolled back while stage 'add' read on"));
        assertThat(world.ask("shop_curated.added", "SELECT id FROM t ORDER BY ALL"))
                .containsExactly("a", "b", "c");
    }

    private void rollBack(long snapshot) {
        world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse("shop_curated.added"))
                .manageSnapshots()
                .setCurrentSnapshot(snapshot)
                .commit();
    }

    @Test
    void a_target_that_was_rolled_back_to_before_the_stage_is_added_to_anew_and_rows_that_were_deleted_stay_so() {
        TableIdentifier name = TableIdentifier.parse("shop_curated.added");
        Schema schema = new Schema(
                Types.NestedField.optional(1, "id", Types.StringType.get()),
                Types.NestedField.optional(2, "amount", Types.StringType.get()));
        Table target = world.lakehouse().catalog().createTable(name, schema);
        target.newFastAppend().commit();
        long before = target.currentSnapshot().snapshotId();
        world.pipeline("orders", ADD);
        world.drop("a.csv", "id,day,amount\na,2020-01-01,5\n");
        succeeded(world.run("orders"));
        target.refresh();
        target.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        succeeded(world.run("orders"));
        assertThat(world.count("shop_curated.added")).isZero();
        rollBack(before);
        succeeded(world.run("orders"));
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.added", "SELECT id FROM t")).containsExactly("a");
    }

    @Test
    void of_several_tables_one_brings_the_new_rows_and_the_others_are_read_whole() {
        String join = LAND + """
                  - name: names
                    needs: [land]
                    sql: {text: "SELECT id, 'name of ' || id AS name FROM shop_raw.orders", mode: OVERWRITE, target: shop_curated.names}
                  - name: add
                    needs: [names]
                    sql:
                      text: SELECT o.id, n.name FROM shop_raw.orders o JOIN shop_curated.names n ON n.id = o.id
                      mode: APPEND
                      newRowsOf: shop_raw.orders
                      target: shop_curated.added
                """;
        world.pipeline("orders", join.replace("      newRowsOf: shop_raw.orders\n", ""));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains(
                        "Stage 'add' appends what it reads of [shop_raw.orders, shop_curated.names]; name in 'newRowsOf'");
        world.pipeline("orders", join);
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.added", "SELECT id, name FROM t ORDER BY ALL"))
                .containsExactly("1|name of 1", "2|name of 2");
    }

    @Test
    void a_process_that_dies_while_it_appends_loses_and_doubles_none() {
        List<String> deadly = List.of("add/begun", "add/intended", "add/written", "add/committed", "add/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", ADD);
            world.drop("f" + i + ".csv", "id,day,amount\nrow%d,2020-01-01,%d\n".formatted(i, i));
            UUID run = death.of("orders");
            world.drop("g" + i + ".csv", "id,day,amount\nlater%d,2020-01-01,%d\n".formatted(i, i));
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            succeeded(world.run("orders"));
            assertThat(world.ask("shop_curated.added", "SELECT count(*), count(DISTINCT id) FROM t"))
                    .as(step)
                    .containsExactly((2 * i + 2) + "|" + (2 * i + 2));
        }
    }
}
