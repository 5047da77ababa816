package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements that are refused and how, and the ways Athena writes what Trino writes otherwise. */
class StatementsTest {
    @TempDir
    private static Path folder;

    private static TestWarehouse lake;
    private static long first;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "t",
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "name", Types.StringType.get())),
                "SELECT 1::BIGINT AS id, 'one' AS name");
        first = lake.lakehouse()
                .catalog()
                .loadTable(org.apache.iceberg.catalog.TableIdentifier.of(TestWarehouse.DATABASE, "t"))
                .currentSnapshot()
                .snapshotId();
        lake.append("t", "SELECT 2::BIGINT AS id, 'two' AS name");
        lake.policies.allow("ana", "shop_curated.t");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static QueryException refusal(String sql) {
        QueryException refused = catchThrowableOfType(
                QueryException.class,
                () -> lake.compiler().compile(HandPolicies.person("ana"), sql, Optional.of(TestWarehouse.DATABASE)));
        assertThat(refused).as(sql).isNotNull();
        return refused;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            INSERT INTO t VALUES (1, 'a')                       | INSERT
            DELETE FROM t                                       | DELETE
            UPDATE t SET id = 1                                 | UPDATE
            MERGE INTO t USING t s ON t.id = s.id WHEN MATCHED THEN DELETE | MERGE
            CREATE TABLE x AS SELECT 1 AS a                     | CREATE TABLE AS
            CREATE TABLE x (a integer)                          | CREATE TABLE
            CREATE VIEW v AS SELECT 1 AS a                      | CREATE VIEW
            DROP TABLE t                                        | DROP TABLE
            ALTER TABLE t RENAME TO u                           | ALTER TABLE RENAME
            TRUNCATE TABLE t                                    | TRUNCATE TABLE
            EXPLAIN ANALYZE SELECT 1                            | EXPLAIN ANALYZE
            CALL system.kill()                                  | CALL
            SET SESSION a = 1                                   | SET SESSION
            GRANT SELECT ON t TO ana                            | GRANT
            SHOW STATS FOR t                                    | SHOW STATS
            SHOW CREATE TABLE t                                 | SHOW CREATE
            SHOW FUNCTIONS                                      | SHOW FUNCTIONS
            PREPARE p FROM SELECT 1                             | PREPARE
            EXECUTE p                                           | EXECUTE
            SELECT * FROM TABLE(sequence(1, 2))                 | table function sequence
            SELECT * FROM t MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true) | MATCH_RECOGNIZE
            SELECT * FROM (t CROSS JOIN t u) TABLESAMPLE BERNOULLI (10) | TABLESAMPLE of what is not a table or a subquery
            SELECT * FROM t NATURAL JOIN t u                    | NATURAL JOIN
            SELECT * FROM t PIVOT (count(*) FOR id IN (1))      | PIVOT
            SELECT id FROM t GROUP BY AUTO                      | GROUP BY AUTO
            WITH RECURSIVE r(n) AS (SELECT n FROM r) SELECT * FROM r | a recursive query that is not a UNION of a base and a step
            SELECT CAST(NULL AS timestamp(12))                  | a precision above 9 (timestamp(12))
            SELECT at_timezone(now(), name) FROM t              | a time zone that is not a literal
            SELECT getenv('HOME')                               | function getenv
            SELECT read_text('/etc/passwd')                     | function read_text
            SELECT current_setting('x')                         | function current_setting
            SELECT query('SELECT 1')                            | function query
            SELECT atalaya_pseudonym('a', 'b')                  | function atalaya_pseudonym
            SELECT a.b.upper('x')                               | function a.b.upper
            SELECT transform(ARRAY[1], x -> (SELECT 1))         | a subquery in a lambda
            SELECT * FROM JSON_TABLE('1', 'lax $' COLUMNS (a integer PATH 'lax $')) AS j | JSON_TABLE
            SHOW COLUMNS FROM t LIKE 'i%'                       | SHOW COLUMNS with LIKE
            """)
    void what_is_not_supported_is_named(String sql, String construct) {
        QueryException refused = refusal(sql);
        assertThat(refused).isInstanceOf(QueryException.NotSupported.class);
        assertThat(((QueryException.NotSupported) refused).construct()).isEqualTo(construct);
        assertThat(refused.line()).isNotEmpty();
    }

    @Test
    void files_and_system_tables_are_no_tables() {
        for (String name : new String[] {
            "\"/etc/passwd\"",
            "\"x.parquet\"",
            "duckdb_settings",
            "sqlite_master",
            "information_schema.nothing",
            "other.shop_curated.t",
            "a.b.c.d",
            "t0",
            "main.t0"
        }) {
            assertThat(refusal("SELECT * FROM " + name)).as(name).isInstanceOf(QueryException.NotFound.class);
        }
        assertThat(refusal("SELECT * FROM 'x.parquet'")).isInstanceOf(QueryException.SyntaxError.class);
        assertThat(refusal("SELECT * FROM read_parquet('x')")).isInstanceOf(QueryException.class);
    }

    @Test
    void a_syntax_error_has_a_place() {
        QueryException refused = refusal("SELECT id\n  FROM t\n WHERE id = <");
        assertThat(refused).isInstanceOf(QueryException.SyntaxError.class);
        assertThat(refused.line()).hasValue(3);
        assertThat(refusal("")).isInstanceOf(QueryException.SyntaxError.class);
        assertThat(refusal("SELECT 1; SELECT 2")).isInstanceOf(QueryException.SyntaxError.class);
    }

    @Test
    void a_text_that_is_too_long_is_refused_by_its_length() {
        assertThat(refusal("SELECT '" + "x".repeat(300 * 1024) + "'"))
                .isInstanceOf(QueryException.TooLong.class)
                .hasMessageContaining("262144");
        assertThat(lake.ask("ana", "SELECT length('" + "x".repeat(200_000) + "')"))
                .containsExactly("200000");
    }

    @Test
    void deep_nesting_is_refused_and_breaks_nothing() {
        for (String sql : new String[] {
            "SELECT " + "(".repeat(5_000) + "1" + ")".repeat(5_000),
            "SELECT " + "NOT ".repeat(20_000) + "true",
            "SELECT " + "- ".repeat(20_000) + "1",
            "SELECT " + "1 + ".repeat(20_000) + "1",
            "SELECT " + "CASE WHEN true THEN ".repeat(3_000) + "1" + " END".repeat(3_000),
            "SELECT " + "abs(".repeat(1_000) + "1" + ")".repeat(1_000),
            "SELECT * FROM " + "(SELECT * FROM ".repeat(1_000) + "t" + ")".repeat(1_000),
            "SELECT * FROM t " + "JOIN t USING (id) ".repeat(3_000),
            "SELECT 1" + " UNION SELECT 1".repeat(5_000),
            "SELECT ARRAY" + "[".repeat(3_000) + "1" + "]".repeat(3_000),
        }) {
            assertThat(refusal(sql)).as(sql.substring(0, 40)).isInstanceOf(QueryException.LimitExceeded.class);
        }
        assertThat(lake.ask("ana", "SELECT " + "(".repeat(50) + "1" + ")".repeat(50)))
                .containsExactly("1");
        assertThat(lake.ask("ana", "SELECT " + "1 + ".repeat(150) + "1")).containsExactly("151");
        assertThat(lake.ask("ana", "SELECT " + "abs(".repeat(100) + "1" + ")".repeat(100)))
                .containsExactly("1");
        assertThat(lake.ask("ana", "SELECT count(*) FROM t WHERE id IN (" + "7, ".repeat(20_000) + "1)"))
                .containsExactly("1");
        assertThat(lake.ask("ana", "SELECT count(*) FROM t WHERE " + "id = 7 OR ".repeat(3_000) + "id = 1"))
                .containsExactly("1");
    }

    @Test
    void what_Athena_writes_otherwise_is_understood() {
        assertThat(lake.ask("ana", "SELECT `id` FROM `shop_curated`.`t` WHERE name = '`;`' OR id = 1 ;\n"))
                .containsExactly("1");
        assertThat(lake.ask("ana", "SELECT ID FROM AwsDataCatalog.Shop_Curated.T -- the end;\n WHERE id = 2;"))
                .containsExactly("2");
        assertThat(lake.ask("ana", "/* SHOW */ SELECT ';' || '\"`'")).containsExactly(";\"`");
    }

    @Test
    void older_versions_can_be_read() {
        assertThat(lake.ask("ana", "SELECT name FROM t FOR VERSION AS OF " + first))
                .containsExactly("one");
        assertThat(lake.ask("ana", "SELECT count(*) FROM t FOR TIMESTAMP AS OF TIMESTAMP '2999-01-01 00:00:00 UTC'"))
                .containsExactly("2");
        assertThat(refusal("SELECT * FROM t FOR TIMESTAMP AS OF TIMESTAMP '1999-01-01 00:00:00 UTC'"))
                .isInstanceOf(QueryException.SemanticError.class);
        assertThat(refusal("SELECT * FROM t FOR VERSION AS OF 1")).isInstanceOf(QueryException.SemanticError.class);
        assertThatThrownBy(() -> lake.ask("nobody", "SELECT * FROM t FOR VERSION AS OF 1"))
                .isInstanceOf(QueryException.NotFound.class);
    }

    @Test
    void parameters_are_counted() {
        assertThat(refusal("SELECT ?")).hasMessageContaining("parameters");
        assertThatThrownBy(() -> lake.ask(HandPolicies.person("ana"), "SELECT 1", "1"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("parameters");
    }
}
