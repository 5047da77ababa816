package io.atalaya.ingestion.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.ingestion.pipeline.PipelineSource;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.feed.ArrowFeed;
import io.atalaya.lakehouse.feed.RowFeed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.io.TempDir;

/** Text that is cut into rows as a pipeline says. */
abstract class CuttingContract {
    @TempDir
    Path folder;

    /** Good rows, each {@code line|value|value}, as the engine reads them, and damaged ones as {@code line|reason|raw}. */
    record Result(Cutting.Understanding how, List<String> good, List<String> damaged) {}

    Result cut(String extract, String text) throws Exception {
        return cut(extract, text.getBytes(UTF_8));
    }

    Result cut(String extract, byte[] bytes) throws Exception {
        Path file = folder.resolve("delivered");
        Files.write(file, bytes);
        try {
            return cut(drop(folder, extract), file, Optional.empty());
        } catch (Cutting.GuessedWrong _) {
            return cut(drop(folder, extract), file, Optional.of(Cutting.GuessedWrong.INSTEAD));
        }
    }

    private Result cut(FileDrop drop, Path file, Optional<String> encoding) throws Exception {
        TextCutter cutter = new TextCutter(drop, folder, (_, _, _) -> {});
        try (Cutting cutting = cutter.open(file, "delivered.csv", List.of(), encoding)) {
            boolean any = cutting.hasRows();
            List<String> good = rows(cutting);
            List<String> damaged = rows(cutting.damagedRows());
            assertThat(any).isEqualTo(!good.isEmpty());
            assertThat(good).hasSize((int) cutting.good());
            assertThat(damaged).hasSize((int) cutting.damaged());
            return new Result(cutting.how(), good, damaged);
        }
    }

    static FileDrop drop(Path folder, String extract) {
        String yaml = """
                name: p
                owner: de
                runAs: de
                stages:
                  - name: land
                    extract:
                      folder: drop
                      target: a_raw.t
                """ + (extract.contains("maxRejects") ? "" : "      maxRejects: 100%\n") + extract.indent(6);
        String given = extract.contains("format:") ? yaml : yaml + "      format: CSV\n";
        Pipeline pipeline =
                new PipelineReader().read(new PipelineSource(folder, "pipelines/p.yaml", given, new TreeMap<>()));
        return (FileDrop) ((Stage.Extract) pipeline.stages().getFirst()).source();
    }

    private static List<String> rows(RowFeed feed) throws SQLException {
        List<String> all = new ArrayList<>();
        DuckDBConnection duck = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        ArrowFeed opened = ArrowFeed.open(duck, "feed", feed);
        try (opened;
                duck;
                Statement statement = duck.createStatement()) {
            try (ResultSet result = statement.executeQuery("SELECT * FROM feed ORDER BY \"_line\"")) {
                while (result.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        values.add(result.getString(i));
                    }
                    all.add(String.join(
                            "|", values.stream().map(String::valueOf).toList()));
                }
            } catch (SQLException e) {
                opened.rethrow();
                throw e;
            }
        }
        return all;
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
