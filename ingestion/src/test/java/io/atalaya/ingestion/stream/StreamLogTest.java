package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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
    void what_another_still_writes_is_left_to_it_and_taken_over_when_it_has_died() throws Exception {
        Path others = folder.resolve("1-other.jsonl.part");
        try (FileChannel other = FileChannel.open(others, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            FileLock lock = other.lock();
            other.write(ByteBuffer.wrap("one\ntw".getBytes(UTF_8)));
            AtomicInteger completed = new AtomicInteger();
            try (StreamLog log = new StreamLog(folder, LONG, Clock.systemUTC(), completed::incrementAndGet)) {
                log.keep("three\n".getBytes(UTF_8)).get();
                log.rotate();
                assertThat(lines(".jsonl")).containsExactly("three");
                other.write(ByteBuffer.wrap("o\nfour".getBytes(UTF_8)));
                assertThat(completed).hasValue(1);
                lock.release();
                while (completed.get() < 2) {
                    Thread.sleep(10);
                }
                assertThat(lines(".jsonl")).containsExactlyInAnyOrder("one", "two", "three");
                assertThat(others).doesNotExist();
            }
        }
    }

    @Test
    void two_keep_lines_in_one_folder_and_lose_and_double_none() throws Exception {
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            try (StreamLog one = open(Duration.ofMillis(1));
                    StreamLog other = open(Duration.ofMillis(1))) {
                for (int i = 0; i < 200; i++) {
                    kept.add(one.keep("one-%d-%d\n".formatted(round, i).getBytes(UTF_8)));
                    kept.add(other.keep("other-%d-%d\n".formatted(round, i).getBytes(UTF_8)));
                }
            }
        }
        CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new)).get();
        assertThat(lines(".jsonl")).hasSize(2_000).doesNotHaveDuplicates();
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
