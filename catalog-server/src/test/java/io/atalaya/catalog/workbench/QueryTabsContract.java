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
            assertThat(tabs.keep("ana", tab("b", 2, "SELECT 1"), Optional.empty()))
                    .isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ana", tab("a", 3, "SELECT 2"), Optional.empty()))
                    .isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ben", tab("a", 1, "SELECT 3"), Optional.empty()))
                    .isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 4"), Optional.empty()))
                    .isEqualTo(QueryTabs.Kept.YES);
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
                assertThat(tabs.keep("ana", tab("t" + i, i, ""), Optional.empty()))
                        .isEqualTo(QueryTabs.Kept.YES);
            }
            assertThat(tabs.keep("ana", tab("more", 0, ""), Optional.empty())).isEqualTo(QueryTabs.Kept.TOO_MANY);
            assertThat(tabs.keep("ana", tab("t3", 3, "SELECT 1"), Optional.empty()))
                    .isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ben", tab("more", 0, ""), Optional.empty())).isEqualTo(QueryTabs.Kept.YES);
        }
    }

    @Test
    void a_text_that_came_meanwhile_is_not_lost() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            QueryTabs tabs = new QueryTabs(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            Optional<String> nothing = Optional.of("");
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 1"), nothing)).isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 2"), Optional.of("SELECT 1")))
                    .isEqualTo(QueryTabs.Kept.YES);
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 3"), Optional.of("SELECT 1")))
                    .isEqualTo(QueryTabs.Kept.CHANGED_ELSEWHERE);
            assertThat(tabs.of("ana")).containsExactly(tab("a", 1, "SELECT 2"));
            // What is there already is no loss, whoever wrote it; and what was closed is there again.
            assertThat(tabs.keep("ana", tab("a", 7, "SELECT 2"), Optional.of("SELECT 1")))
                    .isEqualTo(QueryTabs.Kept.YES);
            tabs.close("ana", "a");
            assertThat(tabs.keep("ana", tab("a", 1, "SELECT 3"), Optional.of("SELECT 2")))
                    .isEqualTo(QueryTabs.Kept.YES);
        }
    }
}
