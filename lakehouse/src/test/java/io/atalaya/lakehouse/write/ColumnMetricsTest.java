package io.atalaya.lakehouse.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.TestLake;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnMetricsTest {
    private static final Schema SCHEMA = new Schema(
            optional(1, "i", Types.IntegerType.get()),
            optional(2, "l", Types.LongType.get()),
            optional(3, "f", Types.FloatType.get()),
            optional(4, "d", Types.DoubleType.get()),
            optional(5, "s", Types.StringType.get()),
            optional(6, "day", Types.DateType.get()),
            optional(7, "t", Types.TimestampType.withoutZone()),
            optional(8, "z", Types.TimestampType.withZone()),
            optional(9, "n", Types.DecimalType.of(20, 4)),
            optional(10, "b", Types.BinaryType.get()),
            optional(11, "o", Types.BooleanType.get()),
            optional(12, "c", Types.TimeType.get()),
            optional(13, "u", Types.UUIDType.get()),
            optional(
                    14,
                    "p",
                    Types.StructType.of(
                            optional(20, "x", Types.IntegerType.get()), optional(21, "y z", Types.StringType.get()))),
            optional(15, "tags", Types.ListType.ofOptional(22, Types.IntegerType.get())),
            optional(16, "empty", Types.StringType.get()));

    private static final String ROWS = """
            SELECT CASE WHEN i % 10 = 3 THEN NULL ELSE i - 50 END AS i, i::BIGINT * 10000000000 AS l,
                CASE WHEN i % 10 = 4 THEN 'nan'::FLOAT ELSE i / 3.0 END AS f, -i * 1.5e300 AS d,
                'prefix longer than sixteen ' || (i % 7) AS s, DATE '1950-01-01' + (i * 300)::INT AS day,
                TIMESTAMP '1960-06-01 01:02:03.000004' + INTERVAL (i * 100) DAY AS t,
                TIMESTAMPTZ '1960-06-01 01:02:03.5+00' + INTERVAL (i * 100) DAY AS z,
                (i - 30) * 1234567.8901 AS n, encode('bytes of more than sixteen ' || i) AS b, i > 200 AS o,
                TIME '00:00:01' + INTERVAL (i) MINUTE AS c, gen_random_uuid() AS u,
                CASE WHEN i % 4 = 0 THEN NULL ELSE {'x': i, 'y z': 'q' || i} END AS p, [i] AS tags
            FROM range(100) r(i)""";

    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private DataFile write(String rows) {
        Table table = lake.create("t", SCHEMA);
        lake.lakehouse().writer().append(TestLake.named("t"), RowSource.of(rows), CommitProperties.none());
        table.refresh();
        return lake.lakehouse()
                .scans()
                .files(table, Expressions.alwaysTrue())
                .getFirst()
                .file();
    }

    @Test
    void equal_what_iceberg_reads_from_the_footer() {
        DataFile ours = write(ROWS);
        Table table = lake.lakehouse().catalog().loadTable(TestLake.named("t"));
        Metrics theirs =
                ParquetUtil.fileMetrics(table.io().newInputFile(ours.location()), MetricsConfig.forTable(table));
        assertThat(ours.recordCount()).isEqualTo(theirs.recordCount());
        assertThat(theirs.valueCounts()).containsAllEntriesOf(ours.valueCounts());
        assertThat(theirs.nullValueCounts()).containsAllEntriesOf(ours.nullValueCounts());
        // A footer does not say whether a column has NaN, so Iceberg takes no bounds of floating columns from it.
        Set<Integer> both = new HashSet<>(ours.lowerBounds().keySet());
        both.retainAll(theirs.lowerBounds().keySet());
        assertThat(both).contains(1, 2, 5, 6, 7, 8, 9, 10, 11, 12, id("p.x"), id("p.y z"));
        for (int id : both) {
            assertThat(value(id, ours.lowerBounds().get(id)))
                    .as("lower bound of " + id)
                    .isEqualTo(value(id, theirs.lowerBounds().get(id)));
            assertThat(value(id, ours.upperBounds().get(id)))
                    .as("upper bound of " + id)
                    .isEqualTo(value(id, theirs.upperBounds().get(id)));
        }
        assertThat(ours.lowerBounds()).containsKeys(3, 4);
        assertThat(ours.lowerBounds()).doesNotContainKeys(id("tags.element"), id("u"));
    }

    private int id(String name) {
        return lake.lakehouse()
                .catalog()
                .loadTable(TestLake.named("t"))
                .schema()
                .findField(name)
                .fieldId();
    }

    private Object value(int id, @Nullable ByteBuffer bound) {
        Type type = lake.lakehouse()
                .catalog()
                .loadTable(TestLake.named("t"))
                .schema()
                .findType(id);
        Object value = Conversions.fromByteBuffer(type, Objects.requireNonNull(bound));
        return value instanceof CharSequence text ? text.toString() : value;
    }

    @Test
    void count_nulls_and_nans() {
        DataFile file = write(ROWS);
        assertThat(file.nullValueCounts())
                .containsEntry(1, 10L)
                .containsEntry(5, 0L)
                .containsEntry(16, 100L);
        assertThat(file.nanValueCounts()).containsEntry(3, 10L).containsEntry(4, 0L);
        assertThat(value(3, file.upperBounds().get(3))).isEqualTo(33.0f);
    }

    @Test
    void bound_the_values_that_are_there() {
        DataFile file = write(ROWS);
        assertThat(value(1, file.lowerBounds().get(1))).isEqualTo(-50);
        assertThat(value(1, file.upperBounds().get(1))).isEqualTo(49);
        assertThat(value(6, file.lowerBounds().get(6)))
                .isEqualTo((int) LocalDate.of(1950, 1, 1).toEpochDay());
        assertThat(value(9, file.lowerBounds().get(9))).isEqualTo(new BigDecimal("-37037036.7030"));
        assertThat(value(5, file.lowerBounds().get(5))).isEqualTo("prefix longer th");
        assertThat(value(5, file.upperBounds().get(5))).isEqualTo("prefix longer ti");
        assertThat(Comparators.unsignedBytes()
                        .compare(
                                file.upperBounds().get(10),
                                ByteBuffer.wrap("bytes of more than sixteen 99"
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .isPositive();
    }

    @Test
    void leave_out_what_has_no_bound() {
        DataFile file =
                write("SELECT 'nan'::FLOAT AS f, 0.0 AS d, TIMESTAMP 'infinity' AS t, repeat('é', 500) || i AS s,"
                        + " NULL AS i FROM range(3) r(i)");
        assertThat(file.lowerBounds()).doesNotContainKeys(1, 3, 5, 7);
        assertThat(file.upperBounds()).doesNotContainKeys(1, 3, 5, 7);
        assertThat(value(4, file.lowerBounds().get(4))).isEqualTo(-0.0d);
        assertThat(value(4, file.upperBounds().get(4))).isEqualTo(0.0d);
        assertThat(lake.rows("t")).hasSize(3);
    }

    @Test
    void follow_the_tables_settings() {
        Table table = lake.create(
                "t",
                SCHEMA,
                org.apache.iceberg.PartitionSpec.unpartitioned(),
                Map.of(
                        "write.metadata.metrics.column.s", "none",
                        "write.metadata.metrics.column.b", "counts",
                        "write.metadata.metrics.default", "full"));
        lake.lakehouse().writer().append(TestLake.named("t"), RowSource.of(ROWS), CommitProperties.none());
        table.refresh();
        DataFile file = lake.lakehouse()
                .scans()
                .files(table, Expressions.alwaysTrue())
                .getFirst()
                .file();
        assertThat(file.nullValueCounts()).doesNotContainKey(5).containsKey(10);
        assertThat(file.lowerBounds()).doesNotContainKeys(5, 10).containsKey(1);
    }
}
