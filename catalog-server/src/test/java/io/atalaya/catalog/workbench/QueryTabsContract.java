package io.atalaya.catalog.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of open tabs on either database. */
abstract class QueryTabsContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

    @TempDir
    private Path folder;

    abstract MetadataDatabase open(Path folder) throws IOException;

    private static QueryTabs.Tab tab(String id, long position, String sql) {
        return new QueryTabs.Tab(id, position, sql, Optional.of("x"), "?chart=bar", NOON);
    }

    @Test
    void each_has_their_own_in_their_order() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            QueryTabs tabs = new QueryTabs(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            assertThat(tabs.keep("ana", tab("b", 2, "SELECT 1"))).isTrue();
            assertThat(tabs.keep("ana", tab("a", 3, "SELECT 2"))).isTrue();
            assertThat(tabs.keep("ben", tab("a", 1, "SELECT 3"))).isTrue();
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 4"))).isTrue();
            assertThat(tabs.of("ana")).containsExactly(tab("a", 1, "SELECT 4"), tab("b", 2, "SELECT 1"));
            assertThat(tabs.close("ana", "a")).isTrue();
            assertThat(tabs.close("ana", "a")).isFalse();
            assertThat(tabs.of("ben")).containsExactly(tab("a", 1, "SELECT 3"));
        }
    }

    @Test
    void nobody_has_more_open_than_they_find_again() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            QueryTabs tabs = new QueryTabs(database.jdbi(), Clock.systemUTC());
            for (int i = 0; i < QueryTabs.MOST; i++) {
                assertThat(tabs.keep("ana", tab("t" + i, i, ""))).isTrue();
            }
            assertThat(tabs.keep("ana", tab("more", 0, ""))).isFalse();
            assertThat(tabs.keep("ana", tab("t3", 3, "SELECT 1"))).isTrue();
            assertThat(tabs.keep("ben", tab("more", 0, ""))).isTrue();
        }
    }
}
