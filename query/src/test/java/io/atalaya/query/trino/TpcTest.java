package io.atalaya.query.trino;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.HandPolicies;
import io.atalaya.query.QueryException;
import io.atalaya.query.TestWarehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The queries of a benchmark of the TPC against what Trino answered, every row in its place. {@code -Datalaya.tpch=sf1} and {@code
 * -Datalaya.tpcds=sf1} take scale 1, whose tables stay in {@code target}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TpcTest {
    private final String benchmark;
    private final String scale;
    private final Map<String, String> queries;
    private final Map<String, Answer> recorded;

    private TestWarehouse lake;

    TpcTest(String benchmark) throws IOException {
        this.benchmark = benchmark;
        scale = System.getProperty("atalaya." + benchmark, "tiny");
        queries = TpcQueries.of(benchmark);
        recorded = Answer.read(TrinoDifferentialTest.FOLDER.resolve(benchmark + "-" + scale + ".answers"));
    }

    /** How many units in the last place a double of this query may be off, where it depends on the order of the rows. */
    int ulps(String query) {
        return 0;
    }

    @BeforeAll
    void open(@TempDir Path folder) throws IOException, SQLException {
        boolean tiny = scale.equals("tiny");
        Path generated = tiny ? folder.resolve("generated") : Path.of("target", benchmark + "-" + scale);
        lake = new TestWarehouse(folder);
        for (TpcTable table : TpcTable.of(benchmark, tiny ? 0.01 : Double.parseDouble(scale.substring(2)))) {
            Path file = generated.resolve(table.name() + ".parquet");
            table.write(file);
            lake.table(table.name(), table.schema(), "FROM read_parquet('" + file.toAbsolutePath() + "')");
            lake.policies.allow("ana", "shop_curated." + table.name());
        }
    }

    @AfterAll
    void close() {
        lake.close();
    }

    Stream<String> queries() {
        return queries.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void is_answered_as_by_Trino(String name) {
        assertThat(recorded).as("query/record --%s %s", benchmark, scale).containsKey(name);
        Answer trino = Objects.requireNonNull(recorded.get(name));
        String sql = TpcQueries.ordered(
                Objects.requireNonNull(queries.get(name)), trino.columns().size());
        long began = System.nanoTime();
        Answer here;
        try {
            here = lake.answer(HandPolicies.person("ana"), sql);
        } catch (QueryException refused) {
            here = Answer.error(refused.code(), String.valueOf(refused.getMessage()));
        }
        if (Boolean.getBoolean("atalaya.report")) {
            System.err.printf("%s %s %d ms%n", benchmark, name, (System.nanoTime() - began) / 1_000_000);
        }
        assertThat(Comparison.difference(sql, trino, near(trino, here, ulps(name))))
                .isEmpty();
    }

    /** What is here, but doubles that are near enough to those of Trino are those. */
    private static Answer near(Answer trino, Answer here, int ulps) {
        if (ulps == 0 || trino.rows().size() != here.rows().size()) {
            return here;
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (int at = 0; at < here.rows().size(); at++) {
            List<@Nullable String> row = new ArrayList<>(here.rows().get(at));
            for (int column = 0; column < here.columns().size(); column++) {
                String theirs = trino.rows().get(at).get(column);
                String ours = row.get(column);
                if (theirs != null
                        && ours != null
                        && here.columns().get(column).type().equals("double")) {
                    double wanted = Double.parseDouble(theirs);
                    if (Math.abs(Double.parseDouble(ours) - wanted) <= ulps * Math.ulp(wanted)) {
                        row.set(column, theirs);
                    }
                }
            }
            rows.add(Collections.unmodifiableList(row));
        }
        return Answer.rows(here.columns(), rows);
    }
}
