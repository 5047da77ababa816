package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Words and their numbers, against collections that know the same. */
final class VocabularyTest {
    private final Random chance = new Random(5);

    @Test
    void words_have_the_number_in_which_they_came_however_many_there_are() {
        Set<String> came = new LinkedHashSet<>();
        Vocabulary words = new Vocabulary();
        for (int i = 0; i < 30_000; i++) {
            String word = Integer.toString(chance.nextInt(20_000), 36) + (i % 3 == 0 ? "ß" : "");
            came.add(word);
            words.add(word.toCharArray(), word.length());
        }
        assertThat(words.size()).isEqualTo(came.size());
        int number = 0;
        for (String word : came) {
            assertThat(words.find(word)).isEqualTo(number);
            assertThat(words.word(number++)).isEqualTo(word);
        }
        assertThat(words.find("")).isEqualTo(-1);
        assertThat(words.find("never")).isEqualTo(-1);
        assertThat(words.find("ß")).isEqualTo(-1);
    }

    @Test
    void only_so_many_letters_are_the_word() {
        Vocabulary words = new Vocabulary(List.of("pay", "payment"));
        char[] letters = "payments".toCharArray();
        assertThat(words.find(letters, 3)).isZero();
        assertThat(words.find(letters, 7)).isEqualTo(1);
        assertThat(words.find(letters, 8)).isEqualTo(-1);
    }

    @Test
    void words_of_a_text_are_its_runs_of_letters_and_digits() {
        assertThat(words("It's 2026, İstanbul: ЖЖ/漢字, \u212Aelvin a_b cd٣ x\uD835\uDC00yz"))
                .containsExactly("it", "0000", "istanbul", "жж", "漢字", "kelvin", "000", "yz");
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                int kind = chance.nextInt(4);
                text.append(
                        kind == 0
                                ? ' '
                                : kind == 1 ? (char) chance.nextInt(0xD800) : (char) ('0' + chance.nextInt(75)));
            }
            assertThat(words(text.toString())).isEqualTo(slowly(text.toString()));
        }
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Words.each(text, (letters, length) -> words.add(new String(letters, 0, length)));
        return words;
    }

    private static List<String> slowly(String text) {
        List<String> words = new ArrayList<>();
        for (String run : text.split("[^\\p{javaLetterOrDigit}]+", -1)) {
            String word = run.substring(0, Math.min(40, run.length()));
            if (word.length() > 1) {
                words.add(
                        word.chars().anyMatch(Character::isDigit)
                                ? "0".repeat(word.length())
                                : word.chars()
                                        .map(Character::toLowerCase)
                                        .collect(
                                                StringBuilder::new,
                                                (all, c) -> all.append((char) c),
                                                StringBuilder::append)
                                        .toString());
            }
        }
        return words;
    }
}
