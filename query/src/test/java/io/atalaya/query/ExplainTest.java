package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.policies.Principal;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXPLAIN shows what would be read, behind which policy, and nothing of what is not shown. */
class ExplainTest {
    private static final Principal EVE = HandPolicies.person("eve");
    private static final Predicate CA = new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("CA"));
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "i", Types.LongType.get()),
            Types.NestedField.optional(2, "state", Types.StringType.get()),
            Types.NestedField.optional(3, "mail", Types.StringType.get()),
            Types.NestedField.optional(4, "secret", Types.StringType.get()),
            Types.NestedField.optional(5, "zone", Types.StringType.get()));

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;
    private static ServiceOnLake on;

    /** The second table has a thousand times the hidden rows of the first, with other values. */
    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        String shown = "SELECT i, 'CA' AS state, 'a@x.example' AS mail, 's' AS secret, 'z' AS zone FROM range(50) t(i)";
        lake.table("few", SCHEMA, shown + " UNION ALL SELECT 7, 'NY', 'canary', 'canary', 'canary'");
        lake.table(
                "many",
                SCHEMA,
                shown + " UNION ALL SELECT 1000 + i, 'NY', 'canary' || i, 'canary', 'canary' FROM range(10000) t(i)");
        for (String table : List.of("few", "many")) {
            lake.policies.allow(
                    "eve",
                    "shop_curated." + table,
                    CA,
                    Map.of(
                            3, HandPolicies.masked(new Mask.Redact()),
                            4, HandPolicies.hidden(),
                            5,
                                    HandPolicies.where(new Predicate.Comparison(
                                            4, Predicate.Operator.EQUAL, new Operand.Text("s")))));
        }
        on = new ServiceOnLake(lake, folder.resolve("results"));
    }

    @AfterAll
    static void close() {
        on.close();
        lake.close();
    }

    private static String explain(String sql) {
        return String.join("\n", on.rows(EVE, sql));
    }

    @Test
    void a_plan_can_be_a_graph() {
        List<String> graph = on.rows(EVE, "EXPLAIN (FORMAT GRAPHVIZ) SELECT i FROM few WHERE i > 20");
        assertThat(graph).startsWith("digraph logical_plan {").endsWith("}");
        assertThat(graph).contains("plannode_0 -> plannode_1;");
        assertThat(graph).anySatisfy(line -> assertThat(line).contains("TableScan"));
    }

    @Test
    void shows_tables_columns_filters_and_masks() {
        String plan = explain("""
                EXPLAIN WITH big AS (SELECT i, mail FROM few WHERE i > 3)
                SELECT a.mail, count(*) FROM big a JOIN many b ON a.i = b.i
                WHERE b.state = 'CA' GROUP BY a.mail ORDER BY 2 DESC LIMIT 5""");
        assertThat(plan)
                .contains("Output[columnNames = [mail, _col1]]")
                .contains("Layout: [mail:varchar, _col1:bigint]")
                .contains("Limit[count = ")
                .contains("Sort[orderBy = ")
                .contains("Aggregate[keys = ")
                .contains("InnerJoin[criteria = (a.i = b.i)]")
                .contains("CommonTable[name = big]")
                .contains("TableScan[table = lake:shop_curated.few]")
                .contains("TableScan[table = lake:shop_curated.many]")
                .contains("mail := masked as redact")
                .contains("rows: \"state\" = 'CA'")
                .contains("Estimates: {bytes: ");
    }

    @Test
    void names_no_hidden_column() {
        assertThat(explain("EXPLAIN SELECT zone FROM few"))
                .contains("zone := visible where")
                .doesNotContain("secret");
        assertThat(on.error(EVE, "EXPLAIN SELECT secret FROM few").code())
                .isEqualTo(on.error(EVE, "SELECT secret FROM few").code());
        assertThat(on.error(HandPolicies.person("nobody"), "EXPLAIN SELECT i FROM few")
                        .code())
                .isEqualTo("TABLE_NOT_FOUND");
    }

    @Test
    void tells_nothing_of_rows_that_are_not_shown() {
        for (String form : List.of(
                "EXPLAIN %s",
                "EXPLAIN (TYPE LOGICAL) %s",
                "EXPLAIN (TYPE DISTRIBUTED, FORMAT JSON) %s",
                "EXPLAIN (TYPE IO, FORMAT JSON) %s")) {
            for (String query : List.of(
                    "SELECT * FROM #",
                    "SELECT mail FROM # WHERE i = 1005",
                    "SELECT count(*) FROM # WHERE state = 'NY'",
                    "SELECT i FROM # WHERE i > 500 AND (SELECT max(mail) FROM #) > 'b'")) {
                String few = explain(form.formatted(query.replace("#", "few")));
                String many = explain(form.formatted(query.replace("#", "many")));
                assertThat(many.replace("many", "few")).as(form + query).isEqualTo(few);
                assertThat(many).doesNotContain("canary");
            }
        }
    }

    @Test
    void analyze_runs_it_and_tells_no_more_than_its_result_would() {
        String query = "SELECT i FROM # WHERE i > 20";
        List<String> few = on.rows(EVE, "EXPLAIN ANALYZE " + query.replace("#", "few"));
        List<String> many = on.rows(EVE, "EXPLAIN ANALYZE VERBOSE " + query.replace("#", "many"));
        assertThat(few.getFirst()).startsWith("Run: ").contains(" 29 rows");
        assertThat(withoutMillis(many)).isEqualTo(withoutMillis(few));
        assertThat(on.error(EVE, "EXPLAIN ANALYZE SELECT 1 / 0 FROM few").code())
                .isEqualTo("DIVISION_BY_ZERO");
        assertThat(on.rows(
                                EVE,
                                "EXPLAIN ANALYZE SELECT x * y FROM (VALUES (DECIMAL '9999999999999.99', DECIMAL '99999999999999.99')) AS t(x, y), few")
                        .getFirst())
                .startsWith("Run: ");
        assertThat(on.run(EVE, "EXPLAIN ANALYZE SELECT i FROM few").statistics().bytesScanned())
                .isPositive();
    }

    @Test
    void analyze_comes_as_json_too() throws Exception {
        JsonNode plan =
                new ObjectMapper().readTree(explain("EXPLAIN ANALYZE (FORMAT JSON) SELECT i FROM few WHERE i > 20"));
        assertThat(plan.path("run").path("rows").asInt()).isEqualTo(29);
        assertThat(plan.path("0").path("name").asText()).isEqualTo("Output");
    }

    private static String withoutMillis(List<String> lines) {
        return String.join("\n", lines).replaceAll("Run: \\d+ ms", "").replace("many", "few");
    }

    @Test
    void comes_as_json_too() throws Exception {
        JsonNode plan = new ObjectMapper()
                .readTree(explain("EXPLAIN (TYPE LOGICAL, FORMAT JSON) SELECT i FROM few WHERE i = 1 OR i = 2"));
        assertThat(plan.path("name").asText()).isEqualTo("Output");
        assertThat(plan.path("children").get(0).path("name").asText()).isEqualTo("Project");
        assertThat(plan.toString()).contains("lake:shop_curated.few");
        JsonNode io = new ObjectMapper().readTree(explain("EXPLAIN (TYPE IO, FORMAT JSON) SELECT i FROM few"));
        assertThat(io.path("inputTableColumnInfos")
                        .get(0)
                        .path("table")
                        .path("schemaTable")
                        .path("table")
                        .asText())
                .isEqualTo("few");
    }

    @Test
    void validates_without_running() {
        assertThat(explain("EXPLAIN (TYPE VALIDATE) SELECT 1 / 0 FROM few")).isEqualTo("true");
        assertThat(on.error(EVE, "EXPLAIN (TYPE VALIDATE) SELECT nothing FROM few")
                        .code())
                .isEqualTo("COLUMN_NOT_FOUND");
    }

    @Test
    void scans_nothing_itself() {
        QueryExecution execution = on.run(EVE, "EXPLAIN SELECT i FROM few");
        assertThat(execution.statistics().bytesScanned()).isZero();
        assertThat(execution.kind()).isEqualTo(StatementKind.UTILITY);
        assertThat(execution.substatement()).isEqualTo("EXPLAIN");
    }
}
