package io.atalaya.catalog.discussion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of comments on either database. */
abstract class CommentsContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");
    private static final UUID TABLE = new UUID(1, 1);
    private static final UUID OTHER = new UUID(1, 2);

    @TempDir
    private Path folder;

    abstract MetadataDatabase open(Path folder) throws IOException;

    private static Comment add(Comments comments, UUID table, String text) {
        return comments.add(table, "ana", text, (_, _) -> {});
    }

    @Test
    void are_of_one_table_and_come_the_newest_first() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            Comments comments = new Comments(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            assertThat(add(comments, TABLE, "one")).isEqualTo(new Comment(1, NOON, "ana", "one", Optional.empty()));
            add(comments, OTHER, "elsewhere");
            add(comments, TABLE, "two");
            add(comments, TABLE, "three");
            assertThat(comments.before(TABLE, OptionalLong.empty(), 2))
                    .extracting(Comment::text)
                    .containsExactly("three", "two");
            assertThat(comments.before(TABLE, OptionalLong.of(2), 2))
                    .extracting(Comment::text)
                    .containsExactly("one");
            assertThat(comments.find(OTHER, 2)).isEmpty();
        }
    }

    @Test
    void keep_their_number_and_nothing_of_their_text_once_they_are_taken_away() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            Comments comments = new Comments(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC));
            add(comments, TABLE, "one");
            comments.remove(TABLE, 1);
            assertThat(comments.find(TABLE, 1)).isEmpty();
            assertThat(comments.edit(TABLE, 1, "again", (_, _) -> {})).isEmpty();
            assertThat(add(comments, TABLE, "two").number()).isEqualTo(2);
            assertThat(comments.edit(TABLE, 2, "second", (_, _) -> {}))
                    .contains(new Comment(2, NOON, "ana", "second", Optional.of(NOON)));
        }
    }

    @Test
    void are_not_kept_if_what_goes_with_them_fails() throws IOException {
        try (MetadataDatabase database = open(folder)) {
            Comments comments = new Comments(database.jdbi(), Clock.systemUTC());
            assertThatThrownBy(() -> comments.add(TABLE, "ana", "one", (_, _) -> {
                        throw new IllegalStateException("no notice");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(comments.before(TABLE, OptionalLong.empty(), 10)).isEmpty();
        }
    }

    @Test
    void each_has_a_number_of_its_own_when_many_speak_at_once() throws Exception {
        try (MetadataDatabase database = open(folder);
                ExecutorService speakers = Executors.newFixedThreadPool(4)) {
            Comments comments = new Comments(database.jdbi(), Clock.systemUTC());
            List<Future<Comment>> said = IntStream.range(0, 40)
                    .mapToObj(i -> speakers.submit(() -> add(comments, TABLE, "text " + i)))
                    .toList();
            for (Future<Comment> one : said) {
                one.get();
            }
            assertThat(comments.before(TABLE, OptionalLong.empty(), 100))
                    .extracting(Comment::number)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 40).boxed().toList().reversed());
        }
    }
}
