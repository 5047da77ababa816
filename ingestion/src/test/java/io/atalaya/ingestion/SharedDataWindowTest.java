package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three weeks of real positions, of which every eighth comes a day or two late, merged day by day with a window of three
 * days, held against what one query over all deliveries gives. As {@link SharedDataTest}, only where the files are.
 */
class SharedDataWindowTest {
    private static final String PIPELINE = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv.gz"
                  format: CSV
                  target: shop_raw.pings
                  maxRejects: 0
                  settle: 0ms
                  columns: [device_id, trajectory, latitude, longitude, altitude_ft, date, time]
              - name: merge
                needs: [land]
                sql:
                  text: >
                    SELECT device_id, CAST(date || ' ' || time AS timestamp) AS fixed_at, CAST(latitude AS double) AS lat,
                    CAST(longitude AS double) AS lon, _file AS delivery,
                    CAST(_ingested_at AS varchar) || lpad(CAST(_line AS varchar), 9, '0') AS delivered
                    FROM shop_raw.pings
                  mode: MERGE
                  key: [device_id, fixed_at]
                  order: delivered
                  window: {column: fixed_at, length: 3d}
                  target: shop_curated.pings
                  partitioning: [day(fixed_at)]
            """;

    /** Every delivery so far, in the order it came, as rows of the merge: which it takes, and of them the last of a key. */
    private static final String RECOMPUTED = """
            , o AS (SELECT * FROM (VALUES :deliveries) o(delivery, seq)),
            r AS (SELECT device_id, CAST(date || ' ' || time AS TIMESTAMP) AS fixed_at, CAST(latitude AS DOUBLE) AS lat,
                    CAST(longitude AS DOUBLE) AS lon, o.delivery, seq, _line
                FROM t JOIN o ON o.delivery = t._file),
            newest AS (SELECT seq, max(max(CAST(fixed_at AS DATE))) OVER (ORDER BY seq) - 2 AS begins FROM r GROUP BY seq),
            taken AS (SELECT r.* FROM r JOIN newest USING (seq) WHERE fixed_at >= begins),
            late AS (SELECT r.* FROM r JOIN newest USING (seq) WHERE fixed_at < begins),
            merged AS (SELECT * FROM taken
                QUALIFY row_number() OVER (PARTITION BY device_id, fixed_at ORDER BY seq DESC, _line DESC) = 1)
            """;

    private static final String SUM =
            "SELECT count(*), sum(hash(device_id, fixed_at, lat, lon, delivery)::HUGEINT) FROM ";

    @TempDir
    Path folder;

    private List<Path> days() throws IOException {
        try (Stream<Path> files = Files.list(SharedDataTest.data().resolve("seed4-geo/geolife-daily"))) {
            return files.filter(file -> file.toString().endsWith(".csv.gz"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    @Test
    void in_the_order_it_came_nothing_is_too_late() throws IOException {
        List<Path> days = days();
        try (IngestionWorld world = IngestionWorld.sqlite(folder)) {
            deliver(world, days);
            assertThat(world.count("shop_curated.pings_late")).isZero();
            assertThat(world.ask("shop_curated.pings", SUM + "t"))
                    .isEqualTo(expected(world, days, SUM + "merged"))
                    .isEqualTo(
                            expected(
                                    world,
                                    days,
                                    SUM
                                            + "(SELECT * FROM r QUALIFY row_number() OVER (PARTITION BY device_id, fixed_at ORDER BY seq DESC, _line DESC) = 1)"));
            assertThat(world.count("shop_curated.pings")).isEqualTo(1_253_257 - 1_731);
        }
    }

    @Test
    void in_any_order_it_is_what_recomputing_gives_and_what_is_too_late_is_kept() throws IOException {
        List<Path> days = days();
        long seed = 20081101;
        Collections.shuffle(days, new Random(seed));
        try (IngestionWorld world = IngestionWorld.sqlite(folder)) {
            deliver(world, days);
            assertThat(world.count("shop_curated.pings_late"))
                    .as("seed %d", seed)
                    .isPositive();
            assertThat(world.ask("shop_curated.pings", SUM + "t"))
                    .as("seed %d", seed)
                    .isEqualTo(expected(world, days, SUM + "merged"));
            assertThat(world.ask("shop_curated.pings_late", SUM + "t"))
                    .as("seed %d", seed)
                    .isEqualTo(expected(world, days, SUM + "late"));
        }
    }

    /** Drops the days one by one; each run writes only files of the window. */
    private void deliver(IngestionWorld world, List<Path> days) throws IOException {
        world.pipeline("geo", PIPELINE);
        world.ingestion().start();
        for (Path day : days) {
            Files.copy(
                    day,
                    world.workspace.resolve("drop").resolve(day.getFileName().toString()));
            Run run = world.run("geo");
            assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
            LocalDate newest =
                    LocalDate.parse(world.ask("shop_curated.pings", "SELECT max(CAST(fixed_at AS DATE)) FROM t")
                            .getFirst());
            LocalDate begins = newest.minusDays(2);
            assertThat(daysWritten(world))
                    .as("%s", day)
                    .allSatisfy(at -> assertThat(at).isAfterOrEqualTo(begins));
        }
    }

    private static List<LocalDate> daysWritten(IngestionWorld world) {
        return world.written("shop_curated.pings").stream()
                .map(file -> LocalDate.ofEpochDay(file.partition().get(0, Integer.class)))
                .toList();
    }

    private static List<String> expected(IngestionWorld world, List<Path> days, String question) {
        String order = IntStream.range(0, days.size())
                .mapToObj(i -> "('" + days.get(i).getFileName() + "', " + i + ")")
                .collect(Collectors.joining(", "));
        return world.ask("shop_raw.pings", RECOMPUTED.replace(":deliveries", order) + question);
    }
}
