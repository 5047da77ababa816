package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.catalog.SettableClock;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier and logs whose oldest records were retired. */
class RetiredLogTest {
    private static final Period KEEP = Period.ofDays(30);

    @TempDir
    private Path data;

    private final SettableClock clock = new SettableClock();
    private MetadataDatabase database;

    @BeforeEach
    void begin() {
        database = SqliteFiles.open(data.resolve("metadata.db"));
    }

    @AfterEach
    void end() {
        database.close();
    }

    private MerkleAuditLog open(Path folder) throws IOException {
        AuditLogConfig usual = Logs.config(folder, 10);
        return MerkleAuditLog.open(
                new AuditLogConfig(usual.folder(), usual.signingKey(), 4_000, 10, Duration.ofMillis(5), true), clock);
    }

    private AuditRetention retention(MerkleAuditLog log) throws IOException {
        return new AuditRetention(log, Optional.of(KEEP), new LegalHolds(database.jdbi(), clock), List.of(), clock);
    }

    private void append(MerkleAuditLog log, int records, Duration each) {
        for (int i = 0; i < records; i++) {
            log.append(Logs.event(i));
            clock.advance(each);
        }
    }

    private static Verification verify(Path folder) throws IOException {
        return new AuditVerifier().verify(folder.resolve("audit"));
    }

    private static Path copied(Path from, Path to) {
        Logs.copy(from.resolve("audit"), to.resolve("audit"));
        Logs.copy(from.resolve("keys"), to.resolve("keys"));
        return to;
    }

    /** A log of some months of which the first are retired, closed in good order. */
    private Path retired() throws IOException {
        Path folder = data.resolve("retired");
        try (MerkleAuditLog log = open(folder)) {
            append(log, 50, Duration.ofDays(1));
            retention(log).retire("atalaya");
            append(log, 30, Duration.ofDays(1));
            retention(log).retire("ana");
            append(log, 3, Duration.ofDays(1));
        }
        return folder;
    }

    @Test
    void a_log_that_is_retired_now_and_then_verifies_and_proves_as_if_it_were_whole() throws IOException {
        for (long seed = 1; seed <= 8; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Path folder = data.resolve("log-" + seed);
            MerkleAuditLog log = open(folder);
            List<Checkpoint> seen = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                append(log, random.nextInt(1, 25), Duration.ofHours(random.nextInt(1, 40)));
                if (random.nextInt(3) == 0) {
                    retention(log).retire("atalaya");
                }
                if (random.nextInt(4) == 0) {
                    log.close();
                    if (random.nextBoolean()) {
                        Files.deleteIfExists(folder.resolve("audit/tree"));
                        Files.deleteIfExists(folder.resolve("audit/offsets"));
                    }
                    log = open(folder);
                }
                log.checkpoint().ifPresent(seen::add);
            }
            log.close();
            log = open(folder);
            Checkpoint last = log.checkpoint().orElseThrow();
            for (Checkpoint earlier : seen) {
                assertThat(log.consistency(earlier.size(), last.size()).proves(earlier.root(), last.root()))
                        .as("seed %d, checkpoint over %d", seed, earlier.size())
                        .isTrue();
            }
            for (long record = log.first(); record < last.size(); record++) {
                assertThat(log.prove(record).record().sequence()).isEqualTo(record);
            }
            long first = log.first();
            log.close();
            Verification verification = verify(folder);
            assertThat(verification.findings()).as("seed %d", seed).isEmpty();
            assertThat(verification.retired()).isEqualTo(first);
            assertThat(verification.signed()).isEqualTo(verification.records());
            assertThat(String.join("\n", verification.notes()))
                    .contains(first == 0 ? "" : "records 0 to " + (first - 1) + " were retired on ");
            for (Tampering tampering : Tampering.values()) {
                Path copy = copied(folder, data.resolve(tampering + "-" + seed));
                if (tampering.change(copy.resolve("audit"), random)) {
                    assertThat(verify(copy).holds())
                            .as("seed %d, %s", seed, tampering)
                            .isFalse();
                }
            }
        }
    }

    /** What may be done to a log by somebody who has its files and not its key. */
    private enum Tampering {
        A_HASH_CHANGED,
        A_HASH_REMOVED,
        THE_END_OF_HASHES_CUT_OFF,
        A_HASH_ADDED,
        TWO_HASHES_SWAPPED,
        HASHES_REMOVED,
        A_SEGMENT_REMOVED,
        A_SEGMENT_RETIRED_THAT_NO_RECORD_SPEAKS_OF,
        A_RECORD_OF_RETIREMENT_CHANGED;

        /** False if the log has nothing of the kind. */
        boolean change(Path audit, RandomGenerator random) throws IOException {
            return switch (this) {
                case A_HASH_CHANGED,
                        A_HASH_REMOVED,
                        THE_END_OF_HASHES_CUT_OFF,
                        A_HASH_ADDED,
                        TWO_HASHES_SWAPPED,
                        HASHES_REMOVED -> hashes(audit, random);
                case A_SEGMENT_REMOVED ->
                    Files.deleteIfExists(Segments.in(audit).firstEntry().getValue());
                case A_SEGMENT_RETIRED_THAT_NO_RECORD_SPEAKS_OF -> {
                    Path oldest = Segments.in(audit).firstEntry().getValue();
                    List<Hash> leaves = new ArrayList<>();
                    Segments.<RuntimeException>read(oldest, 0, (_, line) -> leaves.add(Hash.leaf(line)));
                    LeafFiles.write(LeafFiles.file(audit, Segments.in(audit).firstKey()), leaves);
                    yield Files.deleteIfExists(oldest);
                }
                case A_RECORD_OF_RETIREMENT_CHANGED -> {
                    for (Path segment : Segments.in(audit).values()) {
                        String text = Files.readString(segment);
                        if (text.contains("\"retention\":\"P30D\"")) {
                            Files.writeString(segment, text.replace("\"P30D\"", "\"P10D\""));
                            yield true;
                        }
                    }
                    yield false;
                }
            };
        }

        private boolean hashes(Path audit, RandomGenerator random) throws IOException {
            List<Path> all = List.copyOf(LeafFiles.in(audit).values());
            if (all.isEmpty()) {
                return false;
            }
            Path file = all.get(random.nextInt(all.size()));
            byte[] before = Files.readAllBytes(file);
            byte[] after = changed(before, random);
            if (after.length == 0) {
                Files.delete(file);
            } else {
                Files.write(file, after);
            }
            return !Arrays.equals(before, after);
        }

        private byte[] changed(byte[] leaves, RandomGenerator random) {
            int width = Hash.LENGTH;
            byte[] changed = leaves.clone();
            switch (this) {
                case A_HASH_CHANGED -> changed[random.nextInt(leaves.length)] ^= 1;
                case A_HASH_REMOVED -> {
                    int place = random.nextInt(leaves.length / width) * width;
                    System.arraycopy(leaves, place + width, changed, place, leaves.length - width - place);
                    changed = Arrays.copyOf(changed, leaves.length - width);
                }
                case THE_END_OF_HASHES_CUT_OFF ->
                    changed = Arrays.copyOf(leaves, leaves.length - random.nextInt(1, width + 1));
                case A_HASH_ADDED -> changed = Arrays.copyOf(leaves, leaves.length + width);
                case TWO_HASHES_SWAPPED -> {
                    System.arraycopy(leaves, 0, changed, width, width);
                    System.arraycopy(leaves, width, changed, 0, width);
                }
                default -> changed = new byte[0];
            }
            return changed;
        }
    }

    @Test
    void a_segment_that_is_missing_without_its_hashes_is_named() throws IOException {
        Path folder = retired();
        long first = Segments.in(folder.resolve("audit")).firstKey();
        Files.delete(LeafFiles.in(folder.resolve("audit")).firstEntry().getValue());
        assertThat(verify(folder).findings().getFirst().text()).contains("removed");
        assertThat(first).isPositive();
    }

    @Test
    void who_retires_a_segment_beyond_what_is_on_record_is_found_and_the_log_is_not_opened() throws IOException {
        Path folder = data.resolve("beyond");
        Path audit = folder.resolve("audit");
        try (MerkleAuditLog log = open(folder)) {
            append(log, 80, Duration.ofDays(1));
        }
        Tampering.A_SEGMENT_RETIRED_THAT_NO_RECORD_SPEAKS_OF.change(audit, RandomGenerator.getDefault());
        long until = Segments.in(audit).firstKey();
        Verification.Finding found = verify(folder).findings().getFirst();
        assertThat(found.record()).hasValue(0);
        assertThat(found.text())
                .isEqualTo(
                        "records 0 to " + (until - 1) + " are gone, and no signed record says that they were retired");
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(AuditException.Corrupt.class)
                .hasMessageContaining("no record says that they were retired");
    }

    @Test
    void a_checkpoint_kept_elsewhere_from_before_the_horizon_is_still_held_against_the_log() throws IOException {
        Path folder = retired();
        CheckpointFile.Note early =
                CheckpointFile.read(folder.resolve("audit/checkpoints")).getFirst();
        Verification good = new AuditVerifier(Optional.empty(), List.of(early.text())).verify(folder.resolve("audit"));
        assertThat(good.findings()).isEmpty();
        LogKey key = LogKey.parse(Files.readString(folder.resolve("audit/public-key")));
        assertThat(Checkpoint.verified(early.text(), key).orElseThrow().size()).isLessThan(good.retired());
    }

    /** Records as only somebody could write them who has the log's key. */
    @Nested
    class A_record_of_retirement_that_lies {
        private Path folder() {
            return data.resolve("lies");
        }

        /** Appends a record that the oldest segment is retired, as it is changed, and retires it if told. */
        private void write(BiFunction<Retirement, Instant, Retirement> lie, boolean drop) throws IOException {
            try (MerkleAuditLog log = open(folder())) {
                append(log, 80, Duration.ofDays(1));
                List<Segments.Complete> oldest = log.files().complete().subList(0, 1);
                long until = oldest.getFirst().until();
                Instant newest = log.read(until - 1).at();
                Retirement honest = new Retirement(0, until, log.files().keepLeaves(oldest), newest, KEEP);
                log.append(lie.apply(honest, newest).event("atalaya"));
                if (drop) {
                    log.files().dropFirst();
                }
            }
        }

        private String found() throws IOException {
            return verify(folder()).findings().stream()
                    .map(Verification.Finding::text)
                    .findFirst()
                    .orElse("");
        }

        @Test
        void about_nothing_is_believed() throws IOException {
            write((honest, _) -> honest, true);
            assertThat(found()).isEmpty();
        }

        @Test
        void about_the_range_is_found() throws IOException {
            write((honest, newest) -> new Retirement(0, honest.until() + 1, honest.root(), newest, KEEP), true);
            assertThat(found()).contains("not those it names by their hash");
        }

        @Test
        void about_the_hash_is_found() throws IOException {
            write((honest, newest) -> new Retirement(0, honest.until(), Hash.empty(), newest, KEEP), true);
            assertThat(found()).contains("not those it names by their hash");
        }

        @Test
        void about_records_that_were_not_old_enough_is_found() throws IOException {
            write(
                    (honest, newest) -> new Retirement(
                            0, honest.until(), honest.root(), clock.instant().minusSeconds(60), KEEP),
                    true);
            assertThat(found()).contains("was not yet older than P30D");
        }

        @Test
        void about_records_after_itself_is_found() throws IOException {
            write((honest, newest) -> new Retirement(0, 10_000, honest.root(), newest, KEEP), true);
            assertThat(found()).contains("not all older than itself");
        }

        @Test
        void about_how_old_records_are_that_are_still_there_is_found() throws IOException {
            write(
                    (honest, newest) ->
                            new Retirement(0, honest.until(), honest.root(), newest.minus(Duration.ofDays(2)), KEEP),
                    false);
            assertThat(found()).contains("newer than");
        }
    }

    @Test
    void a_crash_between_any_two_steps_leaves_a_log_that_verifies_opens_and_is_retired_the_next_time()
            throws IOException {
        Path folder = data.resolve("crashing");
        List<Path> copies = new ArrayList<>();
        long until;
        try (MerkleAuditLog log = open(folder)) {
            append(log, 80, Duration.ofDays(1));
            AuditRetention retention = retention(log);
            retention.between(() -> copies.add(copied(folder, data.resolve("crash-" + copies.size()))));
            assertThat(retention.retire("atalaya").due()).hasSizeGreaterThan(1);
            until = log.first();
        }
        assertThat(copies).hasSizeGreaterThan(4);
        for (Path copy : copies) {
            assertThat(verify(copy).findings()).as(copy.toString()).isEmpty();
            try (MerkleAuditLog log = open(copy)) {
                log.append(Logs.event(1000));
                assertThat(log.first()).isLessThanOrEqualTo(until);
                assertThat(log.read(log.first()).sequence()).isEqualTo(log.first());
                retention(log).retire("atalaya");
                assertThat(log.first()).isGreaterThanOrEqualTo(until);
            }
            Verification verification = verify(copy);
            assertThat(verification.findings()).as(copy.toString()).isEmpty();
            assertThat(verification.retired()).isGreaterThanOrEqualTo(until);
            assertThat(verification.signed()).isEqualTo(verification.records());
        }
    }
}
