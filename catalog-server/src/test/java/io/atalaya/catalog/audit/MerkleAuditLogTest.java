package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MerkleAuditLogTest {
    @TempDir
    private Path data;

    private Path audit() {
        return data.resolve("audit");
    }

    private Verification verified() throws IOException {
        return new AuditVerifier().verify(audit());
    }

    @Test
    void gives_sequence_numbers_without_gaps_to_many_writers_and_keeps_every_record() throws Exception {
        int writers = 16;
        int each = 200;
        List<Long> sequences = new ArrayList<>();
        try (MerkleAuditLog log = Logs.open(Logs.config(data, 100));
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<Long>>> work = IntStream.range(0, writers)
                    .<Callable<List<Long>>>mapToObj(writer -> () -> IntStream.range(0, each)
                            .mapToObj(i -> log.append(Logs.event(writer * each + i)))
                            .toList())
                    .toList();
            for (Future<List<Long>> done : pool.invokeAll(work)) {
                assertThat(done.get()).isSorted();
                sequences.addAll(done.get());
            }
            List<AuditRecord> records = log.readFrom(0, writers * each + 5);
            assertThat(records).hasSize(writers * each);
            assertThat(records.stream().map(AuditRecord::subject)).doesNotHaveDuplicates();
            assertThat(log.read(777)).isEqualTo(records.get(777));
        }
        assertThat(sequences)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, sequences.size()).boxed().toList());
        assertThat(verified().holds()).isTrue();
        assertThat(verified().signed()).isEqualTo(sequences.size());
        assertThat(Segments.in(audit())).hasSizeGreaterThan(10);
    }

    @Test
    void writes_canonical_lines() throws IOException {
        try (MerkleAuditLog log = Logs.open(Logs.config(data))) {
            log.append(new AuditEvent("sign-in", "ana", "\u00e9\n\"x\"", Map.of("b", 1.5, "a", List.of(true))));
            AuditRecord record = log.read(0);
            String line = Files.readString(Segments.file(audit(), 0));
            assertThat(line)
                    .isEqualTo("{\"at\":%d,\"details\":{\"a\":[true],\"b\":1.5},\"id\":\"%s\",\"kind\":\"sign-in\","
                                    .formatted(ChronoUnit.MICROS.between(Instant.EPOCH, record.at()), record.id())
                            + "\"principal\":\"ana\",\"seq\":0,\"subject\":\"\u00e9\\n\\\"x\\\"\",\"v\":1}\n");
            assertThat(record.id().version()).isEqualTo(7);
            assertThat(record.id().getMostSignificantBits() >>> 16)
                    .isEqualTo(record.at().toEpochMilli());
        }
    }

    @Test
    void proves_each_record_under_a_signed_checkpoint() throws IOException {
        try (MerkleAuditLog log = Logs.open(Logs.config(data))) {
            for (int i = 0; i < 25; i++) {
                log.append(Logs.event(i));
            }
            for (int i = 0; i < 25; i++) {
                ProvenRecord proven = log.prove(i);
                Checkpoint checkpoint =
                        Checkpoint.verified(proven.checkpoint(), log.key()).orElseThrow();
                Hash leaf = Hash.leaf(proven.line().getBytes(StandardCharsets.UTF_8));
                assertThat(proven.proof().proves(leaf, checkpoint.root())).isTrue();
            }
            Checkpoint earlier = log.checkpoint().orElseThrow();
            log.append(Logs.event(25));
            log.prove(25);
            Checkpoint later = log.checkpoint().orElseThrow();
            assertThat(log.consistency(earlier.size(), later.size()).proves(earlier.root(), later.root()))
                    .isTrue();
            assertThatThrownBy(() -> log.prove(26)).isInstanceOf(AuditException.NotFound.class);
        }
    }

    @Test
    void goes_on_where_it_was_closed() throws IOException {
        Logs.write(data, 33);
        try (MerkleAuditLog log = Logs.open(Logs.config(data, 10))) {
            assertThat(log.append(Logs.event(33))).isEqualTo(33);
            assertThat(log.prove(3).record().subject()).isEqualTo("query-3");
        }
        assertThat(verified().holds()).isTrue();
        assertThat(verified().signed()).isEqualTo(34);
    }

    @Test
    void keeps_its_private_key_to_its_owner_and_lets_one_process_in() throws IOException {
        try (MerkleAuditLog log = Logs.open(Logs.config(data))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys/audit.key"))))
                    .isEqualTo("rw-------");
            assertThat(LogKey.parse(Files.readString(audit().resolve("public-key"))))
                    .isEqualTo(log.key());
            assertThatThrownBy(() -> Logs.open(Logs.config(data))).isInstanceOf(AuditException.InUse.class);
        }
    }

    @Test
    void refuses_a_record_after_it_was_closed_or_that_is_too_long() throws IOException {
        MerkleAuditLog log = Logs.open(Logs.config(data));
        String longText = "x".repeat(5 << 20);
        assertThatThrownBy(() -> log.append(new AuditEvent("k", "p", longText, Map.of())))
                .isInstanceOf(AuditLog.AuditUnavailable.class)
                .hasMessageContaining("too long");
        log.append(Logs.event(0));
        log.close();
        assertThatThrownBy(() -> log.append(Logs.event(1)))
                .isInstanceOf(AuditLog.AuditUnavailable.class)
                .hasMessageContaining("closed");
    }

    @Nested
    class After_a_crash {
        /** A copy of the folder of a log in use: what is on the disk when the process dies. */
        private Path crashed(int records) throws IOException {
            try (MerkleAuditLog log = Logs.open(Logs.config(data, 10))) {
                for (int i = 0; i < records; i++) {
                    log.append(Logs.event(i));
                }
                Path copy = data.resolve("copy");
                Logs.copy(audit(), copy.resolve("audit"));
                Logs.copy(data.resolve("keys"), copy.resolve("keys"));
                return copy;
            }
        }

        @Test
        void a_line_torn_at_any_byte_is_cut_off_and_everything_before_is_kept() throws IOException {
            Path copy = crashed(25);
            Path segment = Segments.in(copy.resolve("audit")).lastEntry().getValue();
            byte[] whole = Files.readAllBytes(segment);
            int lastLine = new String(whole, 0, whole.length - 1, StandardCharsets.ISO_8859_1).lastIndexOf('\n') + 1;
            for (int length = lastLine; length < whole.length; length++) {
                Path again = data.resolve("again-" + length);
                Logs.copy(copy, again);
                Files.write(again.resolve("audit").resolve(segment.getFileName()), Arrays.copyOf(whole, length));
                assertThat(new AuditVerifier().verify(again.resolve("audit")).holds())
                        .isTrue();
                try (MerkleAuditLog log = Logs.open(Logs.config(again, 10))) {
                    assertThat(log.read(23).subject()).isEqualTo("query-23");
                    AuditRecord recovered = log.read(24);
                    assertThat(recovered.kind()).isEqualTo("audit.recovered");
                    assertThat(recovered.details().get("cutBytes")).isEqualTo(length - lastLine);
                    assertThat(log.size()).isEqualTo(25);
                }
                assertThat(new AuditVerifier().verify(again.resolve("audit")).holds())
                        .isTrue();
            }
        }

        @Test
        void a_torn_checkpoint_is_signed_again() throws IOException {
            Path copy = crashed(25);
            Path checkpoints = copy.resolve("audit/checkpoints");
            byte[] whole = Files.readAllBytes(checkpoints);
            for (int length = 0; length < whole.length; length += length < whole.length - 20 ? 11 : 1) {
                Path again = data.resolve("again-" + length);
                Logs.copy(copy, again);
                Files.write(again.resolve("audit/checkpoints"), Arrays.copyOf(whole, length));
                try (MerkleAuditLog log = Logs.open(Logs.config(again, 10))) {
                    assertThat(log.read(24).subject()).isEqualTo("query-24");
                }
                Verification verification = new AuditVerifier().verify(again.resolve("audit"));
                assertThat(verification.findings()).isEmpty();
                assertThat(verification.signed()).isEqualTo(26);
            }
        }

        @Test
        void derived_files_are_made_again() throws IOException {
            Path copy = crashed(25);
            Files.delete(copy.resolve("audit/tree"));
            Files.write(copy.resolve("audit/offsets"), new byte[13]);
            try (MerkleAuditLog log = Logs.open(Logs.config(copy, 10))) {
                assertThat(log.read(5).subject()).isEqualTo("query-5");
                log.append(Logs.event(99));
            }
            try (MerkleAuditLog log = Logs.open(Logs.config(copy, 10))) {
                assertThat(log.prove(5).record().subject()).isEqualTo("query-5");
            }
        }

        @Test
        void a_log_shorter_than_was_signed_is_not_opened() throws IOException {
            Logs.write(data, 25);
            Path segment = Segments.in(audit()).lastEntry().getValue();
            byte[] whole = Files.readAllBytes(segment);
            Files.write(segment, Arrays.copyOf(whole, whole.length - 10));
            assertThatThrownBy(() -> Logs.open(Logs.config(data, 10)))
                    .isInstanceOf(AuditException.Corrupt.class)
                    .hasMessageContaining("before record 24")
                    .hasMessageContaining("audit verify");
        }

        @Test
        void a_log_without_its_key_is_not_opened() throws IOException {
            Logs.write(data, 3);
            Files.delete(data.resolve("keys/audit.key"));
            assertThatThrownBy(() -> Logs.open(Logs.config(data)))
                    .isInstanceOf(AuditException.Corrupt.class)
                    .hasMessageContaining("restore");
        }

        @Test
        void garbage_at_the_end_is_moved_aside() throws IOException {
            Path copy = crashed(12);
            Path segment = Segments.in(copy.resolve("audit")).lastEntry().getValue();
            Files.write(segment, new byte[512], StandardOpenOption.APPEND);
            try (MerkleAuditLog log = Logs.open(Logs.config(copy, 10))) {
                AuditRecord recovered = log.read(12);
                assertThat(copy.resolve("audit")
                                .resolve(String.valueOf(recovered.details().get("cutTo"))))
                        .hasBinaryContent(new byte[512]);
            }
        }
    }

    @Nested
    class When_the_disk_is_full {
        private final FailingDisk disk = new FailingDisk();

        @Test
        void a_record_is_refused_and_leaves_nothing_and_the_next_is_kept_once_there_is_room() throws IOException {
            try (MerkleAuditLog log = MerkleAuditLog.open(Logs.config(data, 10), Clock.systemUTC(), disk)) {
                log.append(Logs.event(0));
                disk.full = true;
                assertThatThrownBy(() -> log.append(Logs.event(1))).isInstanceOf(AuditLog.AuditUnavailable.class);
                disk.stuck = true;
                assertThatThrownBy(() -> log.append(Logs.event(2))).isInstanceOf(AuditLog.AuditUnavailable.class);
                disk.full = false;
                assertThatThrownBy(() -> log.append(Logs.event(3))).isInstanceOf(AuditLog.AuditUnavailable.class);
                disk.stuck = false;
                assertThat(log.append(Logs.event(4))).isEqualTo(1);
                assertThat(log.read(1).subject()).isEqualTo("query-4");
            }
            assertThat(verified().findings()).isEmpty();
            assertThat(verified().signed()).isEqualTo(2);
        }

        @Test
        void what_was_written_and_could_not_be_flushed_is_cut_off_and_readers_wait_to_know() throws Exception {
            try (MerkleAuditLog log = MerkleAuditLog.open(Logs.config(data), Clock.systemUTC(), disk);
                    var readers = Executors.newVirtualThreadPerTaskExecutor()) {
                log.append(Logs.event(0));
                CountDownLatch flush = disk.holdFlush();
                AuditLog.Sent sent = log.send(Logs.event(1));
                sent.awaitWritten();
                Future<Long> size = readers.submit(log::size);
                assertThatThrownBy(() -> size.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                disk.full = true;
                flush.countDown();
                assertThatThrownBy(sent::awaitDurable).isInstanceOf(AuditLog.AuditUnavailable.class);
                assertThat(size.get()).isEqualTo(1);
                disk.full = false;
                assertThat(log.send(Logs.event(2)).awaitDurable()).isEqualTo(1);
            }
            assertThat(verified().findings()).isEmpty();
            assertThat(verified().signed()).isEqualTo(2);
        }

        @Test
        void nothing_is_recorded_that_cannot_be_signed() throws IOException {
            try (MerkleAuditLog log = MerkleAuditLog.open(Logs.config(data), Clock.systemUTC(), disk)) {
                log.append(Logs.event(0));
                log.prove(0);
                disk.full = true;
                assertThatThrownBy(() -> log.append(Logs.event(1))).isInstanceOf(AuditLog.AuditUnavailable.class);
                disk.full = false;
                assertThat(log.append(Logs.event(2))).isEqualTo(1);
            }
            assertThat(verified().findings()).isEmpty();
        }
    }
}
