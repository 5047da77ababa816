package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not go with groups is refused where it stands. */
class GroupsTest {
    @TempDir
    private static Path folder;

    private static GovernedWarehouse lake;

    @BeforeAll
    static void open() {
        lake = GuardedStaff.in(folder);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            SELECT id, count(*) FROM staff                                  ~ line 1:8: 'id' must be an aggregate
            SELECT region, upper(name || region) FROM staff GROUP BY region ~ line 1:22: 'name' must be an aggregate
            SELECT if(id = 1, 2, 3), count(*) FROM staff GROUP BY region    ~ line 1:11: 'id' must be an aggregate
            SELECT CASE WHEN count(*) > 1 THEN name END FROM staff          ~ line 1:36: 'name' must be an aggregate
            SELECT region FROM staff GROUP BY region HAVING name = 'x'      ~ line 1:49: 'name' must be an aggregate
            SELECT 1 AS one FROM staff HAVING id > 1                        ~ line 1:35: 'id' must be an aggregate
            SELECT s.id, count(*) FROM staff s GROUP BY ROLLUP (s.region)   ~ line 1:8: 'id' must be an aggregate
            SELECT count(*) FROM staff WHERE max(id) > 1                    ~ line 1:42: WHERE clause cannot contain aggregations
            SELECT count(*) FROM staff GROUP BY max(id)                     ~ line 1:37: GROUP BY clause cannot contain aggregations
            SELECT sum(max(id)) FROM staff                                  ~ line 1:8: Cannot nest aggregations
            SELECT sum(rank() OVER ()) FROM staff                           ~ line 1:8: Cannot nest aggregations
            """)
    void it_is_refused_with_its_place(String sql, String message) {
        assertThat(lake.error("eng", sql).message()).startsWith(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            SELECT region AS r, count(*) FROM staff GROUP BY 1
            SELECT avg(NULL), sum(NULL), avg(DISTINCT NULL), ceil(NULL), round(NULL), truncate(NULL) FROM staff
            SELECT staff.region, max(id) + 1 FROM staff GROUP BY region
            SELECT if(id = 1, 2, 3), count(*) FROM staff GROUP BY if(id = 1, 2, 3)
            SELECT sum(max(id)) OVER () FROM staff
            SELECT s.id, (SELECT count(u.name) FROM staff u WHERE u.id = s.id) FROM staff s GROUP BY s.id
            SELECT count(*) FROM staff WHERE id IN (SELECT max(id) FROM staff)
            SELECT region, count(*) FROM staff JOIN (SELECT region FROM staff) b USING (region) GROUP BY region
            SELECT q.region FROM (SELECT region, id FROM staff) q GROUP BY region HAVING max(q.id) > 1
            """)
    void what_is_grouped_is_answered(String sql) {
        assertThat(lake.ask("eng", sql)).isNotEmpty();
    }
}
