package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.ExportCheck;
import io.atalaya.catalog.audit.LogKey;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code web/e2e/walk-through.mjs} in a real browser, on a service whose clock the walk sets. */
class WalkThroughIT {
    private static final Path WEB = Path.of("../web").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @Test
    void from_a_refused_query_to_an_audited_end() throws IOException, InterruptedException {
        assumeTrue(Files.exists(WEB.resolve("node_modules/playwright-core")), "the console's tools are not installed");
        assumeTrue(
                System.getenv("CHROMIUM") != null
                        || Stream.of("chromium", "chromium-browser").anyMatch(this::installed),
                "no Chromium: set CHROMIUM or install Debian's chromium");
        // The browser's clock is the machine's, and fills dates in.
        SettableClock clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        try (RunningServer server = RunningServer.shop(clock)) {
            HttpServer time = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            time.createContext("/", exchange -> {
                clock.advance(Duration.ofDays(
                        Integer.parseInt(exchange.getRequestURI().getQuery().substring("days=".length()))));
                server.sweepRequests();
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            time.start();
            try {
                assertThat(walk(server, "http://127.0.0.1:" + time.getAddress().getPort()))
                        .as("the walk's own words")
                        .contains("# fail 0")
                        .doesNotContain("# pass 0");
                Path log = server.data().resolve("audit");
                assertThat(new AuditVerifier().verify(log).findings()).isEmpty();
                LogKey key = LogKey.parse(Files.readString(log.resolve("public-key")));
                assertThat(ExportCheck.check(export(), key).orElseThrow())
                        .as("what the auditor took along is what the log has signed")
                        .containsKey("checkpoint");
            } finally {
                time.stop(0);
            }
        }
    }

    private Path export() {
        return folder.resolve("export.zip");
    }

    private boolean installed(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private String walk(RunningServer server, String clock) throws IOException, InterruptedException {
        Map<String, Map<String, String>> credentials = new HashMap<>();
        RunningServer.USERS.forEach(user -> credentials.put(user, Map.of("password", RunningServer.PASSWORD)));
        Path file = folder.resolve("credentials.json");
        RunningServer.JSON.writeValue(file.toFile(), credentials);
        Path output = folder.resolve("walk.txt");
        ProcessBuilder walk = new ProcessBuilder(
                        List.of("node", "--test", "--test-reporter=tap", "e2e/walk-through.mjs"))
                .directory(WEB.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        walk.environment()
                .putAll(Map.of(
                        "ATALAYA_URL", server.address(),
                        "ATALAYA_CREDENTIALS", file.toString(),
                        "ATALAYA_CLOCK", clock,
                        "ATALAYA_EXPORT", export().toString()));
        Process process = walk.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
