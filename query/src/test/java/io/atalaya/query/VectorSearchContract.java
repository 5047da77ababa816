package io.atalaya.query;

import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.lakehouse.vector.VectorColumn;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is near to a vector, for whom, with an index and without; each kind of index extends it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VectorSearchContract {
    private static final int DIMENSION = 8;
    private static final int VECTOR = 3;
    private static final String WANTED = "ARRAY[0.5, -0.25, 0.125, 0, 0.75, -0.5, 0.25, 1]";
    private static final Predicate EVEN_SHELVES =
            new Predicate.Comparison(2, Predicate.Operator.LESS, new Operand.Numeric(BigDecimal.valueOf(5)));
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "shelf", Types.IntegerType.get()),
            Types.NestedField.optional(VECTOR, "v", Types.ListType.ofOptional(4, Types.FloatType.get())));

    private TestWarehouse lake;

    /** An empty index, which is closed with the lakehouse. */
    abstract VectorIndex index(Path folder);

    @BeforeAll
    void open(@TempDir Path folder) {
        lake = new TestWarehouse(
                folder,
                LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("temp")),
                index(folder.resolve("vectors")));
        for (String name : List.of("bare", "indexed")) {
            lake.table(name, SCHEMA, items(0, 1500));
            lake.append(name, items(1500, 3000));
            lake.append(name, """
                    SELECT * FROM (VALUES (9001, 1, NULL), (9002, 1, [1, 2]), (9003, 1, [0, 0, 0, 0, 0, 0, 0, 0]),
                        (9004, 1, [NULL, 1, 1, 1, 1, 1, 1, 1]), (9005, 1, [CAST('NaN' AS FLOAT), 1, 1, 1, 1, 1, 1, 1])) AS t(id, shelf, v)
                    """);
        }
        for (Metric metric : Metric.values()) {
            index(metric);
        }
    }

    @AfterAll
    void close() {
        if (lake != null) {
            lake.close();
        }
    }

    @BeforeEach
    void everybody_sees_everything() {
        see(new Predicate.Always(), Map.of());
    }

    private static String items(int from, int to) {
        return ("SELECT i AS id, i %% 10 AS shelf, [CAST(CAST(hash(i * 100 + j) %% 2001 AS INTEGER) / 1013e0 - 1 AS FLOAT) FOR j IN range(%d)] AS v"
                        + " FROM range(%d, %d) t(i)")
                .formatted(DIMENSION, from, to);
    }

    private Table table() {
        return lake.lakehouse().catalog().loadTable(TableIdentifier.of(TestWarehouse.DATABASE, "indexed"));
    }

    private void index(Metric metric) {
        VectorColumn column = new VectorColumn(table().uuid(), VECTOR, metric, DIMENSION);
        table().updateProperties()
                .set(VectorColumn.PROPERTY + VECTOR, column.declaration())
                .commit();
        lake.lakehouse().vectors().bring(table(), column, _ -> {});
    }

    void bringAll() {
        index(Metric.EUCLIDEAN);
    }

    void sweepAll() {
        lake.lakehouse().vectors().sweep(_ -> false);
    }

    private void see(Predicate rows, Map<Integer, ColumnAccess> columns) {
        lake.policies.allow("ana", "shop_curated.bare", rows, columns);
        lake.policies.allow("ana", "shop_curated.indexed", rows, columns);
    }

    private static String search(String table, String more) {
        return "SELECT id, round(score, 3) FROM TABLE(vector_search(input => TABLE(%s), column => DESCRIPTOR(v), query => %s%s))"
                .formatted(table, WANTED, more);
    }

    private List<String> near(String table, String more) {
        return lake.ask("ana", search(table, more) + " ORDER BY score DESC");
    }

    private String compiled(String sql) {
        return lake.compiler()
                .compile(HandPolicies.person("ana"), sql, Optional.of(TestWarehouse.DATABASE))
                .duckSql();
    }

    @ParameterizedTest
    @EnumSource
    void the_nearest_come_with_their_scores(Metric metric) {
        String score = switch (metric) {
            case COSINE -> "cosine_similarity(CAST(v AS array(double)), %1$s)";
            case DOT_PRODUCT -> "dot_product(CAST(v AS array(double)), %1$s)";
            case EUCLIDEAN -> "-euclidean_distance(CAST(v AS array(double)), %1$s)";
        };
        index(metric);
        List<String> all = lake.ask(
                "ana",
                ("SELECT id FROM (SELECT id, " + score + " AS s FROM bare WHERE id < 9000) ORDER BY s DESC LIMIT 20")
                        .formatted("CAST(" + WANTED + " AS array(double))"));
        String more = ", k => 20, metric => '" + metric + "'";
        assertThat(near("bare", more))
                .extracting(row -> row.substring(0, row.indexOf('|')))
                .isEqualTo(all);
        assertThat(near("indexed", more)).isEqualTo(near("bare", more));
        assertThat(compiled(search("indexed", more))).contains("AS h(k, r, s)").doesNotContain("list_count");
    }

    @Test
    void rows_that_are_not_shown_take_nobodys_place() {
        see(EVEN_SHELVES, Map.of());
        assertThat(near("bare", ", k => 7")).hasSize(7);
        index(Metric.COSINE);
        assertThat(near("indexed", ", k => 7")).isEqualTo(near("bare", ", k => 7"));
        assertThat(compiled(search("indexed", ""))).contains("AS h(k, r, s)").doesNotContain("list_count");
    }

    @Test
    void cells_that_are_not_shown_are_near_to_nothing() {
        see(new Predicate.Always(), Map.of(VECTOR, new ColumnAccess.VisibleWhere(EVEN_SHELVES, List.of())));
        index(Metric.COSINE);
        List<String> found = near("indexed", ", k => 40");
        assertThat(found).hasSize(40).isEqualTo(near("bare", ", k => 40"));
        assertThat(lake.ask(
                        "ana",
                        "SELECT max(shelf) FROM TABLE(vector_search(TABLE(indexed), DESCRIPTOR(v), " + WANTED
                                + ", 40))"))
                .containsExactly("4");
    }

    @Test
    void a_mask_hides_what_is_near() {
        see(new Predicate.Always(), Map.of(VECTOR, masked(new Mask.Null())));
        index(Metric.COSINE);
        assertThat(near("bare", "")).isEmpty();
        assertThat(near("indexed", "")).isEmpty();
        see(new Predicate.Always(), Map.of(VECTOR, new ColumnAccess.Hidden(List.of())));
        assertThatThrownBy(() -> near("indexed", "")).isInstanceOf(QueryException.class);
    }

    @Test
    void conditions_choose_among_the_nearest_and_a_query_as_input_before() {
        List<String> nearest = lake.ask(
                "ana", "SELECT id FROM TABLE(vector_search(TABLE(indexed), DESCRIPTOR(v), " + WANTED + ", 30))");
        List<String> after = lake.ask(
                "ana",
                "SELECT id FROM TABLE(vector_search(TABLE(indexed), DESCRIPTOR(v), " + WANTED
                        + ", 30)) WHERE shelf = 3");
        assertThat(nearest).containsAll(after);
        assertThat(lake.ask(
                        "ana",
                        "SELECT count(*), max(n.shelf) FROM TABLE(vector_search(TABLE(SELECT id AS i, shelf, v FROM indexed WHERE shelf = 3),"
                                + " DESCRIPTOR(v), (SELECT v FROM bare WHERE id = 13), 30)) AS n"))
                .containsExactly("30|3");
        for (Metric metric : Metric.values()) {
            String like =
                    "SELECT count(*) FROM TABLE(vector_search(TABLE(SELECT * FROM bare WHERE shelf = 1), DESCRIPTOR(v), (SELECT v FROM bare WHERE id = %d), 1000, '"
                            + metric + "'))";
            assertThat(lake.ask("ana", like.formatted(13)))
                    .as("what has no vector, or none of that length, is near to nothing")
                    .containsExactly(metric == Metric.COSINE ? "300" : "301");
            assertThat(lake.ask("ana", like.formatted(-1)))
                    .as("nothing is looked for")
                    .containsExactly("0");
        }
    }

    @Test
    void a_file_that_was_cut_off_while_it_was_indexed_is_as_if_it_had_not_begun() {
        index(Metric.COSINE);
        sweepAll();
        VectorColumn column = new VectorColumn(table().uuid(), VECTOR, Metric.COSINE, DIMENSION);
        assertThatThrownBy(() -> lake.lakehouse().vectors().bring(table(), column, rows -> {
                    if (rows > 2_000) {
                        throw new IllegalStateException("cut off");
                    }
                }))
                .hasMessageContaining("cut off");
        assertThat(near("indexed", ", k => 20")).isEqualTo(near("bare", ", k => 20"));
        assertThat(lake.lakehouse().vectors().bring(table(), column, _ -> {}).rows())
                .isGreaterThanOrEqualTo(1_500)
                .isLessThan(3_005);
        assertThat(near("indexed", ", k => 20")).isEqualTo(near("bare", ", k => 20"));
    }

    @Test
    void an_index_that_is_gone_is_missed_by_nobody() {
        index(Metric.DOT_PRODUCT);
        sweepAll();
        String more = ", k => 20, metric => 'DOT_PRODUCT'";
        assertThat(near("indexed", more)).isEqualTo(near("bare", more));
        assertThat(compiled(search("indexed", more))).doesNotContain("AS h(k, r, s)");
    }

    @Test
    void files_that_have_come_since_are_searched_too_and_rows_that_are_gone_are_not() {
        lake.table("grown", SCHEMA, items(0, 1000));
        lake.policies.allow("ana", "shop_curated.grown", new Predicate.Always(), Map.of());
        Table grown = lake.lakehouse().catalog().loadTable(TableIdentifier.of(TestWarehouse.DATABASE, "grown"));
        VectorColumn column = new VectorColumn(grown.uuid(), VECTOR, Metric.COSINE, DIMENSION);
        grown.updateProperties()
                .set(VectorColumn.PROPERTY + VECTOR, column.declaration())
                .commit();
        lake.lakehouse().vectors().bring(grown, column, _ -> {});
        lake.append("grown", "SELECT 77777 AS id, 1 AS shelf, " + WANTED.substring(5) + " AS v");
        assertThat(near("grown", ", k => 1")).containsExactly("77777|1.0");
        grown.refresh();
        assertThat(lake.lakehouse().vectors().bring(grown, column, _ -> {}).files())
                .isEqualTo(1);
        assertThat(near("grown", ", k => 1")).containsExactly("77777|1.0");
        assertThat(compiled(search("grown", ""))).contains("AS h(k, r, s)").doesNotContain("atalaya_file IN");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(nothing), ARRAY[1]))             | nothing
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(id), ARRAY[1]))                  | Column 'id' is bigint; vectors are array(real) or array(double)
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), 'x'))                        | Column 'v' cannot be searched by a text
            TABLE(vector_search(TABLE(SELECT * FROM bare), DESCRIPTOR(v), 'x'))          | in a column of a table itself
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), DATE '2026-01-01'))          | must be an array of numbers, or a text
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), ARRAY['x']))                 | must be an array of numbers, or a text
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v)))                             | vector_search needs 'query'
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), ARRAY[1], 0))                | 'k' must be a number from 1 to 10,000
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), ARRAY[1], many => 3))        | has no place for 'many'
            TABLE(vector_search(TABLE(bare), DESCRIPTOR(v), ARRAY[1], metric => 'far'))  | 'metric' must be one of
            TABLE(vector_search(TABLE(bare), 'v', ARRAY[1]))                             | 'column' must be DESCRIPTOR(…)
            """)
    void mistakes_are_named(String call, String message) {
        assertThatThrownBy(() -> lake.ask("ana", "SELECT 1 FROM " + call))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining(message);
    }
}
