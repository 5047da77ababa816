package io.atalaya.benchmarks;

import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.audit.Verification;
import io.atalaya.policies.audit.AuditEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How long the offline verifier takes for a log.
 *
 * <p>Arguments: records (1000000), folder (a temporary one, where the log is left).
 */
public final class AuditVerification {
    private static final int WRITERS = 512;

    private AuditVerification() {}

    public static void main(String[] arguments) throws Exception {
        int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        Path folder = arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("audit-verification");
        AuditLogConfig config = AuditLogConfig.in(folder);
        long started = System.nanoTime();
        try (MerkleAuditLog log = MerkleAuditLog.open(config, Clock.systemUTC());
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                pool.execute(() -> {
                    for (int record = first; record < records; record += WRITERS) {
                        log.append(event("user-" + first % 50, record));
                    }
                });
            }
        }
        print("written", records, started);
        for (int turn = 0; turn < 3; turn++) {
            started = System.nanoTime();
            Verification verification = new AuditVerifier().verify(config.folder());
            if (!verification.holds() || verification.signed() != records) {
                throw new IllegalStateException("the log does not verify: " + config.folder());
            }
            print("verified", records, started);
        }
    }

    private static void print(String what, int records, long started) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(Locale.ROOT, "%s: %,d records in %.1f s%n", what, records, seconds);
    }

    private static AuditEvent event(String principal, int number) {
        return new AuditEvent(
                "data.read.intent",
                principal,
                "query-" + number,
                Map.of(
                        "statement",
                        "SELECT product, count(*) FROM complaints_curated.complaints GROUP BY 1",
                        "tables",
                        List.of(Map.of(
                                "name", "complaints_curated.complaints", "snapshot", "823", "rows", "state = 'CA'")),
                        "epoch",
                        902));
    }
}
