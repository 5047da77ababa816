package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pings of the examples: late, twice, nowhere on earth, and a day that is wrong as a whole. */
class PingsExampleTest {
    private static final String PLACES = "SELECT * FROM t ORDER BY ALL";

    @TempDir
    Path folder;

    private static Run run(IngestionWorld world, Run.State state) {
        Run run = world.run("pings");
        assertThat(run.state())
                .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                .isEqualTo(state);
        return run;
    }

    @Test
    void every_line_is_in_one_place_and_a_day_that_is_wrong_changes_nothing_and_is_told_of_once() throws IOException {
        try (IngestionWorld world = IngestionWorld.sqlite(folder, "pings-pipeline")) {
            world.example("pings", "files", true);
            world.ingestion().start();
            for (int day = 0; day < 9; day++) {
                assertThat(run(world, Run.State.SUCCEEDED).stage("land").rowsIn())
                        .isPositive();
            }
            assertThat(run(world, Run.State.SUCCEEDED).stage("land").rowsIn()).isZero();
            String moments =
                    "SELECT count(*), count(DISTINCT (device_id, CAST(date || ' ' || time AS TIMESTAMP))) FROM t";
            assertThat(world.ask("pings_raw.pings", moments)).containsExactly("15131|15072");
            assertThat(world.count("pings_curated.pings")).isEqualTo(14_990);
            assertThat(world.count("pings_curated.pings_late")).isEqualTo(63);
            assertThat(world.count("pings_curated.pings_quarantine")).isEqualTo(19);
            List<String> before = world.ask("pings_consumption.places_by_day", PLACES);

            Path last = world.workspace.resolve("drop/pings_2026-03-10.csv");
            try (Stream<String> lines = Files.lines(last)) {
                world.drop(
                        "pings_2026-03-11.csv",
                        lines.map(line ->
                                        line.replace("2026-03-10", "2026-03-11").replace(",39.4", ",400.4"))
                                .collect(Collectors.joining("\n", "", "\n")));
            }
            Run wrong = run(world, Run.State.FAILED);
            assertThat(wrong.stage("gate").message().orElse("")).contains("on-this-earth");
            assertThat(world.words).hasSize(1);
            assertThat(world.ask("pings_consumption.places_by_day", PLACES)).isEqualTo(before);
        }
    }
}
