package io.atalaya.catalog.discussion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MentionsTest {
    @Test
    void are_names_after_an_at_without_the_punctuation_behind() {
        assertThat(Mentions.in("@ana, (@ben) and @c.d-e@x.org. @Ana!")).containsExactly("ana", "ben", "c.d-e@x.org");
    }

    @Test
    void are_not_within_words() {
        assertThat(Mentions.in("mail ana@example.org or é@x, @ nobody, @@twice"))
                .isEmpty();
    }

    @Test
    void are_no_more_than_can_be_told() {
        String many = IntStream.range(0, 50).mapToObj(i -> "@p" + i).collect(Collectors.joining(" "));
        assertThat(Mentions.in(many)).hasSize(Mentions.MOST);
    }
}
