package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditProjectionTest {
    @TempDir
    private Path data;

    private AuditProjection follow(MerkleAuditLog log) throws IOException {
        return AuditProjection.follow(data.resolve("events"), log, 10);
    }

    private static List<String> read(AuditProjection projection, String columns) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT concat_ws('|', " + columns + ") FROM ("
                        + projection.rows().sql() + ") ORDER BY sequence")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("events"))) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    @Test
    void has_every_record_that_was_durable_when_it_was_asked() throws Exception {
        try (MerkleAuditLog log = Logs.open(Logs.config(data));
                AuditProjection projection = follow(log)) {
            assertThat(read(projection, "sequence")).isEmpty();
            for (int i = 0; i < 37; i++) {
                log.append(Logs.event(i));
                assertThat(projection.rows().version()).hasValue(i + 1);
            }
            assertThat(read(projection, "sequence, subject"))
                    .hasSize(37)
                    .startsWith("0|query-0")
                    .endsWith("36|query-36");
            assertThat(files()).isEqualTo(3);
        }
    }

    @Test
    void goes_on_where_it_left_off() throws Exception {
        try (MerkleAuditLog log = Logs.open(Logs.config(data))) {
            try (AuditProjection projection = follow(log)) {
                for (int i = 0; i < 25; i++) {
                    log.append(Logs.event(i));
                }
                projection.rows();
            }
            log.append(Logs.event(25));
            Files.writeString(data.resolve("events").resolve("events-%020d.jsonl".formatted(20)), "{\"torn");
            try (AuditProjection projection = follow(log)) {
                assertThat(read(projection, "sequence")).hasSize(26).endsWith("25");
            }
        }
    }

    @Test
    void is_made_again_when_asked() throws Exception {
        try (MerkleAuditLog log = Logs.open(Logs.config(data));
                AuditProjection projection = follow(log)) {
            for (int i = 0; i < 25; i++) {
                log.append(Logs.event(i));
            }
            projection.rows();
            projection.rebuild();
            assertThat(read(projection, "sequence")).hasSize(25);
        }
    }

    @Test
    void keeps_texts_as_they_are() throws Exception {
        try (MerkleAuditLog log = Logs.open(Logs.config(data));
                AuditProjection projection = follow(log)) {
            log.append(new AuditEvent(
                    "data.read.intent",
                    "o'hara",
                    "a\nb",
                    Map.of(
                            "statement",
                            "SELECT '\u00e9\"'",
                            "tables",
                            List.of(Map.of("name", "shop.orders", "masks", Map.of("1", "redact"))))));
            log.append(new AuditEvent("data.read.denied", "ana", "q", Map.of()));
            log.append(new AuditEvent("data.read.outcome", "ana", "q", Map.of("state", "FAILED")));
            assertThat(read(projection, "principal, subject, decision, statement, tables[1]"))
                    .containsExactly(
                            "o'hara|a\nb|filtered|SELECT '\u00e9\"'|shop.orders", "ana|q|denied", "ana|q|failed");
            assertThat(read(projection, "details").getFirst())
                    .startsWith("{\"statement\":\"SELECT '\u00e9\\\"'\",\"tables\":[{\"masks\":{\"1\":\"redact\"}");
        }
    }
}
