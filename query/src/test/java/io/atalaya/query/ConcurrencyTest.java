package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.policies.Principal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many statements at once in little memory. The engine divides it among the operators that need it, and spills. */
class ConcurrencyTest {
    private static final long MEMORY = 160L << 20;
    private static final int ROWS = 600_000;

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;
    private static ServiceOnLake on;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(
                folder,
                new LakehouseConfig(
                        folder.resolve("warehouse"),
                        folder.resolve("vectors"),
                        folder.resolve("temp"),
                        2,
                        MEMORY,
                        4L << 30,
                        LakehouseConfig.TRINO_SETTINGS));
        lake.table(
                "wide",
                new Schema(
                        Types.NestedField.required(1, "i", Types.LongType.get()),
                        Types.NestedField.optional(2, "text", Types.StringType.get())),
                "SELECT i, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS text FROM range(" + ROWS + ") t(i)");
        for (int person = 0; person < 4; person++) {
            lake.policies.allow("p" + person, "shop_curated.wide");
        }
        on = new ServiceOnLake(lake, folder.resolve("results"));
    }

    @AfterAll
    static void close() {
        on.close();
        lake.close();
    }

    private static QueryExecution started(Principal principal, String sql) {
        return on.service.start(principal, StartQuery.of(sql, Optional.of("shop_curated"), "test"));
    }

    @Test
    void share_the_memory_and_all_end_well() {
        List<QueryExecution> all = new ArrayList<>();
        for (int turn = 0; turn < 3; turn++) {
            for (int person = 0; person < 4; person++) {
                all.add(started(
                        HandPolicies.person("p" + person),
                        turn == 0
                                ? "SELECT count(*), min(n) FROM (SELECT text, count(*) AS n FROM wide GROUP BY text)"
                                : "SELECT count(*), min(r) FROM (SELECT row_number() OVER (ORDER BY text DESC) AS r"
                                        + " FROM wide)"));
            }
        }
        for (QueryExecution execution : all) {
            Principal principal = HandPolicies.person(execution.principal());
            String id = execution.id().toString();
            QueryExecution ended = on.service.await(principal, id, Duration.ofMinutes(3));
            assertThat(ended.state()).as("%s", ended.error()).isEqualTo(QueryState.SUCCEEDED);
            assertThat(on.service.results(principal, id, Optional.empty(), 1).rows())
                    .containsExactly(List.of(Integer.toString(ROWS), "1"));
        }
    }

    @Test
    void a_statement_too_large_for_the_memory_fails_alone() {
        QueryExecution greedy = started(
                HandPolicies.person("p0"),
                "SELECT max(cardinality(a)) FROM (SELECT array_agg(text || text || text) AS a FROM wide, (VALUES 1, 2, 3) v (x))");
        assertThat(on.rows(HandPolicies.person("p1"), "SELECT count(*) FROM wide"))
                .containsExactly(Integer.toString(ROWS));
        QueryExecution ended =
                on.service.await(HandPolicies.person("p0"), greedy.id().toString(), Duration.ofMinutes(3));
        assertThat(ended.state()).isIn(QueryState.FAILED, QueryState.SUCCEEDED);
        ended.error()
                .ifPresent(error ->
                        assertThat(Map.of(error.code(), error.message())).doesNotContainKey("INTERNAL_ERROR"));
        assertThat(on.rows(HandPolicies.person("p0"), "SELECT count(*) FROM wide"))
                .containsExactly(Integer.toString(ROWS));
    }
}
