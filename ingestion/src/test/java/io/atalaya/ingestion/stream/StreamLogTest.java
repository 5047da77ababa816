package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamLogTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path folder;

    private StreamLog open(Duration every) throws IOException {
        return new StreamLog(folder, every, Clock.systemUTC(), () -> {});
    }

    private List<String> lines(String end) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(end)).sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    @Test
    void a_line_is_on_disk_when_its_bringer_is_told_and_in_a_complete_file_when_that_is_asked_for() throws Exception {
        try (StreamLog log = open(LONG)) {
            log.keep("one\n".getBytes(UTF_8)).get();
            assertThat(lines(".part")).containsExactly("one");
            log.rotate();
            assertThat(lines(".jsonl")).containsExactly("one");
            log.keep("two\n".getBytes(UTF_8)).get();
        }
        assertThat(lines(".jsonl")).containsExactly("one", "two");
    }

    @Test
    void what_a_crash_cut_short_goes_and_all_before_it_stays() throws IOException {
        Files.writeString(folder.resolve("1.jsonl.part"), "one\ntwo\nthr");
        Files.writeString(folder.resolve("2.jsonl.part"), "nothing whole" + "x".repeat(200_000));
        Files.writeString(folder.resolve("3.jsonl.part"), "y".repeat(100_000) + "\n" + "z".repeat(100_000));
        open(LONG).close();
        assertThat(lines("")).containsExactly("one", "two", "y".repeat(100_000));
        assertThat(lines(".part")).isEmpty();
    }

    @Test
    void lines_of_many_at_once_are_all_there_once_and_whole() throws Exception {
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        try (StreamLog log = open(Duration.ofMillis(20))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 250; i++) {
                        try {
                            CompletableFuture<Void> one = log.keep((thread + "-" + i + "\n").getBytes(UTF_8));
                            synchronized (kept) {
                                kept.add(one);
                            }
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new)).get();
        }
        assertThat(lines(".jsonl")).hasSize(2_000).doesNotHaveDuplicates();
    }
}
