package io.atalaya.query.trino;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.HandPolicies;
import io.atalaya.query.QueryException;
import io.atalaya.query.TestWarehouse;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchColumnType;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TPC-H against what Trino answered, to the last cent and in its order. {@code -Datalaya.tpch=sf1} takes scale 1, after
 * {@code query/record --tpch sf1}.
 */
class TpchTest {
    private static final String SCALE = System.getProperty("atalaya.tpch", "tiny");

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() throws IOException {
        lake = new TestWarehouse(folder);
        double scale = SCALE.equals("tiny") ? 0.01 : Double.parseDouble(SCALE.substring(2));
        for (TpchTable<?> table : TpchTable.getTables()) {
            create(table, scale);
        }
    }

    private static <E extends TpchEntity> void create(TpchTable<E> table, double scale) throws IOException {
        Path file = folder.resolve(table.getTableName() + ".tbl");
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            for (E row : table.createGenerator(scale, 1, 1)) {
                lines.write(row.toLine());
                lines.newLine();
            }
        }
        List<Types.NestedField> fields = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (TpchColumn<E> column : table.getColumns()) {
            Type type = type(column.getType());
            fields.add(Types.NestedField.optional(fields.size() + 1, column.getColumnName(), type));
            columns.add("'" + column.getColumnName() + "': '" + duck(type) + "'");
        }
        columns.add("'rest': 'VARCHAR'");
        lake.table(
                table.getTableName(),
                new Schema(fields),
                "SELECT * EXCLUDE (rest) FROM read_csv('" + file
                        + "', delim = '|', header = false, quote = '', columns = {" + String.join(", ", columns)
                        + "})");
        Files.delete(file);
        lake.policies.allow("ana", "shop_curated." + table.getTableName());
    }

    private static Type type(TpchColumnType type) {
        return switch (type.getBase()) {
            case IDENTIFIER -> Types.LongType.get();
            case INTEGER -> Types.IntegerType.get();
            case DATE -> Types.DateType.get();
            case DOUBLE -> Types.DecimalType.of(12, 2);
            case VARCHAR -> Types.StringType.get();
        };
    }

    private static String duck(Type type) {
        return switch (type.typeId()) {
            case LONG -> "BIGINT";
            case INTEGER -> "INTEGER";
            case DATE -> "DATE";
            case DECIMAL -> "DECIMAL(12,2)";
            default -> "VARCHAR";
        };
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    static Stream<String> queries() throws IOException {
        return TpchQueries.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void is_answered_as_by_Trino(String name) throws IOException {
        String sql = Objects.requireNonNull(TpchQueries.all().get(name));
        Map<String, Answer> recorded = Answer.read(TrinoDifferentialTest.FOLDER.resolve("tpch-" + SCALE + ".answers"));
        assertThat(recorded).as("query/record --tpch %s", SCALE).containsKey(name);
        Answer trino = Objects.requireNonNull(recorded.get(name));
        Answer here;
        try {
            here = lake.answer(HandPolicies.person("ana"), sql);
        } catch (QueryException refused) {
            here = Answer.error(refused.code(), String.valueOf(refused.getMessage()));
        }
        assertThat(Comparison.difference(sql, trino, here)).isEmpty();
    }
}
