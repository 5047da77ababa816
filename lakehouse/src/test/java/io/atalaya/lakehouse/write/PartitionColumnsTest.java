package io.atalaya.lakehouse.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.read.IcebergPeer;
import io.atalaya.lakehouse.read.PlannedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row is in the partition that Iceberg's transforms say, which is checked by computing them from the rows read. */
class PartitionColumnsTest {
    private static final Schema SCHEMA = new Schema(
            optional(1, "i", Types.IntegerType.get()),
            optional(2, "l", Types.LongType.get()),
            optional(3, "s", Types.StringType.get()),
            optional(4, "d", Types.DateType.get()),
            optional(5, "t", Types.TimestampType.withoutZone()),
            optional(6, "z", Types.TimestampType.withZone()),
            optional(7, "n", Types.DecimalType.of(12, 3)),
            optional(8, "b", Types.BinaryType.get()),
            optional(9, "o", Types.BooleanType.get()),
            optional(10, "c", Types.TimeType.get()));

    private static final String ROWS = """
            SELECT (i * 37 - 900)::INT AS i, (i::BIGINT * 7919 * (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END)) AS l,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é/ü' || i ELSE chr(128512) || 'abc' || i END AS s,
                DATE '1969-11-28' + (i * 9)::INT AS d,
                TIMESTAMP '1969-12-31 20:59:59.999999' + INTERVAL (i * 3017) SECOND AS t,
                TIMESTAMPTZ '1969-12-30 20:59:59.5+00' + INTERVAL (i * 86399) SECOND AS z,
                (i - 20) * 1.337 AS n,
                CASE WHEN i % 4 = 0 THEN NULL ELSE encode('x' || (i % 7) || 'yz') END AS b,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END AS o,
                TIME '00:00:00.000001' + INTERVAL (i * 1801) SECOND AS c
            FROM range(60) r(i) UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL""";

    @TempDir
    static Path folder;

    private static TestLake lake;

    @BeforeAll
    static void open() {
        lake = new TestLake(folder);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static PartitionSpec spec(String text) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
        for (String field : text.split(" ", -1)) {
            String[] parts = field.split(":", -1);
            String column = parts[1];
            switch (parts[0]) {
                case "identity" -> spec.identity(column);
                case "year" -> spec.year(column);
                case "month" -> spec.month(column);
                case "day" -> spec.day(column);
                case "hour" -> spec.hour(column);
                case "bucket" -> spec.bucket(column, Integer.parseInt(parts[2]));
                case "truncate" -> spec.truncate(column, Integer.parseInt(parts[2]));
                case "void" -> spec.alwaysNull(column);
                default -> throw new IllegalArgumentException(field);
            }
        }
        return spec.build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity:i",
                "identity:l",
                "identity:s",
                "identity:d",
                "identity:t",
                "identity:z",
                "identity:n",
                "identity:b",
                "identity:o",
                "identity:c",
                "year:d",
                "month:d",
                "day:d",
                "year:t",
                "month:t",
                "day:t",
                "hour:t",
                "year:z",
                "month:z",
                "day:z",
                "hour:z",
                "bucket:i:7",
                "bucket:l:16",
                "bucket:s:5",
                "bucket:d:5",
                "bucket:t:5",
                "bucket:z:5",
                "bucket:n:5",
                "bucket:b:5",
                "bucket:c:3",
                "truncate:i:10",
                "truncate:l:100",
                "truncate:s:2",
                "truncate:n:500",
                "truncate:b:2",
                "identity:s bucket:l:3 month:d",
                "void:i",
                "void:i day:t"
            })
    void a_row_is_where_icebergs_transform_puts_it(String text) throws Exception {
        String name = "p_" + text.replaceAll("[^a-z0-9]", "_");
        Table table = lake.create(name, SCHEMA, spec(text), Map.of());
        lake.lakehouse().writer().append(TestLake.named(name), RowSource.of(ROWS), CommitProperties.none());
        table.refresh();

        Map<String, Long> written = new TreeMap<>();
        for (PlannedFile file : lake.lakehouse().scans().files(table, Expressions.alwaysTrue())) {
            written.merge(text(file.file().partition()), file.file().recordCount(), Long::sum);
        }
        Map<String, Long> expected = new TreeMap<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            InternalRecordWrapper wrapper = new InternalRecordWrapper(SCHEMA.asStruct());
            for (Record record : records) {
                PartitionKey key = new PartitionKey(table.spec(), table.schema());
                key.partition(wrapper.wrap(record));
                expected.merge(text(key), 1L, Long::sum);
            }
        }
        assertThat(written).isEqualTo(expected);
        assertThat(lake.rows(name)).hasSize(61);
    }

    private static String text(StructLike partition) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < partition.size(); i++) {
            values.add(IcebergPeer.text(partition.get(i, Object.class)));
        }
        return values.toString();
    }

    @Test
    void a_value_too_long_for_a_partition_is_refused_by_its_column() {
        lake.create("long_value", SCHEMA, spec("identity:s"), Map.of());
        assertThatThrownBy(() -> lake.lakehouse()
                        .writer()
                        .append(
                                TestLake.named("long_value"),
                                RowSource.of("SELECT repeat('x', 300) || i AS s FROM range(3) t(i)"),
                                CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("partition column s")
                .hasMessageContaining("longer than");
    }
}
