package io.atalaya.lakehouse.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.TestLake;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are merged and leave columns as they are. */
class KeptColumnsTest {
    private static final KeptColumns KEPT = new KeptColumns("kept", List.of("was"), "own");

    @TempDir
    Path folder;

    private TestLake lake;
    private Table table;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        table = lake.create(
                "t",
                new Schema(
                        optional(1, "id", Types.LongType.get()),
                        optional(2, "name", Types.StringType.get()),
                        optional(3, "doc", Types.StringType.get())));
        for (String row : List.of("1, 'a', 'one'", "2, 'b', 'two'", "4, 'd', NULL")) {
            merge(row);
        }
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private void merge(String row) {
        lake.lakehouse()
                .writer()
                .merge(
                        TestLake.named("t"),
                        List.of("id"),
                        Optional.empty(),
                        RowSource.of("SELECT * FROM (VALUES (" + row + ")) v(id, name, doc)"),
                        CommitProperties.none());
    }

    private void follow(WriteBatch batch, String rows) {
        batch.follow(
                TestLake.named("t"),
                List.of("id"),
                "gone",
                KEPT,
                RowSource.of("SELECT * FROM (VALUES " + rows + ") v(id, name, doc, gone, kept, was, own)"),
                CommitProperties.none());
    }

    @Test
    void have_what_the_table_has_when_it_commits() {
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            follow(batch, """
                    (1, 'a2', NULL, false, ['doc'], '1', false),
                    (2, NULL, NULL, true, NULL, '2', false),
                    (3, 'b2', NULL, false, ['doc'], '2', true),
                    (4, NULL, 'four', false, ['name'], '4', false),
                    (5, 'e', NULL, false, NULL, '5', false)
                    """);
            // Others are faster.
            merge("1, 'x', 'other'");
            merge("2, 'y', 'other two'");
            batch.commit();
        }
        assertThat(lake.rows("t")).containsExactly("1|a2|other", "3|b2|other two", "4|d|four", "5|e|null");
    }

    @Test
    void have_it_of_their_own_row_if_that_is_what_they_became_before() {
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            follow(batch, "(1, NULL, NULL, true, NULL, '1', false), (2, 'again', NULL, false, ['doc'], '1', true)");
            batch.commit();
        }
        assertThat(lake.rows("t")).containsExactly("2|again|two", "4|d|null");
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            follow(
                    batch,
                    "(1, NULL, NULL, true, NULL, '1', false), (2, 'told again', NULL, false, ['doc'], '1', false)");
            batch.commit();
        }
        assertThat(lake.rows("t")).containsExactly("2|told again|two", "4|d|null");
    }

    @Test
    void stop_it_if_the_table_has_no_such_row() {
        table.refresh();
        long before = table.currentSnapshot().snapshotId();
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            follow(batch, "(1, 'a2', NULL, false, ['doc'], '1', false), (7, 'g', NULL, false, ['doc'], '7', false)");
            assertThatThrownBy(batch::commit)
                    .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                    .hasMessageContaining(
                            "1 rows leave columns as they are, and table lake.sales_raw.t has no such rows");
        }
        table.refresh();
        assertThat(table.currentSnapshot().snapshotId()).isEqualTo(before);
        assertThat(lake.rows("t")).containsExactly("1|a|one", "2|b|two", "4|d|null");
    }
}
