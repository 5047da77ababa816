package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditVerifierTest {
    private static final int RECORDS = 57;

    @TempDir
    private Path data;

    private Path audit;

    @BeforeEach
    void write() throws IOException {
        Logs.write(data, RECORDS);
        audit = data.resolve("audit");
    }

    private Verification verify() throws IOException {
        return new AuditVerifier().verify(audit);
    }

    /** Changes the lines of the whole log, keeping how many lines each segment has, the last taking the difference. */
    private void tamper(Consumer<List<String>> change) throws IOException {
        List<Path> segments = new ArrayList<>(Segments.in(audit).values());
        List<String> lines = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (Path segment : segments) {
            List<String> own = Files.readAllLines(segment);
            sizes.add(own.size());
            lines.addAll(own);
        }
        assertThat(segments).hasSizeGreaterThan(2);
        change.accept(lines);
        int start = 0;
        for (int i = 0; i < segments.size(); i++) {
            int end = i == segments.size() - 1 ? lines.size() : Math.min(lines.size(), start + sizes.get(i));
            StringBuilder text = new StringBuilder();
            lines.subList(start, end).forEach(line -> text.append(line).append('\n'));
            Files.writeString(segments.get(i), text);
            start = end;
        }
    }

    private void assertFirst(int record, String text) throws IOException {
        Verification verification = verify();
        assertThat(verification.holds()).isFalse();
        assertThat(verification.findings().getFirst().record()).isEqualTo(OptionalLong.of(record));
        assertThat(verification.findings().getFirst().text()).contains(text);
    }

    @Test
    void an_untouched_log_holds_also_as_a_copy_elsewhere() throws IOException {
        Path copy = data.resolve("elsewhere");
        Logs.copy(audit, copy);
        Verification verification = new AuditVerifier().verify(copy);
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.notes()).isEmpty();
        assertThat(verification.records()).isEqualTo(RECORDS);
        assertThat(verification.signed()).isEqualTo(RECORDS);
        assertThat(verification.checkpoints()).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 30, 55, 56})
    void names_a_changed_record(int record) throws IOException {
        tamper(lines -> lines.set(record, lines.get(record).replace("\"ana\"", "\"bob\"")));
        assertFirst(record, "record " + record + " was changed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 30, 55})
    void names_a_removed_record(int record) throws IOException {
        tamper(lines -> lines.remove(record));
        assertFirst(record, "record " + record + " was removed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 30, 55})
    void names_an_inserted_line(int record) throws IOException {
        tamper(lines -> lines.add(record, lines.get(record).replace("\"ana\"", "\"bob\"")));
        assertFirst(record, "1 line was inserted in its place");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 10, 30, 54})
    void names_the_first_of_reordered_records(int record) throws IOException {
        tamper(lines -> Collections.swap(lines, record, record + 2));
        assertFirst(record, "was reordered: record " + (record + 2) + " stands in its place");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 30, 56})
    void names_where_the_log_was_cut_off(int record) throws IOException {
        tamper(lines -> lines.subList(record, lines.size()).clear());
        assertFirst(record, "missing: the log was cut off");
    }

    @Test
    void names_what_was_added_after_the_log_was_closed() throws IOException {
        tamper(lines -> lines.add(lines.get(3).replace("\"seq\":3,", "\"seq\":" + RECORDS + ",")));
        assertFirst(RECORDS, "was inserted: the log was closed");
    }

    @Test
    void names_the_first_record_of_a_removed_segment() throws IOException {
        List<Long> starts = new ArrayList<>(Segments.in(audit).keySet());
        Files.delete(Segments.file(audit, starts.get(1)));
        assertFirst(Math.toIntExact(starts.get(1)), "were removed");
    }

    @Test
    void names_a_removed_record_whose_followers_were_renumbered() throws IOException {
        tamper(lines -> {
            lines.remove(23);
            for (int i = 23; i < lines.size(); i++) {
                lines.set(i, lines.get(i).replace("\"seq\":" + (i + 1) + ",", "\"seq\":" + i + ","));
            }
        });
        assertFirst(23, "record 23");
    }

    @Nested
    class Without_the_hashes_of_the_records {
        @BeforeEach
        void destroy() throws IOException {
            Files.delete(audit.resolve("tree"));
        }

        @Test
        void names_a_removed_record_by_the_numbers_of_its_followers() throws IOException {
            tamper(lines -> lines.remove(23));
            assertFirst(23, "claims to be record 24");
        }

        @Test
        void names_the_range_in_which_a_record_was_changed() throws IOException {
            tamper(lines -> lines.set(23, lines.get(23).replace("\"ana\"", "\"bob\"")));
            Verification verification = verify();
            assertThat(verification.signed()).isLessThanOrEqualTo(23);
            assertThat(verification.findings().getFirst().text())
                    .startsWith("a record between " + verification.signed() + " and ");
        }
    }

    @Test
    void is_not_deceived_by_hashes_that_were_changed_with_the_record() throws IOException {
        byte[] tree = Files.readAllBytes(audit.resolve("tree"));
        tree[2000] ^= 1;
        Files.write(audit.resolve("tree"), tree);
        assertThat(verify().holds()).isTrue();
        tamper(lines -> lines.set(30, lines.get(30).replace("\"ana\"", "\"bob\"")));
        assertThat(verify().holds()).isFalse();
        assertThat(verify().signed()).isLessThanOrEqualTo(30);
    }

    @Nested
    class Checkpoints {
        private Path file;

        @BeforeEach
        void find() {
            file = audit.resolve("checkpoints");
        }

        @Test
        void that_were_changed_are_found() throws IOException {
            Files.writeString(file, Files.readString(file).replaceFirst("\n11\n", "\n12\n"));
            Verification verification = verify();
            assertThat(verification.findings()).hasSize(1);
            assertThat(verification.findings().getFirst().text()).contains("not signed by the key of this log");
        }

        @Test
        void of_another_log_are_found() throws IOException {
            Path other = data.resolve("other");
            Logs.write(other, RECORDS);
            Files.copy(other.resolve("audit/checkpoints"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Verification verification = verify();
            assertThat(verification.holds()).isFalse();
            assertThat(verification.findings().toString()).contains("not signed", "no record is signed");
        }

        @Test
        void cannot_all_be_removed() throws IOException {
            Files.delete(file);
            assertFirst(0, "no valid checkpoint");
        }

        @Test
        void kept_elsewhere_show_that_records_and_checkpoints_were_cut_off() throws IOException {
            List<CheckpointFile.Note> notes = CheckpointFile.read(file);
            String kept = notes.getLast().text();
            cutOffConsistently();
            assertThat(verify().holds()).isTrue();
            Verification verification = new AuditVerifier(Optional.empty(), List.of(kept)).verify(audit);
            assertThat(verification.findings().getFirst().text()).contains("cut off", "the checkpoint given");
        }

        /** Whoever has the files but neither the key nor the copies that others keep. */
        @Test
        void signed_anew_with_another_key_from_a_changed_record_on_are_found() throws IOException {
            Path forged = data.resolve("forged");
            try (MerkleAuditLog other = Logs.open(Logs.config(forged, 10))) {
                for (int i = 0; i < RECORDS; i++) {
                    other.append(Logs.event(i == 30 ? 999 : i));
                }
            }
            String kept = CheckpointFile.read(file).get(2).text();
            LogKey original = LogKey.parse(Files.readString(audit.resolve("public-key")));
            Path replaced = forged.resolve("audit");
            Files.copy(
                    audit.resolve("public-key"),
                    replaced.resolve("public-key"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(new AuditVerifier().verify(replaced).findings().toString())
                    .contains("not signed");
            Verification verification = new AuditVerifier(Optional.of(original), List.of(kept)).verify(replaced);
            assertThat(verification.holds()).isFalse();
        }

        private void cutOffConsistently() throws IOException {
            LogKey key = LogKey.parse(Files.readString(audit.resolve("public-key")));
            List<CheckpointFile.Note> notes = CheckpointFile.read(file);
            CheckpointFile.Note earlier = notes.get(2);
            long size = Checkpoint.verified(earlier.text(), key).orElseThrow().size();
            StringBuilder text = new StringBuilder();
            notes.subList(0, 3).forEach(note -> text.append(note.text()).append('\n'));
            Files.writeString(file, text);
            tamper(lines -> lines.subList((int) size, lines.size()).clear());
            for (Path segment : Segments.in(audit).tailMap(size).values()) {
                Files.delete(segment);
            }
        }
    }

    @Nested
    class A_log_replaced_as_a_whole {
        private LogKey original;

        @BeforeEach
        void replace() throws IOException {
            original = LogKey.parse(Files.readString(audit.resolve("public-key")));
            try (Stream<Path> files = Files.list(audit)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(data.resolve("keys/audit.key"));
            Logs.write(data, RECORDS);
        }

        @Test
        void is_found_with_the_key_kept_elsewhere() throws IOException {
            assertThat(verify().holds()).isTrue();
            Verification verification = new AuditVerifier(Optional.of(original), List.of()).verify(audit);
            assertThat(verification.holds()).isFalse();
            assertThat(verification.findings().toString()).contains("is not the one expected", original.toString());
        }
    }
}
