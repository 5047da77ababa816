package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.run.Run;
import io.atalaya.policies.Permission;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** What becomes of rows that break a rule, on one kind of metadata database. */
abstract class CheckContract extends IngestionContract {
    private static final String GATE = LAND + """
              - name: gate
                needs: [land]
                check:
                  table: shop_raw.orders
                  rules:
                    - {name: dated, onFailure: QUARANTINE, notNull: [on_day]}
                    - {name: once, onFailure: QUARANTINE, unique: [id]}
                    - {name: small, onFailure: QUARANTINE, threshold: 50%, holds: CAST(amount AS bigint) < 100}
                    - {name: known, onFailure: WARN, accepted: {column: amount, values: ["5", "6"]}}
            """;

    @Test
    void rows_that_break_a_rule_move_to_quarantine_with_its_name_and_their_values() {
        world.pipeline("orders", GATE);
        world.drop("one.csv", """
                id,day,amount
                1,2020-01-01,5
                2,,6
                3,2020-01-03,700
                4,2020-01-04,5
                4,,5
                5,2020-01-05,
                6,2020-01-06,7
                """);
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.ask("shop_raw.orders", "SELECT id FROM t ORDER BY id")).containsExactly("1", "5", "6");
        assertThat(
                        world.ask(
                                "shop_raw.orders_quarantine",
                                "SELECT _file, _line, _rule, _reason, _raw::JSON->>'id', _raw::JSON->>'amount', _run FROM t ORDER BY _line"))
                .containsExactly(
                        "one.csv|3|dated|breaks dated|2|6|" + run.id(),
                        "one.csv|4|small|breaks small|3|700|" + run.id(),
                        "one.csv|5|once|breaks once|4|5|" + run.id(),
                        "one.csv|6|dated, once|breaks dated, once|4|5|" + run.id());
        assertThat(run.stage("gate").rowsIn()).isEqualTo(7);
        assertThat(run.stage("gate").rowsOut()).isEqualTo(3);
        assertThat(run.stage("gate").rowsRejected()).isEqualTo(4);
        assertThat(world.ingestion().checks().of(run.id()))
                .extracting(CheckResult::rule, CheckResult::rowsFailing, CheckResult::passed)
                .containsExactly(
                        tuple("dated", 2L, true),
                        tuple("once", 2L, true),
                        tuple("small", 1L, true),
                        tuple("known", 2L, false));
        Run again = world.run("orders");
        succeeded(again);
        assertThat(again.stage("gate").rowsRejected()).isZero();
        assertThat(world.count("shop_raw.orders_quarantine")).isEqualTo(4);
    }

    @Test
    void more_than_the_threshold_fails_the_stage_and_moves_nothing() {
        world.pipeline("orders", GATE);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,500\n2,2020-01-01,600\n3,,5\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse("")).contains("small: 2 of 3 rows break it (threshold 50%)");
        assertThat(world.count("shop_raw.orders")).isEqualTo(3);
        assertThat(world.count("shop_raw.orders_quarantine")).isZero();
    }

    @Test
    void damaged_rows_and_rows_that_break_a_rule_share_a_quarantine() {
        world.pipeline("orders", GATE);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2\n3,,5\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _line, _rule, _reason FROM t ORDER BY _line"))
                .containsExactly("3|null|1 fields, the header has 3", "4|dated|breaks dated");
    }

    @Test
    void a_process_that_dies_while_rows_move_loses_and_doubles_none() {
        List<String> deadly = List.of("gate/begun", "gate/intended", "gate/written", "gate/committed", "gate/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", GATE);
            world.drop("f" + i + ".csv", "id,day,amount\ngood%d,2020-01-01,5\nbad%d,,6\n".formatted(i, i));
            UUID run = death.of("orders");
            world.restart(_ -> {}).start();
            Run ended = world.await(run);
            succeeded(ended);
            assertThat(ended.stage("gate").rowsRejected()).as(step).isEqualTo(1);
            assertThat(world.ingestion().checks().of(run).getFirst().rowsFailing())
                    .as(step)
                    .isEqualTo(1);
            assertThat(world.count("shop_raw.orders")).as(step).isEqualTo(i + 1);
            assertThat(world.ask("shop_raw.orders_quarantine", "SELECT count(*), count(DISTINCT _raw) FROM t"))
                    .as(step)
                    .containsExactly((i + 1) + "|" + (i + 1));
        }
    }

    @Test
    void rows_are_moved_only_by_somebody_who_sees_them_whole() throws java.io.IOException {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,,5\n");
        succeeded(world.run("orders"));
        UUID database = world.lakehouse()
                .catalog()
                .namespace(Namespace.of("shop_raw"))
                .orElseThrow()
                .uuid();
        var table =
                world.tables().table(TableIdentifier.parse("shop_raw.orders")).orElseThrow();
        world.policies()
                .grant(
                        world.policies().current().principal("admin"),
                        Grant.of(
                                UUID.randomUUID().toString(),
                                new Grantee.User("partly"),
                                new Resource.OfColumns(
                                        database, table.uuid(), new ColumnSelection.Include(Set.of(1, 2, 4))),
                                Permission.SELECT));
        java.nio.file.Files.writeString(world.workspace.resolve("pipelines/gate.yaml"), """
                name: gate
                owner: de
                runAs: partly
                stages:
                  - {name: gate, check: {table: shop_raw.orders, rules: [{name: dated, onFailure: QUARANTINE, notNull: [on_day]}]}}
                """);
        world.apply(world.workspace);
        assertThat(world.run("gate").message().orElse("")).contains("'partly' sees only a part of shop_raw.orders");
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    private static final String TREND = LAND + """
              - name: newest
                needs: [land]
                sql:
                  text: SELECT id, on_day, amount FROM shop_raw.orders WHERE _file = (SELECT max(_file) FROM shop_raw.orders)
                  mode: OVERWRITE
                  target: shop_curated.newest
              - name: gate
                needs: [newest]
                check:
                  table: shop_curated.newest
                  rules:
                    - {name: as-many, rowCount: {from: 1}, trend: {within: 50%, runs: 3, atLeast: 2}}
                    - {name: as-empty, onFailure: WARN, notNull: [amount], trend: {within: 100%, runs: 3, atLeast: 2}}
            """;

    @Test
    void a_rule_may_be_held_against_what_it_was() {
        world.pipeline("orders", TREND);
        assertThat(measured(0, 4, 1)).containsExactly("4 ROWS true", "25 PERCENT true");
        assertThat(measured(1, 40, 40)).containsExactly("40 ROWS true", "100 PERCENT true");
        // 22 rows and 62.5 % are the means: within 11 to 33, and within 0 to 125 %.
        assertThat(measured(2, 34, 0)).containsExactly("34 ROWS false", "0 PERCENT true");
        assertThat(measured(3, 33, 0)).containsExactly("33 ROWS true", "0 PERCENT true");
        // What was not kept is not looked back at: 4, 40 and 33 rows; of 100, 0 and 0 % none may be more than 66.
        assertThat(measured(4, 25, 20)).containsExactly("25 ROWS true", "80 PERCENT false");
        Run last = world.run("orders");
        succeeded(last);
        assertThat(logs(last))
                .contains(
                        "as-many: 25 rows, at least 1 are wanted; it is 25 rows, the mean of the last 3 runs is 32 rows, of which it may differ by 50%");
        assertThat(world.ingestion().checks().history("orders", 2))
                .extracting(
                        dated -> dated.result().rule() + " " + dated.result().measure())
                .containsExactly("as-many 25 rows", "as-empty 80%", "as-many 25 rows", "as-empty 80%");
    }

    private List<String> measured(int number, int rows, int empty) {
        StringBuilder csv = new StringBuilder("id,day,amount\n");
        for (int i = 0; i < rows; i++) {
            csv.append("f%dr%d,2020-01-01,%s\n".formatted(number, i, i < empty ? "" : "5"));
        }
        world.drop("f" + number + ".csv", csv.toString());
        Run run = world.run("orders");
        return world.ingestion().checks().of(run.id()).stream()
                .map(result -> result.measure().value().toPlainString() + " "
                        + result.measure().unit() + " " + result.passed())
                .toList();
    }

    @Test
    void a_table_has_so_many_rows_and_is_so_fresh() {
        world.pipeline("orders", LAND + """
                          - name: gate
                            needs: [land]
                            check:
                              table: shop_raw.orders
                              rules:
                                - {name: enough, onFailure: WARN, rowCount: {from: 3}}
                                - {name: not-too-many, onFailure: WARN, rowCount: {to: 1}}
                                - {name: old, onFailure: WARN, freshness: {column: on_day, within: 7d}}
                                - {name: fresh, freshness: {column: _ingested_at, within: 1h}}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.ingestion().checks().of(run.id()))
                .extracting(CheckResult::rule, CheckResult::passed)
                .containsExactly(
                        tuple("enough", false),
                        tuple("not-too-many", false),
                        tuple("old", false),
                        tuple("fresh", true));
        assertThat(logs(run))
                .contains("enough: 2 rows, at least 3 are wanted", "not-too-many: 2 rows, at most 1 are wanted");
    }

    @Test
    void what_has_no_rows_is_not_fresh() {
        world.pipeline("orders", LAND + """
                          - {name: none, needs: [land], sql: {text: "SELECT on_day FROM shop_raw.orders WHERE id = 'nobody'", mode: OVERWRITE, target: shop_curated.none}}
                          - {name: gate, needs: [none], check: {table: shop_curated.none, rules: [{name: fresh, freshness: {column: on_day, within: 9000d}}]}}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        assertThat(world.run("orders").message().orElse("")).contains("fresh: there is no on_day, at most");
    }
}
