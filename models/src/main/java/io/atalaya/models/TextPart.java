package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A text by its words: how often each stands there, damped, and the more the fewer texts have it; together of length one.
 * Words of fewer than {@link #RARE} texts are none.
 */
final class TextPart implements Vectorizer.Part {
    static final int RARE = 3;
    static final int MOST = 200_000;

    private final String name;
    private final List<String> words;
    private final float[] weight;
    private final Vocabulary places;

    private TextPart(String name, List<String> words, float[] weight) {
        this.name = name;
        this.words = List.copyOf(words);
        this.weight = weight;
        this.places = new Vocabulary(words);
    }

    /** A word that so many texts have. */
    private record Kept(String word, int texts) {}

    static TextPart fit(String name, Examples.Texts texts, int[] rows, int most) {
        int[] texted = new int[texts.names.size()];
        int[] last = new int[texted.length];
        Arrays.fill(last, -1);
        for (int row : rows) {
            for (int word : texts.values.get(row)) {
                if (last[word] != row) {
                    last[word] = row;
                    texted[word]++;
                }
            }
        }
        List<Kept> kept = new ArrayList<>();
        for (int word = 0; word < texted.length; word++) {
            if (texted[word] >= RARE) {
                kept.add(new Kept(texts.names.word(word), texted[word]));
            }
        }
        if (kept.size() > most) {
            kept.sort(Comparator.comparingInt(Kept::texts).reversed().thenComparing(Kept::word));
            kept = new ArrayList<>(kept.subList(0, most));
        }
        kept.sort(Comparator.comparing(Kept::word));
        float[] weight = new float[kept.size()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] =
                    (float) (Math.log((1.0 + rows.length) / (1.0 + kept.get(i).texts())) + 1);
        }
        return new TextPart(name, kept.stream().map(Kept::word).toList(), weight);
    }

    static TextPart unlearned(String name) {
        return new TextPart(name, List.of(), new float[0]);
    }

    static TextPart of(String name, JsonNode column) {
        List<String> words = new ArrayList<>();
        column.get("words").forEach(word -> words.add(word.asText()));
        float[] weight = new float[words.size()];
        JsonNode weights = column.get("weights");
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) weights.get(i).asDouble();
        }
        return new TextPart(name, words, weight);
    }

    Vectorizer.Reading reading(Examples.Texts texts) {
        int[] place = places(texts);
        int[][] found = {new int[256]};
        return (row, from, to) -> {
            int count = 0;
            int[] text = texts.values.get(row);
            if (found[0].length < text.length) {
                found[0] = new int[text.length];
            }
            for (int word : text) {
                if (place[word] >= 0) {
                    found[0][count++] = place[word];
                }
            }
            weigh(found[0], count, from, to);
        };
    }

    @Override
    public void add(@Nullable String cell, int from, Features to) {
        if (cell == null) {
            return;
        }
        int[][] found = {new int[256]};
        int[] count = {0};
        Words.each(cell, (letters, length) -> {
            int place = places.find(letters, length);
            if (place >= 0) {
                if (count[0] == found[0].length) {
                    found[0] = Arrays.copyOf(found[0], count[0] * 2);
                }
                found[0][count[0]++] = place;
            }
        });
        weigh(found[0], count[0], from, to);
    }

    private void weigh(int[] found, int count, int from, Features to) {
        Arrays.sort(found, 0, count);
        int first = to.size;
        double squares = 0;
        for (int i = 0; i < count; ) {
            int next = i + 1;
            while (next < count && found[next] == found[i]) {
                next++;
            }
            double often = next - i == 1 ? 1 : 1 + Math.log(next - i);
            double amount = often * weight[found[i]];
            squares += amount * amount;
            to.add(from + found[i], amount);
            i = next;
        }
        double length = Math.sqrt(squares);
        for (int i = first; i < to.size; i++) {
            to.value[i] = (float) (to.value[i] / length);
        }
    }

    /** The place of each word of the texts; -1 of those it does not know. */
    int[] places(Examples.Texts texts) {
        return IntStream.range(0, texts.names.size())
                .map(word -> places.find(texts.names.word(word)))
                .toArray();
    }

    /** How many words a text has, and how many of them are known. */
    long[] words(@Nullable String cell) {
        long[] count = new long[2];
        if (cell != null) {
            Words.each(cell, (letters, length) -> {
                count[0]++;
                count[1] += places.find(letters, length) >= 0 ? 1 : 0;
            });
        }
        return count;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Input.Kind kind() {
        return Input.Kind.TEXT;
    }

    @Override
    public int width() {
        return words.size();
    }

    @Override
    public void describe(ObjectNode to) {
        ArrayNode all = to.putArray("words");
        words.forEach(all::add);
        ArrayNode weights = to.putArray("weights");
        for (float one : weight) {
            weights.add(one);
        }
    }
}
