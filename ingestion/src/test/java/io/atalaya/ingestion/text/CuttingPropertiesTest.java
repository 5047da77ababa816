package io.atalaya.ingestion.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.feed.ArrowFeed;
import io.atalaya.lakehouse.feed.RowFeed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program wrote that knows nothing of ours is what the engine gets; what it broke is in quarantine, line by line. */
class CuttingPropertiesTest {
    private static final List<String> VALUES = List.of(
            "",
            "a",
            "plain text",
            "say \"hi\"",
            "two\nlines",
            "crlf\r\ninside",
            ",",
            "é€𝄞",
            " padded ",
            "\u001f\u001e0",
            "null",
            "x".repeat(300),
            "007");
    private static final List<String> BROKEN = List.of("only one", "1,2,3,4", "1,\"a\"b,c", "1,n\0l,c");

    @TempDir
    Path folder;

    @Test
    void generated_files_are_read_as_they_were_meant() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            check(new Random(seed), seed, seed % 10 == 0 ? 50_000 : 300);
        }
    }

    private void check(Random random, long seed, int rows) throws Exception {
        String end = random.nextBoolean() ? "\n" : "\r\n";
        StringBuilder text = new StringBuilder("a,b,c").append(end);
        List<String> good = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        long line = 2;
        for (int row = 0; row < rows; row++) {
            int kind = random.nextInt(50);
            if (kind == 0) {
                text.append(end);
                line++;
                continue;
            }
            String written;
            if (kind == 1) {
                written = BROKEN.get(random.nextInt(BROKEN.size()));
                damaged.add(line + "|" + written);
            } else {
                List<String> meant = new ArrayList<>();
                written = row(random, row, meant);
                good.add(line + "|" + String.join("|", meant));
            }
            text.append(written).append(end);
            line += 1 + written.chars().filter(c -> c == '\n').count();
        }
        Path file = folder.resolve("generated");
        write(file, text.toString(), random.nextBoolean());
        Path own = Files.createDirectories(folder.resolve("seed" + seed));
        try (Cutting cutting = new TextCutter(CuttingContract.drop(folder, "columns: [a, b, c]"), own, (_, _, _) -> {})
                .open(file, "generated", List.of(), Optional.empty())) {
            assertThat(rows(cutting, "\"_line\", a, b, c")).as("seed %d", seed).isEqualTo(good);
            assertThat(rows(cutting.damagedRows(), "\"_line\", \"_raw\""))
                    .as("seed %d", seed)
                    .isEqualTo(damaged);
        }
    }

    /** The first value is never empty, so that no row is a blank line. */
    private static String row(Random random, int row, List<String> meant) {
        StringBuilder written = new StringBuilder().append(row);
        meant.add(Integer.toString(row));
        for (int i = 0; i < 2; i++) {
            String value = VALUES.get(random.nextInt(VALUES.size()));
            boolean quoted = value.matches("(?s).*[,\"\r\n].*") || random.nextBoolean();
            written.append(',').append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value);
            meant.add(value.isEmpty() && !quoted ? "null!" : value);
        }
        return written.toString();
    }

    private static void write(Path file, String text, boolean packed) throws IOException {
        try (OutputStream out =
                packed ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
            new ByteArrayInputStream(text.getBytes(UTF_8)).transferTo(out);
        }
    }

    private static List<String> rows(RowFeed feed, String columns) throws SQLException {
        List<String> all = new ArrayList<>();
        DuckDBConnection duck = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        ArrowFeed opened = ArrowFeed.open(duck, "feed", feed);
        try (opened;
                duck;
                Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + columns + " FROM feed ORDER BY \"_line\"")) {
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    String value = result.getString(i);
                    values.add(value == null ? "null!" : value);
                }
                all.add(String.join("|", values));
            }
        }
        return all;
    }
}
