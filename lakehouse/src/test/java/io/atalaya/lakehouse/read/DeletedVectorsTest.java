package io.atalaya.lakehouse.read;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.lakehouse.vector.VectorColumn;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.lakehouse.vector.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index is of files; which of their rows are there is the snapshot's to say. */
class DeletedVectorsTest {
    private static final Schema SCHEMA = new Schema(
            required(1, "id", Types.IntegerType.get()),
            optional(2, "embedding", Types.ListType.ofOptional(3, Types.FloatType.get())));

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

    private List<Long> nearest(Table table, VectorColumn column) {
        return lake
                .lakehouse()
                .vectors()
                .candidates(
                        table,
                        column,
                        lake.lakehouse().scans().files(table, Expressions.alwaysTrue()),
                        Optional.empty(),
                        new float[] {1, 0},
                        10)
                .map(Vectors.Candidates::rows)
                .orElseThrow()
                .stream()
                .map(VectorIndex.Row::number)
                .map(Number::longValue)
                .sorted()
                .toList();
    }

    @Test
    void a_row_deleted_when_its_file_was_indexed_is_found_after_a_rollback() {
        Table table = lake.create(
                "items", SCHEMA, PartitionSpec.unpartitioned(), Map.of(TableProperties.FORMAT_VERSION, "3"));
        DataFile file = IcebergPeer.append(
                table,
                List.of(IcebergPeer.record(table, 1, List.of(1f, 0f)), IcebergPeer.record(table, 2, List.of(0f, 1f))));
        long before = table.currentSnapshot().snapshotId();
        IcebergPeer.positionDelete(table, 3, file, 0);
        VectorColumn column = new VectorColumn(table.uuid(), 2, Metric.COSINE, 2);
        lake.lakehouse().vectors().bring(table, column, _ -> {});
        assertThat(nearest(table, column)).containsExactly(1L);

        table.manageSnapshots().setCurrentSnapshot(before).commit();
        assertThat(nearest(table, column)).containsExactly(0L, 1L);
    }
}
