package io.atalaya.catalog.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of certifications on either database. */
abstract class CertificationsContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final UUID TABLE = new UUID(1, 1);
    private static final UUID OTHER = new UUID(1, 2);

    @TempDir
    private Path folder;

    abstract MetadataDatabase open(Path folder) throws IOException;

    @Test
    void the_last_is_how_it_is_and_all_are_kept() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            CertificationStore store = new CertificationStore(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            assertThat(store.withdraw(TABLE, "ana", "never was", TODAY)).isFalse();
            store.certify(TABLE, "ana", "good", Optional.empty());
            store.certify(OTHER, "ana", "until tomorrow", Optional.of(TODAY.plusDays(1)));
            store.certify(TABLE, "ben", "better", Optional.of(TODAY));
            Certification last = new Certification(NOON, "ben", "better", Optional.of(TODAY));
            assertThat(store.of(TABLE)).contains(last);
            assertThat(store.all()).containsOnlyKeys(TABLE, OTHER).containsEntry(TABLE, last);
            assertThat(store.withdraw(TABLE, "eve", "wrong sums", TODAY)).isTrue();
            assertThat(store.of(TABLE)).isEmpty();
            assertThat(store.all()).containsOnlyKeys(OTHER);
            assertThat(store.withdraw(TABLE, "eve", "again", TODAY)).isFalse();
            assertThat(store.history(TABLE, 10))
                    .extracting(said -> said.certified() + " " + said.what().person() + " "
                            + said.what().note())
                    .containsExactly("false eve wrong sums", "true ben better", "true ana good");
            assertThat(store.history(TABLE, 1)).hasSize(1);
        }
    }

    @Test
    void one_whose_day_is_over_does_not_hold_and_cannot_be_withdrawn() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            CertificationStore store = new CertificationStore(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            store.certify(TABLE, "ana", "good", Optional.of(TODAY));
            Certification last = store.of(TABLE).orElseThrow();
            assertThat(Map.of(
                            "before", last.holds(TODAY.minusDays(1)),
                            "on", last.holds(TODAY),
                            "after", last.holds(TODAY.plusDays(1))))
                    .isEqualTo(Map.of("before", true, "on", true, "after", false));
            assertThat(store.withdraw(TABLE, "eve", "late", TODAY.plusDays(1))).isFalse();
        }
    }

    @Test
    void what_several_say_at_once_is_all_kept() throws Exception {
        try (MetadataDatabase database = open(folder);
                ExecutorService people = Executors.newFixedThreadPool(4)) {
            CertificationStore store = new CertificationStore(database.jdbi(), Clock.systemUTC());
            for (Future<?> one : IntStream.range(0, 20)
                    .mapToObj(i -> people.submit(() -> store.certify(TABLE, "p" + i, "good", Optional.empty())))
                    .toList()) {
                one.get();
            }
            assertThat(store.history(TABLE, 100)).hasSize(20);
        }
    }
}
