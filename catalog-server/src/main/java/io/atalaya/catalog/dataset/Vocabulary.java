package io.atalaya.catalog.dataset;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The words that texts are made of, to find those that somebody meant who wrote them almost. Words of texts that are gone
 * stay: being in here says nothing to anybody, as only texts that may be known are then looked at for a word.
 */
final class Vocabulary {
    private static final int SHORTEST = 4;
    private static final int SHORTEST_FOR_TWO = 8;
    private static final int LONGEST = 40;

    private final Set<String> words = ConcurrentHashMap.newKeySet();

    /** A word, and how many letters would have to change, come, go or swap places with the next. */
    record Near(String word, int errors) {}

    /** Takes in the words of a text in lower case. */
    void add(String text) {
        int start = -1;
        for (int at = 0; at <= text.length(); at++) {
            boolean letter = at < text.length() && Character.isLetter(text.charAt(at));
            if (letter && start < 0) {
                start = at;
            } else if (!letter && start >= 0) {
                if (at - start >= SHORTEST - 1 && at - start <= LONGEST) {
                    words.add(text.substring(start, at));
                }
                start = -1;
            }
        }
    }

    /** How many errors a word of that length is forgiven. */
    static int forgiven(String word) {
        boolean plain = word.length() <= LONGEST && word.chars().allMatch(Character::isLetter);
        return !plain || word.length() < SHORTEST ? 0 : word.length() < SHORTEST_FOR_TWO ? 1 : 2;
    }

    /** Those that begin almost like it, nearest first. */
    List<Near> near(String wanted) {
        int most = forgiven(wanted);
        if (most == 0) {
            return List.of();
        }
        Map<String, Integer> near = new HashMap<>();
        int letters = letters(wanted);
        for (String word : words) {
            // Each error takes away one letter of what was written at most, so most words need no closer look.
            if (Integer.bitCount(letters & ~letters(word)) <= most) {
                int errors = errors(wanted, word, most);
                if (errors <= most) {
                    near.put(word, errors);
                }
            }
        }
        return near.entrySet().stream()
                .map(entry -> new Near(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(Near::errors).thenComparing(Near::word))
                .toList();
    }

    private static int letters(String word) {
        int letters = 0;
        for (int at = 0; at < word.length(); at++) {
            letters |= 1 << (word.charAt(at) & 31);
        }
        return letters;
    }

    /** The fewest errors with which {@code wanted} is a beginning of {@code word}; more than {@code most} if there are more. */
    static int errors(String wanted, String word, int most) {
        int length = Math.min(word.length(), wanted.length() + most);
        int[] beforeLast = new int[length + 1];
        int[] last = new int[length + 1];
        int[] now = new int[length + 1];
        for (int j = 0; j <= length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= wanted.length(); i++) {
            now[0] = i;
            int fewest = i;
            for (int j = 1; j <= length; j++) {
                char one = wanted.charAt(i - 1);
                char other = word.charAt(j - 1);
                int errors = Math.min(Math.min(last[j], now[j - 1]) + 1, last[j - 1] + (one == other ? 0 : 1));
                if (i > 1 && j > 1 && one == word.charAt(j - 2) && wanted.charAt(i - 2) == other) {
                    errors = Math.min(errors, beforeLast[j - 2] + 1);
                }
                now[j] = errors;
                fewest = Math.min(fewest, errors);
            }
            if (fewest > most) {
                return most + 1;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = now;
            now = free;
        }
        int fewest = most + 1;
        for (int errors : last) {
            fewest = Math.min(fewest, errors);
        }
        return fewest;
    }
}
