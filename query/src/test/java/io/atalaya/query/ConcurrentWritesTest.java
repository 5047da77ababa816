package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two services on one metadata database and one warehouse, as two processes would be, write to one table at once: each write
 * happens once or not at all, and one that others were always faster than says so.
 */
class ConcurrentWritesTest {
    private static final int ROUNDS = 4;

    private static final String POLICIES = """
            profiles: {engineer: {}}
            users:
              eng: {profiles: [engineer]}
            grants:
              - {to: {profile: engineer}, allow: [SELECT, INSERT, DELETE, ALTER], on: {tablesOf: shop_curated}}
            """;

    @TempDir
    private Path folder;

    private final AtomicInteger refused = new AtomicInteger();

    /** Whether it was done; if not, it was refused as a conflict. */
    private boolean done(GovernedWarehouse lake, String sql) {
        QueryExecution execution = lake.run("eng", sql);
        if (execution.state() == QueryState.FAILED) {
            assertThat(execution.error().orElseThrow().code()).as(sql).isEqualTo("ICEBERG_COMMIT_ERROR");
            refused.incrementAndGet();
            return false;
        }
        return true;
    }

    @Test
    void no_row_is_lost_or_doubled() throws Exception {
        try (GovernedWarehouse one = new GovernedWarehouse(folder, "shop_curated");
                GovernedWarehouse two = new GovernedWarehouse(folder);
                var threads = Executors.newFixedThreadPool(8)) {
            one.table(
                    "shop_curated.counters",
                    new Schema(
                            Types.NestedField.optional(1, "id", Types.LongType.get()),
                            Types.NestedField.optional(2, "n", Types.LongType.get())),
                    "SELECT i AS id, 0 AS n FROM range(20) t(i)");
            one.policies(POLICIES);
            AtomicInteger raised = new AtomicInteger();
            AtomicInteger merged = new AtomicInteger();
            AtomicInteger inserted = new AtomicInteger();
            AtomicInteger deleted = new AtomicInteger();
            List<Callable<Void>> work = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                int number = round;
                for (GovernedWarehouse lake : List.of(one, two)) {
                    int first = 1000 * (lake == one ? 1 : 2) + 10 * number;
                    work.add(() -> {
                        raised.addAndGet(done(lake, "UPDATE counters SET n = n + 1 WHERE id < 20") ? 1 : 0);
                        return null;
                    });
                    work.add(() -> {
                        String merge =
                                "MERGE INTO counters t USING (VALUES (0, 100), (%d, 1)) AS s(id, n) ON t.id = s.id "
                                                .formatted(first + 5)
                                        + "WHEN MATCHED THEN UPDATE SET n = t.n + s.n WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.n)";
                        merged.addAndGet(done(lake, merge) ? 1 : 0);
                        return null;
                    });
                    work.add(() -> {
                        if (done(lake, "INSERT INTO counters VALUES (%d, -1), (%d, -1)".formatted(first, first + 1))) {
                            inserted.addAndGet(2);
                            deleted.addAndGet(done(lake, "DELETE FROM counters WHERE id = " + first) ? 1 : 0);
                        }
                        return null;
                    });
                }
            }
            for (Future<Void> each : threads.invokeAll(work)) {
                each.get();
            }
            for (GovernedWarehouse lake : List.of(one, two)) {
                assertThat(
                                lake.ask(
                                        "eng",
                                        "SELECT min(n), max(n), count(*), count(DISTINCT id) FROM counters WHERE id BETWEEN 1 AND 19"))
                        .containsExactly("%1$d|%1$d|19|19".formatted(raised.get()));
                assertThat(lake.ask("eng", "SELECT n FROM counters WHERE id = 0"))
                        .containsExactly(Integer.toString(raised.get() + 100 * merged.get()));
                assertThat(lake.ask(
                                "eng", "SELECT count(*), count(DISTINCT id) FROM counters WHERE id >= 1000 AND n = 1"))
                        .containsExactly("%1$d|%1$d".formatted(merged.get()));
                assertThat(lake.ask("eng", "SELECT count(*), count(DISTINCT id) FROM counters WHERE n = -1"))
                        .containsExactly("%1$d|%1$d".formatted(inserted.get() - deleted.get()));
            }
            // Most of them get through: writers try again on what the others made of the table.
            assertThat(raised.get() + merged.get()).isGreaterThan(2 * ROUNDS);
        }
    }
}
