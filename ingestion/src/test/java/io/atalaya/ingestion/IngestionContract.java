package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.LogLine;
import io.atalaya.ingestion.run.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines with all their parts, from dropped file to answer, on one kind of metadata database. */
abstract class IngestionContract {
    static final String LAND = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv*"
                  format: CSV
                  target: shop_raw.orders
                  maxRejects: 50%
                  settle: 50ms
                  columns: [id, day, amount]
                  typed: {on_day: {from: day, type: date}}
            """;

    static final String CURATE = """
              - name: curate
                needs: [land]
                sql:
                  text: SELECT id, on_day, CAST(amount AS double) AS amount, _ingested_at AS delivered_at FROM shop_raw.orders
                  mode: MERGE
                  key: [id]
                  order: delivered_at
                  target: shop_curated.orders
                  partitioning: [month(on_day)]
              - name: total
                needs: [curate]
                sql:
                  text: SELECT on_day, sum(amount) AS amount FROM shop_curated.orders GROUP BY on_day
                  mode: OVERWRITE
                  target: shop_consumption.days
            """;

    @TempDir
    Path folder;

    IngestionWorld world;

    abstract IngestionWorld open(Path where);

    @BeforeEach
    void begin() {
        world = open(folder);
        world.ingestion().start();
    }

    @AfterEach
    void end() {
        world.close();
    }

    static void succeeded(Run run) {
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    List<String> logs(Run run) {
        return world.ingestion().runs().logs(DE, run.id(), 0, 1000).stream()
                .map(LogLine::message)
                .toList();
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    long snapshot(String table) {
        return world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse(table))
                .currentSnapshot()
                .snapshotId();
    }
}
