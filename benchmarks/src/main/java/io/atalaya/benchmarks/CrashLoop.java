package io.atalaya.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kills the service with {@code kill -9} at random moments under a load of ingestion, commits, grants and queries, and
 * after each death looks whether everything it acknowledged is still there: {@code benchmarks/run CrashLoop [rounds [seed]]}.
 *
 * <p>Files are dropped all the while; the rows seen in the raw table must never become fewer, and in the end each file
 * must be there exactly once. Every grant answered with success must be listed, every withdrawn one must be gone, the
 * outcome of every query that succeeded must be in the audit, and the audit must verify.
 */
public final class CrashLoop {
    private static final int ROWS_IN_A_FILE = 50;
    private static final long FIRST_ID = 900_000_000;
    private static final String RAW = "complaints_raw.complaints";
    private static final String OPEN_TABLE = "complaints_consumption.complaints_by_product_month_state";
    private static final String HEADER =
            "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,"
                    + "Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,"
                    + "Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n";

    private final Path data;
    private final Random random;
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger grantees = new AtomicInteger();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicLong rowsSeen = new AtomicLong();
    private final Set<String> granted = ConcurrentHashMap.newKeySet();
    private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final List<String> faults = new ArrayList<>();

    private CrashLoop(Path data, long seed) {
        this.data = data;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        Path folder = Files.createTempDirectory("atalaya-crash-");
        System.out.printf("%d rounds, seed %d, in %s%n", rounds, seed, folder);
        CrashLoop loop = new CrashLoop(Files.createDirectory(folder.resolve("data")), seed);
        loop.run(rounds);
        System.out.printf(
                "%d kills: %d files, %d rows seen, %d grants, %d withdrawals, %d queries acknowledged; %d faults%n",
                rounds,
                loop.delivered.get(),
                loop.rowsSeen.get(),
                loop.granted.size(),
                loop.withdrawn.size(),
                loop.queries.get(),
                loop.faults.size());
        System.exit(loop.faults.isEmpty() ? 0 : 1);
    }

    private void run(int rounds) throws IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            ServiceProcess service = ServiceProcess.start(data);
            check(service);
            List<Thread> load = load(service);
            Thread.sleep(200 + random.nextInt(2500));
            service.kill();
            for (Thread thread : load) {
                thread.join();
            }
            System.out.printf("kill %d: %d faults so far%n", round, faults.size());
        }
        try (ServiceProcess service = ServiceProcess.start(data)) {
            awaitAllFiles(service);
            check(service);
            checkFiles(service);
        }
        if (granted.isEmpty() && withdrawn.isEmpty()) {
            fault("no grant was ever acknowledged, so nothing is known of grants");
        }
    }

    private List<Thread> load(ServiceProcess service) {
        Client admin = service.as("admin");
        Client engineer = service.as("de");
        return Stream.<Work>of(
                        () -> drop(service),
                        () -> grant(admin),
                        () -> withdraw(admin),
                        () -> look(engineer),
                        () -> look(engineer))
                .map(work -> Thread.ofVirtual().start(() -> repeat(service, work)))
                .toList();
    }

    /** One piece of load; fails when the service dies under it. */
    private interface Work {
        void once() throws IOException, InterruptedException;
    }

    private static void repeat(ServiceProcess service, Work work) {
        while (service.isAlive()) {
            try {
                work.once();
            } catch (IOException e) {
                // Not acknowledged, so nothing is owed.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void drop(ServiceProcess service) throws IOException, InterruptedException {
        int number = delivered.get();
        StringBuilder text = new StringBuilder(HEADER);
        for (int row = 0; row < ROWS_IN_A_FILE; row++) {
            text.append(
                            "2020-03-18,Mortgage,,Trouble during payment process,,,,ACME BANK,CA,941XX,,N/A,Web,2020-03-18,")
                    .append("Closed with explanation,Yes,N/A,")
                    .append(FIRST_ID + (long) number * ROWS_IN_A_FILE + row)
                    .append('\n');
        }
        Path folder = service.data().resolve("workspaces/complaints/drop");
        Path part = folder.resolve("crash-" + number + ".csv.part");
        Files.writeString(part, text);
        Files.move(part, folder.resolve("crash-" + number + ".csv"), StandardCopyOption.ATOMIC_MOVE);
        delivered.incrementAndGet();
        Thread.sleep(400);
    }

    private void grant(Client admin) throws IOException, InterruptedException {
        String name = "crash-" + grantees.incrementAndGet();
        admin.post("users", Map.of("name", name));
        Client.Answer answer = admin.post(
                "grants",
                Map.of(
                        "grantee", Map.of("user", name),
                        "resource", Map.of("table", OPEN_TABLE),
                        "permissions", List.of("DESCRIBE"),
                        "reason", "to be found after a crash"));
        if (answer.isDone()) {
            granted.add(answer.body().path("id").asText());
        }
        Thread.sleep(20);
    }

    private void withdraw(Client admin) throws IOException, InterruptedException {
        Thread.sleep(150);
        for (String id : granted.stream().limit(1).toList()) {
            granted.remove(id);
            // From here on it may be there or not; only an answer settles it.
            if (admin.delete("grants/" + id).isDone()) {
                withdrawn.add(id);
            }
        }
    }

    private void look(Client engineer) throws IOException {
        Client.Answer answer = engineer.query("SELECT count(*), count(DISTINCT complaint_id) FROM " + RAW
                + " WHERE try_cast(complaint_id AS bigint) >= " + FIRST_ID);
        JsonNode body = answer.body();
        if (answer.isDone() && body.path("state").asText().equals("SUCCEEDED")) {
            answered.add(body.path("id").asText());
            queries.incrementAndGet();
            JsonNode row = body.path("results").path("rows").path(0);
            rowsSeen.accumulateAndGet(row.path(0).asLong(), Math::max);
            if (row.path(0).asLong() != row.path(1).asLong()) {
                fault("a row is there twice: %s rows, %s ids".formatted(row.path(0), row.path(1)));
            }
        }
    }

    private void check(ServiceProcess service) throws IOException {
        Client admin = service.as("admin");
        Set<String> grants = grants(admin);
        granted.stream().filter(id -> !grants.contains(id)).forEach(id -> fault("grant " + id + " is gone"));
        withdrawn.stream().filter(grants::contains).forEach(id -> fault("grant " + id + " is back"));
        long before = rowsSeen.get();
        if (before > 0) {
            JsonNode answer = service.as("de")
                    .queryToItsEnd(
                            "SELECT count(*) FROM " + RAW + " WHERE try_cast(complaint_id AS bigint) >= " + FIRST_ID)
                    .body();
            long now = answer.path("results").path("rows").path(0).path(0).asLong(-1);
            if (now < before) {
                fault("%d rows were seen; now the answer is %s".formatted(before, answer));
            }
        }
        checkAudit(service);
    }

    private static Set<String> grants(Client admin) throws IOException {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        String cursor = "";
        do {
            JsonNode page = admin.get("grants?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .body();
            page.path("items").forEach(item -> ids.add(item.path("id").asText()));
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty());
        return ids;
    }

    /** On a copy, as an auditor would. */
    private void checkAudit(ServiceProcess service) throws IOException {
        Path copy = Files.createTempDirectory("atalaya-audit-copy-");
        Path audit = service.data().resolve("audit");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(audit)) {
            files = walk.toList();
        }
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            Path target = copy.resolve(audit.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else {
                Files.copy(file, target);
                text.append(Files.readString(target, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        String outcomes = text.toString()
                .lines()
                .filter(line -> line.contains("\"data.read.outcome\""))
                .collect(Collectors.joining());
        answered.stream()
                .filter(id -> !outcomes.contains(id))
                .forEach(id -> fault("the outcome of query " + id + " is not in the audit"));
        answered.clear();
        Process verify = new ProcessBuilder(
                        Path.of(System.getProperty("atalaya.home"), "atalaya").toString(),
                        "audit",
                        "verify",
                        copy.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (verify.waitFor() != 0) {
                fault("the audit does not verify: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Path file : files.reversed()) {
            Files.deleteIfExists(copy.resolve(audit.relativize(file).toString()));
        }
    }

    private void awaitAllFiles(ServiceProcess service) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        long expected = (long) delivered.get() * ROWS_IN_A_FILE;
        while (System.nanoTime() < end && rowsSeen.get() < expected) {
            look(service.as("de"));
            Thread.sleep(500);
        }
    }

    private void checkFiles(ServiceProcess service) throws IOException {
        Client.Answer answer = service.as("de")
                .query("SELECT (try_cast(complaint_id AS bigint) - %d) / %d, count(*) FROM %s"
                                .formatted(FIRST_ID, ROWS_IN_A_FILE, RAW)
                        + " WHERE try_cast(complaint_id AS bigint) >= " + FIRST_ID + " GROUP BY 1");
        Map<Integer, Integer> counts = new ConcurrentHashMap<>();
        String id = answer.body().path("id").asText();
        String cursor = "";
        do {
            JsonNode page = service.as("de")
                    .get("queries/" + id + "/results?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .body();
            page.path("rows")
                    .forEach(row -> counts.put(row.path(0).asInt(), row.path(1).asInt()));
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty());
        for (int file = 0; file < delivered.get(); file++) {
            int rows = counts.getOrDefault(file, 0);
            if (rows != ROWS_IN_A_FILE) {
                fault("file %d has %d rows of %d".formatted(file, rows, ROWS_IN_A_FILE));
            }
        }
        String surplus = counts.keySet().stream()
                .filter(file -> file >= delivered.get())
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (!surplus.isEmpty()) {
            fault("rows of files never delivered: " + surplus);
        }
    }

    private void fault(String text) {
        synchronized (faults) {
            faults.add(text);
            System.out.println("FAULT " + text);
        }
    }
}
