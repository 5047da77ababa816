package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditExportTest {
    private static final int RECORDS = 2_345;

    @TempDir
    private Path data;

    private MetadataDatabase database;
    private MerkleAuditLog log;
    private AuditIndex index;
    private Path zip;

    @BeforeEach
    void begin() throws IOException {
        database = SqliteFiles.open(data.resolve("metadata.db"));
        log = Logs.open(new AuditLogConfig(
                data.resolve("audit"),
                data.resolve("keys/audit.key"),
                1 << 20,
                500,
                java.time.Duration.ofMillis(50),
                true));
        index = AuditIndex.follow(database.jdbi(), log);
        zip = data.resolve("export.zip");
        for (int i = 0; i < RECORDS; i++) {
            log.append(i % 10 == 0 ? new AuditEvent("data.read.denied", "bob", "q" + i, Map.of()) : Logs.event(i));
        }
    }

    @AfterEach
    void end() throws IOException {
        index.close();
        log.close();
        database.close();
    }

    private void export(Optional<Verdict> decision, AuditExport.Format format) throws IOException {
        AuditSearch search = new AuditSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                decision,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                1);
        try (OutputStream out = Files.newOutputStream(zip)) {
            new AuditExport(log, index, data.resolve("temp"))
                    .write(new AuditExport.Request(search, "ana", log.size() - 1, format), out);
        }
    }

    private List<String> entry(String name) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile());
                InputStream in = file.getInputStream(file.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void has_every_record_in_order_with_the_hash_of_its_leaf_and_says_how_many() throws IOException {
        export(Optional.empty(), AuditExport.Format.JSONL);
        List<String> lines = entry("records.jsonl");
        assertThat(lines).hasSize(RECORDS);
        assertThat(lines.getFirst()).contains("\"sequence\":0,", "\"leafHash\":\"" + log.leaf(0));
        assertThat(lines.getLast()).contains("\"sequence\":" + (RECORDS - 1));
        Map<String, Object> manifest = ExportCheck.check(zip, log.key()).orElseThrow();
        assertThat(manifest)
                .containsEntry("count", RECORDS)
                .containsEntry("first", 0)
                .containsEntry("last", RECORDS - 1);
        assertThat(Checkpoint.verified(String.valueOf(manifest.get("checkpoint")), log.key())
                        .orElseThrow()
                        .size())
                .isEqualTo(RECORDS);
    }

    @Test
    void has_only_what_was_asked_for_and_says_what_that_was() throws IOException {
        export(Optional.of(Verdict.DENIED), AuditExport.Format.JSONL);
        assertThat(entry("records.jsonl")).hasSize(235).allMatch(line -> line.contains("\"principal\":\"bob\""));
        assertThat(ExportCheck.check(zip, log.key()).orElseThrow())
                .containsEntry("conditions", Map.of("decision", "denied"))
                .containsEntry("count", 235);
    }

    @Test
    void is_parquet_when_asked_for() throws Exception {
        export(Optional.empty(), AuditExport.Format.PARQUET);
        assertThat(ExportCheck.check(zip, log.key())).isPresent();
        Path parquet = data.resolve("records.parquet");
        try (ZipFile file = new ZipFile(zip.toFile());
                InputStream in = file.getInputStream(file.getEntry("records.parquet"))) {
            Files.copy(in, parquet);
        }
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT count(*), count(*) FILTER (decision = 'denied'), max(\"at\") > now() "
                                + "- INTERVAL 1 DAY FROM '" + parquet + "'")) {
            row.next();
            assertThat(row.getLong(1)).isEqualTo(RECORDS);
            assertThat(row.getLong(2)).isEqualTo(235);
            assertThat(row.getBoolean(3)).isTrue();
        }
        try (var left = Files.list(data.resolve("temp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void is_found_out_when_a_record_or_the_manifest_was_changed_or_another_log_signed_it() throws IOException {
        export(Optional.empty(), AuditExport.Format.JSONL);
        String records = String.join("\n", entry("records.jsonl")) + "\n";
        String manifest = String.join("\n", entry("manifest")) + "\n";
        rewrite(records, manifest);
        assertThat(ExportCheck.check(zip, log.key())).isPresent();
        rewrite(records.substring(records.indexOf('\n') + 1), manifest);
        assertThat(ExportCheck.check(zip, log.key())).isEmpty();
        rewrite(records, manifest.replace("\"count\":" + RECORDS, "\"count\":" + (RECORDS - 1)));
        assertThat(ExportCheck.check(zip, log.key())).isEmpty();
        rewrite(records, manifest);
        try (MerkleAuditLog other = Logs.open(Logs.config(data.resolve("other")))) {
            assertThat(ExportCheck.check(zip, other.key())).isEmpty();
        }
    }

    private void rewrite(String records, String manifest) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("records.jsonl"));
            out.write(records.getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("manifest"));
            out.write(manifest.getBytes(StandardCharsets.UTF_8));
        }
    }
}
