package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An event as its line in the log, but for the sequence number, which it gets when it is its turn. The work of writing
 * JSON is thereby done by the caller's thread.
 */
final class RecordLine {
    /** The line up to the sequence number. */
    private final byte[] before;
    /** The rest of the line with its line feed. */
    private final byte[] after;

    private RecordLine(String before, String after) {
        this.before = before.getBytes(StandardCharsets.UTF_8);
        this.after = after.getBytes(StandardCharsets.UTF_8);
    }

    static RecordLine of(AuditEvent event, Instant at) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        String before = "{\"at\":" + micros
                + ",\"details\":" + CanonicalJson.of(event.details())
                + ",\"id\":\"" + id(micros)
                + "\",\"kind\":" + CanonicalJson.of(event.kind())
                + ",\"principal\":" + CanonicalJson.of(event.principal())
                + ",\"seq\":";
        String after = ",\"subject\":" + CanonicalJson.of(event.subject()) + ",\"v\":1}\n";
        return new RecordLine(before, after);
    }

    /** UUID version 7 (RFC 9562), the twelve bits after the milliseconds being the rest of the microseconds. */
    private static UUID id(long micros) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = ((micros / 1000) << 16) | 0x7000 | ((micros % 1000) << 2) | random.nextInt(4);
        long least = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(most, least);
    }

    /** An upper bound of the bytes {@link #put} writes. */
    int length() {
        return before.length + 19 + after.length;
    }

    void put(ByteBuffer target, long sequence) {
        target.put(before);
        target.put(Long.toString(sequence).getBytes(StandardCharsets.US_ASCII));
        target.put(after);
    }
}
