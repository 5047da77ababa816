package io.atalaya.benchmarks;

import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Durable audit records per second: writers that share flushes against one flush for each record, in turns, in one run.
 * Every writer waits until its record is durable before it hands in the next.
 *
 * <p>Arguments: writers (16), seconds for each turn (5), turns (3), folder (a temporary one).
 */
public final class AuditAppends {
    private AuditAppends() {}

    public static void main(String[] arguments) throws Exception {
        int writers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int turns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        Path folder = arguments.length > 3 ? Path.of(arguments[3]) : Files.createTempDirectory("audit-appends");
        measure(folder.resolve("warm-up"), writers, 2, true);
        List<Double> shared = new ArrayList<>();
        List<Double> single = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            shared.add(measure(folder.resolve("shared-" + turn), writers, seconds, true));
            single.add(measure(folder.resolve("single-" + turn), writers, seconds, false));
            alone.add(measure(folder.resolve("alone-" + turn), 1, seconds, false));
        }
        double best = Math.max(median(single), median(alone));
        System.out.printf(Locale.ROOT, "shared flushes, %d writers: %,.0f records/s%n", writers, median(shared));
        System.out.printf(Locale.ROOT, "one flush per record, %d writers: %,.0f records/s%n", writers, median(single));
        System.out.printf(Locale.ROOT, "one flush per record, 1 writer: %,.0f records/s%n", median(alone));
        System.out.printf(
                Locale.ROOT,
                "ratio to the same writers: %.1f, to the better of the two: %.1f%n",
                median(shared) / median(single),
                median(shared) / best);
    }

    private static double measure(Path data, int writers, int seconds, boolean batching) throws Exception {
        AuditLogConfig usual = AuditLogConfig.in(data);
        AuditLogConfig config = new AuditLogConfig(
                usual.folder(),
                usual.signingKey(),
                usual.segmentBytes(),
                usual.checkpointRecords(),
                usual.checkpointEvery(),
                batching);
        LongAdder records = new LongAdder();
        long started = System.nanoTime();
        long until = started + seconds * 1_000_000_000L;
        try (MerkleAuditLog log = MerkleAuditLog.open(config, Clock.systemUTC());
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "user-" + writer;
                running.add(pool.submit(() -> {
                    while (System.nanoTime() < until) {
                        log.append(event(name, records.intValue()));
                        records.increment();
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
        double rate = records.sum() / ((System.nanoTime() - started) / 1e9);
        if (!new AuditVerifier().verify(usual.folder()).holds()) {
            throw new IllegalStateException("the log does not verify: " + usual.folder());
        }
        delete(data);
        return rate;
    }

    private static AuditEvent event(String principal, int number) {
        return new AuditEvent(
                "data.read.intent",
                principal,
                "query-" + number,
                Map.of(
                        "sqlSha256",
                        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                        "tables",
                        List.of(Map.of("table", "complaints_curated.complaint", "snapshot", 823L)),
                        "epoch",
                        902,
                        "effect",
                        "filtered"));
    }

    private static double median(List<Double> rates) {
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    private static void delete(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
