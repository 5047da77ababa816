package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.run.Backfill;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.Principal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs for the days of a range, and how many are under way at once, on one kind of metadata database. */
abstract class BackfillContract extends IngestionContract {
    private static final LocalDate FIRST = LocalDate.parse("2026-01-01");

    private static final String PER_DAY = """
              - name: per-day
                needs: [land]
                sql:
                  text: |-
                    SELECT on_day, sum(CAST(amount AS double)) AS amount, ${run.date} AS computed_for -- of '${run.date}'
                    FROM shop_raw.orders WHERE on_day = ${run.date} GROUP BY on_day
                  mode: OVERWRITE
                  dateColumn: on_day
                  target: shop_consumption.days
              - {name: tell, needs: [per-day], notify: {message: done}}
            """;

    private void pipeline(int concurrency) {
        world.pipeline("days", "concurrency: " + concurrency + "\n" + LAND + PER_DAY);
    }

    private void deliver(int days) {
        StringBuilder rows = new StringBuilder("id,day,amount\n");
        for (int i = 0; i < days; i++) {
            rows.append(i)
                    .append(',')
                    .append(FIRST.plusDays(i))
                    .append(',')
                    .append(i + 1)
                    .append('\n');
        }
        world.drop("orders" + days + ".csv", rows.toString());
        succeeded(world.run("days"));
    }

    private Backfill start(int days, OptionalInt concurrency) {
        return world.ingestion().backfills().start(DE, "days", FIRST, FIRST.plusDays(days - 1L), concurrency);
    }

    private Backfill awaitEnd(UUID id) {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            Backfill now = world.ingestion().backfills().get(DE, id);
            if (now.runs().keySet().stream().allMatch(Run.State::ended)) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s", now).isLessThan(until);
            IngestionWorld.sleep();
        }
    }

    private List<Run> runs(UUID id) {
        return world.ingestion().backfills().runs(DE, id, Optional.empty(), 200).runs();
    }

    @Test
    void each_day_is_computed_by_itself_and_again_changes_only_that_day() {
        pipeline(3);
        deliver(6);
        Backfill ended = awaitEnd(start(6, OptionalInt.of(2)).id());
        assertThat(ended.runs()).isEqualTo(Map.of(Run.State.SUCCEEDED, 6L));
        assertThat(world.ask("shop_consumption.days", "SELECT on_day, amount, computed_for FROM t ORDER BY on_day"))
                .containsExactly(
                        "2026-01-01|1.0|2026-01-01",
                        "2026-01-02|2.0|2026-01-02",
                        "2026-01-03|3.0|2026-01-03",
                        "2026-01-04|4.0|2026-01-04",
                        "2026-01-05|5.0|2026-01-05",
                        "2026-01-06|6.0|2026-01-06");
        assertThat(runs(ended.id()))
                .extracting(run -> run.date().toString())
                .containsExactly("2026-01-06", "2026-01-05", "2026-01-04", "2026-01-03", "2026-01-02", "2026-01-01");
        assertThat(runs(ended.id()).getFirst().stages())
                .extracting(StageRun::name)
                .containsExactly("per-day");
        // Rows of one day more: only that one is written again, and nothing twice.
        world.drop("more.csv", "id,day,amount\n77,2026-01-02,10\n");
        succeeded(world.run("days"));
        assertThat(awaitEnd(start(6, OptionalInt.empty()).id()).runs()).isEqualTo(Map.of(Run.State.SUCCEEDED, 6L));
        assertThat(world.ask("shop_consumption.days", "SELECT count(*), sum(amount) FROM t"))
                .containsExactly("6|31.0");
        assertThat(world.ingestion()
                        .runs()
                        .list(DE, Optional.of("days"), Optional.empty(), 100)
                        .runs())
                .hasSize(2)
                .allMatch(run -> run.backfill().isEmpty());
        assertThat(world.ingestion().backfills().list(DE, Optional.of("days"), 10))
                .hasSize(2);
    }

    @Test
    void no_more_are_under_way_than_the_pipeline_allows_and_its_ordinary_runs_go_first() {
        AtomicInteger now = new AtomicInteger();
        Set<Integer> seen = new ConcurrentSkipListSet<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        pipeline(1);
        deliver(5);
        // The node would work on two at a time.
        world.restart(step -> {
                    if (step.equals("per-day/intended")) {
                        seen.add(now.incrementAndGet());
                        begun.countDown();
                        await(goOn);
                    } else if (step.equals("per-day/committed")) {
                        now.decrementAndGet();
                    }
                })
                .start();
        UUID id = start(5, OptionalInt.empty()).id();
        await(begun);
        UUID ordinary = world.ingestion().runs().start(DE, "days").id();
        assertThat(world.ingestion().runs().get(DE, ordinary).state()).isEqualTo(Run.State.QUEUED);
        goOn.countDown();
        Run ran = world.await(ordinary);
        succeeded(ran);
        assertThat(awaitEnd(id).runs()).isEqualTo(Map.of(Run.State.SUCCEEDED, 5L));
        assertThat(seen).containsExactly(1);
        assertThat(runs(id).stream()
                        .filter(run -> run.startedAt()
                                .orElseThrow()
                                .isAfter(ran.startedAt().orElseThrow())))
                .hasSize(4);
        assertThatThrownBy(() -> start(5, OptionalInt.of(3)))
                .isInstanceOf(IngestionException.Conflict.class)
                .hasMessageContaining("allows 1 to 1 runs at once");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_process_that_dies_goes_on_with_the_days_that_are_left() {
        pipeline(2);
        deliver(5);
        AtomicInteger commits = new AtomicInteger();
        CountDownLatch dead = new CountDownLatch(1);
        world.restart(step -> {
                    if (step.equals("per-day/committed") && commits.incrementAndGet() > 2) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        UUID id = start(5, OptionalInt.empty()).id();
        await(dead);
        while (world.ingestion().running() > 0) {
            IngestionWorld.sleep();
        }
        world.restart(_ -> {}).start();
        assertThat(awaitEnd(id).runs()).isEqualTo(Map.of(Run.State.SUCCEEDED, 5L));
        assertThat(world.ask("shop_consumption.days", "SELECT count(*), count(DISTINCT on_day), sum(amount) FROM t"))
                .containsExactly("5|5|15.0");
    }

    @Test
    void it_is_cancelled_and_resumed_as_a_whole() {
        pipeline(1);
        deliver(4);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        world.restart(step -> {
                    if (step.equals("per-day/written")) {
                        begun.countDown();
                        await(goOn);
                    }
                })
                .start();
        UUID id = start(4, OptionalInt.empty()).id();
        await(begun);
        world.ingestion().backfills().cancel(DE, id);
        goOn.countDown();
        Backfill cancelled = awaitEnd(id);
        assertThat(cancelled.runs().get(Run.State.CANCELLED)).isGreaterThanOrEqualTo(3L);
        world.ingestion().backfills().resume(DE, id);
        assertThat(awaitEnd(id).runs()).isEqualTo(Map.of(Run.State.SUCCEEDED, 4L));
        assertThat(world.ask("shop_consumption.days", "SELECT count(*), sum(amount) FROM t"))
                .containsExactly("4|10.0");
    }

    @Test
    void what_makes_no_sense_is_refused_and_others_do_not_know_of_it() {
        world.pipeline("orders", LAND + CURATE);
        assertThatThrownBy(() -> world.ingestion().backfills().start(DE, "orders", FIRST, FIRST, OptionalInt.empty()))
                .isInstanceOf(IngestionException.BadStage.class)
                .hasMessageContaining("No stage of pipeline 'orders' asks for the day of its run")
                .hasMessageContaining("${run.date}");
        pipeline(1);
        assertThatThrownBy(() ->
                        world.ingestion().backfills().start(DE, "days", FIRST, FIRST.minusDays(1), OptionalInt.empty()))
                .hasMessageContaining("from 2026-01-01 to 2025-12-31 it is 0");
        deliver(1);
        UUID id = awaitEnd(start(1, OptionalInt.empty()).id()).id();
        Principal other = new Principal("eve", Set.of(), Map.of());
        assertThatThrownBy(() -> world.ingestion().backfills().get(other, id))
                .isInstanceOf(IngestionException.NotFound.class);
        assertThatThrownBy(() -> world.ingestion().backfills().start(other, "days", FIRST, FIRST, OptionalInt.empty()))
                .isInstanceOf(IngestionException.NotFound.class)
                .hasMessage("There is no pipeline 'days'");
        assertThat(world.ingestion().backfills().list(other, Optional.empty(), 10))
                .isEmpty();
    }

    @Test
    void a_row_of_another_day_stops_the_stage_before_it_could_be_there_twice() {
        world.pipeline("days", LAND + PER_DAY.replace("WHERE on_day = ${run.date}", "WHERE ${run.date} IS NOT NULL"));
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n2,2026-01-02,6\n");
        Run run = world.run("days");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(new TreeSet<>(List.of(run.message().orElse("")))).anyMatch(text -> text.contains("Stage 'per-day'"));
        assertThat(world.count("shop_consumption.days")).isZero();
    }
}
