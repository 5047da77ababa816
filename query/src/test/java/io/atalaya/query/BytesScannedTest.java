package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a statement is said to scan: the columns it needs, and nothing about what is not shown. */
class BytesScannedTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final Predicate CA = new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("CA"));
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "i", Types.LongType.get()),
            Types.NestedField.optional(2, "state", Types.StringType.get()),
            Types.NestedField.optional(3, "fraud", Types.BooleanType.get()),
            Types.NestedField.optional(4, "secret", Types.StringType.get()),
            Types.NestedField.optional(5, "tags", Types.ListType.ofOptional(6, Types.StringType.get())));
    private static final String LONG_SECRETS = "md5(i::VARCHAR) || md5((i + 1)::VARCHAR)";

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    /** {@code fat} differs from {@code thin} in what those who are filtered are not shown. */
    @BeforeAll
    static void openLake() {
        lake = new TestWarehouse(folder);
        lake.table("fat", SCHEMA, rows(LONG_SECRETS, "i % 3 = 0"));
        lake.table("thin", SCHEMA, rows("'x'", "false"));
        for (String table : List.of("shop_curated.fat", "shop_curated.thin")) {
            lake.policies
                    .allow("all", table)
                    .allow("rows", table, CA, Map.of(4, HandPolicies.hidden()))
                    .allow("blind", table, new Predicate.Always(), Map.of(4, HandPolicies.hidden()))
                    .allow("masked", table, new Predicate.Always(), Map.of(4, HandPolicies.masked(new Mask.Redact())));
        }
    }

    private static String rows(String secret, String fraud) {
        return "SELECT (i * 2654435761) % 1000003 AS i, CASE WHEN i % 2 = 0 THEN 'CA' ELSE 'NY' END AS state,"
                + " CASE WHEN i % 2 = 0 THEN false ELSE " + fraud + " END AS fraud, " + secret
                + " AS secret, ['a', 'b'] AS tags FROM range(300000) t(i)";
    }

    @AfterAll
    static void closeLake() {
        lake.close();
    }

    private static long bytes(String principal, String sql) {
        return lake.compiler()
                .compile(HandPolicies.person(principal), sql, Optional.of(TestWarehouse.DATABASE))
                .bytesPlanned();
    }

    @Test
    void only_the_columns_that_are_needed_count() {
        long one = bytes("all", "SELECT sum(i) FROM fat");
        long two = bytes("all", "SELECT sum(i), max(secret) FROM fat");
        assertThat(one).isBetween(200_000L, 3_000_000L);
        assertThat(two).isGreaterThan(3 * one);
        assertThat(bytes("all", "SELECT count(*) FROM fat")).isZero();
        assertThat(bytes("all", "SELECT count(*) FROM fat WHERE length(secret) > 1"))
                .isEqualTo(two - one);
        assertThat(bytes("all", "SELECT a.i FROM fat a JOIN fat b ON a.i = b.i"))
                .isEqualTo(2 * one);
        assertThat(bytes("all", "SELECT cardinality(tags) FROM fat")).isPositive();
    }

    @Test
    void whether_there_is_a_row_takes_no_column_but_those_of_the_condition() {
        long one = bytes("all", "SELECT count(*) FROM thin WHERE EXISTS (SELECT 1 FROM fat WHERE fat.i = thin.i)");
        for (String subquery :
                List.of("SELECT * FROM fat WHERE fat.i = thin.i", "SELECT * FROM fat WHERE fat.i = thin.i LIMIT 1")) {
            assertThat(bytes("all", "SELECT count(*) FROM thin WHERE EXISTS (" + subquery + ")"))
                    .as(subquery)
                    .isEqualTo(one);
        }
        assertThat(
                        bytes(
                                "all",
                                "SELECT count(*) FROM thin WHERE EXISTS (SELECT DISTINCT * FROM fat WHERE fat.i = thin.i OFFSET 1)"))
                .isGreaterThan(one);
    }

    @Test
    void a_hidden_column_weighs_nothing() {
        for (String columns : List.of("i", "state", "i, state", "count(*)")) {
            assertThat(bytes("blind", "SELECT " + columns + " FROM fat"))
                    .isEqualTo(bytes("blind", "SELECT " + columns + " FROM thin"));
            assertThat(bytes("rows", "SELECT " + columns + " FROM fat"))
                    .isEqualTo(bytes("rows", "SELECT " + columns + " FROM thin"));
        }
    }

    @Test
    void a_masked_column_weighs_what_its_type_does() {
        long fat = bytes("masked", "SELECT secret FROM fat");
        assertThat(fat).isPositive().isEqualTo(bytes("masked", "SELECT secret FROM thin"));
    }

    @Test
    void whether_a_column_is_constant_in_rows_not_shown_cannot_be_told() {
        assertThat(bytes("rows", "SELECT fraud FROM fat"))
                .isEqualTo(bytes("rows", "SELECT fraud FROM thin"))
                .isEqualTo(MEBIBYTE);
    }

    @Test
    void behind_a_filter_the_statements_own_conditions_change_nothing() {
        long all = bytes("rows", "SELECT i FROM fat");
        assertThat(all % MEBIBYTE).isZero();
        for (String condition : List.of("i = 5", "i < 0", "i > 2000000000", "state = 'NY'", "fraud", "i IS NULL")) {
            assertThat(bytes("rows", "SELECT i FROM fat WHERE " + condition)).isEqualTo(all);
        }
    }

    @Test
    void a_workgroup_cancels_what_would_read_more_than_it_allows() {
        lake.table("wide", SCHEMA, rows(LONG_SECRETS, "true") + " UNION ALL " + rows(LONG_SECRETS, "true"));
        lake.policies.allow("all", "shop_curated.wide");
        long narrow = bytes("all", "SELECT max(i) FROM wide");
        long wide = bytes("all", "SELECT max(secret) FROM wide");
        assertThat(narrow).isLessThan(10_000_000);
        assertThat(wide).isGreaterThan(10_000_000);
        AtomicLong records = new AtomicLong();
        Workgroups workgroups = new Workgroups(
                lake.jdbi(), () -> lake.policies, (AuditEvent _) -> records.incrementAndGet(), Clock.systemUTC());
        workgroups.create(
                HandPolicies.person("admin"),
                Workgroup.of("thrifty").withBytesScannedCutoff(OptionalLong.of(10_000_000)));
        try (QueryService service = new QueryService(
                lake.compiler(),
                lake.lakehouse().reader()::connect,
                workgroups,
                lake.jdbi(),
                (AuditEvent _) -> records.incrementAndGet(),
                ExecutionConfig.standard(folder.resolve("results")),
                Clock.systemUTC())) {
            QueryExecution passed = ended(service, "SELECT max(i) FROM wide");
            assertThat(passed.state()).isEqualTo(QueryState.SUCCEEDED);
            assertThat(passed.statistics().bytesScanned()).isEqualTo(narrow);
            QueryExecution cut = ended(service, "SELECT max(secret) FROM wide");
            assertThat(cut.state()).isEqualTo(QueryState.CANCELLED);
            assertThat(cut.error().orElseThrow().message()).contains("Bytes scanned limit was exceeded");
        }
    }

    private static QueryExecution ended(QueryService service, String sql) {
        Principal all = HandPolicies.person("all");
        QueryExecution started = service.start(
                all,
                new StartQuery(
                        sql,
                        Optional.of("shop_curated"),
                        Optional.of("thrifty"),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        "test"));
        return service.await(all, started.id().toString(), Duration.ofSeconds(60));
    }
}
