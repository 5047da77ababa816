package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import io.atalaya.catalog.audit.AuditVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a small file system of its own, which another program fills up. */
class DiskFullIT {
    private static final Path EXAMPLE = Path.of("../examples/complaints");
    private static final long SPARE = 16 << 20;
    private static final String RAW = "SELECT count(*) FROM complaints_raw.complaints";

    @TempDir
    Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        int code = run("mount", "-t", "tmpfs", "-o", "size=256m,mode=0700", "atalaya-it", disk.toString());
        Assumptions.assumeTrue(code == 0, "needs the right to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "--lazy", disk.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void a_full_disk_stops_what_would_write_says_so_and_loses_nothing() throws Exception {
        Path folder = Files.createDirectory(disk.resolve("server"));
        try (RunningServer server = RunningServer.empty(folder, Map.of())) {
            server.addUser("de");
            Path workspace = server.copyOf(EXAMPLE);
            assertThat(server.apply(workspace).status()).isEqualTo(200);
            server.operator("PUT", "/users/de/profiles/data-engineer", null);

            // Nothing else writes.
            server.operator("POST", "/pipelines/complaints/pause", null);
            Path filler = fill(SPARE);
            JsonNode failed = end(
                    server,
                    server.operator("POST", "/pipelines/complaints-land/runs", null)
                            .json()
                            .path("id")
                            .asText());
            assertThat(failed.path("state").asText()).as(failed.toString()).isEqualTo("FAILED");
            assertThat(failed.toString()).contains("No space left", "make room, then resume the run");

            Files.delete(filler);
            String id = failed.path("id").asText();
            assertThat(server.operator("POST", "/runs/" + id + "/resume", null).status())
                    .isLessThan(300);
            JsonNode resumed = end(server, id);
            assertThat(resumed.path("state").asText()).as(resumed.toString()).isEqualTo("SUCCEEDED");
            assertThat(rows(server)).isEqualTo("46911");

            filler = fill(0);
            Answer refused = server.as("de", "POST", "/queries", Map.of("sql", RAW, "waitMs", 10_000));
            assertThat(refused.text())
                    .containsAnyOf("disk may be full", "audit")
                    .doesNotContain("Exception")
                    .doesNotContain("46911");
            Files.delete(filler);
            assertThat(rows(server)).isEqualTo("46911");
            assertThat(new AuditVerifier()
                            .verify(server.data().resolve("audit"))
                            .holds())
                    .isTrue();
        }
    }

    private static String rows(RunningServer server) {
        JsonNode answer = server.query("de", RAW);
        assertThat(answer.path("state").asText()).as(answer.toString()).isEqualTo("SUCCEEDED");
        return answer.path("results").path("rows").path(0).path(0).asText();
    }

    private static JsonNode end(RunningServer server, String run) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            JsonNode now = server.operator("GET", "/runs/" + run, null).json();
            if (now.path("endedAt").isTextual() || System.nanoTime() > until) {
                return now;
            }
            Thread.sleep(100);
        }
    }

    /** Writes until so many bytes are free. */
    private Path fill(long free) throws IOException {
        FileStore store = Files.getFileStore(disk);
        Path filler = Files.createTempFile(disk, "filler", "");
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (store.getUsableSpace() > free) {
                out.write(block);
            }
        } catch (IOException e) {
            // Full, as it should be.
        }
        return filler;
    }
}
