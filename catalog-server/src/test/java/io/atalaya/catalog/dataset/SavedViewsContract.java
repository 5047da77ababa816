package io.atalaya.catalog.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of saved views on either database. */
abstract class SavedViewsContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

    @TempDir
    private Path folder;

    abstract MetadataDatabase open(Path folder) throws IOException;

    @Test
    void each_keeps_and_forgets_their_own() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            SavedViews views = new SavedViews(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            assertThat(views.keep("ana", "Mine", "{\"q\":\"a\"}")).isTrue();
            assertThat(views.keep("ana", "all", "{}")).isTrue();
            assertThat(views.keep("ben", "Mine", "{\"q\":\"b\"}")).isTrue();
            assertThat(views.keep("ana", "Mine", "{\"q\":\"c\"}")).isTrue();
            assertThat(views.of("ana"))
                    .containsExactly(
                            new SavedViews.View("all", "{}", NOON), new SavedViews.View("Mine", "{\"q\":\"c\"}", NOON));
            views.forget("ana", "Mine");
            assertThat(views.has("ana", "Mine")).isFalse();
            assertThat(views.of("ben")).containsExactly(new SavedViews.View("Mine", "{\"q\":\"b\"}", NOON));
        }
    }

    @Test
    void nobody_keeps_more_than_they_find_again() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            SavedViews views = new SavedViews(database.jdbi(), Clock.systemUTC());
            for (int i = 0; i < SavedViews.MOST; i++) {
                assertThat(views.keep("ana", "view " + i, "{}")).isTrue();
            }
            assertThat(views.keep("ana", "one more", "{}")).isFalse();
            assertThat(views.keep("ana", "view 7", "{\"q\":\"other\"}")).isTrue();
            assertThat(views.of("ana")).hasSize(SavedViews.MOST);
            assertThat(views.keep("ben", "one more", "{}")).isTrue();
        }
    }
}
