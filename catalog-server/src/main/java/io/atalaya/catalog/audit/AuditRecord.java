package io.atalaya.catalog.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One line of the log.
 *
 * @param sequence from 0 without gaps
 * @param id UUID version 7
 * @param at when it was handed to the log, in microseconds
 * @param kind dotted, such as {@code data.read.intent}
 * @param principal who did it
 * @param subject what it is about
 * @param details further fields as JSON values
 */
public record AuditRecord(
        long sequence,
        UUID id,
        Instant at,
        String kind,
        String principal,
        String subject,
        Map<String, Object> details) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What became of what was asked for. */
    public Verdict verdict() {
        return Verdict.of(kind, details);
    }

    /** Reads a line; empty if it is not a record as this log writes them. */
    static Optional<AuditRecord> parse(byte[] line) {
        try {
            Map<?, ?> fields = JSON.readValue(new String(line, java.nio.charset.StandardCharsets.UTF_8), Map.class);
            if (fields.get("seq") instanceof Number sequence
                    && fields.get("at") instanceof Number at
                    && fields.get("id") instanceof String id
                    && fields.get("kind") instanceof String kind
                    && fields.get("principal") instanceof String principal
                    && fields.get("subject") instanceof String subject
                    && fields.get("details") instanceof Map<?, ?> details) {
                Map<String, Object> copy = new LinkedHashMap<>();
                details.forEach((key, value) -> copy.put(String.valueOf(key), value));
                return Optional.of(new AuditRecord(
                        sequence.longValue(),
                        UUID.fromString(id),
                        Instant.EPOCH.plus(at.longValue(), ChronoUnit.MICROS),
                        kind,
                        principal,
                        subject,
                        copy));
            }
            return Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
