package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.run.Run;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rows that people are told of, on one kind of metadata database. */
abstract class NewsContract extends IngestionContract {
    private static final String TELL = """
            stages:
              - name: land
                extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.shelves, settle: 50ms, columns: [district, shelf, pieces, at]}
              - name: stock
                needs: [land]
                sql:
                  text: SELECT district, shelf, CAST(max_by(pieces, at) AS bigint) AS pieces FROM shop_raw.shelves GROUP BY district, shelf
                  mode: OVERWRITE
                  target: shop_curated.stock
              - name: alert
                needs: [stock]
                notify:
                  message: Shelves are about to be empty
                  to: [ana, ben, out]
                  rows: {text: SELECT shelf FROM stock WHERE pieces < 3, database: shop_curated}
            """;

    private static final String POLICIES = """
            profiles: {analyst: {}, robots: {}}
            users:
              ana: {profiles: analyst, attributes: {district: north}}
              ben: {profiles: analyst, attributes: {district: south}}
              out: {}
              robot: {profiles: robots}
            tags:
              scope: [district]
            assignments:
              - {table: shop_curated.stock, columns: {"scope=district": [district]}}
            grants:
              - {to: {profile: analyst}, allow: SELECT, on: {table: shop_curated.stock}}
            guards:
              own: {on: {columnsTagged: {scope: district}}, rows: value = user.district, except: [robots]}
            """;

    private int delivered;

    private void deliver(String... shelves) {
        StringBuilder text = new StringBuilder("district,shelf,pieces,at\n");
        delivered++;
        Stream.of(shelves).forEach(shelf -> text.append(shelf).append(",%03d\n".formatted(delivered)));
        world.drop("f" + delivered + ".csv", text.toString());
    }

    private void govern() {
        world.pipeline("stock", TELL);
        deliver("north,N1,9", "south,S1,9", "south,S2,9");
        succeeded(world.run("stock"));
        world.policies(POLICIES);
    }

    private static String word(People.Word word) {
        return String.join(",", word.who()) + ": " + word.message();
    }

    private List<String> said() {
        List<String> said =
                world.words.stream().map(NewsContract::word).sorted().toList();
        world.words.clear();
        return said;
    }

    @Test
    void each_is_told_once_of_the_rows_that_this_person_sees_and_nobody_on_quiet_days() {
        govern();
        assertThat(said()).isEmpty();
        deliver("north,N1,8", "south,S1,2", "south,S2,1");
        Run run = world.run("stock");
        succeeded(run);
        assertThat(said()).containsExactly("ben: Shelves are about to be empty (2 new)");
        assertThat(run.stage("alert").message()).contains("2 new rows; told 1 person");

        Run quiet = world.run("stock");
        assertThat(quiet.stage("alert").message()).contains("No new rows");
        deliver("north,N1,2", "south,S1,1");
        succeeded(world.run("stock"));
        assertThat(said()).containsExactly("ana: Shelves are about to be empty (1 new)");

        deliver("south,S1,9");
        succeeded(world.run("stock"));
        assertThat(said()).as("filled").isEmpty();
        deliver("south,S1,1");
        succeeded(world.run("stock"));
        assertThat(said()).as("and empty again").containsExactly("ben: Shelves are about to be empty (1 new)");
    }

    @Test
    void whoever_may_not_see_the_rows_any_more_is_not_told() {
        govern();
        world.policies(POLICIES.replaceAll("(?m)^ *- \\{to: .*\n", "").replace("grants:", "grants: []"));
        deliver("north,N1,1", "south,S1,1");
        Run run = world.run("stock");
        succeeded(run);
        assertThat(said()).isEmpty();
        assertThat(run.stage("alert").message()).contains("2 new rows");
        assertThat(logs(run)).contains("Shelves are about to be empty (2 new)");
    }

    /** Has the process die at a step, at the time it comes there that the number says. */
    private CountDownLatch dieAt(String stepAndTime) {
        String[] at = stepAndTime.split(" ", -1);
        CountDownLatch dead = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger(Integer.parseInt(at[1]));
        world.restart(reached -> {
                    if (reached.equals(at[0]) && left.decrementAndGet() == 0) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        return dead;
    }

    @Test
    void wherever_the_process_dies_nobody_misses_a_row_or_hears_the_same_word_twice() throws InterruptedException {
        govern();
        Set<String> heard = new HashSet<>();
        // First the log is told, then one person after the other.
        List<String> steps = List.of(
                "alert/begun 1",
                "alert/found 1",
                "alert/told 1",
                "alert/found 2",
                "alert/told 2",
                "alert/told 3",
                "alert/done 1");
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i);
            CountDownLatch dead = dieAt(step);
            deliver("south,D" + i + ",1", "north,E" + i + ",1");
            UUID run = world.ingestion().runs().start(DE, "stock").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as(step).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            succeeded(world.run("stock"));
            // What is said again is the same word of the same run, which people hear once.
            heard.clear();
            world.words.forEach(word -> heard.add(word.run() + " " + word.stage() + " " + word(word)));
            assertThat(heard)
                    .as(step)
                    .containsExactlyInAnyOrder(
                            run + " 2 ana: Shelves are about to be empty (1 new)",
                            run + " 2 ben: Shelves are about to be empty (1 new)");
            world.words.clear();
        }
    }

    @Test
    void what_a_cancelled_run_was_about_to_tell_is_told_by_the_next_as_its_word() throws InterruptedException {
        govern();
        CountDownLatch dead = dieAt("alert/told 2");
        deliver("south,S1,1");
        UUID run = world.ingestion().runs().start(DE, "stock").id();
        assertThat(dead.await(1, TimeUnit.MINUTES)).isTrue();
        while (world.ingestion().running() > 0) {
            IngestionWorld.sleep();
        }
        world.ingestion().runs().cancel(DE, run);
        world.restart(_ -> {}).start();
        assertThat(world.await(run).state()).isEqualTo(Run.State.CANCELLED);
        deliver("south,S2,1");
        Run next = world.run("stock");
        succeeded(next);
        assertThat(world.words.stream()
                        .map(word -> word.run() + " " + word(word))
                        .distinct())
                .containsExactly(
                        run + " ben: Shelves are about to be empty (1 new)",
                        next.id() + " ben: Shelves are about to be empty (1 new)");
    }
}
