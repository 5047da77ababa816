package io.atalaya.query.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
    @TempDir
    Path folder;

    @Test
    void tells_null_from_empty_text_and_keeps_every_character() throws IOException {
        Path file = folder.resolve("r.rows");
        List<@Nullable String> row = Arrays.asList(null, "", "a\nb,\"c\"", "ñ 𝄞", "x".repeat(70_000));
        try (ResultFile.Writer writer = new ResultFile.Writer(file)) {
            writer.add(row);
        }
        assertThat(ResultFile.read(file, 5, 0, 10)).containsExactly(row);
    }

    @Test
    void is_read_from_any_row() throws IOException {
        Path file = folder.resolve("r.rows");
        int rows = 3 * ResultFile.STRIDE + 7;
        try (ResultFile.Writer writer = new ResultFile.Writer(file)) {
            for (int i = 0; i < rows; i++) {
                writer.add(List.of("row " + i, "x".repeat(i % 50)));
            }
        }
        for (int from : new int[] {0, 1, 999, 1000, 1001, 2999, 3000, rows - 1}) {
            assertThat(ResultFile.read(file, 2, from, 3))
                    .as("from %d", from)
                    .hasSize(Math.min(3, rows - from))
                    .first()
                    .isEqualTo(List.of("row " + from, "x".repeat(from % 50)));
        }
        assertThat(ResultFile.read(file, 2, rows, 3)).isEmpty();
    }

    @Test
    void may_be_empty() throws IOException {
        Path file = folder.resolve("r.rows");
        new ResultFile.Writer(file).close();
        assertThat(ResultFile.read(file, 1, 0, 10)).isEmpty();
    }
}
