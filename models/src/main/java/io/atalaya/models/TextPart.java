package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, Integer> places;

    private TextPart(String name, List<String> words, float[] weight) {
        this.name = name;
        this.words = List.copyOf(words);
        this.weight = weight;
        this.places = HashMap.newHashMap(words.size());
        words.forEach(word -> places.put(word, places.size()));
    }

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
        List<Integer> kept = new ArrayList<>();
        for (int word = 0; word < texted.length; word++) {
            if (texted[word] >= RARE) {
                kept.add(word);
            }
        }
        if (kept.size() > most) {
            kept.sort((a, b) -> texted[a] != texted[b]
                    ? Integer.compare(texted[b], texted[a])
                    : texts.names.get(a).compareTo(texts.names.get(b)));
            kept = new ArrayList<>(kept.subList(0, most));
        }
        kept.sort((a, b) -> texts.names.get(a).compareTo(texts.names.get(b)));
        float[] weight = new float[kept.size()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (Math.log((1.0 + rows.length) / (1.0 + texted[kept.get(i)])) + 1);
        }
        return new TextPart(name, kept.stream().map(texts.names::get).toList(), weight);
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
        int[] place = new int[texts.names.size()];
        for (int word = 0; word < place.length; word++) {
            place[word] = places.getOrDefault(texts.names.get(word), -1);
        }
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
        Words.each(cell, word -> {
            Integer place = places.get(word);
            if (place != null) {
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
            double amount = (1 + Math.log(next - i)) * weight[found[i]];
            squares += amount * amount;
            to.add(from + found[i], amount);
            i = next;
        }
        double length = Math.sqrt(squares);
        for (int i = first; i < to.size; i++) {
            to.value[i] = (float) (to.value[i] / length);
        }
    }

    boolean knows(String word) {
        return places.containsKey(word);
    }

    /** The number of a word; -1 if it is not known. */
    int place(String word) {
        return places.getOrDefault(word, -1);
    }

    /** How many words a text has, and how many of them are known. */
    long[] words(@Nullable String cell) {
        long[] count = new long[2];
        if (cell != null) {
            Words.each(cell, word -> {
                count[0]++;
                count[1] += knows(word) ? 1 : 0;
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
