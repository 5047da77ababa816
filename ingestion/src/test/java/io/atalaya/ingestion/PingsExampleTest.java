package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Deadlines;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
                Run run = run(world, Run.State.SUCCEEDED);
                assertThat(run.stage("land").rowsIn()).isPositive();
                assertThat(run.stage("arrived").message()).contains("1 new rows");
            }
            Run idle = run(world, Run.State.SUCCEEDED);
            assertThat(idle.stage("land").rowsIn()).isZero();
            assertThat(idle.stage("arrived").message()).contains("No new rows");
            String moments =
                    "SELECT count(*), count(DISTINCT (device_id, CAST(date || ' ' || time AS TIMESTAMP))) FROM t";
            assertThat(world.ask("pings_raw.pings", moments)).containsExactly("15131|15072");
            assertThat(world.count("pings_curated.pings")).isEqualTo(14_990);
            assertThat(world.count("pings_curated.pings_late")).isEqualTo(63);
            assertThat(world.count("pings_curated.pings_quarantine")).isEqualTo(19);
            List<String> before = world.ask("pings_consumption.places_by_day", PLACES);
            figures(world);

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
            assertThat(world.words)
                    .extracting(word -> word.who() + " " + word.success())
                    .containsExactly("[data-engineer] false");
            assertThat(world.ask("pings_consumption.places_by_day", PLACES)).isEqualTo(before);
        }
    }

    /** Those of docs/examples/pings.md: on days that are so regular the model is as good as a rule, and better than a place for each. */
    private static void figures(IngestionWorld world) {
        Run next = world.run("pings-next");
        assertThat(next.state())
                .as("%s %s", next, world.ingestion().runs().logs(DE, next.id(), 0, 1000))
                .isEqualTo(Run.State.SUCCEEDED);
        assertThat(world.ask(
                        "pings_consumption.next_place_quality",
                        "SELECT method, moves, told_right FROM t WHERE method <> 'model' ORDER BY told_right, method"))
                .containsExactly("home|66|23", "usual place|66|23", "usual place from here|66|65");
        assertThat(world.ask(
                        "pings_consumption.next_place_quality",
                        "SELECT told_right BETWEEN 62 AND 66 FROM t WHERE method = 'model'"))
                .containsExactly("true");
        assertThat(world.ask("pings_curated.next_place", "SELECT version, stage FROM t"))
                .containsExactly("1|champion");
        assertThat(world.count("pings_curated.told_places")).isEqualTo(12);
    }

    @Test
    void a_night_without_a_run_is_missed_and_its_owner_is_told_once() {
        try (IngestionWorld world = IngestionWorld.sqlite(folder, "pings-pipeline");
                Notifier notifier = new Notifier(Map.of(), false)) {
            world.example("pings", "files", false);
            Pipeline pipeline = world.ingestion().pipelines().find("pings").orElseThrow();
            Instant due = Instant.parse("2026-03-03T04:00:00Z");
            world.database()
                    .jdbi()
                    .useHandle(handle ->
                            handle.execute("UPDATE pipeline_deadline SET due_at = ?", due.toEpochMilli() * 1000));
            world.ingestion().pipelines().pause("pings", false);
            Deadlines nodes = new Deadlines(
                    world.database().jdbi(),
                    world.ingestion().pipelines(),
                    notifier,
                    world.people,
                    Clock.fixed(due.plusSeconds(60), ZoneOffset.UTC));
            nodes.look();
            nodes.look();
            assertThat(nodes.missed(List.of(pipeline))).isEqualTo(Map.of("pings", due));
            assertThat(world.missed).containsExactly(new People.Missed("pings", due, Set.of("data-engineer")));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
