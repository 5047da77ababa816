package io.atalaya.lakehouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which tables have so few files that one thread looks at all. */
final class CommitThreadsTest {
    @Test
    void files_and_deletes_are_counted_as_the_last_snapshot_says() {
        assertThat(CommitThreads.isOfFewFiles(Map.of())).isTrue();
        assertThat(CommitThreads.isOfFewFiles(Map.of("total-data-files", "2000", "total-delete-files", "0")))
                .isTrue();
        assertThat(CommitThreads.isOfFewFiles(Map.of("total-data-files", "1999", "total-delete-files", "2")))
                .isFalse();
    }

    @Test
    void what_is_no_number_is_not_few() {
        assertThat(CommitThreads.isOfFewFiles(Map.of("total-data-files", ""))).isFalse();
        assertThat(CommitThreads.isOfFewFiles(
                        Map.of("total-data-files", "99999999999999999999", "total-delete-files", "-1")))
                .isFalse();
    }
}
