package io.atalaya.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.atalaya.ingestion.notify.People;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events that are posted at a steady pace to a pipeline that loads them, checks them and tells somebody of those that are bad: how
 * long it is from the answer that an event is on disk to the word about it. One event of a hundred is bad. Without HTTP, which adds
 * a request.
 *
 * <p>Arguments: events a second (1000), seconds (30), folder (a temporary one).
 */
public final class EventToAlert {
    private static final int BATCHES = 10;
    private static final int BAD = 100;
    private static final long PATIENCE = 60_000_000_000L;
    private static final Pattern NEW = Pattern.compile("[(]([0-9,]+) new[)]");

    private EventToAlert() {}

    /** A word, and how many bad events it was about. */
    private record Told(long at, int events) {}

    public static void main(String[] arguments) throws Exception {
        int pace = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
        List<Told> told = new CopyOnWriteArrayList<>();
        List<Long> accepted = new ArrayList<>();
        try (Folders folder = Folders.of(arguments, 2);
                LoadedLake lake = LoadedLake.telling(folder.path().resolve("lake"), hearing(told))) {
            lake.pipeline("take", """
                    triggers: [{arrival: take}]
                    stages:
                      - name: take
                        extract:
                          push: {from: [owner]}
                          every: 1s
                          target: bench.events
                          columns: [id, value]
                          typed: {reading: {from: value, type: bigint}}
                      - name: gate
                        needs: [take]
                        check:
                          table: bench.events
                          rules:
                            - {name: in-range, onFailure: WARN, range: {column: reading, from: "0", to: "100"}}
                      - name: alert
                        needs: [gate]
                        notify:
                          message: Readings are out of range
                          to: [robot]
                          rows: {text: SELECT id FROM bench.events WHERE reading > 100}
                    """);
            lake.awaitListening("take");
            int batch = pace / BATCHES;
            int warm = 5 * BATCHES;
            long began = System.nanoTime();
            for (int tick = 0; tick < seconds * BATCHES + warm; tick++) {
                long due = began + tick * (1_000_000_000L / BATCHES);
                while (System.nanoTime() < due) {
                    Thread.sleep(1);
                }
                lake.push("take", events(tick * batch, batch));
                long now = System.nanoTime();
                for (int bad = 0; bad < bad(tick * batch, batch); bad++) {
                    accepted.add(now);
                }
            }
            double took = (System.nanoTime() - began) / 1e9;
            long until = System.nanoTime() + PATIENCE;
            while (count(told) < accepted.size() && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            report(told, accepted, bad(0, warm * batch), (seconds * BATCHES + warm) * batch / took);
        }
        System.exit(0);
    }

    private static People hearing(List<Told> told) {
        return new People() {
            @Override
            public int tell(Word word) {
                Matcher number = NEW.matcher(word.message());
                if (number.find()) {
                    told.add(new Told(
                            System.nanoTime(), Integer.parseInt(number.group(1).replace(",", ""))));
                }
                return 1;
            }

            @Override
            public void missed(Missed missed) {}

            @Override
            public Set<String> people(Set<String> names) {
                return names;
            }
        };
    }

    private static List<byte[]> events(int from, int number) {
        List<byte[]> events = new ArrayList<>();
        for (int id = from; id < from + number; id++) {
            events.add("{\"id\":%d,\"value\":%d}"
                    .formatted(id, id % BAD == 0 ? 900 : id % BAD)
                    .getBytes(UTF_8));
        }
        return events;
    }

    private static int bad(int from, int number) {
        return (from + number + BAD - 1) / BAD - (from + BAD - 1) / BAD;
    }

    private static int count(List<Told> told) {
        return told.stream().mapToInt(Told::events).sum();
    }

    /** Events are loaded in the order they were accepted in, so the first bad ones are those of the first word. */
    private static void report(List<Told> told, List<Long> accepted, int warm, double pace) {
        List<Double> waits = new ArrayList<>();
        int event = 0;
        for (Told word : told) {
            for (int i = 0; i < word.events(); i++, event++) {
                if (event >= warm) {
                    waits.add((word.at() - accepted.get(event)) / 1e9);
                }
            }
        }
        List<Double> sorted = waits.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%,.0f events/s; %d of %d bad ones told in %d words; from on disk to told: p50 %.2f s, p99 %.2f s, most %.2f s%n",
                pace,
                event,
                accepted.size(),
                told.size(),
                sorted.get(sorted.size() / 2),
                sorted.get((int) (sorted.size() * 0.99)),
                sorted.getLast());
    }
}
