package io.atalaya.lakehouse.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed loses no acknowledged commit and leaves no half one. */
class CrashTest {
    private static final Schema SCHEMA =
            new Schema(optional(1, "id", Types.LongType.get()), optional(2, "part", Types.IntegerType.get()));
    private static final int ROWS = 1_000;

    @TempDir
    Path folder;

    /** Appends to two tables at once for ever, and prints each commit once it is acknowledged. */
    public static void main(String[] arguments) {
        try (TestLake lake = new TestLake(Path.of(arguments[0]))) {
            for (int i = Integer.parseInt(arguments[1]); ; i++) {
                RowSource rows = RowSource.of("SELECT " + i + " AS id, r AS part FROM range(" + ROWS + ") t(r)");
                try (WriteBatch batch = lake.lakehouse().writer().begin()) {
                    batch.append(TestLake.named("a"), rows, CommitProperties.once("commit-" + i));
                    batch.append(TestLake.named("b"), rows, CommitProperties.once("commit-" + i));
                    batch.commit();
                }
                System.out.println("done " + i);
            }
        }
    }

    @Test
    void every_acknowledged_commit_is_there_whole_and_in_both_tables() throws Exception {
        try (TestLake lake = new TestLake(folder)) {
            lake.create("a", SCHEMA);
            lake.create("b", SCHEMA);
        }
        List<Long> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            acknowledged.addAll(writeUntilKilled(1_000 * (round + 1), 40L * round));
        }
        try (TestLake lake = new TestLake(folder)) {
            List<String> a = lake.query(perCommit(lake, "a"));
            assertThat(lake.query(perCommit(lake, "b"))).isEqualTo(a);
            assertThat(a)
                    .allSatisfy(row -> assertThat(row).endsWith("|" + ROWS + "|" + ROWS))
                    .extracting(row -> Long.valueOf(row.substring(0, row.indexOf('|'))))
                    .containsAll(acknowledged);
            assertThat(acknowledged).isNotEmpty();
        }
    }

    private static String perCommit(TestLake lake, String table) {
        return "SELECT id, count(*), count(DISTINCT part) FROM ("
                + lake.lakehouse()
                        .scans()
                        .plan(
                                lake.lakehouse().catalog().loadTable(TestLake.named(table)),
                                io.atalaya.lakehouse.read.ScanRequest.all(SCHEMA))
                        .sql()
                + ") GROUP BY id ORDER BY id";
    }

    private List<Long> writeUntilKilled(int from, long more) throws Exception {
        Path output = Files.createTempFile(folder, "done-", ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashTest.class.getName(),
                        folder.toString(),
                        Integer.toString(from))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            for (int waited = 0; acknowledged(output).size() < 3 && process.isAlive() && waited < 600; waited++) {
                Thread.sleep(100);
            }
            Thread.sleep(more);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return acknowledged(output);
    }

    private static List<Long> acknowledged(Path output) throws IOException {
        return Files.readString(output)
                .lines()
                .filter(line -> line.matches("done \\d+"))
                .map(line -> Long.valueOf(line.substring(5)))
                .toList();
    }
}
