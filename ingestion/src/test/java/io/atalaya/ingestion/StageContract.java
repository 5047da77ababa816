package io.atalaya.ingestion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.profile.ColumnProfile;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.store.PolicyItem;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What SELECTs, checks, profiles and notifications do, on one kind of metadata database. */
abstract class StageContract extends IngestionContract {
    @Test
    void later_deliveries_win_and_what_has_not_changed_is_not_written_again() {
        world.pipeline("orders", LAND + CURATE);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,7\n3,2020-02-03,1\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.orders", "SELECT id, amount FROM t ORDER BY id"))
                .containsExactly("1|5.0", "2|7.0", "3|1.0");
        assertThat(world.ask("shop_consumption.days", "SELECT on_day, amount FROM t ORDER BY on_day"))
                .containsExactly("2020-01-01|5.0", "2020-01-02|7.0", "2020-02-03|1.0");
        long before = snapshot("shop_curated.orders");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("curate").message().orElse("")).startsWith("Nothing has changed");
        assertThat(snapshot("shop_curated.orders")).isEqualTo(before);
    }

    @Test
    void an_input_that_is_rolled_back_is_made_anew_and_then_has_not_changed() {
        world.pipeline("orders", LAND + CURATE);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        long first = snapshot("shop_curated.orders");
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,7\n");
        succeeded(world.run("orders"));
        world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse("shop_curated.orders"))
                .manageSnapshots()
                .rollbackTo(first)
                .commit();
        world.pipeline("days", """
                stages:
                  - name: total
                    sql:
                      text: SELECT on_day, sum(amount) AS amount FROM shop_curated.orders GROUP BY on_day
                      mode: OVERWRITE
                      target: shop_consumption.totals
                """);
        for (String expected : List.of("6.0", "7.0", "6.0")) {
            if (expected.equals("7.0")) {
                rollForward();
            } else {
                world.lakehouse()
                        .catalog()
                        .loadTable(TableIdentifier.parse("shop_curated.orders"))
                        .manageSnapshots()
                        .setCurrentSnapshot(first)
                        .commit();
            }
            succeeded(world.run("days"));
            assertThat(world.ask("shop_consumption.totals", "SELECT amount FROM t ORDER BY on_day"))
                    .containsExactly("5.0", expected);
            Run same = world.run("days");
            assertThat(same.stage("total").message().orElse("")).startsWith("Nothing has changed");
        }
    }

    /** Makes the newest snapshot of the orders the current one. */
    private void rollForward() {
        Table orders = world.lakehouse().catalog().loadTable(TableIdentifier.parse("shop_curated.orders"));
        long newest = StreamSupport.stream(orders.snapshots().spliterator(), false)
                .max(Comparator.comparingLong(Snapshot::sequenceNumber))
                .orElseThrow()
                .snapshotId();
        orders.manageSnapshots().setCurrentSnapshot(newest).commit();
    }

    @Test
    void checks_keep_their_answers() {
        world.pipeline("orders", LAND + """
                          - name: gate
                            needs: [land]
                            check:
                              table: shop_raw.orders
                              rules:
                                - {name: there, onFailure: WARN, notNull: [id, amount]}
                                - {name: once, onFailure: WARN, unique: [id]}
                                - {name: known, onFailure: WARN, accepted: {column: amount, values: ["5", "it's"]}}
                                - {name: between, onFailure: WARN, range: {column: on_day, from: "DATE '2020-01-01'", to: "DATE '2020-01-31'"}}
                                - {name: holds, onFailure: WARN, threshold: 50%, holds: CAST(id AS bigint) < 3}
                                - {name: counted, onFailure: WARN, count: "SELECT count(*) FROM shop_raw.orders WHERE day LIKE '2020-02%'"}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n1,2020-02-01,\n2,2020-01-03,it's\n3,,6\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.ingestion().checks().of(run.id()))
                .extracting(CheckResult::rule, CheckResult::rowsFailing, CheckResult::passed)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("there", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("once", 2L, false),
                        org.assertj.core.groups.Tuple.tuple("known", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("between", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("holds", 1L, true),
                        org.assertj.core.groups.Tuple.tuple("counted", 1L, false));
    }

    @Test
    void profiles_show_only_what_the_reader_may_see() {
        world.pipeline("orders", LAND + "  - {name: look, needs: [land], profile: {tables: [shop_raw.orders]}}\n");
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,5\n3,,6\n");
        succeeded(world.run("orders"));
        Principal robot = world.policies().current().principal("robot");
        var table =
                world.tables().table(TableIdentifier.parse("shop_raw.orders")).orElseThrow();
        var decision = (Decision.Allowed) world.policies().current().decide(robot, Permission.SELECT, table);
        List<ColumnProfile> all = world.ingestion().profiles().visible(decision);
        assertThat(all).extracting(ColumnProfile::column).startsWith("id", "day", "amount", "on_day", "_file", "_line");
        assertThat(all.get(3).json()).contains("\"nulls\":1", "\"min\":\"2020-01-01\"", "\"max\":\"2020-01-02\"");
        assertThat(all.get(2).json()).contains("\"top\":[{\"value\":\"5\",\"rows\":2}");
        var hidden = new java.util.HashMap<>(decision.columns());
        hidden.put(1, new io.atalaya.policies.ColumnAccess.Hidden(decision.because()));
        var less = new Decision.Allowed(
                robot, Permission.SELECT, table, decision.epoch(), decision.rows(), hidden, decision.because());
        assertThat(world.ingestion().profiles().visible(less))
                .extracting(ColumnProfile::column)
                .startsWith("day");
    }

    @Test
    void a_profile_tells_what_values_there_are() {
        world.pipeline("orders", LAND + """
                          - name: made
                            needs: [land]
                            sql:
                              text: >
                                SELECT n, CAST(n AS decimal(9, 2)) / 4 AS price, date_add('day', n, DATE '2020-01-01') AS on_day,
                                  CASE WHEN n % 10 = 0 THEN NULL WHEN n % 2 = 0 THEN 'it''s "even"' ELSE 'odd' END AS kind,
                                  CASE WHEN n <= 4000 THEN 'same' ELSE CAST(n % 1500 AS varchar) END AS many, n % 3 = 0 AS third,
                                  CAST(n AS varchar) AS one, ARRAY[n] AS list, CASE WHEN n > 1 THEN nan() END AS odd_number
                                FROM UNNEST(sequence(1, 10000)) AS s(n)
                              database: shop_raw
                              mode: OVERWRITE
                              target: shop_curated.made
                          - {name: look, needs: [made], profile: {tables: [shop_curated.made]}}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        Principal robot = world.policies().current().principal("robot");
        var table =
                world.tables().table(TableIdentifier.parse("shop_curated.made")).orElseThrow();
        var decision = (Decision.Allowed) world.policies().current().decide(robot, Permission.SELECT, table);
        Map<String, String> json = new java.util.HashMap<>();
        world.ingestion().profiles().visible(decision).forEach(column -> json.put(column.column(), column.json()));
        String evenly = "\"counts\":[" + "500,".repeat(19) + "500]";
        assertThat(json.get("n"))
                .contains("\"rows\":10000,\"nulls\":0", "\"min\":\"1\",\"max\":\"10000\",\"mean\":\"5000.5\"")
                .contains("{\"share\":\"0.5\",\"value\":\"5000\"}", evenly);
        assertThat(json.get("price")).contains("\"min\":\"0.25", "\"max\":\"2500.0", evenly);
        assertThat(json.get("on_day"))
                .contains("\"from\":\"2020-01-02\",\"to\":\"2047-05-19\"", evenly, "\"share\":\"0.25\"");
        assertThat(json.get("kind"))
                .contains("\"nulls\":1000,\"distinct\":2", "\"maxLength\":\"11\"")
                .contains(
                        "\"top\":[{\"value\":\"odd\",\"rows\":5000},{\"value\":\"it's \\\"even\\\"\",\"rows\":4000}]");
        assertThat(json.get("many")).contains("\"top\":[{\"value\":\"same\",\"rows\":4000},");
        assertThat(json.get("third")).contains("{\"value\":\"false\",\"rows\":6667}");
        assertThat(json.get("one")).contains("\"nulls\":0").doesNotContain("top");
        assertThat(json.get("list")).contains("\"nulls\":0").doesNotContain("min", "top");
        assertThat(json.get("odd_number")).contains("\"nulls\":1,").doesNotContain("histogram", "mean\"");
    }

    @Test
    void a_table_without_rows_has_a_profile_too() {
        world.pipeline("orders", LAND + """
                          - {name: none, needs: [land], sql: {text: "SELECT id, on_day, CAST(amount AS double) AS amount FROM shop_raw.orders WHERE id = 'nobody'", mode: OVERWRITE, target: shop_curated.none}}
                          - {name: look, needs: [none], profile: {tables: [shop_curated.none]}}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("look").message()).contains("3 columns profiled");
    }

    @Test
    void a_purpose_is_stated_for_all_stages() {
        var catalog = world.lakehouse().catalog();
        catalog.createNamespace(Namespace.of("hr_raw"), Map.of("zone", "raw"));
        TableIdentifier people = TableIdentifier.of("hr_raw", "people");
        catalog.createTable(people, new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())));
        var table = world.tables().table(people).orElseThrow();
        Principal admin = world.policies().current().principal("admin");
        world.policies().put(admin, new PolicyItem.OfPurpose(new Purpose("audit", "", new Source.Hand())));
        world.policies()
                .grant(
                        admin,
                        new Grant(
                                "",
                                new Grantee.User("robot"),
                                new Resource.OfTable(table.databaseUuid(), table.uuid()),
                                Set.of(Permission.SELECT),
                                Set.of(),
                                Validity.ALWAYS,
                                "audit",
                                new Source.Hand()));
        String copy = """
                stages:
                  - {name: copy, sql: {text: SELECT id FROM hr_raw.people, mode: OVERWRITE, target: shop_raw.people}}
                """;
        world.pipeline("copy", copy);
        assertThat(world.run("copy").state()).isEqualTo(Run.State.FAILED);
        world.pipeline("copy", "purpose: audit\n" + copy);
        succeeded(world.run("copy"));
    }

    @Test
    void a_value_that_the_sql_cannot_take_fails_it_at_once_and_is_not_told() {
        world.drop("one.csv", "id,day,amount\n777,2020-01-01,5\n");
        for (String value : List.of(
                "1 / (CAST(id AS bigint) - 777)", "CAST(id AS bigint) * 9000000000000000000", "CAST(id AS tinyint)")) {
            world.pipeline("orders", LAND + """
                      - name: copy
                        needs: [land]
                        sql: {text: "SELECT %s AS x FROM shop_raw.orders", mode: OVERWRITE, target: shop_curated.x}
                    """.formatted(value));
            Run run = world.run("orders");
            assertThat(run.stage("copy").state()).isEqualTo(StageRun.State.FAILED);
            assertThat(run.stage("copy").attempt()).as(value).isEqualTo(1);
            assertThat(String.join("\n", logs(run))
                            + run.message()
                            + run.stage("copy").message())
                    .doesNotContain("777");
        }
    }

    @Test
    void a_new_column_is_added_and_one_whose_values_would_be_changed_stops_the_stage_and_both_are_shown() {
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        String copy = """
                  - name: copy
                    needs: [land]
                    sql: {text: "SELECT id, %s AS amount%s FROM shop_raw.orders", mode: OVERWRITE, target: shop_curated.copy}
                """;
        world.pipeline("orders", LAND + copy.formatted("CAST(amount AS bigint)", ""));
        succeeded(world.run("orders"));
        world.pipeline("orders", LAND + copy.formatted("CAST(amount AS integer)", ", on_day"));
        succeeded(world.run("orders"));
        List<String> rows = List.of("1|5|2020-01-01");
        assertThat(world.ask("shop_curated.copy", "SELECT id, amount, on_day FROM t"))
                .isEqualTo(rows);
        for (String other : List.of("double", "decimal(5, 1)", "varchar", "date")) {
            String value = other.equals("date") ? "DATE '2020-01-01'" : "CAST(1.5 AS " + other + ")";
            world.pipeline("orders", LAND + copy.formatted(value, ", 1 AS more"));
            Run run = world.run("orders");
            assertThat(run.stage("copy").attempt()).as(other).isEqualTo(1);
            assertThat(run.stage("copy").message().orElse(""))
                    .contains("Column amount of stage 'copy' no longer fit shop_curated.copy")
                    .contains("(id string, amount long, on_day date)")
                    .containsPattern("amount (double|decimal\\(5, 1\\)|string|date), more int");
            assertThat(world.columnsOf("shop_curated.copy").keySet()).containsExactly("id", "amount", "on_day");
            assertThat(world.ask("shop_curated.copy", "SELECT id, amount, on_day FROM t"))
                    .isEqualTo(rows);
        }
    }

    @Test
    void people_are_told_what_the_file_says_of_how_it_went() {
        world.pipeline("tell", """
                stages:
                  - {name: broken, sql: {text: SELECT id FROM shop_raw.nothing, mode: OVERWRITE, target: shop_raw.x}}
                  - {name: sorry, needs: [broken], notify: {message: it broke, to: [steward, de], on: FAILURE}}
                """);
        Run run = world.run("tell");
        assertThat(world.words)
                .containsExactly(new People.Word(run.id(), 1, "tell", "it broke", false, Set.of("steward", "de")));
        assertThat(run.stage("sorry").message()).contains("Logged; told 2 people");
    }

    @Test
    void a_webhook_is_signed() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec("s3cret".getBytes(UTF_8), "HmacSHA256"));
                boolean right = ("sha256=" + HexFormat.of().formatHex(mac.doFinal(body)))
                        .equals(exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
                seen.set(right + " " + new String(body, UTF_8));
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            world.pipeline(
                    "tell",
                    "stages:\n  - {name: tell, notify: {message: all is well, secret: hook, webhook: \"http://127.0.0.1:%d/x\"}}\n"
                            .formatted(server.getAddress().getPort()));
            succeeded(world.run("tell"));
            assertThat(seen.get()).startsWith("true {\"pipeline\":\"tell\"").contains("\"message\":\"all is well\"");
        } finally {
            server.stop(0);
        }
    }
}
