package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** Logs to test with. */
final class Logs {
    private Logs() {}

    static AuditLogConfig config(Path data) {
        AuditLogConfig usual = AuditLogConfig.in(data);
        return new AuditLogConfig(
                usual.folder(),
                usual.signingKey(),
                usual.segmentBytes(),
                usual.checkpointRecords(),
                usual.checkpointEvery(),
                true);
    }

    /** Signs after so many records, and by time only after an hour. */
    static AuditLogConfig config(Path data, int checkpointRecords) {
        AuditLogConfig usual = AuditLogConfig.in(data);
        return new AuditLogConfig(
                usual.folder(), usual.signingKey(), 4000, checkpointRecords, Duration.ofHours(1), true);
    }

    static MerkleAuditLog open(AuditLogConfig config) throws IOException {
        return MerkleAuditLog.open(config, Clock.systemUTC());
    }

    static AuditEvent event(int number) {
        return new AuditEvent(
                "data.read.intent", "ana", "query-" + number, Map.of("sql", "SELECT " + number, "rows", number));
    }

    /** A log of so many records, closed in good order, with a checkpoint after each ten or so. */
    static void write(Path data, int records) throws IOException {
        try (MerkleAuditLog log = open(config(data, 10))) {
            for (int i = 0; i < records; i++) {
                log.append(event(i));
            }
        }
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Path target = to.resolve(from.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
