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
        try (ResultFile.Writer writer = new ResultFile.Writer(file, 0)) {
            writer.add(row);
        }
        assertThat(ResultFile.read(file, 5, 0, 10)).containsExactly(row);
    }

    @Test
    void is_read_from_any_row() throws IOException {
        Path file = folder.resolve("r.rows");
        int rows = 3 * ResultFile.STRIDE + 7;
        try (ResultFile.Writer writer = new ResultFile.Writer(file, 0)) {
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
        new ResultFile.Writer(file, 0).close();
        assertThat(ResultFile.read(file, 1, 0, 10)).isEmpty();
    }

    @Test
    void shows_nothing_of_what_stands_behind_the_cells() throws IOException {
        Path file = folder.resolve("r.rows");
        try (ResultFile.Writer writer = new ResultFile.Writer(file, 1)) {
            for (int i = 0; i < ResultFile.STRIDE + 1; i++) {
                writer.add(List.of("shown " + i, "exact " + i));
            }
        }
        assertThat(ResultFile.exact(file)).isEqualTo(1);
        assertThat(ResultFile.read(file, 1, ResultFile.STRIDE, 5)).containsExactly(List.of("shown 1000"));
        assertThat(ResultFile.readExactly(file, 1, 7, 1)).containsExactly(List.of("shown 7", "exact 7"));
    }
}
